"""What is read about returns: who must send one, what waits for whom, what counts; injuries that claims speak of."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import false, func, or_, select
from sqlalchemy.orm import selectinload

from care.models import Attendance
from claims.models import Claim, ClaimLine, ClaimVersion
from claims.queries.records import is_live, versions_of_claim
from claims.states import HOLDS_NUMBER
from core.among import among
from core.db import db
from procurement.models.contract import SIGNED, Contract
from providers.models import Provider
from quality.returns.models import QualityReturn, ReturnPaper, SurveyAnswer

_Row = QualityReturn
ALWAYS = dt.datetime.max.replace(tzinfo=dt.UTC)
ONE_DAY = dt.timedelta(days=1)


class Injury(NamedTuple):
    """A claim for an injury of a child on a day, or the day after a day, that it attended the provider."""

    organisation_id: int
    claim_number: str
    line_no: int
    service_on: dt.date


def contract_holders(service_line: str, first: dt.date, last: dt.date) -> Sequence[int]:
    """Organisations under a signed contract on a day of these; `service_line` empty: any."""
    query = select(Contract.organisation_id).join(Provider, Provider.organisation_id == Contract.organisation_id)
    query = query.where(Contract.state.in_(SIGNED), Contract.valid_from <= last, Contract.valid_until >= first)
    if service_line:
        query = query.where(Contract.service_line == service_line)
    return db.session.execute(query.distinct().order_by(Contract.organisation_id)).scalars().all()


def asked_already(indicator: str, first: dt.date) -> set[int]:
    """Organisations that have a return of this period."""
    query = select(_Row.organisation_id).where(_Row.indicator == indicator, _Row.valid_from == first)
    return set(db.session.execute(query).scalars())


def to_remind(soon: dt.datetime, quiet_since: dt.date, most: int) -> Sequence[QualityReturn]:
    """Drafts of first versions that end before `soon`, not reminded of lately and not too often; late ones too."""
    quiet = or_(_Row.reminded_on.is_(None), _Row.reminded_on <= quiet_since)
    query = select(_Row).where(_Row.state == "draft", _Row.due_at <= soon, quiet, _Row.reminders < most)
    return db.session.execute(query.order_by(_Row.organisation_id, _Row.id)).scalars().all()


def newest(number: str, organisation_id: int | None = None, version: int | None = None) -> QualityReturn | None:
    """The newest version of a number, or the one asked for; with `organisation_id` only that one's."""
    query = select(_Row).where(_Row.number == number).options(selectinload(_Row.papers).joinedload(ReturnPaper.file))
    if organisation_id is not None:
        query = query.where(_Row.organisation_id == organisation_id)
    if version is not None:
        query = query.where(_Row.version == version)
    return db.session.execute(query.order_by(_Row.version.desc()).limit(1)).scalar_one_or_none()


def versions(number: str) -> Sequence[QualityReturn]:
    query = select(_Row).where(_Row.number == number).order_by(_Row.version.desc())
    return db.session.execute(query).scalars().all()


def locked(row: QualityReturn) -> QualityReturn:
    """The row as it is now, for one act at a time."""
    query = select(_Row).where(_Row.id == row.id).with_for_update(of=_Row)
    return db.session.execute(query.execution_options(populate_existing=True)).scalar_one()


def listed(
    states: Collection[str], organisation_id: int | None = None, *, limit: int = 50, offset: int = 0
) -> Sequence[QualityReturn]:
    """In these states, the one that is due first on top."""
    query = _of(select(_Row), organisation_id).where(_Row.state.in_(states))
    query = query.order_by(_Row.due_at, _Row.indicator, _Row.number, _Row.version).limit(limit).offset(offset)
    return db.session.execute(query).scalars().all()


def counts(organisation_id: int | None = None) -> Mapping[str, int]:
    """State → how many."""
    query = _of(select(_Row.state, func.count()), organisation_id).group_by(_Row.state)
    return dict(db.session.execute(query).all())


