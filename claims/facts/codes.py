"""Which service codes are known on which day: by the fund's own catalogue, by code systems it keeps, by the plan."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from claims.facts.timeline import PlanFor, RowOf
from claims.filed import Filed
from claims.intake.values import OWN_CODES, LineInput
from claims.queries import facts as queries


class Codes:
    def __init__(self, claims: Sequence[Filed], plan_for: PlanFor, row_of: RowOf) -> None:
        self._plan_for, self._row_of = plan_for, row_of
        systems = {line.code_system for claim in claims for line in claim.lines}
        codes = {line.service for claim in claims for line in claim.lines if line.service}
        self._catalogue = queries.catalogue(codes) if OWN_CODES in systems else {}
        self._kept_systems = queries.code_systems(systems - {OWN_CODES})
        self._values: dict[tuple[str, str], list[Any]] = defaultdict(list)
        for row in queries.code_values(self._kept_systems, codes) if self._kept_systems else ():
            self._values[row.system, row.code].append(row)

    def is_known(self, line: LineInput, day: dt.date) -> bool:
        """By the fund's own table of the system; a system without a table is known where the plan names it."""
        if not line.service:
            return False
        if line.code_system == OWN_CODES:
            return line.service in self._catalogue or self._row_of(line) is not None
        if line.code_system in self._kept_systems:
            found = self._values.get((line.code_system, line.service), ())
            return any(row.valid_from <= day and (row.valid_until is None or day <= row.valid_until) for row in found)
        return self._plan_for(day).row(line.code_system, line.service, day) is not None
