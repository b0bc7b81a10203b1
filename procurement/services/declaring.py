"""Nobody acts on bids before a declaration of interest: once before content, once more before prices."""

from __future__ import annotations

from core.actors import Actor
from core.errors import Forbidden
from core.words import _l
from procurement.models.tender import Tender, TenderPerson


def own_row(tender: Tender, person: str) -> TenderPerson | None:
    """What `person` declared; every row of the same person says the same."""
    return next((row for row in tender.people if row.person == person and row.left_at is None), None)


def refuse_undeclared(tender: Tender, by: Actor) -> None:
    """Who acts has denied an interest; after the second opening, has denied it again."""
    me = own_row(tender, by.person)
    if me is not None and me.is_recused:
        raise Forbidden(_l("You declared an interest, so someone else does this."), code="recused")
    is_declared = me is not None and (me.may_read_prices if tender.price_opened_at else me.may_read)
    if not is_declared:
        raise Forbidden(_l("Declare first whether you have an interest in one of the bidders."), code="undeclared")