def providers_of(rows: Sequence[QualityReturn]) -> Mapping[int, Provider]:
    """Organisation → provider, in one statement."""
    query = select(Provider).where(among(Provider.organisation_id, [row.organisation_id for row in rows]))
    return {row.organisation_id: row for row in db.session.execute(query).scalars()}


def verified(indicator: str, first: dt.date, last: dt.date) -> Sequence[QualityReturn]:
    """What was verified of periods that end in these days, with its rows; whether it counts the row says."""
    query = select(_Row).where(_Row.indicator == indicator, _Row.state == "verified")
    query = query.where(_Row.valid_until.between(first, last)).options(selectinload(_Row.rows))
    return db.session.execute(query.order_by(_Row.organisation_id, _Row.valid_from)).scalars().all()


def child_days(first: dt.date, last: dt.date, at: dt.datetime = ALWAYS) -> Mapping[int, int]:
    """Organisation → days on which a child was there, as attendance has it; as it had it at `at`."""
    from quality.queries.records.stood import on_days, stood

    query = select(Attendance.organisation_id, Attendance.arrived_minute)
    days = stood(query, Attendance, on_days(Attendance.day, first, last), at).drop_nulls()
    return dict(days.group_by("organisation_id").len().rows())


def injuries(
    first: dt.date, last: dt.date, beginnings: Collection[str], organisation_id: int | None = None
) -> list[Injury]:
    """Claim lines for an injury served on a day of attendance or on the day after it; two statements."""
    there = select(Attendance.member_id).where(Attendance.day.between(first - ONE_DAY, last))
    if organisation_id is not None:
        there = there.where(Attendance.organisation_id == organisation_id)
    told = [ClaimLine.diagnoses.like(sign) for start in beginnings for sign in (f"{start}%", f"% {start}%")]
    query = (
        select(Claim.member_id, ClaimLine.service_from, Claim.number, ClaimLine.line_no)
        .join(Claim, (Claim.partition == ClaimLine.partition) & (Claim.id == ClaimLine.claim_id))
        .join(ClaimVersion, versions_of_claim())
        .where(ClaimLine.service_from.between(first, last), or_(*told), Claim.member_id.in_(there))
        .where(is_live(), ClaimVersion.state.in_(HOLDS_NUMBER))
    )
    claimed = db.session.execute(query.order_by(Claim.number, ClaimLine.line_no)).all()
    days = _attended({row.member_id for row in claimed}, first - ONE_DAY, last, organisation_id)
    return [
        Injury(owner, row.number, row.line_no, row.service_from)
        for row in claimed
        for owner in sorted(
            {
                who
                for day in (row.service_from, row.service_from - ONE_DAY)
                for who in days.get((row.member_id, day), ())
            }
        )
    ]


def _attended(
    members: Collection[int], first: dt.date, last: dt.date, organisation_id: int | None
) -> Mapping[tuple[int, dt.date], set[int]]:
    """(member, day) → where the child was."""
    found: dict[tuple[int, dt.date], set[int]] = defaultdict(set)
    query = select(Attendance.member_id, Attendance.day, Attendance.organisation_id).where(
        among(Attendance.member_id, members),
        Attendance.day.between(first, last),
        Attendance.arrived_minute.is_not(None),
    )
    for member, day, owner in db.session.execute(query if members else query.where(false())):
        if organisation_id in (None, owner):
            found[member, day].add(owner)
    return found


def answers(first: dt.date, last: dt.date) -> Sequence[SurveyAnswer]:
    query = select(SurveyAnswer).where(SurveyAnswer.answered_on.between(first, last))
    return db.session.execute(query.order_by(SurveyAnswer.organisation_id, SurveyAnswer.code)).scalars().all()


def known_answers(codes: Collection[str]) -> set[tuple[int, str]]:
    """(organisation, code) of answers that were brought in before."""
    query = select(SurveyAnswer.organisation_id, SurveyAnswer.code).where(among(SurveyAnswer.code, codes))
    return {(row[0], row[1]) for row in db.session.execute(query)}


def _of(query: Any, organisation_id: int | None) -> Any:
    return query if organisation_id is None else query.where(_Row.organisation_id == organisation_id)
