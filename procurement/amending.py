"""How a contract may change: the kinds with their legal limits, and the terms that an amendment brings. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from core.errors import InputErrors
from core.words import _l
from procurement import capitation, indexation, scored
from procurement.capitation import Capitation
from procurement.indexation import Clause
from procurement.scored import NewScore

KINDS = {
    "add-wss": _l("More of the care is needed"),
    "mod-cir": _l("Nobody could foresee it"),
    "mod-minv": _l("Of small value"),
    "mod-nons": _l("Not substantial"),
    "mod-repl": _l("Another takes the provider’s place"),
    "mod-rev": _l("A review clause of the contract"),
}
"""eForms codes of what justifies a modification."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Most change of the original value in per cent, of one change or of all of its kind; None: no such limit."""

    each: int | None = None
    summed: int | None = None

    @property
    def is_free(self) -> bool:
        return self.each is None and self.summed is None


def read_limits(raw: Mapping[str, Any]) -> dict[str, Limit]:
    """The table `amendments` of plan part `procurement`."""
    found = {}
    for code, row in raw.items():
        where = f"amendments.{code}"
        if code not in KINDS:
            raise InputErrors.at(where, _l("An amendment is one of: %(codes)s.", codes=", ".join(KINDS)), code)
        for name, value in row.items():
            if name not in ("each", "summed") or type(value) is not int or value < 0:
                raise InputErrors.at(where, _l("A limit is each or summed, a whole number of per cent."), value)
        found[code] = Limit(**row)
    return found


@dataclass(frozen=True, slots=True)
class NewRate:
    """A service (of a site) costs `rate` minor units per unit from `from_on` to the end of the line of that day."""

    service: str
    site_id: int | None
    rate: Decimal
    from_on: dt.date


@dataclass(frozen=True, slots=True)
class NewVolume:
    """Units of a service (of a site) for the whole term."""

    service: str
    site_id: int | None
    volume: int


@dataclass(frozen=True, slots=True)
class NewTerms:
    """What an amendment brings; None and nothing: stays. `budget` in minor units for the whole term."""

    rates: tuple[NewRate, ...] = ()
    volumes: tuple[NewVolume, ...] = ()
    promises: Mapping[str, Decimal] | None = None
    budget: int | None = None
    valid_until: dt.date | None = None
    capitation: Capitation | None = None
    indexation: Clause | None = None
    score: NewScore | None = None


def noted(terms: NewTerms) -> dict[str, Any]:
    """Terms as plain JSON; `read` gives them back."""
    return {
        "rates": [[row.service, row.site_id, f"{row.rate:f}", row.from_on.isoformat()] for row in terms.rates],
        "volumes": [[row.service, row.site_id, row.volume] for row in terms.volumes],
        "promises": {code: f"{value:f}" for code, value in (terms.promises or {}).items()},
        "budget": terms.budget,
        "valid_until": terms.valid_until.isoformat() if terms.valid_until else None,
        "capitation": capitation.noted(terms.capitation),
        "indexation": indexation.noted(terms.indexation),
        "score": scored.new_noted(terms.score),
    }


def read(raw: Mapping[str, Any]) -> NewTerms:
    ends = raw["valid_until"]
    return NewTerms(
        tuple(NewRate(name, site, Decimal(rate), dt.date.fromisoformat(on)) for name, site, rate, on in raw["rates"]),
        tuple(NewVolume(name, site, volume) for name, site, volume in raw["volumes"]),
        {code: Decimal(value) for code, value in raw["promises"].items()},
        raw["budget"],
        dt.date.fromisoformat(ends) if ends else None,
        capitation.read(raw.get("capitation")),
        indexation.read(raw.get("indexation")),
        scored.new_read(raw.get("score")),
    )


@dataclass(frozen=True, slots=True)
class Used:
    """What decided claims took of a contract until today; units in thousandths."""

    benefit: int
    units: Mapping[tuple[str, int], int]
    on: dt.date


def spot(service: str, site_id: int | None) -> str:
    """How a form names a service, or a service at one site."""
    return service if site_id is None else f"{service}.{site_id}"


def days(first: dt.date, last: dt.date) -> int:
    """Both days count."""
    return max((last - first).days + 1, 0)


def daily_units(volume: int | None, used: int, term: tuple[dt.date, dt.date], on: dt.date) -> Fraction | None:
    """Units of a day: as agreed for the whole term, else as used until `on` (thousandths); None: nobody knows."""
    if volume is not None:
        return Fraction(volume, days(*term))
    lived = days(term[0], min(on, term[1]))
    return Fraction(used, 1000 * lived) if used > 0 and lived else None


def is_above(change: int, original: int, per_cent: int) -> bool:
    """Exactly at the limit is not above it."""
    return abs(change) * 100 > original * per_cent
