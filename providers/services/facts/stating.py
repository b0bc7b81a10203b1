"""State figures, correct one with a reason, verify one as another person. Nothing is changed: rows are added."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.db import bulk_insert, db
from core.errors import Conflict, Forbidden, InputErrors, Problem
from core.organisations import Organisation
from core.roles import Role
from core.words import _l
from providers import queries
from providers.facts import Figure, first_day
from providers.facts.checking import told
from providers.models import FactUse, FactVerification, OrganisationFact
from providers.services import STREAM
from providers.services.facts.judging import Judge, Statement


@dataclass(frozen=True, slots=True)
class Source:
    """Through which door it came (SOURCES), and the number of the tender, contract or file."""

    kind: str
    reference: str = ""


def state(
    organisation: Organisation, said: Sequence[Statement], *, source: Source, by: Actor
) -> list[OrganisationFact]:
    """The rows in the order given; what stands already with the same figure is that row, not a second one.

    Raises InputErrors, the place named by the code: another figure for a day that has one is a correction.
    """
    queries.lock_organisation(organisation.id)
    judge = Judge(queries.said_of([organisation.id]))
    if problems := [Problem(row.code, text, told(row.figure)) for row, text in judge.problems(said, source.kind)]:
        raise InputErrors(problems)
    found = [judge.same(row) or _row(organisation, row, judge, source, by) for row in said]
    _add(organisation, [row for row in found if row.id is None], Act.FACT_STATED, by)
    return found


def take_over(
    organisation: Organisation, said: Sequence[Statement], *, source: Source, said_by: Actor, by: Actor
) -> list[OrganisationFact]:
    """What somebody said elsewhere, once `by` opened it; what cannot be right is left where it stands."""
    queries.lock_organisation(organisation.id)
    judge, kept = Judge(queries.said_of([organisation.id])), list(said)
    while wrong := [row for row, _text in judge.problems(kept, source.kind)]:
        kept = [row for row in kept if row not in wrong]
    found = [judge.same(row) or _row(organisation, row, judge, source, said_by) for row in kept]
    _add(organisation, [row for row in found if row.id is None], Act.FACT_STATED, by)
    return found


def correct(row: OrganisationFact, figure: Figure, *, evidence: str, reason: str, by: Actor) -> OrganisationFact:
    """A new row in its place; both stay readable. By the organisation itself, or a registrar."""
    if by.organisation_id != row.organisation_id and not by.has(Role.REGISTRAR):
        raise Forbidden(_l("Only the organisation itself or a registrar corrects a figure."))
    queries.lock_organisation(row.organisation_id)
    if queries.is_superseded(row.id):
        raise Conflict(_l("This figure was corrected already."))
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say what was wrong. It stands beside the new figure."))
    others = [other for other in queries.said_of([row.organisation_id]) if other.id != row.id]
    said = Statement(row.code, figure, row.valid_until, evidence, row.period, row.file)
    judge = Judge(others)
    if wrong := judge.problem(said, [said], row.source):
        raise InputErrors.at("evidence" if not evidence.strip() else "figure", wrong, told(figure))
    fresh = _row(row.organisation, said, judge, Source(row.source, row.reference), by)
    fresh.supersedes_id, fresh.reason = row.id, reason.strip()
    _add(row.organisation, [fresh], Act.FACT_CORRECTED, by, fresh.reason)
    return fresh


def verify(row: OrganisationFact, *, note: str, by: Actor) -> None:
    """Somebody of the fund saw what proves it; never who said it."""
    if by.organisation_id == row.organisation_id or not by.has(Role.REGISTRAR, Role.PROCUREMENT_OFFICER):
        raise Forbidden(_l("Only a registrar or an officer of the fund verifies a figure."))
    by.must_differ_from([row.stated_by], _l("You stated it, so someone else must verify it."))
    if row.verification is not None or queries.is_superseded(row.id):
        raise Conflict(_l("This figure was verified or corrected already."))
    if not note.strip():
        raise InputErrors.at("note", _l("Say what you looked at: paper, page, day."))
    row.verification = FactVerification(
        verified_by=by.person, verified_by_name=by.name, verified_at=clock.now(), note=note.strip()
    )
    db.session.flush()
    _tell(row.organisation, [row], Act.FACT_VERIFIED, by, note.strip())


def use(rows: Iterable[OrganisationFact], *, source: Source, at: dt.datetime | None = None) -> None:
    """Note that these figures were taken from the record; a second time notes nothing."""
    now, ids = at or clock.now(), list(dict.fromkeys(row.id for row in rows))
    known = queries.used_by(ids, source.kind, source.reference)
    bulk_insert(FactUse.__table__, [
        {"fact_id": key, "source": source.kind, "reference": source.reference, "used_at": now}
        for key in ids if key not in known
    ])  # fmt: skip


def _row(organisation: Organisation, said: Statement, judge: Judge, source: Source, by: Actor) -> OrganisationFact:
    is_money = judge.is_money(said.code)
    return OrganisationFact(
        organisation=organisation, code=said.code, period=said.period,
        valid_from=first_day(said.period, said.said_of), valid_until=said.said_of,
        value=None if is_money else Decimal(said.figure), amount=int(said.figure) if is_money else None,
        source=source.kind, reference=source.reference, evidence=said.evidence.strip(), file=said.file,
        reason="", stated_by=by.person, stated_by_name=by.name, stated_at=clock.now(),
    )  # fmt: skip


def _add(organisation: Organisation, rows: Sequence[OrganisationFact], act: Act, by: Actor, reason: str = "") -> None:
    if not rows:
        return
    db.session.add_all(rows)
    db.session.flush()
    _tell(organisation, rows, act, by, reason)


def _tell(organisation: Organisation, rows: Sequence[OrganisationFact], act: Act, by: Actor, reason: str) -> None:
    """The trail holds which rows and their root, no figure."""
    leaves = [
        audit.canonical([row.id, row.code, row.period, row.valid_until, str(row.figure), row.evidence]) for row in rows
    ]
    after = {"facts": [row.id for row in rows], "codes": [row.code for row in rows]}
    after |= {"merkle_root": audit.merkle_root(leaves).hex()}
    audit.record(STREAM, act, organisation.number, by=by, reason=reason, after=after)
