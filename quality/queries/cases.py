"""The case rows of one provider, nobody else's: a page of them, one, all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.among import among
from core.db import db
from members.models import Member
from quality.case_row import CaseRow

if TYPE_CHECKING:
    import polars as pl

Shown = tuple[CaseRow, str]


def shown_cases(
    run_id: int, organisation_id: int, *, only_found: bool = False, worker: str = "", limit: int = 0, offset: int = 0
) -> Sequence[Shown]:
    """Case rows with the member's public id, latest evidence first; `only_found`: those with a finding."""
    found = _chosen(run_id, organisation_id, only_found, worker)
    found = found.sort("evidence_on", "due_at", "id", descending=[True, True, False], nulls_last=True)
    return _shown(found[offset : offset + limit] if limit else found)


def case_count(run_id: int, organisation_id: int, *, only_found: bool = False, worker: str = "") -> int:
    return _chosen(run_id, organisation_id, only_found, worker).height


def case_of(run_id: int, organisation_id: int, case_id: int) -> Shown | None:
    import polars as pl

    found = _shown(_chosen(run_id, organisation_id).filter(pl.col("id") == case_id))
    return found[0] if found else None


def has_case(run_id: int, organisation_id: int, reference: str) -> bool:
    """Whether a provider's list of cases shows this number: a visit's own, else the row's place in the run."""
    import polars as pl

    is_visit = (pl.col("evidence_kind") == "visit") & (pl.col("evidence_reference") == reference)
    is_row = pl.col("id").cast(pl.String) == reference
    return not _chosen(run_id, organisation_id).filter(is_visit | is_row).is_empty()


def found_by_worker(run_id: int, organisation_id: int) -> list[tuple[str, int]]:
    """Carer code → cases with a finding, most first; cases without a carer are left out."""
    import polars as pl

    found = _chosen(run_id, organisation_id, only_found=True).filter(pl.col("worker") != "")
    return found.group_by("worker").len().sort("len", "worker", descending=[True, False]).rows()


def case_rows(run_id: int, organisation_id: int) -> Iterator[Shown]:
    """All rows of one provider, in their stored order: what a provider may download."""
    for part in _chosen(run_id, organisation_id).iter_slices(2000):
        yield from _shown(part)


def _chosen(run_id: int, organisation_id: int, only_found: bool = False, worker: str = "") -> pl.DataFrame:
    import polars as pl

    from quality import case_blocks

    found = case_blocks.cases_of(run_id, organisation_id)
    found = found.filter(pl.col("finding") != "") if only_found else found
    return found.filter(pl.col("worker") == worker) if worker else found


def _shown(found: pl.DataFrame) -> list[Shown]:
    rows = [CaseRow(**row) for row in found.iter_rows(named=True)]
    names = _public_ids(row.member_id for row in rows if row.member_id is not None)
    return [(row, names.get(row.member_id, "") if row.member_id is not None else "") for row in rows]


def _public_ids(member_ids: Iterable[int]) -> dict[int, str]:
    query = select(Member.id, Member.public_id).where(among(Member.id, sorted(set(member_ids))))
    return dict(db.session.execute(query).all())
