"""The start of a fund: what runs already comes in as opening records with their source and day (DECISIONS 30).

A file is checked row by row, kept, and can be undone as a whole while nothing stands on it. Eight kinds: accreditations
and sites, contracts with promises and capitation, grants with what is left of them, use of limits, what is still owed.
"""
