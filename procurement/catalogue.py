"""The social criteria that a tender may use, as the plan lists them, and what each may be used for. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from core.errors import InputErrors, Problem
from core.words import _l
from procurement.models.tender import Criterion
from procurement.scoring.social import Measure, MeasureKind
from procurement.terms import CriterionTerms

PART = "criteria"
USES: dict[str, Any] = {
    "S": _l("selection and reservation"),
    "A": _l("award"),
    "P": _l("performance in the contract"),
    "T": _l("tie-break"),
}
RUBRIC = "rubric"
TEXTS = ("code", "name", "measure", "unit", "evidence")


@dataclass(frozen=True, slots=True)
class Listed:
    """One criterion of the catalogue. `kind`: a scoring function, or `rubric` for evaluators’ marks."""

    code: str
    name: str
    measure: str
    unit: str
    evidence: str
    kind: str
    uses: frozenset[str]
    zero_at: Decimal | None = None
    full_at: Decimal | None = None
    steps: tuple[tuple[Decimal, Decimal], ...] = ()
    is_linked_only: bool = False
    is_weak: bool = False
    is_special: bool = False

    @property
    def is_scored(self) -> bool:
        """Whether it may earn points."""
        return "A" in self.uses

    def terms(self, weight: Decimal) -> CriterionTerms:
        """As a criterion of a draft, with the catalogue’s anchors."""
        is_rubric = self.kind == RUBRIC
        return CriterionTerms(
            self.code,
            "quality" if is_rubric else "social",
            self.name,
            weight,
            question=self.measure,
            measure="" if is_rubric else self.kind,
            zero_at=self.zero_at,
            full_at=self.full_at,
            steps=self.steps,
            unit=self.unit,
            evidence=self.evidence,
            catalogue=self.code,
        )


Catalogue = Mapping[str, Listed]


def parse(text: str) -> dict[str, Listed]:
    """`plan/criteria.toml` by code; every defect names its row."""
    rows = tomllib.loads(text).get("criterion", [])
    found: dict[str, Listed] = {}
    for number, row in enumerate(rows, 1):
        listed = _listed(row, f"criterion.{number}")
        if listed.code in found:
            raise InputErrors.at(f"criterion.{number}", _l("This code stands twice."), listed.code)
        found[listed.code] = listed
    return found


def use_problems(criteria: Iterable[Criterion], catalogue: Catalogue) -> Iterable[Problem]:
    """What of the catalogue is used for points and may not be, or not like this."""
    for row in criteria:
        if not row.catalogue:
            continue
        listed, where = catalogue.get(row.catalogue), f"criteria.{row.position}.name"
        if listed is None:
            yield Problem(where, _l("%(name)s is not in the catalogue in force.", name=row.name), row.catalogue)
        elif not listed.is_scored:
            uses = ", ".join(str(USES[use]) for use in USES if use in listed.uses)
            message = _l("%(name)s earns no points. It may serve: %(uses)s.", name=row.name, uses=uses)
            yield Problem(where, message, row.catalogue)
        elif listed.is_linked_only and row.question.strip() in ("", listed.measure):
            message = _l("%(name)s: say how it is tied to this service, else it earns no points.", name=row.name)
            yield Problem(f"criteria.{row.position}.question", message)


def _listed(row: Mapping[str, Any], where: str) -> Listed:
    uses = frozenset(row.get("uses", ()))
    if not uses or not uses <= set(USES):
        raise InputErrors.at(f"{where}.uses", _l("Uses are S, A, P or T."), ", ".join(sorted(uses)))
    kind = str(row.get("kind", ""))
    if kind not in (*MeasureKind, RUBRIC):
        raise InputErrors.at(f"{where}.kind", _l("This scoring function is not known."), kind)
    steps = tuple((_number(start, where), _number(share, where)) for start, share in row.get("steps", ()))
    zero, full = (_number(row[key], where) if key in row else None for key in ("zero_at", "full_at"))
    if kind != RUBRIC:
        Measure(MeasureKind(kind), zero, full, steps)
    code, name, measure, unit, evidence = (str(row.get(key, "")) for key in TEXTS)
    return Listed(
        code,
        name,
        measure,
        unit,
        evidence,
        kind,
        uses,
        zero,
        full,
        steps,
        bool(row.get("is_linked_only")),
        bool(row.get("is_weak")),
        row.get("privacy") == "special",
    )


def _number(text: object, where: str) -> Decimal:
    try:
        return Decimal(str(text))
    except InvalidOperation as error:
        raise InputErrors.at(where, _l("This is not a number."), text) from error
