"""How many rows the draft form shows, and what stands in them at the start."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from werkzeug.datastructures import MultiDict

from procurement.catalogue import Catalogue
from procurement.criterion_words import plain
from procurement.terms import CriterionTerms
from procurement.views.drafting.choosing import empty_choosing


@dataclass(frozen=True, slots=True)
class Rows:
    """How many lots and criteria the form shows."""

    lots: int
    criteria: int

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Rows:
        return cls(_most(values, "lots", 1), _most(values, "criteria", 1))

    def with_one_more(self, what: str) -> Rows:
        """`lots`, or the kind of a criterion."""
        return replace(self, lots=self.lots + 1) if what == "lots" else replace(self, criteria=self.criteria + 1)


def empty() -> MultiDict[str, str]:
    """A new form: one criterion of each kind to start from."""
    values = MultiDict({"closes_time": "12:00", "price_formula": "absolute", "threshold": "2"})
    for position, block in enumerate(("price", "quality", "social"), start=1):
        values[f"criteria.{position}.block"] = block
    values["criteria.1.name"], values["criteria.1.code"] = "Price", "PRICE"
    for name, text in empty_choosing():
        values.add(name, text)
    return values


def from_catalogue(form: Mapping[str, Any], rows: Rows, catalogue: Catalogue) -> tuple[MultiDict[str, str], Rows]:
    """What was typed, with the criterion of the catalogue, a row for each measure; points are still to give."""
    values: MultiDict[str, str] = MultiDict(form)
    listed = catalogue.get(str(form.get("from_catalogue", "")))
    if listed is None or not listed.is_scored:
        return values, rows
    for terms in listed.rows():
        rows = rows.with_one_more(terms.block)
        values.update(_typed_terms(terms, f"criteria.{rows.criteria}."))
    return values, rows


def _typed_terms(terms: CriterionTerms, prefix: str) -> dict[str, str]:
    names = ("code", "block", "name", "question", "measure", "unit", "evidence", "catalogue")
    steps = "; ".join(f"{plain(start)}: {plain(share)}" for start, share in terms.steps)
    numbers = {prefix + name: plain(getattr(terms, name)) for name in ("zero_at", "full_at", "gate")}
    return {prefix + name: getattr(terms, name) for name in names} | numbers | {prefix + "steps": steps}


def weight_sum(values: Mapping[str, Any], rows: Rows) -> str:
    """Points given so far; what is not a number yet counts nothing."""
    texts = [str(values.get(f"criteria.{n}.weight") or "") for n in range(1, rows.criteria + 1)]
    return plain(sum((Decimal(text) for text in texts if re.fullmatch(r"\d+(\.\d+)?", text)), Decimal(0)))


def chosen(values: Any, name: str) -> list[str]:
    """Every ticked value of a group."""
    return list(values.getlist(name)) if hasattr(values, "getlist") else []


def _most(values: Mapping[str, Any], what: str, least: int) -> int:
    numbers = [int(found[1]) for name in values if (found := re.match(rf"{what}\.(\d{{1,2}})\.", name))]
    return max([least, *numbers])
