"""Every stored journal and payable, to be compared with what they should be."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import func, or_, select

from core.db import db
from payments.models import Journal, LedgerAccount, Payable, Posting
from payments.queries.payees import owes


def unbalanced_journals() -> Iterator[tuple[str, str]]:
    """Journals whose postings do not sum to zero, or that have fewer than two."""
    total, lines = func.sum(Posting.amount), func.count(Posting.line)
    query = select(Journal.business_key, total, lines).outerjoin(Posting).group_by(Journal.id, Journal.business_key)
    for key, amount, count in db.session.execute(query.having(or_(total != 0, lines < 2))):
        yield key, f"{count} postings sum to {amount or 0}"


def journals_with_amounts() -> Iterator[tuple[Any, dict[str, int]]]:
    """Each journal with its amounts by account code, in the order they were posted."""
    query = (
        select(
            Journal.id,
            Journal.business_key,
            Journal.kind,
            Journal.occurred_on,
            Journal.digest,
            LedgerAccount.code,
            Posting.amount,
        )
        .join(Posting, Posting.journal_id == Journal.id)
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .order_by(Journal.id, Posting.line)
        .execution_options(yield_per=2000)
    )
    for _id, rows in groupby(db.session.execute(query), key=lambda row: row.id):
        listed = list(rows)
        yield listed[0], {row.code: row.amount for row in listed}


def payables_unlike_their_journal() -> Iterator[str]:
    """Business keys of payables whose sum or payee is not the one that their journal owes, or whose journal is gone."""
    owed = select(Posting.amount).join(LedgerAccount).where(Posting.journal_id == Payable.journal_id, owes())
    query = select(Payable.business_key).join(Journal, isouter=True)
    differs = func.coalesce(-owed.scalar_subquery(), 0) != Payable.amount
    unlike = or_(differs, func.coalesce(Journal.business_key, "") != Payable.business_key)
    yield from db.session.execute(query.where(unlike).order_by(Payable.business_key)).scalars()
