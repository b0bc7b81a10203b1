"""Interests: declared after the list of bidders and before any content, and once more before prices."""

from __future__ import annotations

from typing import Any

from core import audit, clock
from core.accounts.models import Account
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import DomainError, Forbidden, InputErrors
from core.roles import Role
from core.words import _l
from procurement.models.tender import Tender, TenderPerson
from procurement.queries import tenders as queries

DESK = (Role.PROCUREMENT_OFFICER, Role.PROCUREMENT_CHAIR)


def declare_interest(tender: Tender, answer: str, text: str = "", *, by: Actor) -> None:
    """None, potential or yes; yes withdraws the person. From the lock of the scores on it is about prices."""
    rows = [row for row in tender.people if row.person == by.person] or [_desk(tender, by)]
    if answer not in ("none", "potential", "yes"):
        raise InputErrors.at("interest", _l("Choose one of the three answers."), answer)
    if answer != "none" and not text.strip():
        raise InputErrors.at("interest_text", _l("Say with whom and how."))
    stage, at = ("price" if tender.locked_at or tender.price_opened_at else "quality"), clock.now()
    for row in rows:
        if stage == "price":
            row.price_interest, row.price_interest_text, row.price_declared_at = answer, text.strip(), at
        if stage == "quality" or not row.interest:
            row.interest, row.interest_text, row.declared_at = answer, text.strip(), at
    db.session.flush()
    audit.record(tender.stream, Act.CONFLICT_DECLARED, tender.number, by=by, after={"interest": answer, "stage": stage})


def replace_evaluator(tender: Tender, person: str, account_id: int, *, by: Actor) -> TenderPerson:
    """Somebody else in the place of an evaluator who withdrew; the marks of who withdrew no longer count."""
    gone = next((row for row in tender.people_as("evaluator") if row.person == person), None)
    if gone is None or not gone.is_recused:
        raise InputErrors.at("person", _l("Only an evaluator who withdrew is replaced."), person)
    if tender.locked_at or tender.state not in ("opened_quality", "admin_review"):
        raise DomainError(_l("Evaluators are replaced while quality is scored."), code="not_now")
    account = queries.accounts_by_id([account_id]).get(account_id)
    candidates = {row.id for row in queries.accounts_with(Role.EVALUATOR)}
    if account is None or account_id not in candidates or account.person in {row.person for row in tender.people}:
        raise InputErrors.at("account_id", _l("Choose an evaluator who is not yet named on this tender."), account_id)
    row = TenderPerson(account_id=account.id, person=account.person, name=account.name, duty="evaluator")
    row.replaces = gone.name
    tender.people.append(row)
    db.session.flush()
    after = {"in": account.id, "out": gone.account_id}
    audit.record(tender.stream, Act.EVALUATOR_REPLACED, tender.number, by=by, after=after)
    return row


def hints(tender: Tender, person: str) -> list[Any]:
    """What to think of before declaring: the own e-mail domain or surname among the bidders. Never a verdict."""
    found: list[Any] = []
    account = queries.account_of(person)
    if account is None:
        return found
    for bid in queries.sent_bids(tender):
        name, domain = bid.organisation.name, bid.organisation.email.rpartition("@")[2]
        if domain and domain == account.email.rpartition("@")[2]:
            found.append(_l("%(bidder)s uses your e-mail domain, %(domain)s.", bidder=name, domain=domain))
        if any(_surname(row) == _surname(account) for row in queries.people_of_organisation(bid.organisation_id)):
            found.append(_l("Someone at %(bidder)s has your surname.", bidder=name))
    return found


def _surname(account: Account) -> str:
    return account.name.split()[-1].casefold() if account.name.split() else ""


def _desk(tender: Tender, by: Actor) -> TenderPerson:
    """Officers and chairs who are not named yet enter the list of people by declaring."""
    if by.account_id is None or not by.has(*DESK):
        raise Forbidden(_l("You are not named on this tender."))
    row = TenderPerson(account_id=by.account_id, person=by.person, name=by.name, duty="desk")
    tender.people.append(row)
    return row
