"""Authorised, then accredited: two decisions of the registrar, each on the plan's checklist of that stage."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from core import clock
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import InputErrors, Problem
from core.web.filters import day_words
from core.words import _l
from providers.models import Accreditation, Authorisation, Provider, RequirementMet
from providers.requirements import Check, Evidence, checklist, lasts
from providers.services.accreditation import missing_reason, move, must_be_registrar, publish
from providers.services.writing import write
from providers.states import PROVIDER

Found = Mapping[str, Evidence]


def authorise(
    provider: Provider, *, valid_from: dt.date, valid_until: dt.date, reason: str, by: Actor, found: Found | None = None
) -> Authorisation:
    """It may take part on these days, and becomes accredited in them."""
    row = Authorisation(valid_from=valid_from, valid_until=valid_until, reason=reason.strip())
    _decide(provider, row, "authorise", by, found or {})
    db.session.expire(provider, ["authorisations"])
    return row


def accredit(
    provider: Provider, *, valid_from: dt.date, valid_until: dt.date, reason: str, by: Actor, found: Found | None = None
) -> Accreditation:
    """Care may be given for the fund on these days; an authorisation holds on the first of them."""
    row = Accreditation(valid_from=valid_from, valid_until=valid_until, reason=reason.strip())
    _decide(provider, row, "accredit", by, found or {})
    publish("provider.accredited", provider, valid_from)
    db.session.expire(provider, ["accreditations"])
    return row


def _decide(provider: Provider, row: Authorisation | Accreditation, action: str, by: Actor, found: Found) -> None:
    must_be_registrar(provider, by)
    stage = PROVIDER.after(provider.state, action)
    checks = checklist(provider, stage, row.valid_from, found)
    if problems := [*missing_reason(row.reason), *_wrong_days(provider, row), *_lacking(checks, row.valid_from)]:
        raise InputErrors(problems)
    row.organisation_id, row.decided_by, row.decided_at = provider.organisation_id, by.person, clock.now()
    db.session.add(row)
    db.session.add_all(_written(provider, stage, check, check.evidence, by) for check in checks if check.evidence)
    provider.registrar_note = ""
    days = {"valid_from": row.valid_from.isoformat(), "valid_until": row.valid_until.isoformat()}
    act = Act.PROVIDER_AUTHORISED if stage == "authorised" else Act.PROVIDER_ACCREDITED
    move(provider, stage, act, row.reason, by, days | {"checklist": ", ".join(each.requirement.key for each in checks)})
    db.session.expire(provider, ["met"])
    write(provider, stage, reason=row.reason, by=by, days=(row.valid_from, row.valid_until))


def _wrong_days(provider: Provider, row: Authorisation | Accreditation) -> Iterable[Problem]:
    if row.valid_until < row.valid_from:
        yield Problem("valid_until", _l("The last day lies before the first."), row.valid_until.isoformat())
    if isinstance(row, Accreditation) and not any(held.covers(row.valid_from) for held in provider.authorisations):
        words = _l("It is not authorised on this day.")
        yield Problem("valid_from", words, row.valid_from.isoformat())


def _lacking(checks: Iterable[Check], on: dt.date) -> Iterable[Problem]:
    """At the field of a finding, else at the first day; evidence that a person typed must last as well."""
    for check in checks:
        asked = check.requirement
        where = f"found-{asked.key}" if check.is_finding else "valid_from"
        if check.evidence is None:
            yield Problem(where, _l("%(what)s: not shown yet (%(basis)s).", what=asked.title, basis=asked.basis))
        elif not lasts(check.evidence.valid_until, on):
            first = day_words(on)
            yield Problem(where, _l("%(what)s: this evidence has ended by %(day)s.", what=asked.title, day=first))


def _written(provider: Provider, stage: str, check: Check, evidence: Evidence, by: Actor) -> RequirementMet:
    return RequirementMet(
        organisation_id=provider.organisation_id, stage=stage, key=check.requirement.key,
        basis=check.requirement.basis, evidence=evidence.text, valid_until=evidence.valid_until,
        is_finding=check.is_finding, checked_by=by.person, checked_at=clock.now(),
    )  # fmt: skip
