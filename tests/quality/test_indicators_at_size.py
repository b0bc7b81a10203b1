"""All indicators of a quarter over records made by the bench: counts known beforehand, statements that do not grow."""

from __future__ import annotations

from sqlalchemy import event

from bench.quality_records import AT, LATENESS, PERIOD, SLOTS, Sizes, days_of, fill
from core import clock
from core.actors import SYSTEM
from core.db import db, unit_of_work
from quality import services
from quality.queries import runs


def computed() -> tuple[dict[str, int], int]:
    """Indicator → cases of a quarter that is computed now, and with how many statements."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_more) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with clock.frozen(AT), unit_of_work():
            made = {run.indicator: run.cases for run in services.compute_period(PERIOD, by=SYSTEM)}
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return made, len(sent)


def test_counts_over_made_records_are_those_of_their_arithmetic(app):
    db.session.remove()
    sizes = fill(12_000)
    cases, statements = computed()
    days = len(days_of(PERIOD))
    due = sizes.home * days * len(SLOTS)
    turns = [(n * 7 + d * 3 + s) % 10 for n in range(1, sizes.home + 1) for d in range(days) for s in range(len(SLOTS))]
    late = [turn for turn in turns if LATENESS[turn] is None or abs(LATENESS[turn]) > 30]
    rows = runs.results_of(runs.current_run("L-01", PERIOD.name).id)
    assert cases["L-01"] == sum(row.denominator for row in rows) == due
    assert sum(row.numerator for row in rows) == due - len(late)
    assert cases["C-03"] == sizes.children * sum(day["is_working"] for day in days_of(PERIOD))
    assert cases["H-05"] == 2 * sizes.health
    assert statements < 400
    assert Sizes(5_000_000).providers == 500
