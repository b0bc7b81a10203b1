"""Childcare: what was billed against what was signed (C-03), and who comes when booked (C-04)."""

from __future__ import annotations

from collections import defaultdict

from quality.cases import Case
from quality.definitions import Indicator
from quality.indicators.evidence import CaseRow, Evidence
from quality.indicators.records import Records
from quality.queries import records as queries

REGULAR = (85, 100)  # attended of booked days
ILLNESS_DAYS = 10


def billed_days(_indicator: Indicator, records: Records) -> list[CaseRow]:
    """C-03: one row per child-day that a live claim bills; in the numerator when arrival and leaving are signed."""
    rows = []
    for day in records.billed_days:
        signed = records.attendance.get((day.organisation_id, day.member_id, day.day))
        finding = signed.finding if signed else "no_record"
        case = Case(str(day.member_id), records.number(day.organisation_id), is_numerator=not finding)
        shown = Evidence("day", day.day, finding=finding, claim_number=day.claim_number, line_no=day.line_no)
        rows.append(CaseRow(case, day.organisation_id, day.member_id, shown))
    return rows


def regular_attendance(indicator: Indicator, records: Records) -> list[CaseRow]:
    """C-04: one row per child placed for the whole period; out when ill on more than ten booked days."""
    booked: dict[tuple[int, int], set[object]] = defaultdict(set)
    for day in queries.days_booked_whole_period(records.period.first, records.until):
        if day.organisation_id in records.providers:
            booked[day.organisation_id, day.member_id].add(day.day)
    rows = []
    for (organisation_id, member_id), days in sorted(booked.items()):
        signed = [records.attendance.get((organisation_id, member_id, day)) for day in days]  # type: ignore[arg-type]
        came = sum(one is not None and one.came for one in signed)
        ill = sum(one is not None and one.absence in records.plan.illness for one in signed)
        is_regular = came * REGULAR[1] >= len(days) * REGULAR[0]
        exclusion = "illness_over_10_days" if ill > ILLNESS_DAYS else ""
        is_out = bool(exclusion) and exclusion in indicator.exclusions
        case = Case(
            str(member_id),
            records.number(organisation_id),
            exclusion=exclusion if is_out else "",
            is_numerator=is_regular,
            quantity=len(days),
            met=came,
        )
        shown = Evidence("day", records.until, f"{came}/{len(days)}", finding="" if is_regular else "irregular")
        rows.append(CaseRow(case, organisation_id, member_id, shown))
    return rows
