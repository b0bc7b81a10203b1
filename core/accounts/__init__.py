"""Accounts, assignments of roles, sign-in and API tokens."""
