"""The pages of procurement, one module per noun."""
