"""Scores, objections, settlements. A score that is only computed is nobody's to read but the auditors'."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from core.db import db
from procurement.models.contract import SIGNED, Contract, ContractIndicator
from procurement.models.kpi import KpiPeriod
from providers.models import Provider
from quality.models import IndicatorResult
from quality.periods import Period
from quality.scoring.models import QualityScore, QualitySettlement, ScoreObjection, SettlementLine

_TOLD = QualityScore.state != "computed"
_WHOLE = selectinload(QualityScore.objections).selectinload(ScoreObjection.files)


def contracts_in(period: Period) -> Sequence[Contract]:
    """Signed contracts with a day in the period."""
    query = select(Contract).where(
        Contract.state.in_(SIGNED), Contract.valid_from <= period.last, Contract.valid_until >= period.first
    )
    return db.session.execute(query.options(selectinload(Contract.scores)).order_by(Contract.number)).scalars().all()


def contracts_by_provider(period: Period) -> dict[int, list[Contract]]:
    """Organisation → its contracts that run in the period, the oldest first."""
    found: dict[int, list[Contract]] = defaultdict(list)
    for row in sorted(contracts_in(period), key=lambda row: (row.valid_from, row.id)):
        found[row.organisation_id].append(row)
    return found


def shrunken_values(run_ids: Collection[int]) -> dict[int, dict[str, float]]:
    """Run → provider number → shrunken value."""
    query = select(IndicatorResult.run_id, IndicatorResult.provider, IndicatorResult.shrunken)
    query = query.where(IndicatorResult.run_id.in_(run_ids), IndicatorResult.shrunken.is_not(None))
    found: dict[int, dict[str, float]] = defaultdict(dict)
    for run_id, provider, value in db.session.execute(query):
        found[run_id][provider] = float(value or 0)
    return found


def contractors(service_line: str, first: dt.date, last: dt.date) -> set[int]:
    """Organisations with a signed contract of the line at some day between."""
    query = select(Contract.organisation_id).where(
        Contract.state.in_(SIGNED), Contract.service_line == service_line,
        Contract.valid_from <= last, Contract.valid_until >= first,
    )  # fmt: skip
    return set(db.session.execute(query).scalars())


def latest_scores(period: str) -> dict[int, QualityScore]:
    """Organisation → the latest version of its score."""
    query = select(QualityScore).where(QualityScore.period == period).order_by(QualityScore.version)
    return {row.organisation_id: row for row in db.session.execute(query).scalars()}


def locked_score(score_id: int) -> QualityScore:
    query = select(QualityScore).where(QualityScore.id == score_id).options(_WHOLE)
    return db.session.execute(query.with_for_update(of=QualityScore)).scalar_one()


def versions(organisation_id: int, period: str, *, is_auditor: bool) -> Sequence[QualityScore]:
    """All that a reader may see, the newest first."""
    query = select(QualityScore).where(QualityScore.organisation_id == organisation_id, QualityScore.period == period)
    query = query if is_auditor else query.where(_TOLD)
    return db.session.execute(query.options(_WHOLE).order_by(QualityScore.version.desc())).scalars().all()


def score_of(organisation_id: int, period: str, *, is_auditor: bool) -> QualityScore | None:
    """The newest version that a reader may see."""
    query = select(QualityScore).where(QualityScore.organisation_id == organisation_id, QualityScore.period == period)
    query = query if is_auditor else query.where(_TOLD)
    return db.session.execute(query.order_by(QualityScore.version.desc()).limit(1)).scalar_one_or_none()


def newest_score(organisation_id: int) -> QualityScore | None:
    """Of the newest period; one that was told."""
    query = select(QualityScore).where(QualityScore.organisation_id == organisation_id, _TOLD)
    query = query.order_by(QualityScore.period_until.desc(), QualityScore.version.desc())
    return db.session.execute(query.limit(1)).scalar_one_or_none()


def scores_in(state: str, period: str = "", organisation_id: int | None = None) -> Sequence[QualityScore]:
    query = select(QualityScore).where(QualityScore.state == state).order_by(QualityScore.id)
    if period:
        query = query.where(QualityScore.period == period)
    if organisation_id is not None:
        query = query.where(QualityScore.organisation_id == organisation_id)
    return db.session.execute(query.with_for_update(of=QualityScore)).scalars().all()


def ripe(today: dt.date) -> Sequence[QualityScore]:
    """What is answered or decided, or was told so long ago that nobody can contest it any more."""
    silent = (QualityScore.state == "notified") & (QualityScore.contest_until < today)
    query = select(QualityScore).where(or_(QualityScore.state.in_(("accepted", "decided")), silent))
    return db.session.execute(query.order_by(QualityScore.id).with_for_update(of=QualityScore)).scalars().all()


def is_ripe(row: QualityScore, today: dt.date) -> bool:
    """The same of one row."""
    is_silent = row.state == "notified" and row.contest_until is not None and row.contest_until < today
    return is_silent or row.state in ("accepted", "decided")


def to_review(limit: int) -> Sequence[QualityScore]:
    query = select(QualityScore).where(QualityScore.state.in_(("contested", "reviewed")))
    return db.session.execute(query.order_by(QualityScore.review_until, QualityScore.id).limit(limit)).scalars().all()


def counts_by_state() -> dict[tuple[str, str], int]:
    """(period, state) → how many scores; those replaced are left out."""
    query = select(QualityScore.period, QualityScore.state, func.count()).where(QualityScore.state != "superseded")
    query = query.group_by(QualityScore.period, QualityScore.state)
    return {(period, state): count for period, state, count in db.session.execute(query)}


def score_with_objections(score_id: int) -> QualityScore | None:
    query = select(QualityScore).where(QualityScore.id == score_id).options(_WHOLE)
    return db.session.execute(query).scalar_one_or_none()


def provider_numbers(organisation_ids: Collection[int]) -> dict[int, str]:
    """Organisation → public number of its provider."""
    query = select(Provider.organisation_id, Provider.number).where(Provider.organisation_id.in_(organisation_ids))
    return dict(db.session.execute(query).all())


def left_out(period: str) -> dict[int, set[str]]:
    """Organisation → indicators that an upheld objection took out of this period."""
    query = select(QualityScore.organisation_id, ScoreObjection.indicator).join(ScoreObjection.score)
    query = query.where(
        QualityScore.period == period, ScoreObjection.outcome == "left_out", QualityScore.decided_at.is_not(None)
    )
    found: dict[int, set[str]] = defaultdict(set)
    for organisation_id, indicator in db.session.execute(query):
        found[organisation_id].add(indicator)
    return found


def settlements() -> Sequence[QualitySettlement]:
    query = select(QualitySettlement).options(selectinload(QualitySettlement.lines))
    return db.session.execute(query.order_by(QualitySettlement.id.desc()).limit(50)).scalars().all()


def settlement(number: str, *, is_locked: bool = False) -> QualitySettlement | None:
    query = select(QualitySettlement).where(QualitySettlement.number == number)
    query = query.options(selectinload(QualitySettlement.lines).joinedload(SettlementLine.scored))
    query = query.with_for_update(of=QualitySettlement) if is_locked else query
    return db.session.execute(query).scalar_one_or_none()


def simulated() -> QualitySettlement | None:
    """The one that waits for its second person."""
    query = select(QualitySettlement).where(QualitySettlement.state == "simulated")
    return db.session.execute(query).scalar_one_or_none()


def released_lines(period: str = "") -> Sequence[SettlementLine]:
    """Posted lines, the oldest first; of one period, or all."""
    query = select(SettlementLine).join(SettlementLine.settlement).where(QualitySettlement.state == "released")
    query = query.where(QualitySettlement.period == period) if period else query
    return db.session.execute(query.order_by(QualitySettlement.id, SettlementLine.place)).scalars().all()


def promises_of(contract_ids: Collection[int], period: Period) -> dict[int, int]:
    """Contract → what settled promises of periods that ended in this one took or gave, minor units."""
    query = select(ContractIndicator.contract_id, KpiPeriod).join(KpiPeriod.indicator)
    query = query.where(
        ContractIndicator.contract_id.in_(contract_ids),
        KpiPeriod.valid_until.between(period.first, period.last),
        KpiPeriod.settled_at.is_not(None),
    )
    sums: dict[int, int] = defaultdict(int)
    for contract_id, row in db.session.execute(query):
        sums[contract_id] += row.counts
    return sums


def suspended(limit: int = 50) -> Sequence[SettlementLine]:
    query = select(SettlementLine).join(SettlementLine.settlement)
    query = query.where(SettlementLine.state == "suspended", QualitySettlement.state == "released")
    return db.session.execute(query.order_by(SettlementLine.cure_until).limit(limit)).scalars().all()
