"""The verbs of paying: post what is owed, prepare a run, release it by a second person, read the bank's answer."""

from __future__ import annotations

from payments.services.accounts import COOL_OFF, confirm_account, refuse_account, set_account
from payments.services.answers import read_bank_answer
from payments.services.posting import AGAINST, STREAM, NewPayable, post_payables
from payments.services.runs import bank_file, prepare_run, release_run, send_back_run

__all__ = [
    "AGAINST",
    "COOL_OFF",
    "STREAM",
    "NewPayable",
    "bank_file",
    "confirm_account",
    "post_payables",
    "prepare_run",
    "read_bank_answer",
    "refuse_account",
    "release_run",
    "send_back_run",
    "set_account",
]
