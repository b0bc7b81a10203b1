"""Every question asked of the ledger, the payables and the runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import and_, case, exists, func, select

from core.among import among
from core.db import db
from core.organisations import Organisation
from core.rows import Prepared
from payments.models import Journal, LedgerAccount, Payable, Payment, PaymentItem, PaymentRun, Posting
from payments.queries.payees import is_open, owes

CHUNK = 500


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Parameters in sets a database takes at once."""
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))


_JOURNALS = Prepared(
    select(Journal.business_key, Journal.id, Journal.digest).where(among(Journal.business_key, "keys"))
)
_PAYABLES = Prepared(select(Payable.business_key).where(among(Payable.business_key, "keys")))
_ACCOUNTS = Prepared(select(LedgerAccount.code, LedgerAccount.id).where(among(LedgerAccount.code, "codes")))


def journals_by_key(keys: Sequence[str]) -> dict[str, tuple[int, bytes]]:
    """The journals that stand under these keys already: id and digest."""
    return {key: (number, digest) for key, number, digest in _JOURNALS.rows(keys=keys)}


def payable_keys(keys: Sequence[str]) -> set[str]:
    """Which of these business keys are payables already."""
    return {key for (key,) in _PAYABLES.rows(keys=keys)}


def accounts_by_code(codes: Iterable[str]) -> dict[str, int]:
    return dict(_ACCOUNTS.rows(codes=set(codes)))


def payables_due(value_on: dt.date) -> Sequence[Any]:
    """Payables due on or before a day that are in no live payment: id, payee, amount."""
    taken = select(PaymentItem.payable_id).where(PaymentItem.is_live).scalar_subquery()
    columns = (Payable.id, Payable.organisation_id, Payable.member_id, Payable.member_number, Payable.amount)
    query = select(*columns).where(Payable.due_on <= value_on, Payable.id.not_in(taken))
    return db.session.execute(query.order_by(Payable.id)).all()


def run_by_number(number: str) -> PaymentRun | None:
    return db.session.execute(select(PaymentRun).where(PaymentRun.number == number)).scalar_one_or_none()


def locked_run(number: str) -> PaymentRun | None:
    query = select(PaymentRun).where(PaymentRun.number == number).with_for_update()
    return db.session.execute(query).scalar_one_or_none()


def runs(limit: int = 50) -> Sequence[Any]:
    """Runs, newest first, with their number of payees and total."""
    total = func.coalesce(func.sum(Payment.benefit + Payment.recovered), 0).label("total")
    query = select(PaymentRun, func.count(Payment.id).label("payees"), total).outerjoin(Payment).group_by(PaymentRun.id)
    return db.session.execute(query.order_by(PaymentRun.id.desc()).limit(limit)).all()


def runs_in(state: str) -> Sequence[PaymentRun]:
    query = select(PaymentRun).where(PaymentRun.state == state).order_by(PaymentRun.id)
    return db.session.execute(query).scalars().all()


