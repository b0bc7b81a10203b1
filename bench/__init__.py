"""How fast the house is: `python -m bench` measures in child processes and prints Markdown tables.

Nothing here is a test: a figure informs, it never decides whether the build is green.
"""
