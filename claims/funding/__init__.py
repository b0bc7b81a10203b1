"""Who bears what was posted under contracts: each closed month's payables, shared out by the plan's rules.

`portions` finds the contract behind each payable, `splitting` writes parts and their journals once, `closing` is the
worker's part, `statement` reads it back by quarter and funder and adds it up against the payables.

A month is split as a whole, by contract, service line and rule: sharing out each claim would round three times a claim
and always for the same funder, and would put statements into the batch (DECISIONS 28).
"""
