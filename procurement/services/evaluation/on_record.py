"""What a tie was broken by, beside what the record of facts holds of the same bidder: for the officer to compare."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core import clock
from core.actors import Actor
from core.config import fund
from procurement import workforce
from procurement.models.evaluation import LotResult
from procurement.models.tender import Tender
from procurement.workforce import QUESTIONS, SMALLEST
from providers.fact_sheet import Reader
from providers.facts import Fact, catalogue_on
from providers.models import OrganisationFact
from providers.queries import latest


@dataclass(frozen=True, slots=True)
class Beside:
    """One figure of the day bids closed. `held` is None where nothing is on record; small counts read `<5`."""

    bidder: str
    name: str
    said: str
    held: str
    row: OrganisationFact | None
    differs: bool


def beside(tender: Tender, results: Iterable[LotResult], who: Actor) -> list[Beside]:
    """For the bids whose tie needed such facts; a joint bid speaks for several and is not compared. One statement."""
    on = clock.local_day(tender.closes_at, fund().zone)
    catalogue = catalogue_on(on)
    tied = [row for row in results if _needed_facts(row) and not row.bid.joined]
    codes = [code for code in workforce.asked(tender.tie_ladder) if code in catalogue.facts]
    held = {
        (row.organisation_id, row.code): row
        for row in latest([row.bid.organisation_id for row in tied], codes, on, apart_from=tender.number)
        if row.period == "day"
    }
    return [
        _beside(result, catalogue.facts[code], held.get((result.bid.organisation_id, code)),
                Reader(catalogue, result.bid.organisation_id, who))
        for result in tied for code in codes
    ]  # fmt: skip


def _needed_facts(row: LotResult) -> bool:
    return any(rung["step"] in QUESTIONS for rung in row.tie_break or ())


def _beside(result: LotResult, fact: Fact, held: OrganisationFact | None, reader: Reader) -> Beside:
    typed: Any = result.bid.content("quality").get("workforce", {})
    sealed = next((row for row in workforce.stated(typed) if row[:2] == (fact.code, "day")), None)
    is_small = sealed is not None and fact.kind == "count" and sealed[2] < SMALLEST
    said = "" if sealed is None else f"<{SMALLEST}" if is_small else reader.words(fact, sealed[2])
    differs = sealed is not None and held is not None and fact.differ(sealed[2], held.figure)
    return Beside(result.bid.bidder, fact.name, said, reader.words(fact, held.figure) if held else "", held, differs)
