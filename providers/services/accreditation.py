"""The registrar's decisions beside the two stages: send back, refuse, suspend, restore, withdraw; with reasons."""

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
from providers.models import CompletionRequest, Provider, Suspension
from providers.plan import plan_on
from providers.services.registration import STREAM
from providers.services.writing import tell_sent_back, write
from providers.states import PROVIDER


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
    move(provider, target, Act.PROVIDER_RETURNED, reasons, by, after)
    db.session.expire(provider, ["requests"])
    tell_sent_back(provider, due_on)


def refuse(provider: Provider, *, reason: str, by: Actor) -> None:
    """The registration ends here; its people may apply again."""
    must_be_registrar(provider, by)
    target = PROVIDER.after(provider.state, "refuse")
    if problems := missing_reason(reason):
        raise InputErrors(problems)
    move(provider, target, Act.PROVIDER_REFUSED, reason, by)
    write(provider, "refused", reason=reason, by=by)


def suspend(provider: Provider, *, on: dt.date, reason: str, by: Actor) -> Suspension:
    """From `on` claims are refused; a day in the past touches decided claims, so higher rooms hear of it."""
    must_be_registrar(provider, by)
    target = PROVIDER.after(provider.state, "suspend")
    problems = [*missing_reason(reason)]
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
    move(provider, target, Act.PROVIDER_SUSPENDED, reason, by, {"valid_from": on.isoformat()})
    publish("provider.suspended", provider, on)
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
    problems = [*missing_reason(reason)]
    if on <= running[0].valid_from:
        first = running[0].valid_from.isoformat()
        problems.append(
            Problem("restored_on", _l("Choose a day after %(day)s, its first day.", day=first), on.isoformat())
        )
    if problems:
        raise InputErrors(problems)
    running[0].valid_until = on - dt.timedelta(days=1)
    move(provider, target, Act.PROVIDER_RESTORED, reason, by, {"restored_on": on.isoformat()})
    publish("provider.restored", provider, on)
    write(provider, "restored", reason=reason, by=by, days=(on, None))


def withdraw(provider: Provider, *, on: dt.date, reason: str, by: Actor) -> None:
    """`on` is the last day; what was decided of its stages ends with it."""
    must_be_registrar(provider, by)
    target = PROVIDER.after(provider.state, "withdraw")
    if problems := [*missing_reason(reason)]:
        raise InputErrors(problems)
    end_stages(provider, on)
    move(provider, target, Act.PROVIDER_WITHDRAWN, reason, by, {"valid_until": on.isoformat()})
    publish("provider.withdrawn", provider, on + dt.timedelta(days=1))
    write(provider, "withdrawn", reason=reason, by=by, days=(None, on))


def end_stages(provider: Provider, on: dt.date) -> None:
    """Authorised and accredited until this day at the latest."""
    for row in provider.periods:
        if row.valid_from > on:
            db.session.delete(row)
        elif row.valid_until > on:
            row.valid_until = on
    db.session.flush()
    db.session.expire(provider, ["authorisations", "accreditations"])


def must_be_registrar(provider: Provider, by: Actor) -> None:
    if not by.has(Role.REGISTRAR):
        raise Forbidden(_l("Only a registrar decides about registrations."))
    if by.organisation_id == provider.organisation_id:
        raise Forbidden(_l("You act for this organisation, so another registrar must decide."), code="four_eyes")


def missing_reason(reason: str) -> list[Problem]:
    return (
        [] if reason.strip() else [Problem("reason", _l("Write the reason. It stands in the trail and in the letter."))]
    )


def move(
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


def publish(kind: str, provider: Provider, effective_from: dt.date) -> None:
    data = {"organisation_id": provider.organisation_id}
    events.publish(kind, provider.number, effective_from=effective_from, data=data)
