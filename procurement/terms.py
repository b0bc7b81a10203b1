"""What a tender says, as values: drafted on a form or by the demo loader, checked before anybody approves it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from procurement.models.tender import Tender
from procurement.scoring.abnormal import LabourFloor
from procurement.scoring.formulas import PriceFormula
from procurement.scoring.price import PriceTerms

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
    "one_lot_reason",
    "most_lots_bid",
    "most_lots_won",
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
    reservation: str = ""
    cpv: str = ""

    @property
    def kind(self) -> str:
        """The reservation; `is_reserved` alone means by legal form."""
        return self.reservation or ("res-sse" if self.is_reserved else "")


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
    catalogue: str = ""


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
    one_lot_reason: str = ""
    most_lots_bid: int | None = None
    most_lots_won: int | None = None
    clauses: Sequence[str] = ()


def price_terms(tender: Tender, ceiling: int, floor: int) -> PriceTerms:
    """The published price formula of one lot."""
    weight = sum((criterion.weighed().weight for criterion in tender.criteria_of("price")), Decimal(0))
    return PriceTerms(PriceFormula(tender.price_formula), weight, ceiling, floor, Decimal("0.90"), Decimal("0.5"))


def floor_of(tender: Tender) -> LabourFloor | None:
    """What an hour must cost, as published; None where no floor was set."""
    stored = tender.labour_floor
    return LabourFloor(**{name: Decimal(value) for name, value in stored.items()}) if stored else None
