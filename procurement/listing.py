"""The terms of an open list as one plain value: kept per version, compared with the next. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.words import _, _l

LABELS = {
    "conditions": _l("Terms"),
    "evidence": _l("Evidence"),
    "minimum_places": _l("Licensed places at least"),
}


@dataclass(frozen=True, slots=True)
class ListTerms:
    """What a version fixes. `rates`: service → minor units per unit; `evidence`: kinds of documents."""

    rates: Mapping[str, Decimal]
    conditions: str = ""
    evidence: tuple[str, ...] = ()
    minimum_places: int = 0


def noted(terms: ListTerms) -> dict[str, Any]:
    """JSON-able, in a fixed order."""
    return {
        "conditions": terms.conditions,
        "evidence": list(terms.evidence),
        "minimum_places": terms.minimum_places,
        "rates": {service: f"{rate.normalize():f}" for service, rate in sorted(terms.rates.items())},
    }


def read(data: Mapping[str, Any]) -> ListTerms:
    """The inverse of `noted`."""
    rates = {service: Decimal(text) for service, text in data["rates"].items()}
    return ListTerms(rates, data["conditions"], tuple(data["evidence"]), data["minimum_places"])


def changed_rates(before: ListTerms, after: ListTerms) -> dict[str, Decimal | None]:
    """Service → its new rate, None where it leaves the list."""
    services = sorted({*before.rates, *after.rates})
    return {name: after.rates.get(name) for name in services if before.rates.get(name) != after.rates.get(name)}


def changes(before: ListTerms, after: ListTerms, shown: Mapping[Decimal, str]) -> list[dict[str, str]]:
    """[{where, label, before, after}]; `shown`: a rate as people read it."""
    return [*_changed_texts(before, after), *_changed_prices(before, after, shown)]


def _changed_texts(before: ListTerms, after: ListTerms) -> Iterable[dict[str, str]]:
    for name, label in LABELS.items():
        old, new = (_said(getattr(terms, name)) for terms in (before, after))
        if old != new:
            yield {"where": name, "label": str(label), "before": old, "after": new}


def _changed_prices(before: ListTerms, after: ListTerms, shown: Mapping[Decimal, str]) -> Iterable[dict[str, str]]:
    for service in changed_rates(before, after):
        old, new = (terms.rates.get(service) for terms in (before, after))
        yield {
            "where": f"rates.{service}", "label": _("Price of %(service)s", service=service),
            "before": "" if old is None else shown[old], "after": "" if new is None else shown[new],
        }  # fmt: skip


def _said(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)
