"""Everything the desk reads: the records the screens judge, kept runs, and what the risk list and the plan need."""
