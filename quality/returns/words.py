"""The words of the one form: its columns per table."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from core.words import _l
from quality.returns.asked import Table


class Column(NamedTuple):
    """One field of a row, by the name of the layout."""

    name: str
    label: Any
    hint: Any = ""


_WORKER = Column("worker", _l("Code of the worker"), _l("Your own, like W-17. Never a name."))
COLUMNS: Final = {
    Table.HOURS: (
        _WORKER,
        Column("hours", _l("All hours")),
        Column("counted_hours", _l("Hours that count")),
        Column("reference", _l("Certificate or page of the payroll")),
    ),
    Table.STAFF: (
        _WORKER,
        Column("baseline_hours", _l("Paid hours in the baseline"), _l("The first 90 days of the period.")),
        Column("days_without_pay", _l("Days in a row without a paid hour"), _l("The longest time in the period.")),
        Column("leave_days", _l("Of these on leave")),
    ),
    Table.INCIDENTS: (
        Column("incident", _l("Code of the incident"), _l("Your own, like E-3.")),
        Column("kind", _l("What happened")),
        Column("happened_on", _l("On which day")),
        Column("happened_at", _l("At what time"), _l("Like 14:30.")),
        Column("reported_on", _l("Reported to the fund on"), _l("Leave it empty if it was not reported.")),
        Column("reported_at", _l("Reported at")),
    ),
}
