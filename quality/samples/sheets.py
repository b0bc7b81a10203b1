"""The working papers as rows, so that anybody's own program can draw and estimate again. Amounts: minor units."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from quality.samples.models import AuditSample
from quality.samples.queries.lines import Line, lines_of
from quality.samples.services.judging import working_of

FRAME = ("id", "claim_line", "amount_minor")
LINES = (
    "position", "id", "claim_line", "stratum", "use", "paid_minor", "allowed_minor", "error", "evidence", "text",
    "judged_by", "judged_at", "looks",
)  # fmt: skip
STRATA = ("stratum", "above_minor", "until_minor", "lines", "value_minor", "size", "spares", "looked_at_in_full")
VALUES = ("name", "value")


def frame(row: AuditSample) -> Iterator[tuple[Any, ...]]:
    names = row.frame_lines.splitlines()
    for place, text in enumerate(row.frame.splitlines()):
        mark, amount = text.rsplit(" ", 1)
        yield mark, names[place] if names else mark, int(amount)


def lines(row: AuditSample) -> Iterator[tuple[Any, ...]]:
    for line in lines_of(row):
        one, found = line.row, line.finding
        yield (
            one.position, one.mark, one.line, one.stratum, _use(line), one.amount,
            found.allowed if found else None, found.error if found else "", found.evidence if found else "",
            found.text if found else "", found.found_by_name if found else "",
            found.found_at.isoformat(timespec="seconds") if found else "", len(line.findings),
        )  # fmt: skip


def strata(row: AuditSample) -> Iterator[tuple[Any, ...]]:
    for one in row.layers:
        yield one.number, one.above, one.until, one.lines, one.value, one.size, one.spares, int(one.is_certain)


def values(row: AuditSample) -> Iterator[tuple[str, Any]]:
    """The recipe, the numbers of the plan and every value of the estimate, one per row."""
    recipe = {
        "number": row.number, "design": row.design, "frame_hash": row.frame_hash, "words": row.words,
        "seed": row.seed, "size": row.size, "source": row.source,
        "source_on": row.source_on.isoformat() if row.source_on else "",
    }  # fmt: skip
    worked = row.result if row.result is not None else working_of(row)[0]
    for name, part in (("recipe", recipe), ("plan", row.rules), ("strata", row.strata), ("estimate", worked)):
        yield from _flat(name, part)


def book(row: AuditSample) -> list[tuple[str, Any, Any]]:
    return [
        ("values", VALUES, values(row)), ("strata", STRATA, strata(row)), ("lines", LINES, lines(row)),
        ("frame", FRAME, frame(row)),
    ]  # fmt: skip


def _use(line: Line) -> str:
    if line.replaced:
        return "left_out"
    return "drawn" if not line.row.is_spare else "used" if line.used else "spare"


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(f"{name}.{key}", inner)
    elif isinstance(value, list):
        for place, inner in enumerate(value, start=1):
            yield from _flat(f"{name}.{place}", inner)
    else:
        yield name, int(value) if isinstance(value, bool) else value
