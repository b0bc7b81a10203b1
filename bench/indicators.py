"""All indicators of a quarter over many claim lines: what reading, counting and keeping them cost."""

from __future__ import annotations

import importlib
import pkgutil
import time
from typing import Any

from bench import quality_records
from bench.quality_records import AT, PERIOD
from bench.watch import Watch, peak_mebibytes
from core import clock
from core.actors import SYSTEM
from core.db import unit_of_work
from quality import services
from quality.services import computing

PHASES = ("reading records", "counting", "keeping", "the rest")


def measure(lines: int) -> dict[str, Any]:
    """Fill the tables, then compute the quarter in this process."""
    sizes = quality_records.fill(lines)
    return {"lines": lines, "providers": sizes.providers, "members": sizes.members} | compute()


def compute() -> dict[str, Any]:
    """All indicators of the quarter as it stands in the database, watched."""
    before, watch = peak_mebibytes(), Watch()
    watch.count_statements()
    _watch(watch)
    started = time.perf_counter()
    with watch.phase("the rest"), clock.frozen(AT), unit_of_work():
        runs = services.compute_period(PERIOD, by=SYSTEM)
        found = {run.indicator: run.cases for run in runs if run.has_source}
    return {
        "seconds": time.perf_counter() - started, "cpu": sum(watch.cpu.values()), "phases": dict(watch.seconds),
        "cpu_phases": dict(watch.cpu), "statements": watch.statements, "memory_before": before,
        "memory": peak_mebibytes(), "indicators": found,
    }  # fmt: skip


def _watch(watch: Watch) -> None:
    from quality.queries import records

    for module in pkgutil.iter_modules(records.__path__, f"{records.__name__}."):
        found = importlib.import_module(module.name)
        if hasattr(found, "frame"):
            watch.function(found, "frame", "reading records")
    watch.function(computing, "_read", "counting")
    watch.function(computing, "_keep", "keeping")
