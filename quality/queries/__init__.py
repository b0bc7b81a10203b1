"""Everything this room reads: records of the fund, kept runs, scores and audit cases."""
