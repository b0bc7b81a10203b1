"""The fund, measured like everyone else: how fast and how punctually it pays, how often it was wrong.

`figures` is the arithmetic, `services` keeps a scorecard per quarter, `double_review` has a part of the reviewers'
decisions made again by another reviewer who does not see the first.
"""
