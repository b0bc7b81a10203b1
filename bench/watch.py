"""Watching a run: seconds per phase, SQL statements, peak memory."""

from __future__ import annotations

import resource
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

import core.db
from core.db import db


class Watch:
    """Wall and CPU seconds by phase; a phase inside another counts for itself only."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.cpu: dict[str, float] = defaultdict(float)
        self.statements = 0
        self._open: list[list[float]] = []

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        started, cpu = time.perf_counter(), time.process_time()
        self._open.append([0.0, 0.0])
        try:
            yield
        finally:
            inner = self._open.pop()
            wall, busy = time.perf_counter() - started, time.process_time() - cpu
            self.seconds[name] += wall - inner[0]
            self.cpu[name] += busy - inner[1]
            if self._open:
                self._open[-1][0] += wall
                self._open[-1][1] += busy

    def function(self, place: Any, attribute: str, name: str) -> None:
        """Count the time in `place.attribute` as phase `name`, from now on."""
        act = getattr(place, attribute)

        def watched(*args: Any, **more: Any) -> Any:
            with self.phase(name):
                return act(*args, **more)

        setattr(place, attribute, watched)

    def count_statements(self) -> None:
        """Every statement sent, a set of rows as one; COPY goes past SQLAlchemy and is counted where it starts."""
        event.listen(db.engine, "before_cursor_execute", self._count)
        copy: Callable[..., None] = core.db._copy

        def counted(*args: Any) -> None:
            self._count()
            copy(*args)

        core.db._copy = counted

    def _count(self, *_: object) -> None:
        self.statements += 1


def peak_mebibytes() -> int:
    """The most memory this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
