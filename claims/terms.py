"""Under which terms a line is decided: the plan, row, member and cover of its service date, and the use so far."""

from __future__ import annotations

from datetime import date

from claims.benefit_plan.rows import BenefitPlan, MoneyLimit, ServiceRow, period_start
from claims.case import Case, Cover, Household, Line, Member
from claims.use import Identity, Ledger, identity_of

Place = tuple[str, int, date]  # limit, subject, first day of the window


class Terms:
    """One object per case, turned to each line in its turn. `cover` is the spell of the service date, if any."""

    __slots__ = (
        "closed",
        "cover",
        "household",
        "identity",
        "kinds_asked",
        "ledger",
        "levelled",
        "line",
        "lines",
        "member",
        "members",
        "plan",
        "sent_back",
        "service",
        "weeks",
    )

    def __init__(self, case: Case) -> None:
        self.household: Household = case.household
        self.members = case.members
        self.lines = case.lines
        self.sent_back: dict[int, tuple[int, str]] = {}  # claim → its line that is sent back, and why
        self.closed: set[tuple[int, int]] = set()  # lines that are refused, and so say nothing of their claim's kind
        self.kinds_asked: set[int] = set()  # claims whose kind mattered
        self.ledger = Ledger(case)
        self.plan: BenefitPlan
        self.line: Line
        self.member: Member | None = None
        self.cover: Cover | None = None
        self.service: ServiceRow | None = None
        self.identity: Identity
        self.levelled: dict[Place, int] = {}
        self.weeks: list[tuple[date, int, int]] | None = None  # of an entitlement, once limits.py looked

    @property
    def row(self) -> ServiceRow:
        """The plan's row of the line, for rules that concern rows: they are asked only where there is one."""
        if self.service is None:
            raise LookupError("The plan has no row for this line; a rule without `concerns` asks `terms.service`.")
        return self.service

    def turn_to(self, line: Line, plan: BenefitPlan) -> None:
        self.line = line
        self.plan = plan
        self.member = self.members.get(line.member_id) if line.member_id is not None else None
        self.cover = _spell_of(self.member, line) if self.member is not None else None
        self.service = plan.row(line.code_system, line.service, line.service_on) if line.service else None
        self.identity = identity_of(line)
        self.weeks = None

    def money_window(self, limit: MoneyLimit) -> Place:
        """The place in the ledger where this line meets a limit of money."""
        line = self.line
        if limit.scope == "household":
            subject = self.household.household_id
        else:
            subject = line.claim_id if limit.scope == "claim" else line.member_id or 0
        return limit.key, subject, period_start(limit.period, line.service_on, self.cover)

    def most(self, limit: MoneyLimit) -> int:
        """What the limit allows this line; one that follows care levels is worked out once per member and month."""
        if not limit.by_level:
            return limit.amount
        if self.member is None:
            return 0
        if limit.period != "month":
            return limit.amount_for(self.member, self.line.service_on)
        key = limit.key, self.member.member_id, period_start("month", self.line.service_on, None)
        found = self.levelled.get(key)
        if found is None:
            found = self.levelled[key] = limit.amount_for(self.member, self.line.service_on)
        return found

    def quantity_window(self, key: str, period: str) -> Place:
        line = self.line
        return key, line.member_id or 0, period_start(period, line.service_on, self.cover)


def _spell_of(member: Member, line: Line) -> Cover | None:
    """The spell of the day; where spells overlap one that pays goes before one that does not."""
    on = line.service_on
    found: Cover | None = None
    for cover in member.covers:
        if cover.valid_from <= on and (cover.valid_until is None or on <= cover.valid_until):
            if cover.state in ("active", "grace"):
                return cover
            found = found or cover
    return found
