"""Case rows at rest: immutable parquet files of several providers each, named by what they hold (DECISIONS 7).

The same rows give the same bytes, so a run that finds what the one before found keeps its files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import NamedTuple

import polars as pl
from sqlalchemy import select

from core import files
from core.actors import Actor
from core.db import bulk_insert, db
from core.files import StoredFile
from quality.cases import COLUMNS, case_frame
from quality.models import IndicatorCase, IndicatorCaseBlock
from quality.queries.blocks import blocks_of
from quality.queries.frames import frame as read_frame

MOST_ROWS = 100_000
MEDIA_TYPE = "application/vnd.apache.parquet"


class Block(NamedTuple):
    """A part of a run's rows, ready to be kept."""

    frame: pl.DataFrame
    content: bytes
    sha256: str


def blocks(frame: pl.DataFrame) -> Iterator[Block]:
    """The rows in files of whole providers, each named by what it holds."""
    for part in _parts(frame):
        content = _as_bytes(part)
        yield Block(part, content, hashlib.sha256(content).hexdigest())


def store(run_id: int, frame: pl.DataFrame, name: str, *, by: Actor, before: int | None = None) -> None:
    """Keep the case rows of a run; `before`: the run whose equal files serve again."""
    known = {block.sha256: block.file_id for block in blocks_of(before)} if before else {}
    rows, first_row = [], 1
    for number, block in enumerate(blocks(frame), start=1):
        if block.sha256 not in known:
            known[block.sha256] = _stored(block, f"{name} {number}.parquet", by)
        organisations = block.frame["organisation_id"]
        rows.append(
            {
                "run_id": run_id,
                "number": number,
                "first_organisation_id": organisations[0],
                "last_organisation_id": organisations[-1],
                "first_row": first_row,
                "rows": block.frame.height,
                "sha256": block.sha256,
                "file_id": known[block.sha256],
            }
        )
        first_row += block.frame.height
    bulk_insert(IndicatorCaseBlock.__table__, rows)


def _stored(block: Block, filename: str, by: Actor) -> int:
    row = files.store(block.content, filename=filename, media_type=MEDIA_TYPE, organisation_id=None, by=by)
    return row.id


def cases_of(run_id: int, organisation_id: int) -> pl.DataFrame:
    """The rows of one provider in their stored order, with `id`, their place in the run."""
    blocks = blocks_of(run_id, organisation_id)
    if not blocks:
        return _not_yet_in_blocks(run_id).filter(pl.col("organisation_id") == organisation_id)
    found = [_numbered(block).filter(pl.col("organisation_id") == organisation_id) for block in blocks]
    return pl.concat(found)


def rows_before_blocks(run_id: int) -> pl.DataFrame:
    """Rows that an earlier release kept one by one."""
    names = [name for name in COLUMNS if name not in ("subject_kind", "subject")]
    query = select(*(getattr(IndicatorCase, name) for name in names)).where(IndicatorCase.run_id == run_id)
    return case_frame(read_frame(query))


def _as_bytes(frame: pl.DataFrame) -> bytes:
    """One parquet file; nothing in it tells when or where it was written."""
    content = BytesIO()
    frame.rechunk().write_parquet(
        content, compression="zstd", compression_level=3, statistics=False, row_group_size=MOST_ROWS
    )
    return content.getvalue()


def _parts(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Whole providers together up to the most rows; one with more than that alone, in several parts."""
    sizes = frame.group_by("organisation_id", maintain_order=True).len()["len"].to_list()
    start = length = 0
    for size in sizes:
        if length and length + size > MOST_ROWS:
            yield from frame[start : start + length].iter_slices(MOST_ROWS)
            start, length = start + length, 0
        length += size
    if length:
        yield from frame[start : start + length].iter_slices(MOST_ROWS)


def _numbered(block: IndicatorCaseBlock) -> pl.DataFrame:
    return _content(block.sha256, block.file_id).with_row_index("id", offset=block.first_row)


@lru_cache(maxsize=8)
def _content(sha256: str, file_id: int) -> pl.DataFrame:
    """Pages ask for the same block several times; what it holds is what its name says, and never changes."""
    content = files.read(db.session.get_one(StoredFile, file_id))
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ValueError(f"The case block {sha256} does not hold what its name says.")
    return pl.read_parquet(content)


def _not_yet_in_blocks(run_id: int) -> pl.DataFrame:
    return rows_before_blocks(run_id).with_row_index("id", offset=1)
