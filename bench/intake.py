"""Files of claims, from bytes to postings: what each stretch of the road costs."""

from __future__ import annotations

from typing import Any

from bench import crowd
from bench.watch import Watch, peak_mebibytes
from claims import decisions, facts, filing, posting
from claims.intake import importing
from claims.services import judging
from core import clock
from core.config import fund
from core.db import database_clock, unit_of_work

PHASES = ("reading the file", "storing claims", "loading facts", "deciding", "storing decisions", "posting")


def measure(lines: int) -> dict[str, Any]:
    """Open a fund, then take in its files month by month, each in one transaction with its commit."""
    opened = crowd.open_fund(lines)
    files = list(crowd.month_files(opened, lines))
    before = peak_mebibytes()
    watch = _watched()
    claims: dict[str, int] = {}
    for file in files:
        at = file.received_at
        with clock.frozen(at), database_clock(lambda at=at: at), watch.phase("the rest"), unit_of_work():
            for state, count in _take(file, opened).items():
                claims[state] = claims.get(state, 0) + count
    return {
        "lines": sum(file.lines for file in files),
        "claims": sum(claims.values()),
        "states": claims,
        "members": len(opened.country.people),
        "seconds": dict(watch.seconds),
        "cpu": dict(watch.cpu),
        "statements": watch.statements,
        "memory_before": before,
        "memory": peak_mebibytes(),
    }


def _watched() -> Watch:
    watch = Watch()
    watch.function(importing, "read", PHASES[0])
    watch.function(filing, "open_files", PHASES[1])
    watch.function(filing, "write", PHASES[1])
    watch.function(facts, "cases", PHASES[2])
    watch.function(judging, "decide", PHASES[3])
    watch.function(decisions, "write", PHASES[4])
    watch.function(posting, "post", PHASES[5])
    watch.count_statements()
    return watch


def _take(file: crowd.MonthFile, opened: crowd.Crowd) -> dict[str, int]:
    upload = importing.Upload(file.content, file.name, "touiza-claims", None)
    intake = importing.take_file(
        upload, currency=fund().currency, by=opened.officer, at=file.received_at, zone=fund().zone
    )
    if intake.rows is None or intake.rows.wrong or intake.rows.ready != file.lines:
        raise SystemExit(f"{file.name} was not read whole: {intake.rows and intake.rows.wrong[:1]}")
    return dict(intake.states)
