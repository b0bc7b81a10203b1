"""An audit case from its question to its end: evidence, provisional finding, reply, decision by another person, appeal,
recovery in instalments, follow-up of recommendations.

`states` says what may follow what, `plan` in how many days, `services` are the verbs, `queries` who may read which.
"""
