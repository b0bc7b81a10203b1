"""Sample bids tried on a draft: would the formula hold if a bid were away, or the price weighed otherwise?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

from core import audit
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import DomainError, InputErrors, Problem
from core.words import _, _l
from procurement.models.tender import Lot, Tender
from procurement.scoring.price import price_scores
from procurement.scoring.ranking import FULL, ReversalReport, rank_reversal
from procurement.scoring.sensitivity import Shift, sensitivity
from procurement.terms import price_terms

BEFORE = ("draft", "submitted", "approved")
SHARES = ((4, "0.90"), (3, "0.85"), (2, "0.75"), (1, "0.55"), (0, "0.15"))
"""Examples: quarters of the way from floor to ceiling, and the share of the other points that such a bid earns."""


@dataclass(frozen=True, slots=True)
class Sample:
    """`price` in minor units for the whole term, `points` beside the price."""

    lot: int
    name: str
    price: int
    points: Decimal


@dataclass(frozen=True, slots=True)
class Trial:
    """What the published arithmetic makes of the samples of one lot, the best first."""

    rows: Sequence[tuple[Sample, Decimal, Decimal]]
    reversal: ReversalReport
    shifts: Sequence[Shift]


def samples_of(tender: Tender) -> list[Sample]:
    return [Sample(**{**row, "points": Decimal(row["points"])}) for row in tender.sample_bids or ()]


def examples(tender: Tender) -> list[Sample]:
    """Five bids a lot between floor and ceiling: the dearer, the better; the last one cheap and poor."""
    beside = FULL - _weight(tender)
    return [
        Sample(
            lot.number,
            _("Sample %(letter)s", letter="ABCDE"[place]),
            lot.floor + (lot.ceiling - lot.floor) * quarters // 4,
            (beside * Decimal(share)).quantize(Decimal("0.01")),
        )
        for lot in tender.lots
        for place, (quarters, share) in enumerate(SHARES)
    ]


def keep_samples(tender: Tender, samples: Sequence[Sample], *, by: Actor) -> None:
    """What was tried stays with the tender, for the second officer and the file; never after publication."""
    if tender.state not in BEFORE:
        raise DomainError(_l("Sample bids are tried before the notice is out."), code="published")
    if problems := [problem for row in samples for problem in _problems(tender, row, samples)]:
        raise InputErrors(problems)
    tender.sample_bids = [{**asdict(row), "points": str(row.points)} for row in samples]
    db.session.flush()
    audit.record(tender.stream, Act.TENDER_CHANGED, tender.number, by=by, after={"sample_bids": len(samples)})


def trial(lot: Lot, samples: Sequence[Sample]) -> Trial | None:
    """None with no sample for this lot; refuses terms that give no points."""
    own = {row.name: row for row in samples if row.lot == lot.number}
    if not own:
        return None
    terms, weight = price_terms(lot.tender, lot.ceiling, lot.floor), _weight(lot.tender)
    prices, others = {name: row.price for name, row in own.items()}, {name: row.points for name, row in own.items()}
    points = {name: score.points for name, score in price_scores(terms, prices).items()}
    rows = sorted(
        ((row, points[name], points[name] + row.points) for name, row in own.items()),
        key=lambda found: (-found[2], found[0].name),
    )
    return Trial(rows, rank_reversal(terms, prices, others), sensitivity(weight, points, others))


def _weight(tender: Tender) -> Decimal:
    return sum((row.weighed().weight for row in tender.criteria_of("price")), Decimal(0))


def _problems(tender: Tender, row: Sample, samples: Sequence[Sample]) -> list[Problem]:
    lot, found = tender.lot(row.lot), []
    where = f"lots.{row.lot}.{row.name}"
    if lot is None or not 0 <= row.price <= lot.ceiling:
        found.append(
            Problem(where, _l("%(name)s: a price lies between 0 and the ceiling.", name=row.name), str(row.price))
        )
    if not 0 <= row.points <= FULL - _weight(tender):
        message = _l("%(name)s: points beside the price are at most %(most)s.",
                     name=row.name, most=FULL - _weight(tender))  # fmt: skip
        found.append(Problem(where, message, str(row.points)))
    if sum(other.name == row.name and other.lot == row.lot for other in samples) > 1:
        found.append(Problem(where, _l("%(name)s stands twice.", name=row.name)))
    return found
