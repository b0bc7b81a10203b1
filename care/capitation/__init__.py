"""What is owed each month for the people who are enrolled with a provider: counted, posted once, corrected.

`counting` is the arithmetic, `queries` reads placements as sets, `services` writes statements and moves the money,
`listening` hears what changes past months. Enrolled is who is placed (DECISIONS 18), and nobody else.
"""
