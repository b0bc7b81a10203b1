"""What a service needs besides cover and price: the right place, a professional, a diagnosis, documents.

Each is read only where some line of the batch can need it, so an ordinary batch costs two statements more at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from claims.case import OtherCover
from claims.facts.asked import Asked
from claims.facts.codes import Spell, holds
from claims.facts.timeline import PlanFor
from claims.filed import Filed
from claims.queries import facts, needs
from core.rows import Row


class Needs:
    def __init__(self, lines: Sequence[Asked], plan_for: PlanFor) -> None:
        sites = {each.claim.site_id for each in lines if each.claim.site_id is not None}
        self._facilities: dict[int, str] = dict(needs.facilities(sites)) if sites else {}
        numbers = {each.line.practitioner for each in lines if each.line.practitioner}
        self._professionals: dict[str, list[Spell]] = {}
        for number, begins, ends in needs.professionals(numbers) if numbers else ():
            self._professionals.setdefault(number, []).append((begins, ends))
        documented = {each.claim.id for each in lines if each.row is not None and each.row.documents}
        self._documents: dict[int, list[str]] = {}
        for claim_id, name in needs.documents(documented) if documented else ():
            self._documents.setdefault(claim_id, []).append(name)
        self._read_diagnoses(lines, plan_for)

    def _read_diagnoses(self, lines: Sequence[Asked], plan_for: PlanFor) -> None:
        """Only systems of which the fund keeps a table; any other diagnosis is taken as it is."""
        self._plan_for = plan_for
        said = {each.line.diagnoses for each in lines if each.line.diagnoses}
        codes = {code for diagnoses in said for code in diagnoses}
        days = {each.day for each in lines if each.line.diagnoses}
        self._kept: set[str] = facts.code_systems({plan_for(day).diagnosis_system for day in days})
        self._diagnoses: dict[tuple[str, str], list[Spell]] = {}
        for system, code, begins, ends in facts.code_values(self._kept, codes) if self._kept else ():
            self._diagnoses.setdefault((system, code), []).append((begins, ends))

    def facility(self, claim: Filed) -> str:
        return self._facilities.get(claim.site_id, "") if claim.site_id is not None else ""

    def is_accredited(self, asked: Asked) -> bool:
        """A service that needs a professional needs one of the register; elsewhere only a known one can be refused."""
        if not asked.line.practitioner:
            return True
        spells = self._professionals.get(asked.line.practitioner)
        if spells is None:
            return asked.row is None or not asked.row.needs_professional
        return holds(spells, asked.day)

    def unknown_diagnoses(self, asked: Asked) -> tuple[str, ...]:
        diagnoses, day = asked.line.diagnoses, asked.day
        if not diagnoses or not self._kept:
            return ()
        system = self._plan_for(day).diagnosis_system
        if system not in self._kept:
            return ()
        return tuple([code for code in diagnoses if not holds(self._diagnoses.get((system, code), ()), day)])

    def documents(self, claim: Filed) -> tuple[str, ...]:
        return tuple(self._documents[claim.id]) if claim.id in self._documents else ()


def other_covers(rows: Iterable[Row]) -> dict[int, tuple[OtherCover, ...]]:
    found: dict[int, tuple[OtherCover, ...]] = {}
    for member_id, payer, begins, ends, line in rows:
        found[member_id] = (*found.get(member_id, ()), OtherCover(payer, begins, ends, line))
    return found
