"""Pure scoring arithmetic: prices, promises, rubrics, ranking, ties, abnormally low prices. No database, no clock."""
