"""Interests: declared after the list of bidders and before any content, and once more before prices."""

from __future__ import annotations

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import Forbidden, InputErrors
from core.roles import Role
from core.words import _l
from procurement.models.tender import Tender, TenderPerson

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


def _desk(tender: Tender, by: Actor) -> TenderPerson:
    """Officers and chairs who are not named yet enter the list of people by declaring."""
    if by.account_id is None or not by.has(*DESK):
        raise Forbidden(_l("You are not named on this tender."))
    row = TenderPerson(account_id=by.account_id, person=by.person, name=by.name, duty="desk")
    tender.people.append(row)
    return row
