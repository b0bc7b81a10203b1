"""The reasons of the regulation's table, looked for on one line one after the other, all of them always.

Written from the note (reference/claims.md, DECISIONS) and the sentences; shares no code with the engine.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from claims.benefit_plan.rows import BenefitPlan, ServiceRow
from claims.case import Case, Cover, Line, Member
from tests.reference.ledger import Ledger
from tests.reference.money import weeks, window, worth

# code: (effect, liable), as the table of reasons has them
REASONS = {
    "ADM-01": ("R", ""),
    "ADM-03": ("D", "CO"),
    "ADM-04": ("D", "CO"),
    "ADM-05": ("R", ""),
    "ADM-06": ("R", ""),
    "MEM-01": ("R", ""),
    "MEM-02": ("D", "PR"),
    "MEM-03": ("D", "PR"),
    "MEM-04": ("D", "PR"),
    "MEM-05": ("D", "CO"),
    "MEM-06": ("D", "CO"),
    "PRV-01": ("D", "CO"),
    "PRV-02": ("D", "CO"),
    "PRV-04": ("D", "CO"),
    "CLI-01": ("R", ""),
    "CLI-02": ("R", ""),
    "BEN-01": ("D", "PR"),
    "BEN-02": ("P", ""),
    "BEN-03": ("A", "PR"),
    "BEN-04": ("D", "PR"),
    "BEN-05": ("D", "PR"),
    "BEN-06": ("A", "PR"),
    "BEN-07": ("D", "CO"),
    "BEN-08": ("A", "CO"),
    "CAR-01": ("A", "CO"),  # denied when nothing matches
    "CAR-02": ("P", ""),
    "CAR-03": ("D", "CO"),
    "CAR-04": ("D", "PR"),
    "CAR-05": ("P", ""),
    "PRC-01": ("A", "CO"),
    "PRC-02": ("A", "PR"),
    "PRC-03": ("A", "PR"),
    "PRC-04": ("A", "PR"),
}


@dataclass
class View:
    """A line with what belongs to it. No cover: no spell includes the day."""

    case: Case
    line: Line
    plan: BenefitPlan
    ledger: Ledger
    member: Member | None
    cover: Cover | None
    row: ServiceRow | None

    @property
    def on(self) -> date:
        return self.line.service_on


@dataclass
class Found:
    code: str
    parameters: dict[str, Any]
    effect: str = ""
    allowed: int | None = None
    part: str = ""
    amount: int = 0

    def __post_init__(self) -> None:
        if not self.effect:
            self.effect = "D" if self.allowed == 0 else REASONS[self.code][0]

    @property
    def liable(self) -> str:
        return REASONS[self.code][1]


def look(case: Case, line: Line, plan: BenefitPlan, ledger: Ledger) -> View:
    member = None if line.member_id is None else case.members.get(line.member_id)
    return View(case, line, plan, ledger, member, cover_on(member, line.service_on), row_on(plan, line))


def row_on(plan: BenefitPlan, line: Line) -> ServiceRow | None:
    everything = [row for rows in plan.rows.values() for row in rows if row.code_system == line.code_system]
    own = [row for row in everything if row.code == line.service]
    for row in own or [row for row in everything if row.code == "*"]:
        if row.valid_from <= line.service_on <= (row.valid_until or date.max):
            return row
    return None


def cover_on(member: Member | None, on: date) -> Cover | None:
    """Of several spells on one day one that pays, else the first."""
    valid = [x for x in (member.covers if member else ()) if x.valid_from <= on <= (x.valid_until or date.max)]
    paying = [spell for spell in valid if spell.state in ("active", "grace")]
    return next(iter(paying + valid), None)


def level(member: Member, on: date) -> int:
    for assessed in member.care_levels:
        if assessed.valid_from <= on <= (assessed.valid_until or date.max):
            return assessed.level
    return 0


def level_amount(by_level: dict[int, int], period: str, member: Member, on: date) -> tuple[int, int]:
    """As a fraction. Of a month each day brings its level's part; other periods go by the day of the service."""
    if period != "month":
        return by_level.get(level(member, on), 0), 1
    days = monthrange(on.year, on.month)[1]
    return sum(by_level.get(level(member, date(on.year, on.month, day)), 0) for day in range(1, days + 1)), days


def findings(view: View) -> list[Found]:
    """In the order of the regulation's precedence within one effect: ADM, MEM, PRV, CLI, BEN, CAR, by number."""
    found: list[Found] = []
    for check in CHECKS:
        one = check(view)
        if one is not None:
            found.append(one)
    return found


# ------------------------------------------------------------------------------------------------ admission


