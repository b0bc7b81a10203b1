"""MEM: a member, covered, past the waiting period, of the right age and sex, alive?"""

from __future__ import annotations

from datetime import date, timedelta

from tests.reference.checks.view import Found, View, recorded, refused_days


def mem_01(view: View) -> Found | None:
    return Found("MEM-01", {}) if view.member is None else None


def mem_02(view: View) -> Found | None:
    if view.member is None or view.cover is not None:
        return None
    if any(spell.valid_from <= view.on for spell in view.member.covers):
        return None
    starts = min((spell.valid_from for spell in view.member.covers), default=None)
    return Found("MEM-02", {"on": view.on, "starts": starts})


def mem_03(view: View) -> Found | None:
    if view.member is None:
        return None
    cover = view.cover
    if cover is not None:
        if cover.state in ("active", "grace"):
            return None
        told = {"on": view.on, "state": cover.state, "since": cover.valid_from}
        return Found("MEM-03", told, effect="P" if cover.state == "suspended" else "D")
    ended = [spell.valid_until for spell in view.member.covers if spell.valid_until and spell.valid_until < view.on]
    if not ended:
        return None
    return Found("MEM-03", {"on": view.on, "state": "ended", "since": max(ended) + timedelta(days=1)})


def mem_04(view: View) -> Found | None:
    if view.cover is None or view.row is None or not view.row.waiting_group:
        return None
    until = view.cover.waiting_until.get(view.row.waiting_group)
    return Found("MEM-04", {"until": until}) if until is not None and view.on < until else None


def mem_05(view: View) -> Found | None:
    member, row = view.member, view.row
    if member is None or row is None:
        return None
    age = None if member.born_on is None else _months(member.born_on, view.on)
    is_daily = age is not None and bool(recorded(view))
    answers = []
    if row.sex:
        answers.append("unknown" if not member.sex else "yes" if member.sex == row.sex else "no")
    if row.age_from_months is not None and not is_daily:
        answers.append("unknown" if age is None else "yes" if age >= row.age_from_months else "no")
    if row.age_until_months is not None and not is_daily:
        answers.append("unknown" if age is None else "yes" if age < row.age_until_months else "no")
    told = {"age": age, "sex": member.sex}
    if "no" in answers:
        return Found("MEM-05", told)
    return Found("MEM-05", told, effect="P") if "unknown" in answers else None


def mem_05_days(view: View) -> Found | None:
    member, row = view.member, view.row
    if member is None or row is None or member.born_on is None:
        return None
    low, high = row.age_from_months, row.age_until_months
    ages = {day: _months(member.born_on, day) for day, _ in recorded(view)}
    refused = [
        day for day, age in ages.items() if (low is not None and age < low) or (high is not None and age >= high)
    ]
    return refused_days(view, "MEM-05", refused, {})


def _months(born: date, on: date) -> int:
    """Completed months."""
    whole = 12 * (on.year - born.year) + on.month - born.month
    return whole if on.day >= born.day else whole - 1


def mem_06(view: View) -> Found | None:
    if view.member is None or view.member.died_on is None or view.on <= view.member.died_on:
        return None
    if recorded(view) and (view.line.service_from or view.on) <= view.member.died_on:
        return None
    return Found("MEM-06", {"on": view.on, "died": view.member.died_on})


def mem_06_days(view: View) -> Found | None:
    died = view.member.died_on if view.member else None
    if died is None:
        return None
    return refused_days(view, "MEM-06", [day for day, _ in recorded(view) if day > died], {"died": died})


def mem_07(view: View) -> Found | None:
    line = view.row.line if view.row else None
    for other in view.member.other_covers if view.member else ():
        is_valid = other.valid_from <= view.on <= (other.valid_until or date.max)
        if is_valid and other.line in ("", line):
            return Found("MEM-07", {"payer": other.payer, "on": view.on})
    return None
