"""Succession: a registrar proposes, the successor's manager accepts, another registrar approves; others hear of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from core import audit, clock, events, files
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import Forbidden, InputErrors, Problem
from core.roles import Role
from core.web.filters import day_words
from core.words import _, _l
from providers import queries
from providers.models import Provider, Succession
from providers.services.accreditation import end_stages, must_be_registrar
from providers.services.registration import PAPERS, STREAM
from providers.services.taking_over import take_over_care, take_over_sites
from providers.services.writing import write
from providers.states import HELD, SUCCESSION

ONE = dt.timedelta(days=1)
OPEN = ("proposed", "accepted")


@dataclass(frozen=True, slots=True)
class Evidence:
    content: bytes
    filename: str


def open_succession(provider: Provider) -> Succession | None:
    """On its way, or approved for a day to come or past."""
    return next((row for row in provider.successions if row.state in (*OPEN, "approved")), None)


def propose(
    provider: Provider, *, successor: Provider | None, on: dt.date, legal_reference: str, evidence: Evidence, by: Actor
) -> Succession:
    """`on` is the successor's first day, a day to come: what was decided for earlier days stays."""
    must_be_registrar(provider, by)
    problems = [*_problems(provider, successor, on)]
    if not legal_reference.strip():
        problems.append(Problem("legal_reference", _l("Name the deed, merger or law.")))
    if problems or successor is None:
        raise InputErrors(problems)
    media_type = files.check_upload(evidence.content, evidence.filename, PAPERS, "file")
    stored = files.store(
        evidence.content, filename=evidence.filename, media_type=media_type,
        organisation_id=provider.organisation_id, by=by,
    )  # fmt: skip
    row = Succession(
        provider=provider, successor=successor, takes_over_on=on, legal_reference=legal_reference.strip(),
        file_id=stored.id, state=SUCCESSION.initial, proposed_by=by.person, proposed_by_name=by.name,
        proposed_at=clock.now(),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    _note(row, "", by)
    return row


def accept(row: Succession, *, by: Actor) -> None:
    """A manager of the successor agrees to take over."""
    _must_be_successor(row, by)
    target = SUCCESSION.after(row.state, "accept")
    by.must_differ_from([row.proposed_by], _l("You proposed it, so someone else must accept it."))
    row.accepted_by, row.accepted_by_name, row.state = by.person, by.name, target
    _note(row, "", by)


def close(row: Succession, action: str, *, reason: str, by: Actor) -> None:
    """`decline` by the successor's manager, `drop` by a registrar; the other side reads why."""
    if action == "decline":
        _must_be_successor(row, by)
    else:
        must_be_registrar(row.provider, by)
    target = SUCCESSION.after(row.state, action)
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say why. The other side reads it."))
    row.state, row.answer, row.closed_at = target, reason.strip(), clock.now()
    _note(row, reason, by)


def approve(row: Succession, *, by: Actor) -> None:
    """From its day on the successor has sites, places and kinds of care; contracts and placements follow the event."""
    must_be_registrar(row.provider, by)
    must_be_registrar(row.successor, by)
    target = SUCCESSION.after(row.state, "approve")
    people = [person for person in (row.proposed_by, row.accepted_by) if person]
    by.must_differ_from(people, _l("You proposed or accepted it, so someone else must approve it."))
    if problems := list(_problems(row.provider, row.successor, row.takes_over_on, standing=row)):
        raise InputErrors(problems)
    row.approved_by, row.approved_by_name, row.state, row.closed_at = by.person, by.name, target, clock.now()
    db.session.flush()
    end_stages(row.provider, row.takes_over_on - ONE)
    take_over_care(row)
    take_over_sites(row)
    _note(row, "", by)
    data = {"organisation_id": row.organisation_id, "successor_id": row.successor_id, "succession_id": row.id}
    events.publish("provider.succeeded", row.provider.number, effective_from=row.takes_over_on, data=data)
    _write(row, by)


def _problems(
    provider: Provider, successor: Provider | None, on: dt.date, standing: Succession | None = None
) -> Iterable[Problem]:
    today = clock.today(fund().zone)
    if on <= today:
        yield Problem("takes_over_on", _l("Choose a day to come."), on.isoformat())
    if provider.state not in HELD:
        yield Problem("successor", _l("Only a unit that is accredited is taken over."))
    if open_succession(provider) not in (None, standing):
        yield Problem("successor", _l("Another succession of this unit is on its way."))
    if successor is None or successor.organisation_id == provider.organisation_id:
        yield Problem("successor", _l("Write the number of another provider, like P-2026-014-K."))
    elif not queries.is_accredited(successor.organisation_id, on):
        words = _l("%(number)s is not accredited on %(day)s.", number=successor.number, day=day_words(on))
        yield Problem("successor", words)


def _must_be_successor(row: Succession, by: Actor) -> None:
    if not (by.has(Role.PROVIDER_MANAGER) and by.organisation_id == row.successor_id):
        raise Forbidden(_l("A manager of the successor answers."))


def _write(row: Succession, by: Actor) -> None:
    """A letter to each side."""
    name, last = row.successor.organisation.name, row.takes_over_on - ONE
    reason = _("%(name)s follows. %(reference)s", name=name, reference=row.legal_reference)
    write(row.provider, "succeeded", reason=reason, by=by, days=(None, last))
    name = row.provider.organisation.name
    reason = _("You follow %(name)s. %(reference)s", name=name, reference=row.legal_reference)
    write(row.successor, "took_over", reason=reason, by=by, days=(row.takes_over_on, None))


def _note(row: Succession, reason: str, by: Actor) -> None:
    db.session.flush()
    after = {
        "successor": row.successor.number, "from": row.takes_over_on.isoformat(), "state": row.state,
        "evidence": row.file.sha256,
    }  # fmt: skip
    audit.record(STREAM, Act.PROVIDER_SUCCESSION, row.provider.number, by=by, reason=reason.strip(), after=after)
