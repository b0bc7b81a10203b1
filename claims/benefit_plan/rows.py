"""What a benefits plan says, ready for the engine: rows by service code, limits attached to their rows.

Amounts are minor units, quantities thousandths, shares basis points (10 % = 1000), ages months.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from claims.benefit_plan.review import Review
from claims.case import Cover, Member

ANY_CODE: Final = "*"
NO_PERIOD: Final = date.min  # the window of a limit per claim


def period_start(period: str, on: date, cover: Cover | None) -> date:
    """First day of the window that `on` falls in; both ends of a window follow from its first day."""
    if period == "month":
        return _first_day(on.year, on.month)
    if period == "year":
        return _first_day(on.year, 1)
    if period == "cover":
        return cover.valid_from if cover else on
    if period == "week":
        return on - timedelta(days=on.weekday())
    return on if period == "day" else NO_PERIOD


def period_after(period: str, on: date, cover: Cover | None) -> date | None:
    """First day of the next window, where there is one: a cover without an end and a claim have none."""
    start = period_start(period, on, cover)
    if period == "month":
        return (start + timedelta(days=31)).replace(day=1)
    if period == "year":
        return start.replace(year=start.year + 1)
    if period == "cover":
        return cover.valid_until + timedelta(days=1) if cover and cover.valid_until else None
    if period == "week":
        return start + timedelta(weeks=1)
    return on + timedelta(days=1) if period == "day" else None


_first_days: Final[dict[int, date]] = {}  # kept, because a window is looked up by its first day again and again


def _first_day(year: int, month: int) -> date:
    found = _first_days.get(year * 12 + month)
    if found is None:
        found = _first_days[year * 12 + month] = date(year, month, 1)
    return found


@dataclass(slots=True)
class QuantityLimit:
    """At most `quantity_milli` of a service per period."""

    key: str
    quantity_milli: int
    period: str


@dataclass(slots=True)
class MoneyLimit:
    """A deductible or ceiling: `amount` per period for a claim, member or household.

    `by_level` replaces `amount` by the member's care level. `is_gross`: caps the tariff value before the share.
    """

    key: str
    name: str
    scope: str
    period: str
    amount: int
    is_gross: bool = False
    by_level: dict[int, int] = field(default_factory=dict)
    visit_types: frozenset[str] = frozenset()  # none = claims of every visit type
    cash_by_level: dict[int, int] = field(default_factory=dict)  # paid for the unused part: claims/cash
    basis: str = ""

    def amount_for(self, member: Member, on: date) -> int:
        """Minor units in the window of `on`; a level that does not hold all month counts day by day."""
        if not self.by_level:
            return self.amount
        if self.period != "month":
            return self.by_level.get(level_on(member, on), 0)
        days = _days_of_month(on)
        total = 0
        for first, last in pairwise(_level_changes(member, on, days)):
            total += (last - first) * self.by_level.get(level_on(member, on.replace(day=first)), 0)
        return (2 * total + days) // (2 * days)


def _days_of_month(on: date) -> int:
    if on.month == 12:
        return 31
    return (_first_day(on.year, on.month + 1) - _first_day(on.year, on.month)).days


def _level_changes(member: Member, on: date, days: int) -> list[int]:
    """Days of the month on which a care level may be another than the day before, from 1 to the day after the last."""
    first, last = on.replace(day=1), on.replace(day=days)
    found = {1, days + 1}
    for assessed in member.care_levels:
        if first < assessed.valid_from <= last:
            found.add(assessed.valid_from.day)
        if assessed.valid_until is not None and first <= assessed.valid_until < last:
            found.add(assessed.valid_until.day + 1)
    return sorted(found)


def level_on(member: Member, on: date) -> int:
    """The member's care level on that day, 0 when none is valid."""
    for assessed in member.care_levels:
        if assessed.valid_from <= on and (assessed.valid_until is None or on <= assessed.valid_until):
            return assessed.level
    return 0


@dataclass(slots=True)
class CountLimit:
    """At most `count` claims per period and member; `kinds`: only claims of these kinds, none = all."""

    key: str
    name: str
    count: int
    period: str
    kinds: frozenset[str] = frozenset()


@dataclass(slots=True)
class NeededDocument:
    """A document that must have arrived `days` after the claim; for lines of `amount_from` minor units or more."""

    name: str
    days: int
    amount_from: int = 0


@dataclass(slots=True)
class Inclusion:
    """A package that already pays for a service: on its own days and `days` before and after them."""

    package: str
    days: int


