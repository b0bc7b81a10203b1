"""Changes after the fact: found from events, decided again, previewed, released by the right number of people.

`deciding` says what is decided together and in which order, `services` what may happen to a run of corrections,
`listening` how the worker finds the cases.
"""
