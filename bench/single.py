"""One claim at a time, as a clerk sends them: each decided and committed before the next."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

from bench import crowd
from claims import services
from claims.intake import reading
from core.config import fund
from core.db import unit_of_work

CLAIMS = 300
WARM_UP = 20


def measure(lines: int) -> dict[str, Any]:
    """Milliseconds of `claims.services.submit` with its commit, for claims of one to four lines."""
    opened = crowd.open_fund(lines)
    file = next(iter(crowd.month_files(opened, 24 * 3 * (CLAIMS + WARM_UP))))
    report = reading.read_file(file.content, file.name, "touiza-claims", currency=fund().currency, organisation_id=None)
    times = []
    for claim in reading.claims_of(report.ready)[: CLAIMS + WARM_UP]:
        started = time.perf_counter()
        with unit_of_work():
            services.submit(claim, by=opened.officer, at=_after(file), zone=fund().zone)
        times.append((time.perf_counter() - started) * 1000)
    ordered = sorted(times[WARM_UP:])
    return {"claims": len(ordered), "p50": ordered[len(ordered) // 2], "p99": ordered[len(ordered) * 99 // 100]}


def _after(file: crowd.MonthFile) -> dt.datetime:
    return file.received_at + dt.timedelta(hours=1)