@dataclass(slots=True)
class ServiceRow:
    """What the plan grants for one service code (or any code of a system) in one range of days."""

    code: str
    code_system: str
    line: str
    name: str
    kind: str
    unit: str
    basis: str
    valid_from: date
    valid_until: date | None
    category: str = ""
    sex: str = ""
    age_from_months: int | None = None  # inclusive
    age_until_months: int | None = None  # exclusive
    waiting_group: str = ""
    frequency_days: int = 0
    match: str = ""  # what care must have recorded: see MATCHES of schemas.py; only that is paid
    needs_certificate: str = ""  # kind of certificate that the place must hold on every night of the line
    never_during: str = ""  # kind of stay or place that excludes this service
    price_of: str = ""  # the service whose agreed price this one takes a percentage of
    price_percent: int = 0  # whole per cent of that price
    entitlement: str = ""  # "childcare": the hours of the grant's entitlement
    care_level_from: int = 0
    needs_authorisation: bool = False
    needs_diagnosis: bool = False
    diagnoses: tuple[str, ...] = ()  # beginnings of the codes that fit; none = any
    needs_referral: bool = False
    needs_professional: bool = False
    setting: str = ""  # "inpatient" or "outpatient": where it may be given
    documents: tuple[NeededDocument, ...] = ()
    includes: tuple[str, ...] = ()  # services that this package pays for
    includes_days: int = 0
    included_in: tuple[Inclusion, ...] = ()
    is_stay_exempt: bool = False
    is_restricted: bool = False
    near_days: int | None = None  # so near to one like it a line waits for a person; None = no such look
    exclusive: tuple[str, ...] = ()  # stays, this one among them, of which a person has one at a time
    share: int = 0
    share_by_band: dict[str, int] = field(default_factory=dict)
    has_family_fee: bool = False
    copayment: int = 0
    unit_limit: int | None = None
    limits: tuple[QuantityLimit, ...] = ()
    counts: tuple[CountLimit, ...] = ()
    deductibles: tuple[MoneyLimit, ...] = ()
    gross_ceilings: tuple[MoneyLimit, ...] = ()
    net_ceilings: tuple[MoneyLimit, ...] = ()
    packages: frozenset[str] = frozenset()

    @property
    def needs_grant(self) -> bool:
        return self.needs_authorisation or bool(self.entitlement)


@dataclass(slots=True)
class Childcare:
    """Entitled hours a week and the fee scale: basis points of the clamped monthly income per hour."""

    weekly_milli: dict[str, int]
    rates: tuple[int, ...]  # for 1, 2, 3 … children, the last one for more
    income_floor: int
    income_ceiling: int
    ratio_from: int = 0  # billed over attended hours in thousandths where the tariff starts to fall
    ratio_until: int = 0
    tariff_cut: int = 0  # minor units per hour at `ratio_until`
    counted_after_days: int = 15  # from the end of a month to counting the hours claimed of it
    absence_days: int | None = None  # days a year on which an absence told in time is paid; None = no limit

    def rate(self, children: int, has_disability: bool) -> int:
        """A child with a disability counts as one child more; the last step stays."""
        step = max(children, 1) + (1 if has_disability else 0)
        return self.rates[min(step, len(self.rates)) - 1]

    def income(self, declared: int | None) -> int:
        """An income nobody declared counts as the highest: a missing fact never pays."""
        return self.income_ceiling if declared is None else min(max(declared, self.income_floor), self.income_ceiling)


@dataclass(slots=True)
class IncomeBand:
    """Monthly incomes of a household above the one bound and up to the other, minor units; None = no bound."""

    band: str
    above: int | None
    upto: int | None
    valid_from: date
    valid_until: date
    basis: str

    def holds(self, income: int, on: date) -> bool:
        is_high_enough = self.above is None or income > self.above
        is_low_enough = self.upto is None or income <= self.upto
        return self.valid_from <= on <= self.valid_until and is_high_enough and is_low_enough


@dataclass(slots=True)
class BenefitPlan:
    """One version of the plan part `benefits`. `price_rule`: "lower" = min(asked, tariff), "tariff" = restated.

    `is_whole_claim_returned`: one line sent back sends back its claim. `diagnosis_system`: the code table of diagnoses.
    `review_days`: the answer promised for a line that a person looks at; `pays_after_days`: from decision to due day.
    """

    version: str
    exponent: int
    valid_from: date
    valid_until: date | None
    filing_days: int
    appeal_days: int
    review_days: int
    pays_after_days: int
    cash_after_days: int  # from the end of a month to its cash benefits
    price_rule: str
    second_person_above: int  # minor units that a run of corrections may move before two people must agree
    is_whole_claim_returned: bool
    diagnosis_system: str
    when_undeclared: str  # of banded shares: "highest_share" or "ordinary_share"
    service_lines: dict[str, str]
    packages: dict[str, str]
    rows: dict[tuple[str, str], tuple[ServiceRow, ...]]
    childcare: Childcare | None = None
    review: Review | None = None  # None = nothing is selected
    names: dict[str, str] = field(default_factory=dict)  # limit key → its name, for readers
    income_bands: tuple[IncomeBand, ...] = ()

    def row(self, code_system: str, code: str, on: date) -> ServiceRow | None:
        """The row of that day: the code's own, else the system's row for any code."""
        found = self.rows.get((code_system, code)) or self.rows.get((code_system, ANY_CODE))
        if found is None:
            return None
        for row in found:
            if row.valid_from <= on and (row.valid_until is None or on <= row.valid_until):
                return row
        return None

    def band(self, income: int, on: date) -> str:
        """The income band of that day; "" is the ordinary one."""
        for row in self.income_bands:
            if row.holds(income, on):
                return row.band
        return ""

    def services(self, line: str = "") -> list[ServiceRow]:
        """All rows (of a service line), in the order of the file."""
        return [row for rows in self.rows.values() for row in rows if not line or row.line == line]
