"""The Medicare sample counted from its raw files: plain csv and nothing of the product, for comparing with it."""

from __future__ import annotations

import calendar
import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any


def rows(path: Path) -> list[dict[str, Any]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def cents(text: str) -> int:
    return round(float(text) * 100)


def reasons(folder: Path) -> Counter[str]:
    """How many lines each of six reasons concerns, whatever decides the line."""
    counted: Counter[str] = Counter()
    for _row, found in judged(folder):
        counted.update(found)
    return counted


def judged(folder: Path) -> Iterator[tuple[dict[str, Any], set[str]]]:
    """Every line with its reasons, in the order of deciding; all but PRC-01 keep it from being accepted."""
    lines = rows(folder / "carrier_lines.csv")
    spells, stays, prices = _spells(folder), _stays(folder), _medians(lines)
    paid_before: set[tuple[str, ...]] = set()
    for row in _in_order(lines):
        found = {reason for reason in (_cover_reason(row, spells), _stay_reason(row, stays)) if reason}
        identity = tuple(row[name] for name in ("TAX_NUM", "DESYNPUF_ID", "HCPCS_CD", "CLM_FROM_DT", "CLM_THRU_DT"))
        if not row["HCPCS_CD"]:
            found.add("ADM-01")
        if identity in paid_before:
            found.add("ADM-03")
        if not found:
            paid_before.add(identity)
            if cents(row["ALLOWED_AMT"]) > prices[row["HCPCS_CD"]]:
                found.add("PRC-01")
        yield row, found


def _in_order(lines: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """By last day of care, then by when the claim came (after its own last day), then as they stand in the file."""
    last: dict[str, str] = {}
    place: dict[str, int] = {}
    for row in lines:
        last[row["CLM_ID"]] = max(last.get(row["CLM_ID"], ""), row["CLM_THRU_DT"])
        place.setdefault(row["CLM_ID"], len(place))
    yield from sorted(
        lines, key=lambda row: (row["CLM_THRU_DT"], last[row["CLM_ID"]], place[row["CLM_ID"]], int(row["LINE_NUM"]))
    )


def _spells(folder: Path) -> dict[str, list[tuple[str, str]]]:
    """First and last covered day of each member-year with at least one month of Part B."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows(folder / "bene.csv"):
        year, months = int(float(row["BENE_YEAR"])), int(float(row["BENE_SMI_CVRAGE_TOT_MONS"]))
        if months:
            end = calendar.monthrange(year, months)[1]
            found[row["DESYNPUF_ID"]].append((f"{year}-01-01", f"{year}-{months:02d}-{end:02d}"))
    return found


def _stays(folder: Path) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows(folder / "inpatient.csv"):
        if row["SEGMENT"] == "1.0":
            found[row["DESYNPUF_ID"]].append((row["CLM_ADMSN_DT"], row["NCH_BENE_DSCHRG_DT"]))
    return found


def _medians(lines: list[dict[str, Any]]) -> dict[str, int]:
    asked: dict[str, list[int]] = defaultdict(list)
    for row in lines:
        asked[row["HCPCS_CD"]].append(cents(row["ALLOWED_AMT"]))
    return {code: int(median(amounts)) for code, amounts in asked.items()}


def _cover_reason(row: dict[str, Any], spells: dict[str, list[tuple[str, str]]]) -> str:
    own, day = spells.get(row["DESYNPUF_ID"], []), row["CLM_THRU_DT"]
    if any(begins <= day <= ends for begins, ends in own):
        return ""
    return "MEM-03" if any(begins <= day for begins, _ends in own) else "MEM-02"


def _stay_reason(row: dict[str, Any], stays: dict[str, list[tuple[str, str]]]) -> str:
    inside = any(a < row["CLM_FROM_DT"] and row["CLM_THRU_DT"] < d for a, d in stays.get(row["DESYNPUF_ID"], []))
    return "CAR-03" if inside else ""
