"""What inspectors see on the spot: dated checklists, a visit filled section by section, findings, reply, follow-up.

`plan` holds the checklists as data, `scoring` the arithmetic (mean of items, agreement of two), `services` the acts.
"""
