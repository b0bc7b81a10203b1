"""What a quality score is made of and what it pays: announced by a tender, kept by a contract. Pure.

Quality fills the table from its part of the plan (`kpi.hooks.score_terms`) and reads it back from the contract, so that
within a contract year nothing of it changes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any

from core.words import _
from procurement.kpi.terms import FollowUp

TWO_SIDED = 2


@dataclass(frozen=True, slots=True)
class ScoredIndicator:
    """`weight` of 100; 0: a promise of the contract pays for it, or it is a gate alone. Floor and target in `unit`."""

    id: str
    name: str
    version: int
    unit: str
    floor: Decimal
    target: Decimal
    minimum: int
    size_unit: str
    weight: Decimal
    adjustment: tuple[str, ...] = ()
    is_gate: bool = False


@dataclass(frozen=True, slots=True)
class RecoveryTerms:
    """What an audit by sample takes back: the lower limit of an interval with so many `sides`, if it is above
    `least_rate` of what was paid and so many lines were looked at and found overpaid. `confidence`: a part of 1."""

    confidence: Decimal
    sides: int
    least_rate: Decimal
    least_lines: int
    least_errors: int

    @property
    def two_sided(self) -> Decimal:
        """The confidence of the two-sided interval with the same lower limit."""
        return self.confidence if self.sides == TWO_SIDED else 2 * self.confidence - 1


@dataclass(frozen=True, slots=True)
class ScoreTerms:
    """Of one plan version: h and b as parts of the accepted value, and the scores Q0, Q1, Q2 where they turn."""

    plan_version: int
    sha256: str
    approved_on: dt.date
    run_out_days: int
    appeal_days: int
    review_days: int
    withheld: Decimal
    bonus: Decimal
    nothing_at: Decimal
    all_at: Decimal
    bonus_full_at: Decimal
    indicators: tuple[ScoredIndicator, ...]
    recovery: RecoveryTerms | None = None

    @property
    def published_after(self) -> int:
        """Days after a period in which its score is published, objections decided."""
        return self.run_out_days + self.appeal_days + self.review_days

    @property
    def per_cent(self) -> tuple[Decimal, Decimal]:
        """Withheld and bonus."""
        return self.withheld * 100, self.bonus * 100


@dataclass(frozen=True, slots=True)
class NewScore:
    """What an amendment brings, from the first day of a contract year on."""

    terms: ScoreTerms
    from_on: dt.date


def noted(terms: ScoreTerms | None) -> dict[str, Any] | None:
    """As plain JSON; `read` gives it back."""
    return None if terms is None else _plain(asdict(terms))


def read(raw: Mapping[str, Any] | None) -> ScoreTerms | None:
    if raw is None:
        return None
    rows = tuple(ScoredIndicator(**_valued(row, ScoredIndicator)) for row in raw["indicators"])
    values = _valued(raw, ScoreTerms) | {"indicators": rows, "approved_on": dt.date.fromisoformat(raw["approved_on"])}
    return ScoreTerms(**values | {"recovery": recovery_read(raw.get("recovery"))})


def recovery_noted(terms: RecoveryTerms) -> dict[str, Any]:
    found: dict[str, Any] = _plain(asdict(terms))
    return found


def recovery_read(raw: Mapping[str, Any] | None) -> RecoveryTerms | None:
    """None: a table from before it carried the rule, or no plan of samples was in force."""
    return RecoveryTerms(**_valued(raw, RecoveryTerms)) if raw else None


def new_noted(new: NewScore | None) -> dict[str, Any] | None:
    return None if new is None else {"from": new.from_on.isoformat(), "terms": noted(new.terms)}


def new_read(raw: Mapping[str, Any] | None) -> NewScore | None:
    terms = read(raw["terms"]) if raw else None
    return NewScore(terms, dt.date.fromisoformat(raw["from"])) if raw and terms else None


def paid_by_promises(follows: Iterable[FollowUp]) -> set[str]:
    """Indicators whose money a promise carries (DECISIONS 33)."""
    return {row.source for row in follows if row.source and (row.costs or row.earns)}


def year_began(began_on: dt.date, day: dt.date) -> dt.date:
    """The first day of the contract year of a day: the newest anniversary of the contract's own first day."""
    if began_on >= day:
        return began_on
    years = day.year - began_on.year
    return next(found for found in (_years_on(began_on, years), _years_on(began_on, years - 1)) if found <= day)


def next_year(began_on: dt.date, day: dt.date) -> dt.date:
    """The first contract year that begins after a day."""
    began = year_began(began_on, day)
    return began if began > day else _years_on(began_on, began.year - began_on.year + 1)


def first_published_on(terms: ScoreTerms, began_on: dt.date) -> tuple[dt.date, dt.date]:
    """The last day of the first quarter with a day of the contract, and the day by which its score is out."""
    month = began_on.month + (-began_on.month) % 3
    ends = dt.date(began_on.year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
    return ends, ends + dt.timedelta(days=terms.published_after)


def differences(before: ScoreTerms | None, after: ScoreTerms) -> list[tuple[str, str, str]]:
    """(label, before, after) of everything that reads differently, parameters first."""
    old, new = dict(_said(before)), dict(_said(after))
    return [(key, old.get(key, ""), new.get(key, "")) for key in {**new, **old} if old.get(key, "") != new.get(key, "")]


def short(value: Decimal) -> str:
    return f"{value.normalize():f}"


def recovered(terms: RecoveryTerms) -> str:
    """The rule in words, with all its numbers."""
    return _(
        "lower limit at %(level)s %%, %(sides)s, at least what was found, at most what was paid; only if it is above "
        "%(rate)s %% of what was paid or intent is shown, at least %(lines)s lines were looked at, and %(errors)s of "
        "them were overpaid; else the minimum sum",
        level=short(terms.confidence * 100), sides=_("two-sided") if terms.sides == TWO_SIDED else _("one-sided"),
        rate=short(terms.least_rate * 100), lines=terms.least_lines, errors=terms.least_errors,
    )  # fmt: skip


def _said(terms: ScoreTerms | None) -> Iterable[tuple[str, str]]:
    if terms is None:
        return
    yield _("Quality plan"), _("version %(number)s", number=terms.plan_version)
    yield _("Quality: held back and bonus, per cent"), ", ".join(map(short, terms.per_cent))
    turns = (terms.nothing_at, terms.all_at, terms.bonus_full_at)
    yield _("Quality: scores where the payment turns"), ", ".join(map(short, turns))
    if terms.recovery:
        yield _("Taken back after an audit by sample"), recovered(terms.recovery)
    for row in terms.indicators:
        words = {"version": row.version, "floor": short(row.floor), "target": short(row.target), "unit": row.unit}
        yield f"{row.id} {row.name}", _(
            "version %(version)s, from %(floor)s to %(target)s %(unit)s, minimum %(minimum)s, weight %(weight)s",
            **words, minimum=row.minimum, weight=row.weight,
        )  # fmt: skip


def _valued(raw: Mapping[str, Any], kind: type) -> dict[str, Any]:
    """Texts of decimals as decimals, lists as tuples."""
    kinds = {field.name: field.type for field in fields(kind)}
    return {
        name: Decimal(value) if kinds[name] == "Decimal" else tuple(value) if isinstance(value, list) else value
        for name, value in raw.items()
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, dt.date) else value


def _years_on(day: dt.date, years: int) -> dt.date:
    """A year that begins on 29 February begins on the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
