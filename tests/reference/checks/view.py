"""A line with everything that belongs to it, and what is found on it."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from claims.benefit_plan.rows import BenefitPlan, CountLimit, ServiceRow
from claims.case import Case, Cover, Line, Member
from tests.reference.ledger import Ledger
from tests.reference.money import weeks, window

# code: (effect, liable), as the table of reasons has them
REASONS = {
    "ADM-01": ("R", ""),
    "ADM-03": ("D", "CO"),
    "ADM-04": ("D", "CO"),
    "ADM-05": ("R", ""),
    "ADM-06": ("R", ""),
    "ADM-08": ("P", ""),
    "ADM-09": ("D", "CO"),
    "MEM-01": ("R", ""),
    "MEM-02": ("D", "PR"),
    "MEM-03": ("D", "PR"),
    "MEM-04": ("D", "PR"),
    "MEM-05": ("D", "CO"),
    "MEM-06": ("D", "CO"),
    "MEM-07": ("D", "OA"),
    "PRV-01": ("D", "CO"),
    "PRV-02": ("D", "CO"),
    "PRV-03": ("D", "CO"),
    "PRV-04": ("D", "CO"),
    "CLI-01": ("R", ""),
    "CLI-02": ("R", ""),
    "CLI-03": ("A", "CO"),
    "BEN-01": ("D", "PR"),
    "BEN-02": ("P", ""),
    "BEN-03": ("A", "PR"),
    "BEN-04": ("D", "PR"),
    "BEN-05": ("D", "PR"),
    "BEN-06": ("A", "PR"),
    "BEN-07": ("D", "CO"),
    "BEN-08": ("A", "CO"),
    "BEN-09": ("D", "CO"),
    "BEN-10": ("D", "CO"),
    "CAR-01": ("A", "CO"),  # denied when nothing matches
    "CAR-02": ("P", ""),
    "CAR-03": ("D", "CO"),
    "CAR-04": ("D", "PR"),
    "CAR-05": ("P", ""),
    "PRC-01": ("A", "CO"),
    "PRC-02": ("A", "PR"),
    "PRC-03": ("A", "PR"),
    "PRC-04": ("A", "PR"),
    "REV-01": ("P", ""),
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
    sent_back: dict[int, tuple[int, str]]  # claim → line and reason, where one line sends back the others
    closed: frozenset[tuple[int, int]] = frozenset()  # refused lines: they say nothing of the kind of their claim

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


def look(
    case: Case,
    line: Line,
    plan: BenefitPlan,
    ledger: Ledger,
    sent_back: dict[int, tuple[int, str]] | None = None,
    closed: frozenset[tuple[int, int]] = frozenset(),
) -> View:
    member = None if line.member_id is None else case.members.get(line.member_id)
    cover, row = cover_on(member, line.service_on), row_on(plan, line)
    return View(case, line, plan, ledger, member, cover, row, sent_back or {}, closed)


def turn(line: Line) -> tuple[Any, ...]:
    """A line without a clock time stands at 00:00, before the others of its day."""
    start = line.starts_at or datetime.min.replace(tzinfo=UTC)
    return line.service_on, start, line.received_at, line.claim_id, line.line_no


def row_on(plan: BenefitPlan, line: Line) -> ServiceRow | None:
    if not line.service:
        return None
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


def wants_grant(view: View) -> bool:
    return view.row is not None and (view.row.needs_authorisation or bool(view.row.entitlement))


def granted_use(view: View) -> int:
    grant = view.line.grant
    assert grant is not None
    return grant.used_milli + view.ledger.used("grant", "grant", grant.grant_id, grant.valid_from)


def recorded(view: View) -> list[tuple[date, int]]:
    """What was recorded, by day; nothing where the row asks for no record or its days are not known."""
    match = view.row.match if view.row else ""
    fact = view.line.visit if match == "visit" else view.line.attendance if match == "attendance" else None
    return list(fact.days) if fact else []


def refused_days(view: View, code: str, refused: list[date], told: dict[str, Any]) -> Found | None:
    """Some days are refused; a finding if the others do not bear out what is asked."""
    days = recorded(view)
    bad = [(day, quantity) for day, quantity in days if day in refused]
    left = sum(quantity for _, quantity in days) - sum(quantity for _, quantity in bad)
    if not bad or left >= view.line.quantity_milli:
        return None
    refused_milli = sum(quantity for _, quantity in bad)
    told = {"on": bad[0][0], "refused": refused_milli, "asked": view.line.quantity_milli, **told}
    return Found(code, told, effect="A" if left else "D", allowed=left, part="days")


def absences(view: View) -> tuple[int, int, int] | None:
    """(days a year, used before, left) of paid absences; None: the plan limits none or the line has none."""
    rules, fact, line = view.plan.childcare, view.line.attendance, view.line
    if rules is None or rules.absence_days is None or view.row is None or view.row.match != "attendance":
        return None
    if fact is None or not fact.absences:
        return None
    used = view.ledger.used("absence:childcare", "member", line.member_id or 0, window("year", view.on, None))
    return rules.absence_days, used, max(rules.absence_days - used, 0)


KINDS = ("surgery", "delivery", "antenatal", "hospital_stay", "consultation", "other", "visit")


def counts(view: View) -> list[CountLimit]:
    """The limits that count this claim: those that name its kind, and those that name none."""
    limits = view.row.counts if view.row else ()
    return [limit for limit in limits if not limit.kinds or kind(view) in limit.kinds]


def kind(view: View) -> str:
    """The strongest kind of the claim's live lines; over several days it is a stay, unless records prove each."""
    kinds = []
    for line in view.case.lines:
        row = row_on(view.plan, line) if line.service else None
        if line.claim_id != view.line.claim_id or row is None or (line.claim_id, line.line_no) in view.closed:
            continue
        kinds.append(row.kind)
        if line.service_from not in (None, line.service_on) and not row.match:
            kinds.append("hospital_stay")
    return next((each for each in KINDS if each in kinds), "visit")
