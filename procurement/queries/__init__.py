"""Every SELECT of procurement, one module per noun."""
