"""Who is on the market of the long journey: twelve bidders, one of them with a partner, and what they offer."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from core.actors import Actor
from core.roles import Role
from procurement.queries.tenders import tender_by_number
from procurement.services import bids
from tests.accounts import actor_with
from tests.journeys.stage import Stage
from tests.procurement.tendering import House, house, secure

UNITS = {
    "Azmul": "worker_cooperative",
    "Tafrara": "cooperative",
    "Al Amal": "association",
    "Ighrem": "cooperative",
    "Open Door": "cooperative",
    "Noor": "mutual",
    "Salt Road": "worker_cooperative",
    "Asirem": "cooperative",
    "Three Wells": "association",
    "Medikar": "company",
    "Tanit": "cooperative",
    "Weavers’ Mutual": "mutual",
    "Night Watch": "worker_cooperative",
}
LOTS = ("Coast towns", "Islands", "Old port", "Salt flats", "Upper valley", "Lower valley", "Heights", "Oases")
ON_PHONE, LOSER, LEAD, PARTNER = 0, 4, 3, 12
WORDS = "One carer plans with each member, and writes it down with the family. Nights are covered by two."


class Market:
    """The people of the journey by what they do."""

    def __init__(self, people: House) -> None:
        self.officer, self.second, self.chair = people.officer, people.second, people.chair
        self.evaluators, self.bidders = people.evaluators, people.bidders
        self.judge = actor_with(Role.COMPLAINTS_OFFICER, name="L. Adran")
        organisation = people.bidders[ON_PHONE].organisation_id
        self.clerk = actor_with(Role.PROVIDER_CLERK, organisation_id=organisation, name="N. Zerbay")


def opened_market() -> Market:
    return Market(house(UNITS))


def lots_of(place: int) -> tuple[int, ...]:
    """The first four want two lots each and offer least; the others try three. Nobody else wants what is reserved."""
    if place < 4:
        return (2 * place + 1, 2 * place + 2)
    start = place - 3
    found = tuple(sorted({start, start % 8 + 1, (start + 3) % 8 + 1}))
    return tuple(lot for lot in found if lot != 2) if UNITS[list(UNITS)[place]] == "company" else found


def rate_of(place: int) -> str:
    """Per visit, in major units."""
    return f"{6900 + 50 * place}.000"


def send_the_others(stage: Stage, market: Market, number: str, instant: dt.datetime) -> None:
    """Every bid that is not made on the screen."""
    for place in range(12):
        if place not in (ON_PHONE, LEAD):
            with stage.backstage(instant):
                _send(number, market.bidders[place], place)


def _send(number: str, who: Actor, place: int) -> None:
    bid = bids.start_bid(tender_by_number(number), by=who)
    rate = Decimal(rate_of(place)) * 1000
    bids.save_draft(
        bid,
        by=who,
        is_confirmed=True,
        lots=lots_of(place),
        answers={"Q2": f"{WORDS} Team {place + 1}."},
        promises={"C6": str(90 - 2 * place)},
        has_documents=True,
        rates={lot: {"HC-VISIT": rate} for lot in lots_of(place)},
    )
    secure(bid, who)
    bids.submit_bid(bid, by=who)
