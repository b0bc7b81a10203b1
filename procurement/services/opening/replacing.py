"""An evaluator is replaced, with the reason: marks of who leaves stay on record and no longer count nor block."""

from __future__ import annotations

from collections.abc import Sequence

from core import audit, clock
from core.accounts.models import Account
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import DomainError, InputErrors
from core.roles import Role
from core.words import _l
from procurement.models.tender import Tender, TenderPerson
from procurement.queries import tenders as queries
from procurement.queries.bids import moderations_of
from procurement.services.declaring import refuse_undeclared

NOW = ("published", "opened_quality", "admin_review")


def candidates(tender: Tender) -> Sequence[Account]:
    """Evaluators of the fund who are not named on this tender in any duty."""
    named = {row.person for row in tender.people}
    return [row for row in queries.accounts_with(Role.EVALUATOR) if row.person not in named]


def replace_evaluator(tender: Tender, person: str, account_id: int | None, reason: str, *, by: Actor) -> TenderPerson:
    """Until the lock. Whoever replaces has declared too, once bids are open, and is neither of the two."""
    tender = queries.locked_tender(tender.number)
    if tender.state not in NOW:
        raise DomainError(_l("Evaluators are replaced between the notice and the lock of the scores."), code="not_now")
    gone = _leaving(tender, person)
    account = next((row for row in candidates(tender) if row.id == account_id), None)
    if account is None:
        raise InputErrors.at("account_id", _l("Choose an evaluator who is not yet named on this tender."), account_id)
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say why. The reason stays with the tender."))
    by.must_differ_from([person, account.person], _l("You are one of the two, so someone else does this."))
    if tender.quality_opened_at:
        refuse_undeclared(tender, by)
    gone.left_at, gone.left_reason = clock.now(), reason.strip()
    row = TenderPerson(account_id=account.id, person=account.person, name=account.name, duty="evaluator")
    row.replaces = gone.name
    tender.people.append(row)
    db.session.flush()
    after = {"in": account.id, "out": gone.account_id, "had_handed_in": gone.submitted_at is not None}
    audit.record(tender.stream, Act.EVALUATOR_REPLACED, tender.number, by=by, reason=reason, after=after)
    return row


def _leaving(tender: Tender, person: str) -> TenderPerson:
    """The evaluator whose place is taken. Marks agreed from its own stand, unless it had an interest."""
    rows = [row for row in tender.people_as("evaluator") if row.person == person and row.left_at is None]
    if not rows:
        raise InputErrors.at("person", _l("Choose an evaluator of this tender."), person)
    if rows[0].submitted_at and not rows[0].is_recused and moderations_of(tender):
        raise DomainError(_l("Marks were agreed on already, from those handed in: they stand."), code="moderated")
    return rows[0]
