"""The social criteria that a tender may use, as the plan lists them, and what each may be used for. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from core.errors import InputErrors, Problem
from core.words import _l
from procurement.kpi.terms import read_follow_up
from procurement.models.tender import Criterion
from procurement.scoring.social import Measure, MeasureKind
from procurement.scoring.ties import STEPS
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
    gate: Decimal | None = None
    span: Decimal | None = None
    also: tuple[Listed, ...] = ()
    follow: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_performance(self) -> bool:
        """Whether a contract may measure it without points; what people mark is no measure."""
        return "P" in self.uses and self.kind != RUBRIC

    @property
    def target(self) -> Decimal:
        """What a contract commits to where nobody promised: the full mark."""
        if self.kind == MeasureKind.STEPS:
            return self.steps[-1][0]
        return self.full_at if self.full_at is not None else Decimal(1 if self.kind == MeasureKind.BOOL else 50)

    @property
    def is_scored(self) -> bool:
        """Whether it may earn points."""
        return "A" in self.uses

    def rows(self) -> list[CriterionTerms]:
        """As criteria of a draft, one for each measure, their points still to give."""
        return [row.terms(Decimal(0), place) for place, row in enumerate((self, *self.also), 1)]

    def to_json(self) -> dict[str, str]:
        """As a measure of the contract, kept with the tender."""
        names = ("code", "name", "measure", "unit", "evidence")
        direction = "down" if self.kind == MeasureKind.LIN_DOWN else "up"
        return {name: getattr(self, name) for name in names} | {"target": f"{self.target:f}", "direction": direction}

    def terms(self, weight: Decimal, place: int = 1) -> CriterionTerms:
        """As a criterion of a draft, with the catalogue’s anchors."""
        is_rubric = self.kind == RUBRIC
        return CriterionTerms(
            self.code if place == 1 else f"{self.code}-{place}",
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
            gate=self.gate,
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
        elif problem := _function_problem(row, listed):
            yield problem


def performance(codes: Iterable[str], catalogue: Catalogue) -> list[dict[str, str]]:
    """Measures of the contract without points, as they are kept with a tender; others are refused."""
    wrong = [code for code in codes if code not in catalogue or not catalogue[code].is_performance]
    if wrong:
        raise InputErrors.at("performance", _l("This criterion is no measure of a contract."), ", ".join(wrong))
    return [catalogue[code].to_json() for code in codes]


def tie_problems(ladder: Iterable[str], catalogue: Catalogue) -> Iterable[Problem]:
    """A step that rests on a criterion is allowed where the catalogue lets it break ties."""
    for code in ladder:
        listed = catalogue.get(STEPS[code].criterion) if code in STEPS else None
        if listed is not None and "T" not in listed.uses:
            yield Problem("ladder.1", _l("%(name)s breaks no ties.", name=listed.name), code)


def _function_problem(row: Criterion, listed: Listed) -> Problem | None:
    """A kind, a bound and a span are the catalogue’s; anchors are proposals that a tender may change."""
    same = [one for one in (listed, *listed.also) if one.kind == (row.measure or RUBRIC)]
    if not same:
        return Problem(f"criteria.{row.position}.measure", _l("%(name)s is measured otherwise.", name=row.name))
    if same[0].gate is not None and row.gate is None:
        return Problem(f"criteria.{row.position}.gate", _l("%(name)s: say what must be reached.", name=row.name))
    if same[0].span is None or row.gate is None or row.zero_at is None or row.full_at is None:
        return None
    if (row.zero_at, row.full_at) == (row.gate, row.gate + same[0].span):
        return None
    message = _l("%(name)s: nothing at the legal minimum, everything %(span)s above it.",
                 name=row.name, span=same[0].span)  # fmt: skip
    return Problem(f"criteria.{row.position}.full_at", message, str(row.full_at))


def _listed(row: Mapping[str, Any], where: str) -> Listed:
    uses = frozenset(row.get("uses", ()))
    if not uses or not uses <= set(USES):
        raise InputErrors.at(f"{where}.uses", _l("Uses are S, A, P or T."), ", ".join(sorted(uses)))
    shared = {name: value for name, value in row.items() if name in ("code", "name", "evidence", "uses", "privacy")}
    also = tuple(_measured({**shared, **part}, uses, where) for part in row.get("also", ()))
    follow = read_follow_up(row.get("follow", {}), f"{where}.follow.")
    return replace(_measured(row, uses, where), also=also, follow=follow)


def _measured(row: Mapping[str, Any], uses: frozenset[str], where: str) -> Listed:
    kind = str(row.get("kind", ""))
    if kind not in (*MeasureKind, RUBRIC):
        raise InputErrors.at(f"{where}.kind", _l("This scoring function is not known."), kind)
    steps = tuple((_number(start, where), _number(share, where)) for start, share in row.get("steps", ()))
    names = ("zero_at", "full_at", "gate", "span")
    zero, full, gate, span = (_number(row[key], where) if key in row else None for key in names)
    if gate is not None and span is not None:
        zero, full = gate, gate + span
    if kind != RUBRIC:
        Measure(MeasureKind(kind), zero, full, steps, gate)
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
        gate,
        span,
    )


def _number(text: object, where: str) -> Decimal:
    try:
        return Decimal(str(text))
    except InvalidOperation as error:
        raise InputErrors.at(where, _l("This is not a number."), text) from error
