"""Approving: a reviewer lowers quantity or price of lines, and the engine decides from there."""
