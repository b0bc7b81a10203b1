"""Case rows of earlier releases into blocks: the worker does one run at a time, pages read both meanwhile."""

from __future__ import annotations

from sqlalchemy import delete

from core.actors import SYSTEM
from core.db import db, unit_of_work
from quality.models import IndicatorCase, IndicatorRun
from quality.queries import runs


def move() -> None:
    """The job: all that waits, each run in its own transaction."""
    while move_one():
        pass


def move_one() -> bool:
    """Write one run's rows as blocks and take them out of the table; False when none waits."""
    with unit_of_work():
        waiting = runs.runs_to_move(limit=1)
        for run in waiting:
            _move(run)
        return bool(waiting)


def _move(run: IndicatorRun) -> None:
    from quality import case_blocks

    frame = case_blocks.rows_before_blocks(run.id)
    case_blocks.store(run.id, frame, f"{run.indicator} {run.period}", by=SYSTEM)
    db.session.execute(delete(IndicatorCase).where(IndicatorCase.run_id == run.id))
