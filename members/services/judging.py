"""Is a row of a roster true beside the others of its file and beside what is stored? Read once, asked per row."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import InputErrors
from core.words import _l
from members import queries
from members.people import MemberRow, Spell
from members.services.cover import spell_problem
from members.services.registration import national_id_index


class Judge:
    """Takes a row read by itself and gives it back, or raises InputErrors naming our fields."""

    def __init__(self, rows: Sequence[MemberRow]) -> None:
        self._known = queries.known_members({row.member_number for row in rows})
        numbers = {known.id: number for number, known in self._known.items()}
        self._spells: dict[str, list[Spell]] = {
            numbers[id_]: [Spell(s.package, s.valid_from, s.valid_until, s.state) for s in spells]
            for id_, spells in queries.spells(numbers).items()
        }
        indexes = {index for row in rows if (index := national_id_index(row.person))}
        self._owners = queries.identity_owners(indexes)
        self._seen: dict[str, MemberRow] = {}

    def __call__(self, row: MemberRow) -> MemberRow:
        self._check_same_person(row)
        self._check_identity(row)
        self._check_cover(row)
        self._seen.setdefault(row.member_number, row)
        return row

    def _check_same_person(self, row: MemberRow) -> None:
        before = self._known.get(row.member_number)
        seen = self._seen.get(row.member_number)
        born_on = before.born_on if before else seen.person.born_on if seen else row.person.born_on
        if row.person.born_on != born_on:
            message = _l(
                "Member %(number)s was born on %(day)s according to what we have.",
                number=row.member_number,
                day=born_on.isoformat(),
            )
            raise InputErrors.at("born_on", message)
        if seen and seen.household_number != row.household_number:
            message = _l("This member stands in household %(number)s further up.", number=seen.household_number)
            raise InputErrors.at("household_no", message)

    def _check_identity(self, row: MemberRow) -> None:
        index = national_id_index(row.person)
        if index is None:
            return
        owner = self._owners.setdefault(index, row.member_number)
        if owner != row.member_number:
            raise InputErrors.at("national_id", _l("Member %(id)s has this identity number already.", id=owner))

    def _check_cover(self, row: MemberRow) -> None:
        spell = row.spell
        if spell is None:
            return
        spells = self._spells.setdefault(row.member_number, [])
        if any((s.package, s.valid_from) == (spell.package, spell.valid_from) for s in spells):
            return
        if problem := spell_problem(spell, row.person.born_on, row.person.died_on, spells):
            raise problem
        spells.append(spell)
