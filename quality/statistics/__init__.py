"""The arithmetic of fair comparison: intervals, funnels, shrinkage, control charts. No database, no clock, no texts.

SciPy is imported inside the functions that need a distribution, because its import takes most of a second.
"""
