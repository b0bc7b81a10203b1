"""What a service needs besides cover and price: the right place, a professional, a diagnosis, documents.

Each is read only where some line of the batch can need it, so an ordinary batch costs two statements more at most.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from claims.case import OtherCover
from claims.facts.timeline import PlanFor, RowOf
from claims.filed import Filed
from claims.intake.values import LineInput
from claims.queries import needs as queries

Spell = tuple[dt.date, dt.date | None]


class Needs:
    def __init__(self, claims: Sequence[Filed], plan_for: PlanFor, row_of: RowOf) -> None:
        self._row_of = row_of
        lines = [(claim, line) for claim in claims for line in claim.lines]
        sites = {claim.site_id for claim in claims if claim.site_id is not None}
        self._facilities = dict(queries.facilities(sites)) if sites else {}
        numbers = {line.practitioner for _, line in lines if line.practitioner}
        self._professionals: dict[str, list[Spell]] = defaultdict(list)
        for number, begins, ends in queries.professionals(numbers) if numbers else ():
            self._professionals[number].append((begins, ends))
        documented = {claim.id for claim, line in lines if (row := row_of(line)) is not None and row.documents}
        self._documents: dict[int, list[str]] = defaultdict(list)
        for claim_id, name in queries.documents(documented) if documented else ():
            self._documents[claim_id].append(name)
        self._read_diagnoses(lines, plan_for)

    def _read_diagnoses(self, lines: Sequence[tuple[Filed, LineInput]], plan_for: PlanFor) -> None:
        """Only systems of which the fund keeps a table; any other diagnosis is taken as it is."""
        self._plan_for = plan_for
        codes = {code for _, line in lines for code in line.diagnoses}
        days = {day for _, line in lines if line.diagnoses and (day := line.service_until or line.service_from)}
        systems = queries.kept({plan_for(day).diagnosis_system for day in days}) if codes else set()
        self._kept = systems
        self._diagnoses: dict[tuple[str, str], list[Spell]] = defaultdict(list)
        for system, code, begins, ends in queries.diagnoses(systems, codes) if systems else ():
            self._diagnoses[system, code].append((begins, ends))

    def facility(self, claim: Filed) -> str:
        return self._facilities.get(claim.site_id, "") if claim.site_id is not None else ""

    def is_accredited(self, line: LineInput, day: dt.date) -> bool:
        """A service that needs a professional needs one of the register; elsewhere only a known one can be refused."""
        if not line.practitioner:
            return True
        spells = self._professionals.get(line.practitioner)
        if spells is None:
            row = self._row_of(line)
            return row is None or not row.needs_professional
        return _holds(spells, day)

    def unknown_diagnoses(self, line: LineInput, day: dt.date) -> tuple[str, ...]:
        if not line.diagnoses or not self._kept:
            return ()
        system = self._plan_for(day).diagnosis_system
        if system not in self._kept:
            return ()
        return tuple(code for code in line.diagnoses if not _holds(self._diagnoses.get((system, code), ()), day))

    def documents(self, claim: Filed) -> tuple[str, ...]:
        return tuple(self._documents.get(claim.id, ()))


def other_covers(member_ids: set[int]) -> dict[int, tuple[OtherCover, ...]]:
    found: dict[int, tuple[OtherCover, ...]] = {}
    for member_id, payer, begins, ends, line in queries.other_covers(member_ids) if member_ids else ():
        found[member_id] = (*found.get(member_id, ()), OtherCover(payer, begins, ends, line))
    return found


def _holds(spells: Sequence[Spell], day: dt.date) -> bool:
    return any(begins <= day and (ends is None or day <= ends) for begins, ends in spells)