def claims_per_payment(run_id: int) -> dict[int, int]:
    query = (
        select(PaymentItem.payment_id, func.count())
        .join(Payment)
        .where(Payment.run_id == run_id)
        .group_by(PaymentItem.payment_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def payables_of(payment_id: int) -> Sequence[Payable]:
    query = select(Payable).join(PaymentItem).where(PaymentItem.payment_id == payment_id)
    return db.session.execute(query.order_by(Payable.due_on, Payable.id)).scalars().all()


def payment_by_reference(end_to_end_id: str) -> Payment | None:
    return payments_by_reference([end_to_end_id]).get(end_to_end_id)


def payments_by_reference(references: Sequence[str]) -> dict[str, Payment]:
    """The payments that there are under these references."""
    found: dict[str, Payment] = {}
    for some in _chunks(references):
        query = select(Payment).where(Payment.end_to_end_id.in_(some))
        found |= {row.end_to_end_id: row for row in db.session.execute(query).scalars()}
    return found


def payments_to(organisation_id: int, limit: int = 50) -> Sequence[Payment]:
    """An organisation's own payments, newest first; drafts of the fund are none of its business."""
    query = select(Payment).where(
        Payment.organisation_id == organisation_id, Payment.state.in_(("sent", "paid", "returned"))
    )
    return db.session.execute(query.order_by(Payment.id.desc()).limit(limit)).scalars().all()


def waiting_sum(organisation_id: int) -> tuple[int, int, dt.date | None]:
    """What is decided and not yet sent to an organisation: how many, how much, the next due day."""
    query = select(func.count(Payable.id), func.coalesce(func.sum(Payable.amount), 0), func.min(Payable.due_on))
    count, amount, due_on = db.session.execute(query.where(Payable.organisation_id == organisation_id, is_open())).one()
    return count, int(amount), due_on


def due_total(value_on: dt.date) -> tuple[int, int]:
    """How many payables are due and in no run, and their sum."""
    rows = payables_due(value_on)
    return len(rows), sum(row.amount for row in rows)


def payment_of_subject(subjects: Sequence[str]) -> dict[str, Any]:
    """For claim numbers: the state of their payment, its run and value date, if any."""
    found: dict[str, Any] = {}
    for chunk in _chunks(list(subjects)):
        query = (
            select(
                Payable.subject, Payable.due_on, Payment.state, PaymentRun.number, PaymentRun.value_on, PaymentRun.state
            )
            .outerjoin(PaymentItem, and_(PaymentItem.payable_id == Payable.id, PaymentItem.is_live))
            .outerjoin(Payment, Payment.id == PaymentItem.payment_id)
            .outerjoin(PaymentRun, PaymentRun.id == Payment.run_id)
            .where(Payable.subject.in_(chunk))
            .order_by(Payable.id)
        )
        found |= {row.subject: row for row in db.session.execute(query)}
    return found


def trial_balance() -> Sequence[Any]:
    """Each account with its debits, credits and balance."""
    debit = func.sum(case((Posting.amount > 0, Posting.amount), else_=0))
    query = (
        select(LedgerAccount.code, LedgerAccount.name, LedgerAccount.kind, func.sum(Posting.amount).label("balance"))
        .add_columns(debit.label("debit"), func.count().label("postings"), Organisation.name.label("organisation"))
        .join(Posting, Posting.account_id == LedgerAccount.id)
        .outerjoin(Organisation, Organisation.id == LedgerAccount.organisation_id)
        .group_by(LedgerAccount.code, LedgerAccount.name, LedgerAccount.kind, Organisation.name)
    )
    return db.session.execute(query.order_by(LedgerAccount.kind, LedgerAccount.code)).all()


def journals_of(account_code: str, limit: int = 200) -> Sequence[Any]:
    query = (
        select(Journal.business_key, Journal.kind, Journal.occurred_on, Posting.amount)
        .join(Posting, Posting.journal_id == Journal.id)
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .where(LedgerAccount.code == account_code)
    )
    return db.session.execute(query.order_by(Journal.id.desc()).limit(limit)).all()


def sum_of_items(run_id: int) -> int:
    """What the payables of a run add up to."""
    query = select(func.coalesce(func.sum(Payable.amount), 0)).join(PaymentItem).join(Payment)
    return int(db.session.execute(query.where(Payment.run_id == run_id)).scalar_one())


def unposted_in(run_id: int) -> int:
    """Payables of a run whose sum the ledger does not know under their key."""
    posted = (
        select(Posting.journal_id)
        .join(Journal)
        .join(LedgerAccount)
        .where(
            Journal.business_key == Payable.business_key,
            owes(),
            Posting.amount == -Payable.amount,
        )
    )
    query = select(func.count()).select_from(Payable).join(PaymentItem).join(Payment)
    return int(db.session.execute(query.where(Payment.run_id == run_id, ~posted.exists())).scalar_one())


def run_before(run: PaymentRun) -> tuple[PaymentRun, int] | None:
    """The released run before this one and its sum, to hold the sum beside."""
    total = func.coalesce(func.sum(Payment.benefit + Payment.recovered), 0)
    query = select(PaymentRun, total).join(Payment).group_by(PaymentRun.id)
    query = query.where(PaymentRun.id < run.id, PaymentRun.released_at.is_not(None))
    row = db.session.execute(query.order_by(PaymentRun.id.desc()).limit(1)).first()
    return (row[0], int(row[1])) if row else None


def is_double(run_id: int) -> bool:
    """Whether a payable of this run is live in another one: the database forbids it, the screen says so."""
    mine = select(PaymentItem.payable_id).join(Payment).where(Payment.run_id == run_id).scalar_subquery()
    query = (
        select(func.count())
        .select_from(PaymentItem)
        .join(Payment)
        .where(PaymentItem.is_live, Payment.run_id != run_id, PaymentItem.payable_id.in_(mine))
    )
    return bool(db.session.execute(query).scalar_one())


def payables_beginning(key: str) -> Sequence[Any]:
    """Payables whose business key begins so, and whether a payment collected them already."""
    is_in_run = exists().where(PaymentItem.payable_id == Payable.id).label("is_in_run")
    columns = (Payable.business_key, Payable.organisation_id, Payable.subject, Payable.amount, Payable.due_on)
    query = select(*columns, is_in_run).where(Payable.business_key.startswith(key, autoescape=True))
    return db.session.execute(query.order_by(Payable.id)).all()
