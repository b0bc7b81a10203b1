"""A file of claims on its way in: judged row by row, the ready rows laid on disk by the partition of their household.

So what stands in memory is a chunk of rows, then a shard of whole households, however long the file is; besides, a few
bytes per claim that say where its first row went, because its rows need not stand together.
"""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Any, Self

from claims import filing
from claims.intake.reading import Row
from core.tables import Report
from core.tables.dialect import Dialect
from core.tables.report import ReadyRow, WrongRow, wrong_rows_csv

CHUNK = 1_000  # rows that are read at once
SHARD = 1_000  # rows that are taken in at once, at least; a household is never split
_NOBODY = (0, 0, 0)


@dataclass(slots=True)
class Rows:
    """What became of the rows of a file: how many are ready, and those that need work."""

    header: tuple[str, ...]
    dialect: Dialect | None
    ready: int = 0
    wrong: list[WrongRow] = field(default_factory=list)

    def wrong_rows_csv(self) -> bytes:
        return wrong_rows_csv(self.header, self.wrong, self.dialect.delimiter if self.dialect else ",")


class Spool:
    """Ready rows on disk; gone when it is left."""

    def __init__(self) -> None:
        self._files: dict[int, IO[bytes]] = {}
        self._rows: Counter[int] = Counter()
        self._places: dict[int, int] = {}  # claim, as a hash → partition of its first row

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for file in self._files.values():
            file.close()

    def add(self, rows: Iterable[ReadyRow[Row]]) -> None:
        given = list(rows)
        homes = filing.homes({row.value.claim.member_number for row in given})
        parts: dict[int, list[ReadyRow[Row]]] = {}
        for row in given:
            claim = row.value.claim
            home = homes.get(claim.member_number, _NOBODY)[2]
            place = self._places.setdefault(hash((claim.organisation_id, claim.provider_claim_no)), home)
            parts.setdefault(place, []).append(row)
        for place, part in parts.items():
            pickle.dump(part, self._file(place), pickle.HIGHEST_PROTOCOL)
            self._rows[place] += len(part)

    def _file(self, place: int) -> IO[bytes]:
        if place not in self._files:
            self._files[place] = TemporaryFile()  # noqa: SIM115 (closed when the spool is left)
        return self._files[place]

    def shards(self, least: int = SHARD) -> Iterator[list[ReadyRow[Row]]]:
        """The rows of some partitions at a time, in the order of the partitions, and then of the file."""
        shard: list[ReadyRow[Row]] = []
        for place in sorted(self._rows):
            shard += self._read(place)
            if len(shard) >= least:
                yield sorted(shard, key=_number)
                shard = []
        if shard:
            yield sorted(shard, key=_number)

    def _read(self, place: int) -> Iterator[ReadyRow[Row]]:
        file = self._files[place]
        file.seek(0)
        left = self._rows[place]
        while left:
            part: list[ReadyRow[Row]] = pickle.load(file)  # noqa: S301 (written a moment ago by this process)
            left -= len(part)
            yield from part


def _number(row: ReadyRow[Any]) -> int:
    return row.number


def judged(chunks: Iterable[Report[Row]], spool: Spool | None) -> Rows | None:
    """Every row judged once; the ready ones go to `spool`. None: the file has no row."""
    rows: Rows | None = None
    for chunk in chunks:
        rows = rows or Rows(chunk.header, chunk.dialect)
        rows.ready += len(chunk.ready)
        rows.wrong += chunk.wrong
        if spool is not None:
            spool.add(chunk.ready)
    return rows
