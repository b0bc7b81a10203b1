"""The verbs of procurement, one module per noun."""