def adm_01(view: View) -> Found | None:
    line = view.line
    missing = list(line.unreadable)
    if not line.service and "service" not in missing:
        missing.append("service")
    if line.service_from is None and "service_from" not in missing:
        missing.append("service_from")
    return Found("ADM-01", {"elements": missing}) if missing else None


def adm_03(view: View) -> Found | None:
    line = view.line
    for past in view.ledger.past:
        same = (
            past.organisation_id == line.organisation_id
            and past.member_id == line.member_id
            and past.service == line.service
            and past.service_from == line.service_from
            and past.service_on == line.service_on
        )
        if line.starts_at is None:
            same = same and past.starts_at is None and past.quantity_milli == line.quantity_milli
        else:
            same = same and past.starts_at == line.starts_at
        if (
            same
            and line.service
            and past.claim_id != line.replaces_claim_id
            and past.state not in ("returned", "denied")
        ):
            told = {"claim": past.claim_number, "on": past.service_on, "claim_id": past.claim_id}
            return Found("ADM-03", told)
    return None


def adm_04(view: View) -> Found | None:
    deadline = view.on + timedelta(days=view.plan.filing_days)
    if view.line.received_on <= deadline:
        return None
    told = {"days": view.plan.filing_days, "received": view.line.received_on, "deadline": deadline}
    return Found("ADM-04", told)


def adm_05(view: View) -> Found | None:
    first, last, received = view.line.service_from, view.line.service_until, view.line.received_on
    if first is None:
        return None
    starts, ends = view.line.starts_at, view.line.ends_at
    is_clock_right = starts is None or ends is None or starts < ends
    if first <= (last or first) <= received and is_clock_right:
        return None
    return Found("ADM-05", {"service_from": first, "service_until": last or first, "received": received})


def adm_06(view: View) -> Found | None:
    line = view.line
    is_possible = line.quantity_milli > 0 and line.unit_price >= 0
    expected = worth(line.quantity_milli, line.unit_price) if is_possible else 0
    if is_possible and expected == line.amount:
        return None
    told = {"quantity": line.quantity_milli, "price": line.unit_price, "amount": line.amount, "expected": expected}
    return Found("ADM-06", told)


# ------------------------------------------------------------------------------------------------ member


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
    answers = []
    if row.sex:
        answers.append("unknown" if not member.sex else "yes" if member.sex == row.sex else "no")
    if row.age_from_months is not None:
        answers.append("unknown" if age is None else "yes" if age >= row.age_from_months else "no")
    if row.age_until_months is not None:
        answers.append("unknown" if age is None else "yes" if age < row.age_until_months else "no")
    told = {"age": age, "sex": member.sex}
    if "no" in answers:
        return Found("MEM-05", told)
    return Found("MEM-05", told, effect="P") if "unknown" in answers else None


def _months(born: date, on: date) -> int:
    """Completed months."""
    whole = 12 * (on.year - born.year) + on.month - born.month
    return whole if on.day >= born.day else whole - 1


def mem_06(view: View) -> Found | None:
    if view.member is None or view.member.died_on is None or view.on <= view.member.died_on:
        return None
    return Found("MEM-06", {"on": view.on, "died": view.member.died_on})


# ------------------------------------------------------------------------------------------------ provider


def prv_01(view: View) -> Found | None:
    state = view.line.standing.state if view.line.standing else "unregistered"
    return Found("PRV-01", {"on": view.on, "state": state}) if state != "accredited" else None


def prv_02(view: View) -> Found | None:
    if view.line.is_contracted or not view.line.service:
        return None
    return Found("PRV-02", {"service": view.line.service, "on": view.on})


def prv_04(view: View) -> Found | None:
    if view.line.is_practitioner_accredited:
        return None
    return Found("PRV-04", {"practitioner": view.line.practitioner, "on": view.on})


# ------------------------------------------------------------------------------------------------ clinical


def cli_01(view: View) -> Found | None:
    if view.line.is_code_known or not view.line.service:
        return None
    return Found("CLI-01", {"service": view.line.service, "on": view.on})


def cli_02(view: View) -> Found | None:
    if view.row is None or not view.row.needs_diagnosis or view.line.diagnoses:
        return None
    return Found("CLI-02", {"service": view.line.service})


# ------------------------------------------------------------------------------------------------ benefit


def ben_01(view: View) -> Found | None:
    if view.cover is None or not view.line.service or not view.line.is_code_known:
        return None
    if view.row is not None and view.cover.package in view.row.packages:
        return None
    package = view.plan.packages.get(view.cover.package, view.cover.package)
    return Found("BEN-01", {"service": view.line.service, "package": package})


def ben_02(view: View) -> Found | None:
    line = view.line
    if not line.is_contracted or (line.contract is not None and line.contract.unit_price is not None):
        return None
    return Found("BEN-02", {"contract": line.contract.contract_number if line.contract else "", "on": view.on})


