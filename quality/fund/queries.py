"""What the fund's scorecard counts, as sets; kept scorecards; decisions to review again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from claims.models import Claim, ClaimLine, ClaimVersion, LineVersion
from claims.models.approval import LineReview
from claims.queries.records import is_live, lines_of_version, versions_of_claim
from core.among import among
from core.db import db
from payments.models import Payable, Payment, PaymentItem, PaymentRun
from quality.fund.models import DoubleReview, FundScorecard
from quality.periods import Period

CHUNK = 20_000


class Paid(NamedTuple):
    """A claim's payable that the bank paid."""

    claim_id: int
    due_on: dt.date
    paid_on: dt.date


def paid_claims(period: Period) -> list[Paid]:
    """First payments of claims with a value date in these days; corrections of paid claims are left out."""
    query = select(Payable.business_key, Payable.due_on, PaymentRun.value_on)
    query = query.join(PaymentItem, PaymentItem.payable_id == Payable.id).join(Payment).join(PaymentRun)
    query = query.where(
        Payable.kind == "claim",
        PaymentItem.is_live,
        Payment.state.in_(("sent", "paid")),
        PaymentRun.value_on.between(period.first, period.last),
    )
    found = []
    for key, due_on, value_on in db.session.execute(query):
        _kind, claim_id, version = key.split(":")
        if version == "v1":
            found.append(Paid(int(claim_id), due_on, value_on))
    return found


def received(claim_ids: Sequence[int]) -> dict[int, dt.datetime]:
    """Claim id → the instant it was received."""
    found: dict[int, dt.datetime] = {}
    for start in range(0, len(claim_ids), CHUNK):
        query = select(Claim.id, Claim.received_at).where(among(Claim.id, claim_ids[start : start + CHUNK]))
        found.update(dict(db.session.execute(query).all()))
    return found


def denied_lines(since: dt.datetime, until: dt.datetime) -> tuple[int, int]:
    """(paid after all, refused): lines denied in a decision of these instants; those of opening records stay out."""
    decided, live, now = aliased(ClaimVersion), ClaimVersion, aliased(LineVersion)
    denied = (
        select(LineVersion.partition, LineVersion.claim_id, LineVersion.line_no)
        .join(decided, and_(
            decided.partition == LineVersion.partition, decided.claim_id == LineVersion.claim_id,
            decided.version == LineVersion.version,
        ))
        .where(LineVersion.state == "denied", decided.decided_at >= since, decided.decided_at < until)
        .distinct()
        .subquery()
    )  # fmt: skip
    query = (
        select(func.count().filter(now.benefit > 0), func.count())
        .select_from(denied)
        .join(live, and_(live.partition == denied.c.partition, live.claim_id == denied.c.claim_id))
        .join(now, and_(
            now.partition == live.partition, now.claim_id == live.claim_id, now.version == live.version,
            now.line_no == denied.c.line_no,
        ))
        .where(is_live())
    )  # fmt: skip
    overturned, total = db.session.execute(query).one()
    return overturned, total


def double_reviews(first: dt.date, last: dt.date) -> tuple[int, int]:
    """(wrong, known) of the decisions of these months."""
    query = select(func.count().filter(DoubleReview.is_error.is_(True)), func.count(DoubleReview.is_error))
    wrong, known = db.session.execute(query.where(DoubleReview.month.between(first, last))).one()
    return wrong, known


def scorecards(limit: int = 8) -> Sequence[FundScorecard]:
    """The newest version of each quarter, the latest quarter first."""
    newer = aliased(FundScorecard)
    is_newest = ~(
        select(newer.id).where(newer.period == FundScorecard.period, newer.version > FundScorecard.version).exists()
    )
    query = select(FundScorecard).where(is_newest).order_by(FundScorecard.period_until.desc()).limit(limit)
    return db.session.execute(query).scalars().all()


def newest_scorecard(period: str) -> FundScorecard | None:
    query = select(FundScorecard).where(FundScorecard.period == period).order_by(FundScorecard.version.desc())
    return db.session.execute(query.limit(1)).scalar_one_or_none()


def reviewed_decisions(since: dt.datetime, until: dt.datetime) -> list[Any]:
    """Decisions made by a reviewer in these instants, with how many lines were lowered and how many refused."""
    lowered = func.count().filter(LineReview.quantity_milli + LineReview.unit_price > 0)
    refused = func.count().filter(LineReview.quantity_milli + LineReview.unit_price == 0)
    query = (
        select(
            ClaimVersion.partition, ClaimVersion.claim_id, ClaimVersion.version, ClaimVersion.decided_by,
            Claim.number, lowered.label("lowered"), refused.label("refused"),
        )
        .join(Claim, versions_of_claim())
        .outerjoin(LineReview, and_(
            LineReview.partition == ClaimVersion.partition, LineReview.claim_id == ClaimVersion.claim_id,
            LineReview.version == ClaimVersion.version,
        ))
        .where(
            ClaimVersion.cause == "review", ClaimVersion.decided_at >= since, ClaimVersion.decided_at < until,
            Claim.is_restricted.is_(False),
        )
        .group_by(
            ClaimVersion.partition, ClaimVersion.claim_id, ClaimVersion.version, ClaimVersion.decided_by, Claim.number
        )
    )  # fmt: skip
    return list(db.session.execute(query))


def is_drawn(month: dt.date) -> bool:
    return db.session.execute(select(DoubleReview.id).where(DoubleReview.month == month).limit(1)).first() is not None


def double_review(key: int) -> DoubleReview | None:
    return db.session.get(DoubleReview, key)


def locked_review(key: int) -> DoubleReview:
    query = select(DoubleReview).where(DoubleReview.id == key).with_for_update()
    return db.session.execute(query.execution_options(populate_existing=True)).scalar_one()


def reviews_in(states: Sequence[str], limit: int = 50) -> Sequence[DoubleReview]:
    query = select(DoubleReview).where(DoubleReview.state.in_(states)).order_by(DoubleReview.due_at, DoubleReview.id)
    return db.session.execute(query.limit(limit)).scalars().all()


def lines_as_seen(row: DoubleReview) -> list[tuple[ClaimLine, LineVersion]]:
    """The claim's lines as sent, beside what the rules said before any reviewer decided."""
    query = (
        select(ClaimLine, LineVersion)
        .join(ClaimVersion, and_(
            ClaimVersion.partition == ClaimLine.partition, ClaimVersion.claim_id == ClaimLine.claim_id,
        ))
        .join(LineVersion, and_(lines_of_version(), LineVersion.line_no == ClaimLine.line_no))
        .where(
            ClaimLine.partition == row.partition, ClaimLine.claim_id == row.claim_id,
            ClaimVersion.version == row.version - 1,
        )
        .order_by(ClaimLine.line_no)
    )  # fmt: skip
    return [(line, version) for line, version in db.session.execute(query)]
