"""What a tender says, as values: drafted on a form or by the demo loader, checked before anybody approves it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from procurement.models.tender import Tender
from procurement.scoring.abnormal import LabourFloor
from procurement.scoring.formulas import PriceFormula
from procurement.scoring.low_price import LowPriceRule
from procurement.scoring.price import PriceTerms
from procurement.scoring.ties import DEFAULT_LADDER

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
    "social_minimum",
    "most_to_price",
    "is_renormalised",
    "are_averages_frozen",
    "framework",
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
    members: int = 1

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
    gate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class TenderTerms:
    """`officers`, `evaluators`, `holders` (of a spare key) are account ids; the labour floor: minor units per unit.

    `low_price_rules` None: those that the fund's plan names first.
    """

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
    tie_ladder: Sequence[str] = DEFAULT_LADDER
    performance: Sequence[str] = ()
    low_price_rules: Sequence[LowPriceRule] | None = None
    social_minimum: Decimal | None = None
    most_to_price: int | None = None
    is_renormalised: bool = False
    are_averages_frozen: bool = False
    framework: str = ""


def price_terms(tender: Tender, ceiling: int, floor: int) -> PriceTerms:
    """The published price formula of one lot."""
    weight = sum((criterion.weighed().weight for criterion in tender.criteria_of("price")), Decimal(0))
    return PriceTerms(PriceFormula(tender.price_formula), weight, ceiling, floor, Decimal("0.90"), Decimal("0.5"))


def low_price_rules(tender: Tender) -> list[LowPriceRule]:
    """The published rules that call a price low, beside the labour floor."""
    return [LowPriceRule.from_json(row) for row in tender.low_price_rules]


def floor_of(tender: Tender) -> LabourFloor | None:
    """What an hour must cost, as published; None where no floor was set."""
    stored = tender.labour_floor
    return LabourFloor(**{name: Decimal(value) for name, value in stored.items()}) if stored else None
