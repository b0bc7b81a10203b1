"""What a tender says, as values: drafted on a form or by the demo loader, checked before anybody approves it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.errors import InputErrors, Problem
from core.words import _l
from procurement.models.tender import Tender
from procurement.scoring.abnormal import LabourFloor
from procurement.scoring.formulas import PriceFormula
from procurement.scoring.price import PriceTerms
from procurement.scoring.ranking import check_weights

COLUMNS = (
    "title",
    "summary",
    "service_line",
    "questions_until",
    "closes_at",
    "starts_on",
    "ends_on",
    "price_formula",
    "combination",
    "quality_minimum",
    "draw_source",
    "threshold",
)
"""What terms and a stored tender call the same."""


@dataclass(frozen=True, slots=True)
class LotTerms:
    """`ceiling` and `floor` in minor units for the whole term; `services`: (code, units for the whole term)."""

    title: str
    ceiling: int
    services: Sequence[tuple[str, int]]
    floor: int = 0
    place: str = ""
    is_reserved: bool = False


@dataclass(frozen=True, slots=True)
class CriterionTerms:
    """`block`: price, quality or social. A social one has a measure with its anchors."""

    code: str
    block: str
    name: str
    weight: Decimal
    question: str = ""
    measure: str = ""
    zero_at: Decimal | None = None
    full_at: Decimal | None = None
    steps: Sequence[tuple[Decimal, Decimal]] = ()
    unit: str = ""
    evidence: str = ""
    minimum: Decimal | None = None


@dataclass(frozen=True, slots=True)
class TenderTerms:
    """`officers`, `evaluators`, `holders` (of a spare key) are account ids; the labour floor: minor units per unit."""

    title: str
    service_line: str
    questions_until: dt.datetime
    closes_at: dt.datetime
    starts_on: dt.date
    ends_on: dt.date
    lots: Sequence[LotTerms]
    criteria: Sequence[CriterionTerms]
    officers: Sequence[int] = ()
    evaluators: Sequence[int] = ()
    holders: Sequence[int] = ()
    summary: str = ""
    threshold: int = 2
    price_formula: str = "absolute"
    combination: str = "mean"
    quality_minimum: Decimal | None = None
    labour_floor: LabourFloor | None = None
    draw_source: str = ""


def check_complete(tender: Tender, at: dt.datetime, least_days: int) -> None:
    """Refuse in words whatever would make the notice unlawful or the scores meaningless; all at once."""
    problems = [
        *_weight_problems(tender),
        *_lot_problems(tender),
        *_criterion_problems(tender),
        *_people_problems(tender),
        *_date_problems(tender, at, least_days),
    ]
    if problems:
        raise InputErrors(problems)


def price_terms(tender: Tender, ceiling: int, floor: int) -> PriceTerms:
    """The published price formula of one lot."""
    weight = sum((criterion.weighed().weight for criterion in tender.criteria_of("price")), Decimal(0))
    return PriceTerms(PriceFormula(tender.price_formula), weight, ceiling, floor, Decimal("0.90"), Decimal("0.5"))


def floor_of(tender: Tender) -> LabourFloor | None:
    """What an hour must cost, as published; None where no floor was set."""
    stored = tender.labour_floor
    return LabourFloor(**{name: Decimal(value) for name, value in stored.items()}) if stored else None


def _weight_problems(tender: Tender) -> Iterable[Problem]:
    try:
        check_weights([criterion.weighed() for criterion in tender.criteria])
    except InputErrors as error:
        yield from error.problems
    for block, words in (("price", _l("price")), ("quality", _l("quality")), ("social", _l("social"))):
        if not tender.criteria_of(block):
            yield Problem("criteria", _l("There is no %(block)s criterion yet.", block=words))
    if len(tender.criteria_of("price")) > 1:
        yield Problem("criteria", _l("A tender has one price criterion."))


def _lot_problems(tender: Tender) -> Iterable[Problem]:
    if not tender.lots:
        yield Problem("lots", _l("Add at least one lot."))
    for lot in tender.lots:
        if not lot.services:
            yield Problem(f"lots.{lot.number}", _l("Lot %(lot)s has no service yet.", lot=lot.number))
        elif tender.criteria_of("price"):
            try:
                price_terms(tender, lot.ceiling, lot.floor)
            except InputErrors as error:
                yield from (Problem(f"lots.{lot.number}.{p.where}", p.message, p.found) for p in error.problems)


def _criterion_problems(tender: Tender) -> Iterable[Problem]:
    for criterion in tender.criteria_of("social"):
        try:
            criterion.scale()
        except (InputErrors, ValueError) as error:
            found = error.problems[0].message if isinstance(error, InputErrors) else _l("Choose how it is measured.")
            message = _l("%(name)s: %(why)s", name=criterion.name, why=found)
            yield Problem(f"criteria.{criterion.position}", message)
    for criterion in tender.criteria_of("quality"):
        if not criterion.question.strip():
            message = _l("%(name)s: write the question that bidders answer.", name=criterion.name)
            yield Problem(f"criteria.{criterion.position}", message)


def _people_problems(tender: Tender) -> Iterable[Problem]:
    officers, evaluators = tender.people_as("officer"), tender.people_as("evaluator")
    if len(officers) < tender.threshold:
        message = _l("Name at least %(count)s opening officers.", count=tender.threshold)
        yield Problem("officers", message, str(len(officers)))
    if not evaluators:
        yield Problem("evaluators", _l("Name at least one evaluator."))
    holders = {row.person for row in tender.people_as("holder")}
    if holders & {row.person for row in officers}:
        yield Problem("holders", _l("The holder of the spare key is someone else than the officers."))


def _date_problems(tender: Tender, at: dt.datetime, least_days: int) -> Iterable[Problem]:
    if tender.closes_at < at + dt.timedelta(days=least_days):
        message = _l("Bids close at least %(days)s days after publication.", days=least_days)
        yield Problem("closes_on", message, tender.closes_at.isoformat())
    if tender.starts_on <= tender.closes_at.date():
        yield Problem("starts_on", _l("The contract starts after the bids close."), tender.starts_on.isoformat())
