"""Cash beside care in kind (reference §10.2): the unused part of a month's care ceiling, as that part of the cash.

`statement` is the arithmetic, `gathering` reads what it needs for many people at once, `paying` makes it owed.
"""
