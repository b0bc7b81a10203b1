"""What the risk list and the plan for the year are made of: a fixed number of statements for all providers."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import NamedTuple

from sqlalchemy import func, select

from claims.models import Claim, ClaimVersion
from claims.queries.records import is_live, versions_of_claim
from core.config import fund
from core.db import db
from core.organisations import Organisation
from procurement.models.contract import SIGNED, Contract
from providers.models import Provider
from quality.audit_cases.models import AuditCase
from quality.audit_cases.states import OPEN
from quality.grievances.models import Grievance
from quality.models import IndicatorResult, IndicatorRun
from quality.queries.runs import is_current


class Candidate(NamedTuple):
    """A provider under contract in the last year; `since`: its first contract."""

    organisation_id: int
    number: str
    name: str
    district: str
    service_lines: tuple[str, ...]
    since: dt.date


class Odd(NamedTuple):
    """An indicator in which a provider is worse than chance explains (alert), or nearly (watch)."""

    indicator: str
    name: str
    period: str
    alert: str
    z: float


class Past(NamedTuple):
    """Audit cases of a provider: open ones, and what the last closed one found, when."""

    open_cases: tuple[str, ...]
    last_finding: str
    last_number: str
    last_on: dt.date | None


class Size(NamedTuple):
    """Members cared for and benefit (minor units) of claims received in the last year."""

    members: int
    benefit: int


def candidates(today: dt.date) -> list[Candidate]:
    """Providers under contract at some day of the last year, by number."""
    query = (
        select(
            Provider.organisation_id,
            Provider.number,
            Organisation.name,
            Organisation.district,
            Contract.service_line,
            Contract.valid_from,
            Contract.valid_until,
        )
        .join(Organisation, Organisation.id == Provider.organisation_id)
        .join(Contract, Contract.organisation_id == Provider.organisation_id)
        .where(Contract.state.in_(SIGNED), Contract.valid_from <= today)
        .order_by(Provider.number, Contract.valid_from)
    )
    found: dict[int, list[tuple[str, str, str, str, dt.date, dt.date]]] = defaultdict(list)
    for organisation_id, number, name, district, line, since, until in db.session.execute(query):
        found[organisation_id].append((number, name, district, line, since, until))
    year_ago = today - dt.timedelta(days=365)
    return [
        Candidate(one, *rows[0][:3], tuple(sorted({row[3] for row in rows})), rows[0][4])
        for one, rows in found.items()
        if any(row[5] >= year_ago for row in rows)
    ]


def odd_results() -> dict[int, list[Odd]]:
    """Organisation → alerts and watches in the newest period of each indicator."""
    newest = (
        select(IndicatorRun.indicator, func.max(IndicatorRun.period_until).label("until"))
        .group_by(IndicatorRun.indicator)
        .subquery()
    )
    query = (
        select(
            IndicatorResult.organisation_id,
            IndicatorRun.indicator,
            IndicatorRun.definition,
            IndicatorRun.period,
            IndicatorResult.alert,
            IndicatorResult.z_adjusted,
        )
        .join(IndicatorRun, IndicatorRun.id == IndicatorResult.run_id)
        .join(
            newest,
            (newest.c.indicator == IndicatorRun.indicator) & (newest.c.until == IndicatorRun.period_until),
        )
        .where(is_current(), IndicatorResult.alert.in_(("alert", "watch")))
        .order_by(IndicatorResult.alert, IndicatorRun.indicator)
    )
    found: dict[int, list[Odd]] = defaultdict(list)
    for organisation_id, indicator, definition, period, alert, z in db.session.execute(query):
        found[organisation_id].append(Odd(indicator, definition["name"], period, alert, z or 0.0))
    return found


def past_audits() -> dict[int, Past]:
    query = select(AuditCase).order_by(AuditCase.opened_at, AuditCase.id)
    found: dict[int, Past] = {}
    nothing = Past((), "", "", None)
    for case in db.session.execute(query).scalars():
        before, ended_at = found.get(case.organisation_id, nothing), case.decided_at or case.closed_at
        if case.state in OPEN or ended_at is None:
            found[case.organisation_id] = before._replace(open_cases=(*before.open_cases, case.number))
        else:
            ended_on = ended_at.astimezone(fund().zone).date()
            found[case.organisation_id] = Past(before.open_cases, case.finding or "", case.number, ended_on)
    return found


def complaints(today: dt.date) -> dict[int, list[str]]:
    """Organisation → numbers of members' complaints of the last year, the newest first."""
    since = dt.datetime.combine(today - dt.timedelta(days=365), dt.time(), fund().zone)
    query = select(Grievance.organisation_id, Grievance.number).where(
        Grievance.organisation_id.is_not(None), Grievance.received_at >= since
    )
    found: dict[int, list[str]] = defaultdict(list)
    for organisation_id, number in db.session.execute(query.order_by(Grievance.id.desc())):
        if organisation_id is not None:
            found[organisation_id].append(number)
    return found


def sizes(today: dt.date) -> dict[int, Size]:
    since = dt.datetime.combine(today - dt.timedelta(days=365), dt.time(), fund().zone)
    query = (
        select(Claim.organisation_id, func.count(Claim.member_id.distinct()), func.sum(ClaimVersion.benefit))
        .join(ClaimVersion, versions_of_claim())
        .where(Claim.received_at >= since, is_live())
        .group_by(Claim.organisation_id)
    )
    return {row[0]: Size(row[1], int(row[2])) for row in db.session.execute(query)}
