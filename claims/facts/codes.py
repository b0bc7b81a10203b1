"""Which service codes are known on which day: by the fund's own catalogue, by code systems it keeps, by the plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from claims.facts.asked import Asked
from claims.facts.timeline import PlanFor
from claims.queries import facts as queries
from claims.sent import OWN_CODES

Spell = tuple[dt.date, dt.date | None]


class Codes:
    def __init__(self, lines: Sequence[Asked], plan_for: PlanFor) -> None:
        self._plan_for = plan_for
        systems = {each.line.code_system for each in lines}
        codes = {each.line.service for each in lines if each.line.service}
        self._catalogue: set[str] = queries.catalogue(codes) if OWN_CODES in systems else set()
        self._kept: set[str] = queries.code_systems(systems - {OWN_CODES})
        self._values: dict[tuple[str, str], list[Spell]] = {}
        for system, code, begins, ends in queries.code_values(self._kept, codes) if self._kept else ():
            self._values.setdefault((system, code), []).append((begins, ends))

    def is_known(self, asked: Asked) -> bool:
        """By the fund's own table of the system; a system without a table is known where the plan names it."""
        line, day = asked.line, asked.day
        if not line.service:
            return False
        if line.code_system == OWN_CODES:
            return line.service in self._catalogue or asked.row is not None
        if line.code_system in self._kept:
            return holds(self._values.get((line.code_system, line.service), ()), day)
        return self._plan_for(day).row(line.code_system, line.service, day) is not None


def holds(spells: Sequence[Spell], day: dt.date) -> bool:
    """Is `day` in one of the spells? Their ends are inclusive, an open one has none."""
    return any(begins <= day and (ends is None or day <= ends) for begins, ends in spells)
