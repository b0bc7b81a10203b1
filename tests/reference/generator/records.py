"""What `care` knows of a line by dice: visits, attendance, places, quotes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from claims.benefit_plan.rows import ServiceRow
from claims.case import AttendanceFact, Line, PlaceFact, QuoteFact, VisitFact
from tests.reference.generator.people import People


class Records(People):
    """The records of the household's lines."""

    def _recorded(self, line: Line, row: ServiceRow) -> None:
        """What `care` knows of the line; more often complete than not."""
        if row.match == "visit" and self._often(0.95):
            line.visit = self._visit(line)
        if row.match == "attendance" and self._often(0.95):
            line.attendance = self._attendance(line)
        if row.match.startswith("occupancy") and self._often(0.95):
            line.place = self._place(line)
        if row.match == "quote" and self._often(0.95):
            asked = line.amount
            quoted = asked + self.chance.choice([0, 0, self.unit, -self.unit // 2])
            accepted = self.chance.choice([None, asked, asked, quoted - 1])
            line.quote = QuoteFact("Q-7", max(quoted, 0), accepted and max(accepted, 0))

    def _known(self, line: Line) -> dict[str, Any]:
        """Quantity, what is missing, and often the days on which it was recorded."""
        chance, asked = self.chance, line.quantity_milli
        known = asked if self._often(0.75) else chance.choice([0, asked // 2, max(asked - 1000, 0), asked + 500])
        missing = chance.choice([(), ("worker",), ("ended_at", "place")])
        missing_on = line.service_on if missing and self._often(0.7) else None
        days = self._days(line, known) if known and self._often(0.6) else ()
        return {"missing": missing, "missing_on": missing_on, "days": days, "known": known}

    def _days(self, line: Line, known: int) -> tuple[tuple[date, int], ...]:
        first = line.service_from or line.service_on
        span = (line.service_on - first).days
        count = self.chance.randint(1, min(span + 1, 6))
        days = sorted(first + timedelta(days=n) for n in self.chance.sample(range(span + 1), count))
        parts = [known // count] * count
        parts[0] += known - sum(parts)
        return tuple(zip(days, parts, strict=True))

    def _doubt(self, line: Line, names: list[str]) -> dict[str, Any]:
        name = self.chance.choice(names) if self._often(0.05) else ""
        return {"doubt": name, "doubt_on": line.service_on if name else None, "doubt_other": "104" if name else ""}

    def _visit(self, line: Line) -> VisitFact:
        over = line.service_on if self._often(0.05) else None
        fact, other = self._known(line), {"overlap_on": over, "overlap_number": "V-9" if over else ""}
        return VisitFact(fact.pop("known"), **fact, **other, **self._doubt(line, ["over_units"]))

    def _attendance(self, line: Line) -> AttendanceFact:
        over = line.service_on if self._often(0.05) else None
        billed = [0, 1_000_000, 1_070_000, 1_071_000, 1_111_000, 1_123_457, 1_170_000, 1_400_000]
        fact = self._known(line)
        absences = [day for day in fact["days"] if self._often(0.4)]
        return AttendanceFact(
            fact.pop("known"),
            **fact,
            over_on=over,
            children=23 if over else 0,
            places=20 if over else 0,
            billed_milli_of_site=self.chance.choice(billed),
            attended_milli_of_site=1_000_000,
            absences=tuple(absences),
            **self._doubt(line, ["two_centres", "over_day"]),
        )

    def _place(self, line: Line) -> PlaceFact:
        """A row of nights that may begin late or end early."""
        first, nights = line.service_from or line.service_on, []
        day = first + timedelta(days=self.chance.choice([0, 0, 0, 1, 5]))
        last = line.service_on - timedelta(days=self.chance.choice([0, 0, 0, 0, 3]))
        while day <= last:
            nights.append(day)
            day += timedelta(days=1)
        late = first if self._often(0.1) else None
        doubt = self._doubt(line, ["place_taken", "two_places"])
        return PlaceFact(
            "D-12",
            tuple(nights),
            **doubt,
            doubt_nights=2 if doubt["doubt"] else 0,
            certified_until=self.chance.choice([None, first - timedelta(days=1)]) if late else None,
            uncertified_on=late,
        )
