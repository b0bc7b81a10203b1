"""After a found breach: the provider appeals in its days, a third person rules; the chair may annul what was wrong."""

from __future__ import annotations

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.db import database_now, db
from core.errors import Conflict, DomainError, Forbidden, InputErrors
from core.roles import Role
from core.words import _l
from procurement.models.breach import Breach
from procurement.queries import breaches as queries
from procurement.services.breaches.collecting import give_back
from procurement.services.breaches.reporting import refuse_stranger
from procurement.services.breaches.telling import tell_provider
from procurement.services.contracts.telling import STREAM
from procurement.states.breach import BREACH


def appeal(breach: Breach, text: str, *, by: Actor) -> None:
    """Once, in time. Meanwhile the breach speaks against nobody, and no penalty is taken."""
    row = queries.locked_breach(breach.number)
    refuse_stranger(row, by)
    target = BREACH.after(row.state, "appeal")
    if row.appealed_at is not None:
        raise Conflict(_l("You appealed once; the ruling stands."))
    at = database_now()
    if row.appeal_due_at is None or clock.microseconds(at) > clock.microseconds(row.appeal_due_at):
        raise DomainError(_l("The time to appeal is over."), code="too_late")
    if not text.strip():
        raise InputErrors.at("appeal", _l("Say why the decision is wrong."))
    row.state, row.appeal, row.appealed_by, row.appealed_at = target, text.strip(), by.person, at
    db.session.flush()
    audit.record(STREAM, Act.BREACH_APPEALED, row.number, by=by, after={"state": target})


def rule(breach: Breach, action: str, reasons: str, *, by: Actor) -> None:
    """A complaints officer without a part in it: `uphold_appeal` annuls the decision, `decline_appeal` keeps it."""
    row = queries.locked_breach(breach.number)
    if action not in ("uphold_appeal", "decline_appeal"):
        raise InputErrors.at("action", _l("Choose a decision."), action)
    target = BREACH.after(row.state, action)
    if not by.has(Role.COMPLAINTS_OFFICER):
        raise Forbidden(_l("A complaints officer rules on the appeal."))
    _settle(row, target, reasons, by)


def annul(breach: Breach, reasons: str, *, by: Actor) -> None:
    """The chair takes back what turned out to be wrong, also after the appeal's days; what was taken is given back."""
    row = queries.locked_breach(breach.number)
    target = BREACH.after(row.state, "annul")
    if not by.has(Role.PROCUREMENT_CHAIR):
        raise Forbidden(_l("The chair annuls a decision."))
    _settle(row, target, reasons, by)


def _settle(row: Breach, target: str, reasons: str, by: Actor) -> None:
    had_part = [person for person in (row.reported_by, row.decided_by) if person]
    by.must_differ_from(had_part, _l("You reported or decided this breach, so someone else must rule."))
    if not reasons.strip():
        raise InputErrors.at("ruling", _l("Write the reasons: the provider reads them."))
    before, row.state = row.state, target
    row.ruling, row.ruled_by, row.ruled_by_name, row.ruled_at = reasons.strip(), by.person, by.name, clock.now()
    if target == "annulled":
        give_back(row, by=by)
    db.session.flush()
    said = {"before": {"state": before}, "after": {"state": target}}
    audit.record(STREAM, Act.BREACH_RULED, row.number, by=by, reason=row.ruling, **said)
    tell_provider(row, "ruled")
