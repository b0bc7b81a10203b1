"""What only a provider knows: one form made from the definition, with evidence, verified by the fund.

`plan` says what is asked, `tables` what a row says and counts, `services` ask, fill, send, verify and correct;
`quality.indicators` reads what was verified. Figures on the record of facts are confirmed there, not asked again.
"""