def ben_03(view: View) -> Found | None:
    """The limit that leaves the least speaks."""
    if view.row is None:
        return None
    asked, tightest = view.line.quantity_milli, None
    for key, start, limit, period in quantity_windows(view):
        used = view.ledger.used(key, "member", view.line.member_id or 0, start)
        left = max(limit - used, 0)
        if asked > left and (tightest is None or left < tightest["allowed"]):
            tightest = {"limit": limit, "period": period, "used": used, "allowed": left, "key": key}
    entitled = entitlement(view)
    if entitled is not None:
        limit, used = sum(each for _, each, _ in entitled), sum(min(used, each) for _, each, used in entitled)
        left = limit - used
        if asked > left and (tightest is None or left < tightest["allowed"]):
            key = "entitlement:childcare"
            tightest = {"limit": limit, "period": "week", "used": used, "allowed": left, "key": key}
    return Found("BEN-03", tightest, allowed=tightest["allowed"]) if tightest else None


def quantity_windows(view: View) -> list[tuple[str, date, int, str]]:
    limits = view.row.limits if view.row else ()
    return [(x.key, window(x.period, view.on, view.cover), x.quantity_milli, x.period) for x in limits]


def entitlement(view: View) -> list[tuple[date, int, int]] | None:
    """(Monday, hours of the week, used before) for each week of the line; None: nobody granted a place."""
    line, row, childcare = view.line, view.row, view.plan.childcare
    if row is None or not row.entitlement or childcare is None:
        return None
    hours = childcare.weekly_milli.get(line.grant.entitlement) if is_granted(view) and line.grant else None
    if hours is None:
        return None
    key, who = "entitlement:childcare", line.member_id or 0
    first = line.service_from or view.on
    mondays = weeks(first, max(first, view.on))
    return [(monday, hours, view.ledger.used(key, "member", who, monday)) for monday in mondays]


def is_granted(view: View) -> bool:
    grant = view.line.grant
    return grant is not None and grant.valid_from <= view.on <= (grant.valid_until or date.max)


def ben_04(view: View) -> Found | None:
    """An accepted line of the same code less than n days away, before or after."""
    if view.row is None or not view.row.frequency_days:
        return None
    near = [
        past.service_on
        for past in view.ledger.past
        if past.member_id == view.line.member_id
        and past.service == view.line.service
        and past.state in ("accepted", "reduced")
        and abs((past.service_on - view.on).days) < view.row.frequency_days
    ]
    if not near:
        return None
    told = {"previous": max(near), "next": max(near) + timedelta(days=view.row.frequency_days)}
    return Found("BEN-04", told)


def ben_05(view: View) -> Found | None:
    if view.row is None:
        return None
    for limit in view.row.counts:
        start = window(limit.period, view.on, view.cover)
        entries = list(view.ledger.entries(limit.key, "member", view.line.member_id or 0, start))
        count = sum(entry["amount"] for _, entry in entries)
        is_counted = any(claim == view.line.claim_id for claim, _ in entries)
        if count >= limit.count and not is_counted:
            told = {"name": limit.name, "count": count, "count_limit": limit.count, "period": limit.period}
            return Found("BEN-05", told)
    return None


def ben_07(view: View) -> Found | None:
    if view.row is None or not view.row.needs_authorisation or is_granted(view):
        return None
    number = view.line.grant.number if view.line.grant else view.line.authorisation_no
    return Found("BEN-07", {"number": number, "on": view.on})


def ben_08(view: View) -> Found | None:
    grant = view.line.grant
    if grant is None or grant.granted_milli is None or not wants_grant(view):
        return None
    used = granted_use(view)
    left = max(grant.granted_milli - used, 0)
    if view.line.quantity_milli <= left:
        return None
    told = {"granted": grant.granted_milli, "number": grant.number, "used": used}
    return Found("BEN-08", told, allowed=left)


def wants_grant(view: View) -> bool:
    return view.row is not None and (view.row.needs_authorisation or bool(view.row.entitlement))


def granted_use(view: View) -> int:
    grant = view.line.grant
    assert grant is not None
    return grant.used_milli + view.ledger.used("grant", "grant", grant.grant_id, grant.valid_from)


# ------------------------------------------------------------------------------------------------ care


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


CHECKS: list[Callable[[View], Found | None]] = [
    adm_01,
    adm_03,
    adm_04,
    adm_05,
    adm_06,
    mem_01,
    mem_02,
    mem_03,
    mem_04,
    mem_05,
    mem_06,
    prv_01,
    prv_02,
    prv_04,
    cli_01,
    cli_02,
    ben_01,
    ben_02,
    ben_03,
    ben_04,
    ben_05,
    ben_07,
    ben_08,
    car_01,
    car_02,
    car_03,
    car_04,
    car_05,
]
