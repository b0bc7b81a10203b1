"""Contracts for tests: terms, an open list, the people on both sides."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from core.actors import Actor
from core.db import unit_of_work
from core.roles import Role
from procurement.models.list_application import ListApplication
from procurement.models.open_list import OpenList
from procurement.services import open_lists
from procurement.services.contracts import Promise, TariffLine, Terms
from procurement.services.open_lists import OpenTerms
from tests.accounts import actor_with
from tests.providers.builders import today


def officer() -> Actor:
    return actor_with(Role.PROCUREMENT_OFFICER)


def manager(organisation_id: int) -> Actor:
    return actor_with(Role.PROVIDER_MANAGER, organisation_id=organisation_id)


def terms(organisation_id: int, **changes: object) -> Terms:
    values: dict[str, object] = {
        "organisation_id": organisation_id,
        "title": "Health posts, Salt Coast",
        "origin": "direct_award",
        "service_line": "health",
        "valid_from": today() - dt.timedelta(days=30),
        "valid_until": today() + dt.timedelta(days=335),
        "lines": [TariffLine("HC-100", Decimal(6400)), TariffLine("HC-110", Decimal("12400.5"))],
        "promises": [Promise("C6", "Permanent contracts", "per cent", Decimal(80), baseline=Decimal(60))],
        "budget": 86_400_000,
    }
    return Terms(**(values | changes))  # type: ignore[arg-type]


def published_list(**changes: object) -> OpenList:
    values: dict[str, object] = {
        "title": "Consultations at fixed prices",
        "service_line": "health",
        "valid_from": today() - dt.timedelta(days=30),
        "valid_until": today() + dt.timedelta(days=700),
        "rates": {"HC-100": Decimal(6000), "HC-110": Decimal(11000)},
        "conditions": "Open five days a week.",
    }
    with unit_of_work():
        row = open_lists.draft(OpenTerms(**(values | changes)), by=officer())  # type: ignore[arg-type]
        open_lists.publish(row, by=officer())
    return row


def applied(row: OpenList, organisation_id: int) -> ListApplication:
    with unit_of_work():
        return open_lists.apply(row, by=manager(organisation_id), has_agreed=True)


def admitted(row: OpenList, organisation_id: int) -> ListApplication:
    """Checked by one officer, decided by another."""
    sent = applied(row, organisation_id)
    with unit_of_work():
        open_lists.propose(sent, is_admitted=True, code="", reason="", by=officer())
        open_lists.decide(sent, by=officer())
    return sent
