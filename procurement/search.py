"""Exact numbers of this room, for the box on every page: T- tenders, A- awards, C- contracts, L- lists, J- joining."""

from __future__ import annotations

from flask import url_for

from core.actors import Actor
from core.permissions import Permission, may
from core.roles import PROVIDER_STAFF
from core.web.search import add_resolver
from procurement.queries import bids, contracts, elsewhere, open_lists, tenders


def register() -> None:
    add_resolver("T", tender)
    add_resolver("A", award)
    add_resolver("C", contract)
    add_resolver("L", open_list)
    add_resolver("J", application)
    add_resolver("E", from_elsewhere)


def tender(number: str, who: Actor) -> str | None:
    """Any tender for the fund's staff, a published one for everybody who may bid."""
    if not may(Permission.READ_TENDERS, who.roles):
        return None
    row = tenders.tender_if_any(number, is_published=_is_provider(who), who=who)
    return url_for("tenders.show", number=row.number) if row else None


def award(number: str, who: Actor) -> str | None:
    """The tender for the fund's staff, their own letter for those who bid."""
    if not may(Permission.READ_TENDERS, who.roles):
        return None
    if _is_provider(who):
        letter = bids.own_letter_about(number, who.organisation_id)
        return url_for("bids.letter", letter=letter.id) if letter else None
    row = tenders.award_if_any(number)
    return url_for("tenders.show", number=row.lot.tender.number) if row else None


def contract(number: str, who: Actor) -> str | None:
    if not may(Permission.READ_CONTRACTS, who.roles):
        return None
    row = contracts.contract_by_number(number, (who.organisation_id or 0) if _is_provider(who) else None, who)
    return url_for("contracts.show", number=row.number) if row else None


def open_list(number: str, who: Actor) -> str | None:
    if not may(Permission.READ_CONTRACTS, who.roles):
        return None
    row = open_lists.open_list_by_number(number, is_published=_is_provider(who), who=who)
    return url_for("open_lists.show", number=row.number) if row else None


def application(number: str, who: Actor) -> str | None:
    """An application to an open list: the fund's staff, and the provider that sent it."""
    if not may(Permission.READ_CONTRACTS, who.roles):
        return None
    row = open_lists.application(number, (who.organisation_id or 0) if _is_provider(who) else None, who)
    return url_for("list_applications.show", number=row.number) if row else None


def from_elsewhere(number: str, who: Actor) -> str | None:
    """A procedure published elsewhere, for the fund's staff."""
    if not may(Permission.READ_TENDERS, who.roles) or _is_provider(who):
        return None
    row = elsewhere.procedure_if_any(number)
    return url_for("elsewhere.show", number=row.number) if row else None


def _is_provider(who: Actor) -> bool:
    return who.roles <= PROVIDER_STAFF
