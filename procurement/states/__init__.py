"""The state machines of procurement, one module per noun."""
