"""Promises of a contract followed period by period: arithmetic, periods, terms; and what higher rooms must tell."""
