"""What is asked on an occasion: only what is not on record, or was said too long ago."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from core import clock
from core.config import fund
from core.errors import Problem
from core.words import _l
from providers import queries
from providers.facts import Fact, catalogue_on
from providers.models import OrganisationFact
from providers.services.facts.stating import Source, use


@dataclass(frozen=True, slots=True)
class Asked:
    """`row`: what was said last of its usual period; None: never."""

    fact: Fact
    row: OrganisationFact | None
    is_due: bool


def asked(organisation_id: int, *occasions: str, on: dt.date | None = None) -> list[Asked]:
    """In the order of the plan; empty where the plan asks for nothing."""
    day = on or clock.today(fund().zone)
    catalogue = catalogue_on(day)
    wanted = [row for row in catalogue.facts.values() if row.asked_for & set(occasions)]
    if not wanted:
        return []
    rows = queries.latest([organisation_id], [row.code for row in wanted], day)
    last = {(row.code, row.period): row for row in rows}
    return [_asked(fact, last.get((fact.code, fact.periods[0])), day) for fact in wanted]


def unsaid(organisation_id: int, occasion: str, place: str, on: dt.date | None = None) -> Iterable[Problem]:
    """One problem for each figure that is due; `place`: the field or task it stands at."""
    for row in asked(organisation_id, occasion, on=on):
        if row.is_due:
            yield Problem(place, _l("Say or confirm: %(name)s.", name=row.fact.name))


def take(organisation_id: int, occasion: str, *, source: Source) -> None:
    """Note where the figures of an occasion were taken from the record."""
    use([row.row for row in asked(organisation_id, occasion) if row.row is not None], source=source)


def _asked(fact: Fact, row: OrganisationFact | None, day: dt.date) -> Asked:
    return Asked(fact, row, row is None or not fact.is_good_on(row.valid_until, day))
