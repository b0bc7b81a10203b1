"""Everything that red flags are computed from, for a set of tenders: a fixed number of statements."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, selectinload

from core import clock, plan
from core.config import fund
from core.db import db
from procurement import calendar
from procurement.models.admission import AdmissionCheck, BidRequest
from procurement.models.contract import Contract
from procurement.models.evaluation import Award, AwardLetter, LotResult
from procurement.models.notice import NoticeVersion, PublishedAnswer, TenderQuestion
from procurement.models.opening import OpeningMinutes
from procurement.models.tender import Lot, Tender
from procurement.red_flags import Facts

PER_PAGE = 50


def published_page(number: int) -> tuple[Sequence[Tender], int]:
    """Published tenders of one page, newest first, and how many pages there are."""
    count = db.session.execute(select(func.count(Tender.id)).where(Tender.published_at.is_not(None))).scalar_one()
    query = (
        select(Tender).where(Tender.published_at.is_not(None)).order_by(Tender.published_at.desc(), Tender.id.desc())
    )
    rows = db.session.execute(query.limit(PER_PAGE).offset((number - 1) * PER_PAGE)).scalars().all()
    return rows, max(1, -(-count // PER_PAGE))


def facts_of(tenders: Sequence[Tender]) -> list[Facts]:
    """In the order of `tenders`."""
    ids = [tender.id for tender in tenders]
    results, awards = (
        _by(_results(ids), lambda row: row.lot.tender_id),
        _by(_awards(ids), lambda row: row.lot.tender_id),
    )
    winners = [row.bid_id for rows in awards.values() for row in rows]
    keys = [row.id for rows in awards.values() for row in rows]
    bids = {row.bid_id: tender_id for tender_id, rows in results.items() for row in rows}
    checks = _by(_checks(winners), lambda row: bids.get(row.bid_id))
    lots = {row.id: tender_id for tender_id, rows in awards.items() for row in rows}
    contracts = _by(_contracts(keys), lambda row: lots.get(row.award_id or 0))
    answers, minutes = (_by(rows, key) for rows, key in ((_answers(ids), _of_question), (_minutes(ids), _tender)))
    notices, asked, letters, periods = _notices(ids), _asked(ids), _letters(keys), plan.timeline(calendar.PART)
    return [
        Facts(
            tender, periods(clock.local_day(tender.published_at, fund().zone)) if tender.published_at else None,
            notices.get(tender.id), answers[tender.id], results[tender.id], asked, minutes[tender.id],
            awards[tender.id], letters, checks[tender.id], contracts[tender.id],
        )
        for tender in tenders
    ]  # fmt: skip


def _results(ids: Collection[int]) -> Iterable[LotResult]:
    query = select(LotResult).join(Lot, Lot.id == LotResult.lot_id).where(Lot.tender_id.in_(ids))
    return db.session.execute(query.order_by(LotResult.lot_id, LotResult.bid_id)).scalars().unique()


def _awards(ids: Collection[int]) -> Iterable[Award]:
    query = select(Award).join(Lot, Lot.id == Award.lot_id).where(Lot.tender_id.in_(ids))
    query = query.where(Award.state.in_(("decided", "contracted")))
    return db.session.execute(query.order_by(Award.id)).scalars().unique()


def _letters(awards: Collection[int]) -> dict[int, int]:
    query = select(AwardLetter.award_id).where(AwardLetter.award_id.in_(awards))
    return dict(Counter(db.session.execute(query).scalars()))


def _checks(bids: Collection[int]) -> Iterable[AdmissionCheck]:
    return db.session.execute(select(AdmissionCheck).where(AdmissionCheck.bid_id.in_(bids))).scalars()


def _contracts(awards: Collection[int]) -> Iterable[Contract]:
    query = select(Contract).where(Contract.award_id.in_(awards)).options(selectinload(Contract.lines))
    return db.session.execute(query.order_by(Contract.id)).scalars().unique()


def _answers(ids: Collection[int]) -> Iterable[PublishedAnswer]:
    query = select(PublishedAnswer).join(PublishedAnswer.question).options(contains_eager(PublishedAnswer.question))
    query = query.where(TenderQuestion.tender_id.in_(ids))
    return db.session.execute(query.order_by(PublishedAnswer.id)).scalars().unique()


def _minutes(ids: Collection[int]) -> Iterable[OpeningMinutes]:
    query = select(OpeningMinutes).where(OpeningMinutes.tender_id.in_(ids)).order_by(OpeningMinutes.id)
    return db.session.execute(query).scalars().unique()


def _notices(ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Tender id → the terms of its latest version."""
    query = select(NoticeVersion.tender_id, NoticeVersion.terms).where(NoticeVersion.tender_id.in_(ids))
    return {row[0]: row[1] for row in db.session.execute(query.order_by(NoticeVersion.version))}


def _asked(ids: Collection[int]) -> frozenset[tuple[int, int | None]]:
    query = select(BidRequest.bid_id, BidRequest.lot_id).join(Lot, Lot.id == BidRequest.lot_id)
    query = query.where(Lot.tender_id.in_(ids), BidRequest.kind == "low_price")
    return frozenset((row[0], row[1]) for row in db.session.execute(query))


def _by(rows: Iterable[Any], key: Callable[[Any], Any]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def _tender(row: Any) -> int:
    return int(row.tender_id)


def _of_question(row: PublishedAnswer) -> int:
    return row.question.tender_id
