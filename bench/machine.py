"""What the machine and its database could do at most, with the very rows that a run has written."""

from __future__ import annotations

import os
import tempfile
import time
from typing import Any

from sqlalchemy import text

from core.db import db, unit_of_work

MOST_ROWS = 200_000
SYNCS = 100


def measure(_lines: int) -> dict[str, Any]:
    """Rows of line decisions per second: written alone into a like table, and read one after the other; one fsync."""
    is_postgres = db.engine.dialect.name == "postgresql"
    rows, seconds = _copied() if is_postgres else _inserted()
    scanned, scan_seconds = _scanned()
    return {"rows": rows, "write": rows / seconds, "scan": scanned / scan_seconds, "fsync": _fsync()}


def _copied() -> tuple[int, float]:
    """COPY of rows that are text already, into a table with the same key and indexes."""
    with unit_of_work():
        db.session.execute(text("CREATE TABLE probe (LIKE line_decision INCLUDING ALL)"))
        driver: Any = db.session.connection().connection
        with driver.cursor() as cursor:
            some = f"COPY (SELECT * FROM line_decision LIMIT {MOST_ROWS}) TO STDOUT"
            with cursor.copy(some) as copy:
                rows = [bytes(row) for row in copy]
    content = b"".join(rows)
    started = time.perf_counter()
    with unit_of_work():
        driver = db.session.connection().connection
        with driver.cursor() as cursor, cursor.copy("COPY probe FROM STDIN") as copy:
            for first in range(0, len(content), 1 << 20):
                copy.write(content[first : first + (1 << 20)])
    return len(rows), time.perf_counter() - started


def _inserted() -> tuple[int, float]:
    """One prepared INSERT for all rows, in one transaction."""
    with unit_of_work():
        made = db.session.execute(text("SELECT sql FROM sqlite_master WHERE name = 'line_decision'")).scalar_one()
        db.session.execute(text(made.replace("line_decision", "probe", 1)))
        connection = db.session.connection()
        rows = connection.exec_driver_sql(f"SELECT * FROM line_decision LIMIT {MOST_ROWS}").fetchall()
    places = ", ".join("?" * len(rows[0]))
    started = time.perf_counter()
    with unit_of_work():
        db.session.connection().exec_driver_sql(f"INSERT INTO probe VALUES ({places})", [tuple(row) for row in rows])
    return len(rows), time.perf_counter() - started


def _scanned() -> tuple[int, float]:
    with unit_of_work():
        started = time.perf_counter()
        sums = "SELECT count(*), sum(benefit), max(length(CAST(detail AS TEXT))) FROM line_decision"
        count = db.session.execute(text(sums)).one()[0]
    return int(count), time.perf_counter() - started


def _fsync() -> float:
    """Milliseconds of one durable write of 8 KiB, the median."""
    times = []
    with tempfile.NamedTemporaryFile(dir=os.environ.get("TOUIZA_INSTANCE_FOLDER")) as file:
        for _ in range(SYNCS):
            started = time.perf_counter()
            file.write(bytes(8192))
            file.flush()
            os.fsync(file.fileno())
            times.append((time.perf_counter() - started) * 1000)
    return sorted(times)[SYNCS // 2]
