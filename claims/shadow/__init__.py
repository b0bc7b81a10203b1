"""A shadow month: what an old system paid, beside what this fund would decide. Nothing of it counts.

`reading` takes the old file, `deciding` answers it without a trace in the live tables, `comparing` lists every
difference by reason and amount, `services` keeps a comparison so that it can be looked at.
"""
