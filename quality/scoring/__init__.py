"""From indicators to a score, from a score to money: computed, told, contested, decided, published, settled."""
