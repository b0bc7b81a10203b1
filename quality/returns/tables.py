"""What one row of a return says, what it counts for, and why not. Pure; codes and figures, never a person's name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, NamedTuple

from core.words import _l
from quality.returns.asked import Ask, IncidentRules, ReturnsPlan, StaffRules, Table

ZERO: Final = Decimal(0)
MOST_HOURS: Final = Decimal(9_000)  # more no one can work in a year of 8,784 hours
KINDS: Final[dict[str, Any]] = {
    "medical_attention": _l("medical attention"),
    "missing_child": _l("missing child"),
    "ratio_breach_with_injury": _l("too few staff, and an injury"),
    "safeguarding": _l("safeguarding"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One row. `whole` and `part`: hours and those that count, or baseline hours and days without pay, or a figure."""

    subject: str
    whole: Decimal = ZERO
    part: Decimal = ZERO
    leave_days: int = 0
    kind: str = ""
    reference: str = ""
    happened_at: dt.datetime | None = None
    reported_at: dt.datetime | None = None


class Counted(NamedTuple):
    """What a row is worth: `quantity` in the denominator, `met` in the numerator."""

    subject: str
    quantity: Decimal
    met: Decimal
    finding: str = ""
    happened_at: dt.datetime | None = None


def problem(ask: Ask, row: Said, first: dt.date, last: dt.date, rules: ReturnsPlan) -> tuple[str, Any] | None:
    """The column and the sentence of what cannot be right; None: it can be."""
    if ask.table is Table.HOURS:
        return _hours_problem(ask, row)
    if ask.table is Table.STAFF:
        return _staff_problem(row, (last - first).days + 1)
    return _incident_problem(row, first, last, rules.incident)


def counted(ask: Ask, rows: Sequence[Said], rules: ReturnsPlan) -> list[Counted]:
    """What the rows add up to, in their order; of figures one row."""
    if ask.table is Table.HOURS:
        return [Counted(row.subject, row.whole, row.part, "" if row.part == row.whole else "in_part") for row in rows]
    if ask.table is Table.STAFF:
        return [_staff(row, rules.staff) for row in rows if row.whole >= rules.staff.baseline_hours]
    if ask.table is Table.INCIDENTS:
        return [
            Counted(row.subject, ZERO, Decimal(1), _promptness(row, rules.incident), row.happened_at) for row in rows
        ]
    return _figures(ask, {row.subject: row.whole for row in rows})


def totals(ask: Ask, rows: Sequence[Said], rules: ReturnsPlan) -> tuple[Decimal, Decimal]:
    """Numerator and denominator; of incidents the denominator is the fund's to count."""
    found = counted(ask, rows, rules)
    return sum((row.met for row in found), ZERO), sum((row.quantity for row in found), ZERO)


def is_gone(row: Said, rules: StaffRules) -> bool:
    """So many days in a row without a paid hour; leave up to its own limit is no leaving."""
    excused = row.leave_days if row.leave_days <= rules.leave_days else 0
    return row.part - excused >= rules.gone_days


def _staff(row: Said, rules: StaffRules) -> Counted:
    gone = is_gone(row, rules)
    return Counted(row.subject, Decimal(1), Decimal(gone), "left" if gone else "")


def _promptness(row: Said, rules: IncidentRules) -> str:
    if row.happened_at is None or row.reported_at is None:
        return "not_reported_in_time"
    within = dt.timedelta(hours=rules.report_within_hours)
    return "" if row.reported_at - row.happened_at <= within else "not_reported_in_time"


def _figures(ask: Ask, figures: dict[str, Decimal]) -> list[Counted]:
    """A pair: part of a whole. Two pairs: the first share beside the second, put as people of the second."""
    said = [figures.get(code, ZERO) for code in ask.facts]
    if len(said) == 2:
        return [Counted(ask.indicator, said[1], said[0])]
    part, whole, other_part, other_whole = said
    return [Counted(ask.indicator, other_part, part / whole * other_whole)] if whole else []


def _hours_problem(ask: Ask, row: Said) -> tuple[str, Any] | None:
    if not 0 < row.whole <= MOST_HOURS:
        return "hours", _l("Write hours above 0 and below 9,000.")
    if not 0 <= row.part <= row.whole:
        return "counted_hours", _l("Of these hours at most all count, and never fewer than 0.")
    if ask.has_proof and row.part and not row.reference:
        return "reference", _l("Hours that count need the number of the certificate.")
    return None


def _staff_problem(row: Said, days: int) -> tuple[str, Any] | None:
    if not 0 <= row.whole <= MOST_HOURS:
        return "baseline_hours", _l("Write hours from 0 to 9,000.")
    if not 0 <= row.part <= days or row.part % 1:
        return "days_without_pay", _l("Write whole days, at most those of the period.")
    if not 0 <= row.leave_days <= row.part:
        return "leave_days", _l("Leave is a part of the days without pay.")
    return None


def _incident_problem(row: Said, first: dt.date, last: dt.date, rules: IncidentRules) -> tuple[str, Any] | None:
    if row.kind not in rules.kinds:
        return "kind", _l("Write one of %(kinds)s.", kinds=", ".join(rules.kinds))
    if row.happened_at is None or not first <= row.happened_at.date() <= last:
        return "happened_on", _l("The incident lies outside the period of this return.")
    if row.reported_at is not None and row.reported_at < row.happened_at:
        return "reported_on", _l("It was reported before it happened.")
    return None
