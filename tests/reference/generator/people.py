"""Who lives in a household by dice: births, covers, stays, care levels, grants."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from claims.benefit_plan import BenefitPlan
from claims.benefit_plan.rows import ServiceRow
from claims.case import CareLevel, Cover, Grant, Member, OtherCover, Stay

FIRST = date(2025, 11, 1)
DAYS = 300


class People:
    """Few services and few weeks, so that the household's lines meet in the same windows."""

    def __init__(self, chance: Random, number: int, plan: BenefitPlan) -> None:
        self.chance, self.number, self.plan = chance, number, plan
        rows = list({row.code: row for rows in plan.rows.values() for row in rows}.values())
        crowded = [row for row in rows if _is_limited(row)]
        self.rows = [chance.choice(crowded) for _ in range(chance.choice([1, 2, 2, 3]))]
        self.rows += [chance.choice(rows)] if chance.random() < 0.3 else []
        partners = {code for row in self.rows for code in (*row.includes, *(x.package for x in row.included_in))}
        self.rows += [row for row in rows if row.code in partners]
        self.around = FIRST + timedelta(days=chance.randrange(DAYS))
        self.unit = 10**plan.exponent
        self.members = {each.member_id: each for each in self._members()}

    def _often(self, share: float) -> bool:
        return self.chance.random() < share

    def _row(self) -> ServiceRow:
        return self.chance.choice(self.rows)

    def _day(self) -> date:
        spread = self.chance.choice([0, 3, 7, 15, 40, 200])
        return self.around + timedelta(days=self.chance.randint(-spread, spread))

    def _members(self) -> Iterator[Member]:
        for index in range(self.chance.choice([1, 1, 2, 3, 5])):
            yield Member(
                member_id=self.number * 10 + index,
                born_on=self._born(),
                sex=self.chance.choice(["female", "female", "female", "female", "male", "male", ""]),
                died_on=self._day() if self._often(0.04) else None,
                covers=tuple(self._covers()),
                stays=tuple(self._stays()),
                care_levels=tuple(self._levels()),
                other_covers=tuple(self._other_covers()),
                has_disability=self._often(0.2),
            )

    def _born(self) -> date | None:
        """Within the ages that the services ask for, or around their first and last day."""
        if self._often(0.04):
            return None
        old, young = date(1940, 1, 1), date(2024, 6, 1)
        lows = [row.age_from_months for row in self.rows if row.age_from_months is not None]
        highs = [row.age_until_months for row in self.rows if row.age_until_months is not None]
        if self._often(0.3) or not (lows or highs):
            return old + timedelta(days=self.chance.randrange((young - old).days))
        age = self.chance.choice(lows + highs)
        if self._often(0.7):
            low = max(lows, default=0) + 2
            age = self.chance.randint(low, max(low, min(highs, default=900) - 2))
        months = self.around.year * 12 + self.around.month - 1 - age
        return date(months // 12, months % 12 + 1, self.chance.randint(1, 28))

    def _covers(self) -> Iterator[Cover]:
        """One long spell, or a row of spells with gaps and bad states, or none."""
        kind, groups = self.chance.random(), {row.waiting_group for row in self.rows} - {""}
        waiting = {group: self._day() for group in sorted(groups) if self._often(0.4)}
        package = self._package()
        if kind < 0.88:
            yield Cover(date(2024, 1, 1), None, "active", package, waiting)
        elif kind < 0.98:
            day = self.around - timedelta(days=self.chance.randint(0, 120))
            for _ in range(self.chance.randint(1, 4)):
                last = day + timedelta(days=self.chance.randint(5, 120))
                state = self.chance.choice(["active", "active", "grace", "suspended", "lapsed"])
                yield Cover(day, None if self._often(0.2) else last, state, package, waiting)
                day = last + timedelta(days=self.chance.choice([1, 1, 10, -5]))

    def _package(self) -> str:
        wide = max(self.plan.packages, key=lambda key: sum(key in row.packages for row in self.rows))
        return wide if self._often(0.85) else self.chance.choice(list(self.plan.packages))

    def _other_covers(self) -> Iterator[OtherCover]:
        if self._often(0.04):
            line = self.chance.choice(["", *sorted({row.line for row in self.rows})])
            yield OtherCover("Sailors’ Fund", self._day(), None if self._often(0.5) else self._day(), line)

    def _stays(self) -> Iterator[Stay]:
        """One after the other; nobody is in two places at once."""
        day = self._day()
        for index in range(self.chance.choice([0, 0, 0, 0, 0, 1, 2])):
            last = day + timedelta(days=self.chance.randint(0, 12))
            is_open = self._often(0.1)
            kind = self.chance.choice(["hospital", "hospital", "residential"])
            yield Stay(day, None if is_open else last, number=f"S-{index}", kind=kind)
            if is_open:
                break
            day = last + timedelta(days=self.chance.randint(0, 9))

    def _levels(self) -> Iterator[CareLevel]:
        """None, one for good, or one after the other with changes in the middle of a month."""
        kind = self.chance.random()
        if kind < 0.65:
            yield CareLevel(self.chance.randint(1, 5), date(2024, 1, 1), None)
        elif kind < 0.94:
            day = self.around - timedelta(days=self.chance.randint(0, 40))
            for _ in range(self.chance.randint(1, 4)):
                last = day + timedelta(days=self.chance.randint(3, 25))
                is_open = self._often(0.2)
                yield CareLevel(self.chance.randint(1, 5), day, None if is_open else last)
                if is_open:
                    break
                day = last + timedelta(days=self.chance.choice([1, 1, 4]))

    def grant(self, index: int) -> Grant:
        first = date(2024, 1, 1) if self._often(0.9) else self._day()
        granted = self.chance.choice([None, 3000, 8000, 12_000, 40_000])
        return Grant(
            grant_id=self.number * 10 + index,
            number=f"G-{self.number}-{index}",
            valid_from=first,
            valid_until=None if self._often(0.8) else self._day(),
            granted_milli=granted,
            used_milli=self.chance.choice([0, 0, 0, 2000, 2500]) if granted else 0,
            entitlement=self.chance.choice(["full", "half", "half", "half", "half", ""]),
        )


def _is_limited(row: ServiceRow) -> bool:
    return bool(row.limits or row.counts or row.net_ceilings or row.gross_ceilings or row.frequency_days) and (
        not row.match.startswith(("occupancy", "quote"))
    )
