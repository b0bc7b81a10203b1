"""Are the records fit to be counted? Completeness, conformance, plausibility, beside every indicator."""
