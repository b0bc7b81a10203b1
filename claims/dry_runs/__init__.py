"""Dry runs: who may ask what the fund would pay for a member, and the log of who asked."""
