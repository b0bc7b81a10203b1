"""An appeal against a suspension: made in time by the provider, decided by somebody else, won from the first day."""

from __future__ import annotations

import datetime as dt

from core import audit, clock, events
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import Conflict, Forbidden, InputErrors
from core.web.filters import day_words
from core.words import _l
from providers.models import Provider, Suspension, SuspensionAppeal
from providers.services.accreditation import must_be_registrar
from providers.services.registration import STREAM
from providers.services.writing import write
from providers.states import APPEAL, PROVIDER


def contestable(provider: Provider, on: dt.date) -> Suspension | None:
    """The newest suspension that may still be appealed against on the day."""
    rows = [row for row in provider.suspensions if row.appeal is None and row.lifted_at is None]
    return next((row for row in reversed(rows) if row.appeal_until is None or on <= row.appeal_until), None)


def waiting(provider: Provider) -> SuspensionAppeal | None:
    found = (row.appeal for row in provider.suspensions if row.appeal is not None)
    return next((appeal for appeal in found if appeal.state == "made"), None)


def appeal(provider: Provider, *, text: str, by: Actor) -> SuspensionAppeal:
    """The last day is in, the day after is too late."""
    if by.organisation_id != provider.organisation_id:
        raise Forbidden(_l("Only people of this organisation can appeal for it."))
    row = contestable(provider, clock.today(fund().zone))
    if row is None:
        last = next((past.appeal_until for past in reversed(provider.suspensions) if past.appeal is None), None)
        late = _l("The last day to appeal was %(day)s.", day=day_words(last) if last else "")
        raise Conflict(late if last else _l("No suspension stands that you could appeal against."))
    if not text.strip():
        raise InputErrors.at("text", _l("Say why the suspension is wrong."))
    made = SuspensionAppeal(
        suspension_id=row.id, state=APPEAL.initial, text=text.strip(), made_by=by.person, made_at=clock.now()
    )
    db.session.add(made)
    db.session.flush()
    after = {"suspended_from": row.valid_from.isoformat()}
    audit.record(STREAM, Act.SUSPENSION_APPEALED, provider.number, by=by, after=after)
    db.session.expire(row, ["appeal"])
    return made


def decide(provider: Provider, action: str, *, reason: str, by: Actor) -> None:
    """`grant`: the suspension never was, so claims of its days are decided again; `reject`: it stands."""
    must_be_registrar(provider, by)
    row = waiting(provider)
    if row is None:
        raise Conflict(_l("No appeal waits for an answer."))
    held = row.suspension
    by.must_differ_from(
        [held.decided_by, row.made_by], _l("You decided the suspension, so someone else must judge it.")
    )
    target = APPEAL.after(row.state, action)
    if not reason.strip():
        raise InputErrors.at("reason", _l("Write the reason. It stands in the trail and in the letter."))
    row.state, row.decided_by, row.decided_at = target, by.person, clock.now()
    if target == "won":
        _lift(provider, held)
    db.session.flush()
    after = {"state": target, "suspended_from": held.valid_from.isoformat(), "provider": provider.state}
    audit.record(STREAM, Act.SUSPENSION_APPEAL_DECIDED, provider.number, by=by, reason=reason.strip(), after=after)
    write(provider, f"appeal_{target}", reason=reason, by=by, days=(held.valid_from, None))


def _lift(provider: Provider, held: Suspension) -> None:
    held.lifted_at = clock.now()
    if provider.state == "suspended" and held.valid_until is None:
        provider.state = PROVIDER.after(provider.state, "restore")
    data = {"organisation_id": provider.organisation_id}
    events.publish("provider.restored", provider.number, effective_from=held.valid_from, data=data)
