"""Who did it: the value that services take as `by=`, so that none of them ever sees a request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.errors import Forbidden
from core.roles import Role


@dataclass(frozen=True, slots=True)
class Mandated:
    """A person of the federation `agent_id` acts for another organisation, in these verbs alone."""

    agent_id: int
    verbs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Actor:
    """One person acting. `person` identifies the human (four eyes compares persons, not roles)."""

    account_id: int | None
    person: str
    name: str
    roles: frozenset[Role]
    organisation_id: int | None = None
    scopes: frozenset[str] = frozenset()  # of the assignments that hold
    mandate: Mandated | None = None

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)

    def must_differ_from(self, persons: Iterable[str], message: object) -> None:
        """Four eyes: refuse when this person already acted on the other side."""
        if self.person in set(persons):
            raise Forbidden(message, code="four_eyes")


SYSTEM = Actor(None, "system", "Touiza", frozenset({Role.ADMINISTRATOR}))
