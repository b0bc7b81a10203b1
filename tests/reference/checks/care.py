"""CAR: do records, stays, levels and places bear it out?"""

from __future__ import annotations

from datetime import date

from tests.reference.checks.view import Found, View, entitlement, level


def car_01(view: View) -> Found | None:
    if view.row is None or not view.row.match:
        return None
    asked, visit, attendance = view.line.quantity_milli, view.line.visit, view.line.attendance
    matched, missing, missing_on = None, (), None
    if view.row.match == "visit" and visit is not None:
        matched, missing, missing_on = visit.verified_milli, visit.missing, visit.missing_on
    if view.row.match == "attendance" and attendance is not None:
        matched, missing, missing_on = attendance.attended_milli, attendance.missing, attendance.missing_on
    if matched is not None and matched >= asked:
        return None
    matched = matched or 0
    told = {"matched": matched, "asked": asked, "missing": list(missing) or ["record"], "missing_on": missing_on}
    return Found("CAR-01", told, allowed=matched)


def car_02(view: View) -> Found | None:
    visit = view.line.visit
    if visit is None or visit.overlap_on is None:
        return None
    return Found("CAR-02", {"other": visit.overlap_number, "on": visit.overlap_on})


def car_03(view: View) -> Found | None:
    """Strictly inside: the first day after the admission, the last before the discharge."""
    if view.member is None or (view.row is not None and view.row.is_stay_exempt):
        return None
    first = view.line.service_from or view.on
    for stay in view.member.stays:
        if stay.admitted_on < first and view.on < (stay.discharged_on or date.max):
            told = {"admitted": stay.admitted_on, "discharged": stay.discharged_on, "stay": stay.number}
            return Found("CAR-03", told)
    return None


def car_04(view: View) -> Found | None:
    row, member = view.row, view.member
    if row is None or member is None:
        return None
    if row.care_level_from and level(member, view.on) < row.care_level_from:
        return Found("CAR-04", {"on": view.on, "needed": f"L{row.care_level_from}"})
    if row.entitlement and entitlement(view) is None:
        return Found("CAR-04", {"on": view.on, "needed": row.entitlement})
    return None


def car_05(view: View) -> Found | None:
    fact = view.line.attendance
    if fact is None or fact.over_on is None:
        return None
    return Found("CAR-05", {"on": fact.over_on, "children": fact.children, "places": fact.places})
