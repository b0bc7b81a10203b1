"""Facts of a bidder's workforce that break a tie: counts with evidence, sealed with the bid. Pure.

Special-category data: counts and numbers of certificates only. Nobody is shown them before a tie needs them, and a
published figure that rests on fewer than five people is withheld.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, Final

from core.errors import Problem
from core.words import _l
from procurement.scoring.ties import Evidence
from procurement.scoring.trace import rounded

WORKERS: Final = "workers"
SMALLEST: Final = 5  # people; DECISIONS 33, counts of staff
FIELDS: Final = ("at_deadline", "twelve_months", "evidence")
QUESTIONS: Final[dict[str, Any]] = {
    WORKERS: _l("All workers"),
    "disabled_or_excluded": _l("Workers with a disability or from exclusion"),
    "disabled_permanent": _l("Of these, with a permanent contract"),
    "temporary": _l("Workers with a temporary contract"),
    "women": _l("Women among the workers"),
    "non_profit": _l("Not for profit by its statutes: 1 for yes, 0 for no"),
}
PARTS_OF: Final = {
    "disabled_or_excluded": WORKERS,
    "disabled_permanent": "disabled_or_excluded",
    "temporary": WORKERS,
    "women": WORKERS,
}
COUNTED: Final = frozenset({"disabled_permanent", "non_profit"})  # compared as a number, the others as per cent of all

Typed = Mapping[str, Mapping[str, str]]  # question → at_deadline, twelve_months, evidence


@dataclass(frozen=True, slots=True)
class Count:
    """Heads, or full-time equivalents, on the day bids close and as an average of twelve months before."""

    at_deadline: Decimal
    twelve_months: Decimal


def asked(ladder: Iterable[str]) -> tuple[str, ...]:
    """What a bidder is asked for this ladder, in the order of the form; empty where it needs no such facts."""
    steps = set(ladder) & set(QUESTIONS)
    if "disabled_permanent" in steps:
        steps.add("disabled_or_excluded")
    wanted = steps | ({WORKERS} if steps & set(PARTS_OF) else set())
    return tuple(code for code in QUESTIONS if code in wanted)


def problems(typed: Typed) -> list[Problem]:
    """What of the typed figures cannot be right; an empty row is allowed and comes last on its step."""
    found = []
    for code, row in typed.items():
        if any(row.get(name, "").strip() for name in FIELDS):
            found += _row_problems(code, row)
    return found or [problem for code, whole in PARTS_OF.items() for problem in _part_problems(typed, code, whole)]


def evidence(typed: Typed, step: str) -> Evidence | None:
    """What counts on a step of the ladder, per cent with two decimals; None: nothing was proved."""
    own = _count(typed, step)
    if own is None or step in COUNTED:
        return Evidence(own.at_deadline, own.twelve_months) if own else None
    of = _count(typed, WORKERS)
    if of is None or not (of.at_deadline and of.twelve_months):
        return None
    return Evidence(_per_cent(own.at_deadline, of.at_deadline), _per_cent(own.twelve_months, of.twelve_months))


def stated(typed: Typed) -> list[tuple[str, str, Decimal, str]]:
    """Code, `day` or `year`, figure and evidence of every row that proves something."""
    found = [(code, count, row["evidence"].strip()) for code, row in typed.items() if (count := _count(typed, code))]
    return [
        (code, period, figure, evidence)
        for code, count, evidence in found
        for period, figure in (("day", count.at_deadline), ("year", count.twelve_months))
    ]


def is_small(typed: Typed, step: str) -> bool:
    """Whether a published figure would tell of fewer than five people."""
    own = _count(typed, step)
    return step in PARTS_OF and own is not None and min(own.at_deadline, own.twelve_months) < SMALLEST


def told(rows: Sequence[Mapping[str, Any]], may_tell: bool = False) -> list[dict[str, Any]]:
    """Rungs of a stored tie-break for others to read: small counts withheld, as `<5`."""
    return [
        {"step": row["step"], "figures": {bid: "<5" if bid in row.get("withheld", ()) and not may_tell else figure
                                          for bid, figure in row["figures"].items()}}
        for row in rows
    ]  # fmt: skip


def without_facts(content: Mapping[str, Any]) -> dict[str, Any]:
    """An opened quality envelope as others may read it."""
    return {name: value for name, value in content.items() if name != "workforce"}


def _count(typed: Typed, code: str) -> Count | None:
    """A row with both figures and its evidence; anything less proves nothing."""
    row = typed.get(code, {})
    figures = [_number(row.get(name, "")) for name in FIELDS[:2]]
    if not row.get("evidence", "").strip() or figures[0] is None or figures[1] is None:
        return None
    return Count(figures[0], figures[1])


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() and value >= 0 else None


def _row_problems(code: str, row: Mapping[str, str]) -> list[Problem]:
    found = [
        Problem(f"{code}.{name}", _l("Write a number, like 12 or 9.5."), row.get(name, ""))
        for name in FIELDS[:2]
        if _number(row.get(name, "")) is None
    ]
    if not row.get("evidence", "").strip():
        found.append(Problem(f"{code}.evidence", _l("Name the evidence; without it the figure does not count.")))
    return found


def _part_problems(typed: Typed, code: str, whole: str) -> list[Problem]:
    """A part is not larger than its whole, which must be given too."""
    part, of = _count(typed, code), _count(typed, whole)
    if part is None:
        return []
    if of is None:
        return [Problem(f"{whole}.at_deadline", _l("Say how many there are in all."))]
    return [
        Problem(f"{code}.{name}", _l("This is more than there are in all."), str(getattr(part, name)))
        for name in FIELDS[:2]
        if getattr(part, name) > getattr(of, name)
    ]


def _per_cent(part: Decimal, whole: Decimal) -> Decimal:
    return rounded(100 * Fraction(part) / Fraction(whole))
