"""The provider reports: a value, its words and the evidence; again as long as nobody has verified it."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from core import audit, clock, files
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import DomainError, Forbidden, InputErrors, Problem, TooLarge
from core.files import StoredFile
from core.roles import PROVIDER_STAFF
from core.words import _l
from procurement.models.kpi import KpiPeriod
from procurement.queries import kpi as queries
from procurement.services.contracts.telling import STREAM
from procurement.states.kpi import KPI_PERIOD

EVIDENCE = ("application/pdf", "image/png", "image/jpeg")
MOST = Decimal(10) ** 9


class Attached(NamedTuple):
    content: bytes
    filename: str


def report(row: KpiPeriod, value: Decimal | None, note: str, evidence: Attached, *, by: Actor) -> None:
    """`value` None: none was typed. All that is wrong at once; without a new file the one before stays."""
    row = queries.locked(row)
    refuse_stranger(row, by)
    target = KPI_PERIOD.after(row.state, "report")
    if row.indicator.source:
        raise DomainError(_l("The fund measures this promise from its own records."), code="measured_by_us")
    problems = [*value_problems(row, value, "value")]
    kept = row.evidence if row.evidence and not evidence.filename else None
    try:
        kind = "" if kept else _checked(evidence, "evidence")
    except InputErrors as errors:
        problems += errors.problems
    if problems:
        raise InputErrors(problems)
    before = {"value": None if row.value is None else f"{row.value.normalize():f}"} if row.value is not None else None
    file = kept or store(row, evidence, kind, by)
    row.state, row.value, row.note, row.evidence = target, value, note.strip(), file
    row.reported_by, row.reported_at = by.person, clock.now()
    db.session.flush()
    after = row.named | {"value": f"{value:f}", "evidence": file.sha256}
    audit.record(STREAM, Act.KPI_REPORTED, row.number, by=by, before=before, after=after)


def value_problems(row: KpiPeriod, value: Decimal | None, where: str) -> list[Problem]:
    """No number, one below zero, more than all, or one that no column holds."""
    if value is None:
        return [Problem(where, _l("Write a number, like 72 or 2.5."))]
    if not value.is_finite() or value < 0 or value >= MOST:
        return [Problem(where, _l("Write a number that is not below 0, like 72 or 2.5."), f"{value}")]
    if row.indicator.unit.startswith("%") and value > 100:
        return [Problem(where, _l("A share is at most 100 per cent."), f"{value:f}")]
    return []


def refuse_stranger(row: KpiPeriod, by: Actor) -> None:
    if not (by.roles & PROVIDER_STAFF and by.organisation_id == row.indicator.contract.organisation_id):
        raise Forbidden(_l("The provider of this contract does this."))


def _checked(evidence: Attached, where: str) -> str:
    try:
        return files.check_upload(evidence.content, evidence.filename, EVIDENCE, where)
    except TooLarge as error:  # beside the field, so that what was typed stays
        raise InputErrors.at(where, error.message, evidence.filename) from error


def checked_file(row: KpiPeriod, attached: Attached, where: str, by: Actor) -> StoredFile:
    return store(row, attached, _checked(attached, where), by)


def store(row: KpiPeriod, attached: Attached, kind: str, by: Actor) -> StoredFile:
    owner = row.indicator.contract.organisation_id
    return files.store(attached.content, filename=attached.filename, media_type=kind, organisation_id=owner, by=by)
