"""The registrar's decisions: accredit, send back, suspend, restore, withdraw; each dated and with its reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from core import audit, clock, events
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import Conflict, Forbidden, InputErrors, Problem
from core.roles import Role
from core.words import _l
from providers.models import Accreditation, CompletionRequest, Provider, Suspension
from providers.plan import plan_on
from providers.services.registration import STREAM
from providers.services.writing import tell_sent_back, write
from providers.states import PROVIDER


def accredit(provider: Provider, *, valid_from: dt.date, valid_until: dt.date, reason: str, by: Actor) -> Accreditation:
    """Care may be given for the fund on these days."""
    must_be_registrar(provider, by)
    target = PROVIDER.after(provider.state, "accredit")
    problems = [*_missing_reason(reason)]
    if valid_until < valid_from:
        problems.append(Problem("valid_until", _l("The last day lies before the first."), valid_until.isoformat()))
    if any(row.valid_from <= valid_until and valid_from <= row.valid_until for row in provider.accreditations):
        problems.append(Problem("valid_from", _l("An accreditation covers some of these days already."), ""))
    if problems:
        raise InputErrors(problems)
    row = Accreditation(
        organisation_id=provider.organisation_id, valid_from=valid_from, valid_until=valid_until,
        decided_by=by.person, decided_at=clock.now(), reason=reason.strip(),
    )  # fmt: skip
    db.session.add(row)
    provider.registrar_note = ""
    after = {"valid_from": valid_from.isoformat(), "valid_until": valid_until.isoformat()}
    _move(provider, target, Act.PROVIDER_ACCREDITED, reason, by, after)
    _tell("provider.accredited", provider, valid_from)
    db.session.expire(provider, ["accreditations"])
    write(provider, "accredited", reason=reason, by=by, days=(valid_from, valid_until))
    return row


def send_back(provider: Provider, *, reasons: str = "", asked: Mapping[str, str] | None = None, by: Actor) -> None:
    """What must be mended stands at the top of the task list, or at the task (a key of TASKS) that it is asked for."""
    must_be_registrar(provider, by)
    target = PROVIDER.after(provider.state, "send_back")
    wanted = {task: text.strip() for task, text in (asked or {}).items() if text.strip()}
    if not reasons.strip() and not wanted:
        raise InputErrors.at("reasons", _l("Say what must be mended. The cooperative reads it."))
    today = clock.today(fund().zone)
    rules = plan_on(today)
    due_on = today + dt.timedelta(days=rules.completion_days) if rules else None
    db.session.add_all(
        CompletionRequest(
            organisation_id=provider.organisation_id, task=task, text=text, due_on=due_on, asked_by=by.person,
            asked_at=clock.now(),
        )
        for task, text in wanted.items()
    )  # fmt: skip
    provider.registrar_note = reasons.strip()
    after = {"tasks": ", ".join(wanted), "due_on": due_on.isoformat() if due_on else ""}
    _move(provider, target, Act.PROVIDER_RETURNED, reasons, by, after)
    db.session.expire(provider, ["requests"])
    tell_sent_back(provider, due_on)


def refuse(provider: Provider, *, reason: str, by: Actor) -> None:
    """The registration ends here; its people may apply again."""
    must_be_registrar(provider, by)
    target = PROVIDER.after(provider.state, "refuse")
    if problems := _missing_reason(reason):
        raise InputErrors(problems)
    _move(provider, target, Act.PROVIDER_REFUSED, reason, by)
    write(provider, "refused", reason=reason, by=by)


def suspend(provider: Provider, *, on: dt.date, reason: str, by: Actor) -> Suspension:
    """From `on` claims are refused; a day in the past touches decided claims, so higher rooms hear of it."""
    must_be_registrar(provider, by)
    target = PROVIDER.after(provider.state, "suspend")
    problems = [*_missing_reason(reason)]
    if any(row.valid_until is None or row.valid_until >= on for row in provider.suspensions if row.lifted_at is None):
        problems.append(Problem("suspended_on", _l("An earlier suspension covers this day."), on.isoformat()))
    if problems:
        raise InputErrors(problems)
    today = clock.today(fund().zone)
    rules = plan_on(today)
    until = today + dt.timedelta(days=rules.appeal_days) if rules else None
    row = Suspension(
        organisation_id=provider.organisation_id, valid_from=on, reason=reason.strip(), decided_by=by.person,
        appeal_until=until,
    )  # fmt: skip
    db.session.add(row)
    _move(provider, target, Act.PROVIDER_SUSPENDED, reason, by, {"valid_from": on.isoformat()})
    _tell("provider.suspended", provider, on)
    db.session.expire(provider, ["suspensions"])
    write(provider, "suspended", reason=reason, by=by, days=(on, None), appeal_until=until)
    return row


def restore(provider: Provider, *, on: dt.date, reason: str, by: Actor) -> None:
    """`on` is the first day on which care counts again."""
    must_be_registrar(provider, by)
    target = PROVIDER.after(provider.state, "restore")
    running = [row for row in provider.suspensions if row.valid_until is None and row.lifted_at is None]
    if not running:
        raise Conflict(_l("No suspension is running."))
    problems = [*_missing_reason(reason)]
    if on <= running[0].valid_from:
        first = running[0].valid_from.isoformat()
        problems.append(
            Problem("restored_on", _l("Choose a day after %(day)s, its first day.", day=first), on.isoformat())
        )
    if problems:
        raise InputErrors(problems)
    running[0].valid_until = on - dt.timedelta(days=1)
    _move(provider, target, Act.PROVIDER_RESTORED, reason, by, {"restored_on": on.isoformat()})
    _tell("provider.restored", provider, on)
    write(provider, "restored", reason=reason, by=by, days=(on, None))


def withdraw(provider: Provider, *, on: dt.date, reason: str, by: Actor) -> None:
    """`on` is the last day; accreditations end with it."""
    must_be_registrar(provider, by)
    target = PROVIDER.after(provider.state, "withdraw")
    if problems := [*_missing_reason(reason)]:
        raise InputErrors(problems)
    for row in provider.accreditations:
        if row.valid_from > on:
            db.session.delete(row)
        elif row.valid_until > on:
            row.valid_until = on
    _move(provider, target, Act.PROVIDER_WITHDRAWN, reason, by, {"valid_until": on.isoformat()})
    _tell("provider.withdrawn", provider, on + dt.timedelta(days=1))
    db.session.expire(provider, ["accreditations"])
    write(provider, "withdrawn", reason=reason, by=by, days=(None, on))


def must_be_registrar(provider: Provider, by: Actor) -> None:
    if not by.has(Role.REGISTRAR):
        raise Forbidden(_l("Only a registrar decides about registrations."))
    if by.organisation_id == provider.organisation_id:
        raise Forbidden(_l("You act for this organisation, so another registrar must decide."), code="four_eyes")


def _missing_reason(reason: str) -> list[Problem]:
    return (
        [] if reason.strip() else [Problem("reason", _l("Write the reason. It stands in the trail and in the letter."))]
    )


def _move(
    provider: Provider, target: str, act: Act, reason: str, by: Actor, after: dict[str, str] | None = None
) -> None:
    before = {"state": provider.state}
    provider.state = target
    db.session.flush()
    audit.record(
        STREAM,
        act,
        provider.number,
        by=by,
        reason=reason.strip(),
        before=before,
        after={"state": target} | (after or {}),
    )


def _tell(kind: str, provider: Provider, effective_from: dt.date) -> None:
    data = {"organisation_id": provider.organisation_id}
    events.publish(kind, provider.number, effective_from=effective_from, data=data)
