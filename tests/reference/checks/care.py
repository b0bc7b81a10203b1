"""CAR: do records, stays, levels and places bear it out?"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from fractions import Fraction

from claims.case import AttendanceFact, VisitFact
from tests.reference.checks.view import Found, View, entitlement, level, recorded, refused_days
from tests.reference.money import half_up


def car_01(view: View) -> Found | None:
    """A missing element is named with its day, else the record itself is missing."""
    if view.row is None or view.row.match not in ("visit", "attendance"):
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
    return Found("CAR-01", told, allowed=matched, part="element" if missing and missing_on else "")


def car_01_place(view: View) -> Found | None:
    """Nights on which a place was held: all, those not in hospital, or those in hospital."""
    match = view.row.match if view.row else ""
    if not match.startswith("occupancy") or view.row is None:
        return None
    nights = list(view.line.place.nights) if view.line.place else []
    away = [night for night in nights if _in_hospital(view, night)]
    counted = {"occupancy": nights, "occupancy_away": away}.get(match, [n for n in nights if n not in away])
    if view.member is None:
        counted = nights
    matched = 1000 * len(counted)
    if view.row.unit == "month":
        matched = half_up(sum((Fraction(1000, monthrange(n.year, n.month)[1]) for n in counted), Fraction(0)))
    if matched >= view.line.quantity_milli:
        return None
    missing = "night_away" if match == "occupancy_away" else "night_held"
    told = {"matched": matched, "asked": view.line.quantity_milli, "missing": [missing]}
    return Found("CAR-01", told, allowed=matched, part="place")


def _in_hospital(view: View, night: date) -> bool:
    stays = view.member.stays if view.member else ()
    return any(s.kind == "hospital" and s.admitted_on <= night < (s.discharged_on or date.max) for s in stays)


def car_01_certificate(view: View) -> Found | None:
    place = view.line.place
    if view.row is None or not view.row.needs_certificate or place is None or place.uncertified_on is None:
        return None
    told = {"place": place.place, "on": place.uncertified_on, "until": place.certified_until}
    return Found("CAR-01", told, effect="P", part="certificate")


def car_01_works(view: View) -> Found | None:
    if view.row is None or view.row.match != "quote":
        return None
    quote = view.line.quote
    if quote is not None and quote.accepted is not None:
        return None
    told = {"missing": ["acceptance" if quote else "quote"]}
    return Found("CAR-01", told, effect="D", part="works")


def car_02(view: View) -> Found | None:
    visit = view.line.visit
    if visit is None or visit.overlap_on is None:
        return None
    return Found("CAR-02", {"other": visit.overlap_number, "on": visit.overlap_on})


def car_02_units(view: View) -> Found | None:
    return _doubt(view, view.line.visit, "over_units", "units")


def car_02_two_centres(view: View) -> Found | None:
    found = _doubt(view, view.line.attendance, "two_centres", "two_centres")
    return found and Found("CAR-02", {"on": found.parameters["on"]}, part="two_centres")


def car_02_long_day(view: View) -> Found | None:
    return _doubt(view, view.line.attendance, "over_day", "long_day")


def _doubt(view: View, fact: VisitFact | AttendanceFact | None, doubt: str, part: str) -> Found | None:
    if fact is None or fact.doubt != doubt or view.row is None or not view.row.match:
        return None
    return Found("CAR-02", {"on": fact.doubt_on, "other": fact.doubt_other}, part=part)


def car_02_place_taken(view: View) -> Found | None:
    place = view.line.place
    if place is None or place.doubt != "place_taken" or not _asks_place(view):
        return None
    told = {"place": place.place, "nights": place.doubt_nights, "on": place.doubt_on}
    return Found("CAR-02", told, part="place_taken")


def _asks_place(view: View) -> bool:
    return view.row is not None and view.row.match.startswith("occupancy")


def car_02_two_places(view: View) -> Found | None:
    place = view.line.place
    if place is None or place.doubt != "two_places" or not _asks_place(view):
        return None
    return Found("CAR-02", {"nights": place.doubt_nights, "on": place.doubt_on}, part="two_places")


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


def car_03_days(view: View) -> Found | None:
    """Of a longer line only the days strictly inside a stay."""
    if view.member is None or view.row is None or view.row.is_stay_exempt or car_03(view):
        return None
    inside = {
        day: stay
        for stay in reversed(view.member.stays)
        for day, _ in recorded(view)
        if stay.admitted_on < day < (stay.discharged_on or date.max)
    }
    if not inside:
        return None
    stay = inside[next(day for day, _ in recorded(view) if day in inside)]
    told = {"admitted": stay.admitted_on, "discharged": stay.discharged_on, "stay": stay.number}
    return refused_days(view, "CAR-03", list(inside), told)


def car_03_double(view: View) -> Found | None:
    """One night in common with a stay of the excluded kind is enough; the day of discharge is no night of it."""
    if view.row is None or not view.row.never_during or view.member is None:
        return None
    first, last = view.line.service_from or view.on, view.on
    for stay in view.member.stays:
        if stay.kind == view.row.never_during and stay.admitted_on <= last and first < (stay.discharged_on or date.max):
            told = {"admitted": stay.admitted_on, "discharged": stay.discharged_on, "kind": stay.kind}
            return Found("CAR-03", told, part="double")
    return None


def car_04(view: View) -> Found | None:
    row, member = view.row, view.member
    if row is None or member is None:
        return None
    if row.care_level_from and not recorded(view) and level(member, view.on) < row.care_level_from:
        return Found("CAR-04", {"on": view.on, "needed": f"L{row.care_level_from}"})
    if row.entitlement and entitlement(view) is None:
        return Found("CAR-04", {"on": view.on, "needed": row.entitlement})
    return None


def car_04_days(view: View) -> Found | None:
    if view.row is None or not view.row.care_level_from or view.member is None:
        return None
    refused = [day for day, _ in recorded(view) if level(view.member, day) < view.row.care_level_from]
    return refused_days(view, "CAR-04", refused, {"needed": f"L{view.row.care_level_from}"})


def car_05(view: View) -> Found | None:
    fact = view.line.attendance
    if fact is None or fact.over_on is None:
        return None
    return Found("CAR-05", {"on": fact.over_on, "children": fact.children, "places": fact.places})
