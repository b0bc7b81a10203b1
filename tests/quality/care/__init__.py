"""Indicators of care over worlds small enough to count by hand."""
