"""A plan version tried on claims that are decided already: what it would have cost, who gains and who loses.

The same `decide` on the same facts, whole households from the first day of the window on, so that a limit which one
claim leaves or takes moves on to the next. Nothing of a decision is written.
"""
