"""Small hand-made frames: a few people, stays and lines whose indicators are counted by eye."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl

from quality import plan as quality
from quality.code_lists import Codes, parse

PLAN = Path(__file__).parents[3] / "plan" / "quality.toml"
LINES = {
    "member_id": pl.Int64, "organisation_id": pl.Int64, "day": pl.Date, "service": pl.String, "diagnoses": pl.String,
    "visit_type": pl.String, "claim_number": pl.String, "line_no": pl.Int64,
}  # fmt: skip
STAYS = {
    "member_id": pl.Int64, "reference": pl.String, "admitted_on": pl.Date, "discharged_on": pl.Date,
    "diagnosis": pl.String, "discharge_group": pl.String, "admission": pl.String, "discharged_to": pl.String,
}  # fmt: skip
PEOPLE = {"member_id": pl.Int64, "born_on": pl.Date, "sex": pl.String, "died_on": pl.Date}
COVER = {"member_id": pl.Int64, "begins": pl.Date, "ends": pl.Date}
PLACED = {"member_id": pl.Int64, "organisation_id": pl.Int64, "begins": pl.Date, "ends": pl.Date}
TEXT = """
age_from = [0, 18, 65]
gestation_days = 280
basis = "test"
[[list]]
name = "contact"
codes = ["GP"]
source = "test"
valid_from = 2020-01-01
[[list]]
name = "avoidable"
codes = ["J45*", "I50*"]
source = "test"
valid_from = 2020-01-01
[[list]]
name = "maternity_diagnosis"
codes = ["O*"]
source = "test"
valid_from = 2020-01-01
[[list]]
name = "planned_diagnosis"
codes = ["Z51.1"]
source = "test"
valid_from = 2020-01-01
[[list]]
about = "discharge_class"
name = "heart"
codes = ["280..284"]
source = "test"
valid_from = 2020-01-01
[[list]]
name = "diabetes"
codes = ["E11*"]
source = "test"
valid_from = 2020-01-01
[[list]]
name = "antidiabetic"
codes = ["A10*"]
source = "test"
valid_from = 2020-01-01
[[list]]
name = "hba1c"
codes = ["LAB-1"]
source = "test"
valid_from = 2020-01-01
[[list]]
name = "eye_exam"
codes = ["EYE"]
source = "test"
valid_from = 2020-01-01
[[list]]
name = "urine_albumin"
codes = ["LAB-2"]
source = "test"
valid_from = 2020-01-01
[[list]]
name = "antibiotic"
codes = ["J01*"]
source = "test"
valid_from = 2020-01-01
[[list]]
name = "second_line_antibiotic"
codes = ["J01D*", "J01M*"]
source = "test"
valid_from = 2020-01-01
[[list]]
name = "antenatal"
codes = ["ANC"]
source = "test"
valid_from = 2020-01-01
[[list]]
name = "delivery"
codes = ["DEL"]
source = "test"
valid_from = 2020-01-01
[[list]]
name = "influenza_vaccine"
codes = ["FLU"]
source = "test"
valid_from = 2020-01-01
[[list]]
about = "vaccine"
name = "measles"
codes = ["V-M"]
doses = 2
source = "test"
valid_from = 2020-01-01
[[list]]
about = "vaccine"
name = "polio"
codes = ["V-P"]
doses = 1
source = "test"
valid_from = 2020-01-01
"""
CODES: Codes = parse(TEXT).on(dt.date(2026, 12, 31))
ASKED = {one.id: one.parameters for one in quality.parse(PLAN.read_text(encoding="utf-8")).indicators}
FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
NOBODY = dt.date(1800, 1, 1)


def day(text: str | None) -> dt.date | None:
    """`03-09` in 2026, or a whole date."""
    if not text:
        return None
    return dt.date.fromisoformat(text if len(text) > 5 else f"2026-{text}")


def people(**born: str) -> pl.DataFrame:
    """`m1="1950-05-01"`, `m2="1950-05-01 f 2026-03-04"` (sex, died on): members 1, 2, …"""
    rows = []
    for name, text in born.items():
        birth, sex, died = [*text.split(), "f", ""][:3] if " " in text else (text, "f", "")
        rows.append((int(name[1:]), day(birth), sex, day(died)))
    return _frame(rows, PEOPLE)


def stay(member: int, admitted: str, discharged: str | None, **told: str) -> tuple[Any, ...]:
    rest = [told.get(name, "") for name in ("diagnosis", "discharge_group", "admission", "discharged_to")]
    return (member, told.get("reference", f"S{member}-{admitted}"), day(admitted), day(discharged), *rest)


def stays(*rows: tuple[Any, ...]) -> pl.DataFrame:
    return _frame(list(rows), STAYS)


def line(member: int, on: str, service: str = "GP", provider: int = 1, **more: Any) -> tuple[Any, ...]:
    number = more.get("number", f"K-{member}-{on}-{service}")
    return (member, provider, day(on), service, more.get("diagnoses", ""), "", number, more.get("line_no", 1))


def lines(*rows: tuple[Any, ...]) -> pl.DataFrame:
    return _frame(list(rows), LINES)


def spells(*rows: tuple[int, int, str, str | None]) -> pl.DataFrame:
    """Member, provider, first and last day."""
    return _frame([(member, provider, day(a), day(b)) for member, provider, a, b in rows], PLACED)


def cover(*rows: tuple[int, str, str | None]) -> pl.DataFrame:
    return _frame([(member, day(a), day(b)) for member, a, b in rows], COVER)


def seen(**provider: int) -> pl.DataFrame:
    """`m1=7`: provider 7 saw member 1 most."""
    rows = [(int(name[1:]), number) for name, number in provider.items()]
    return pl.DataFrame(rows, schema={"member_id": pl.Int64, "organisation_id": pl.Int64}, orient="row")


def _frame(rows: list[Any], schema: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema, orient="row")


def shown(frame: pl.DataFrame, *columns: str) -> list[Any]:
    """Rows of some columns, by member and evidence."""
    may_be_null = ("member_id", "evidence_on", "due_at", "started_at", "line_no")
    assert sum(frame.drop(may_be_null).null_count().row(0)) == 0
    found = frame.sort("member_id", "evidence_on", "evidence_reference", "organisation_id").select(columns).rows()
    return [row[0] for row in found] if len(columns) == 1 else found
