"""D1 to D8 and D14: what the claim rules and the checks of records found, counted by provider (DECISIONS 33)."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from core.words import _l
from quality.desk.plan import Terms
from quality.desk.queries import claimed, given
from quality.desk.queries.claimed import FoundLine
from quality.desk.queries.given import FoundRecord
from quality.desk.screens.screen import Found, Hit, furthest_first, refs, screen
from quality.desk.window import Window

if TYPE_CHECKING:
    import polars as pl

PER = 1_000


class Findings(NamedTuple):
    """`sizes`: organisation → lines and records of the window, what a count is seen against."""

    lines: Sequence[FoundLine]
    records: Sequence[FoundRecord]
    sizes: dict[int, int]


def read(window: Window, terms: Terms) -> Findings:
    lines, records = list(claimed.found_lines(window, terms.reasons)), given.found_records(window, terms.checks)
    sizes: Counter[int] = Counter(claimed.lines_received(window) if terms.reasons else {})
    sizes.update(given.records_kept(window) if terms.checks else {})
    return Findings(lines, records, dict(sizes))


@screen(
    "D1",
    "D2",
    "D3",
    "D4",
    "D6",
    "D7",
    "D8",
    "D14",
    reads=read,
    text=_l(
        "%(found)s of %(of)s: %(rate)s in 1,000, the middle provider has %(middle)s. %(asked_amount)s were asked on "
        "the lines; findings that still stand: %(standing)s."
    ),
)
def counted(found: Findings, terms: Terms) -> Found:
    """One hit per provider with at least `threshold` findings; their references are the evidence."""
    lines: dict[int, dict[str, FoundLine]] = defaultdict(dict)
    for line in found.lines:
        lines[line.organisation_id][line.reference] = line
    records: dict[int, list[FoundRecord]] = defaultdict(list)
    for record in found.records:
        records[record.organisation_id].append(record)
    counts = {one: len(lines[one]) + len(records[one]) for one in lines.keys() | records.keys() | found.sizes.keys()}
    middle = _middle(counts, found.sizes)
    hits = [
        _hit(one, list(lines[one].values()), records[one], found.sizes.get(one, count), middle, len(counts) - 1)
        for one, count in counts.items()
        if count >= terms.threshold
    ]
    return Found(len(counts), furthest_first(hits))


def _middle(counts: dict[int, int], sizes: dict[int, int]) -> float:
    """The median of findings per 1,000."""
    rates = [PER * counts[one] / size for one, size in sizes.items() if size]
    return median(rates) if rates else 0.0


def _hit(
    organisation_id: int,
    lines: Sequence[FoundLine],
    records: Sequence[FoundRecord],
    size: int,
    middle: float,
    peers: int,
) -> Hit:
    found = len(lines) + len(records)
    figures = {
        "found": found,
        "of": size,
        "rate": PER * found / size if size else 0.0,
        "middle": middle,
        "asked_amount": sum(line.amount for line in lines),
        "standing": sum(line.stands for line in lines) + len(records),
    }
    evidence = (*refs("claim", [line.reference for line in lines]), *_records(records))
    return Hit(organisation_id, "", float(found), peers, figures, evidence)


def _records(records: Iterable[FoundRecord]) -> tuple[tuple[str, str], ...]:
    return tuple(
        ("visit", f"{row.on.isoformat()} {row.visit}") if row.visit else ("day", row.on.isoformat()) for row in records
    )


class WorkerDays(NamedTuple):
    visits: pl.DataFrame
    short_ways: Sequence[FoundRecord]


def read_worker_days(window: Window, terms: Terms) -> WorkerDays:
    return WorkerDays(given.timed_visits(window), given.found_records(window, terms.checks))


@screen(
    "D5",
    reads=read_worker_days,
    text=_l(
        "Worker %(worker)s: %(days)s days of more than %(most)s hours (the longest %(longest)s), and %(ways)s ways "
        "that were too short to be made."
    ),
)
def impossible_days(found: WorkerDays, terms: Terms) -> Found:
    """One hit per worker with a day longer than anybody works, or a way nobody makes in the time between."""
    import polars as pl

    most = terms.numbers["hours"]
    hours = (pl.col("ended_at") - pl.col("started_at")).dt.total_seconds() / 3600
    timed = found.visits.filter(pl.col("worker") != "").with_columns(hours=hours)
    days = timed.group_by("organisation_id", "worker", "day").agg(pl.col("hours").sum(), pl.col("number").sort())
    long = days.filter(pl.col("hours") > most).sort("organisation_id", "worker", "day")
    by_worker: dict[tuple[int, str], list[tuple[dt.date, float, list[str]]]] = defaultdict(list)
    for organisation_id, worker, day, length, numbers in long.iter_rows():
        by_worker[organisation_id, worker].append((day, length, numbers))
    ways: dict[tuple[int, str], list[FoundRecord]] = defaultdict(list)
    for record in found.short_ways:
        ways[record.organisation_id, record.worker].append(record)
    examined = timed.select("organisation_id", "worker").n_unique()
    hits = [
        _worker_hit(key, by_worker[key], ways[key], most, examined - 1)
        for key in by_worker.keys() | ways.keys()
        if len(by_worker[key]) + len(ways[key]) >= terms.threshold
    ]
    return Found(examined, furthest_first(hits))


def _worker_hit(
    key: tuple[int, str],
    days: Sequence[tuple[dt.date, float, list[str]]],
    ways: Sequence[FoundRecord],
    most: float,
    peers: int,
) -> Hit:
    longest = max((length for _day, length, _numbers in days), default=0.0)
    figures = {"worker": key[1], "days": len(days), "most": most, "longest": longest, "ways": len(ways)}
    visits = [f"{day.isoformat()} {number}" for day, _length, numbers in days for number in numbers]
    return Hit(key[0], key[1], float(len(days) + len(ways)), peers, figures, (*refs("visit", visits), *_records(ways)))
