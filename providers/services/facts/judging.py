"""Statements beside each other and beside what stands on record: every defect as a sentence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from core import clock
from core.config import fund
from core.files import StoredFile
from core.web.filters import day_words
from core.words import _l
from providers.facts import Catalogue, Fact, Figure, catalogue_on
from providers.facts.checking import day_problem, figure_problem, together, told
from providers.models import OrganisationFact

OUTSIDE = frozenset({"bid", "import", "opening"})
"""Doors whose statements stand beside what the organisation said of the same day: somebody looks at both."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A figure of `said_of`, the day or the last day of `period`. `evidence`: where it is proved; money is in minor
    units."""

    code: str
    figure: Figure
    said_of: dt.date
    evidence: str = ""
    period: str = "day"
    file: StoredFile | None = None

    @property
    def key(self) -> tuple[str, str, dt.date]:
        return self.code, self.period, self.said_of


class Judge:
    """Of one organisation; `rows` is what stands. `catalogue` spares the look-up where many are judged."""

    def __init__(self, rows: Iterable[OrganisationFact], catalogue: Catalogue | None = None) -> None:
        self._today = clock.today(fund().zone)
        self._catalogue = catalogue or catalogue_on(self._today)
        self._rows = sorted(rows, key=lambda row: (row.valid_until, row.id))

    def problems(self, said: Sequence[Statement], source: str) -> Iterator[tuple[Statement, Any]]:
        for row in said:
            sentence = self.problem(row, said, source)
            if sentence is not None:
                yield row, sentence

    def problem(self, row: Statement, said: Sequence[Statement], source: str) -> Any:
        """The first thing wrong with one of the statements made together."""
        fact = self._catalogue.facts.get(row.code)
        if fact is None:
            return _l("%(code)s is no figure that the fund asks for.", code=row.code)
        if not row.evidence.strip():
            return _l("%(name)s: name the evidence, like %(example)s.", name=fact.name, example=fact.evidence)
        alone = figure_problem(fact, row.figure) or day_problem(fact, row.period, row.said_of, self._today)
        return (
            alone or self._beside(fact, row, said) or (None if source in OUTSIDE else self._said_otherwise(fact, row))
        )

    def is_money(self, code: str) -> bool:
        return self._catalogue.facts[code].kind == "money"

    def same(self, row: Statement) -> OrganisationFact | None:
        """What says the same of the same day already."""
        return next((held for held in self._of(row) if held.figure == row.figure), None)

    def _of(self, row: Statement) -> Iterator[OrganisationFact]:
        return (held for held in self._rows if (held.code, held.period, held.valid_until) == row.key)

    def _beside(self, fact: Fact, row: Statement, said: Sequence[Statement]) -> Any:
        """Its whole may be of an earlier day, its parts are of the same one; money looks at any count of people."""
        before = [held for held in self._rows if held.valid_until <= row.said_of]
        known = {held.code: held.figure for held in before if held.code == fact.each}
        known |= {
            held.code: held.figure for held in before
            if held.period == row.period and (held.code == fact.part_of or held.valid_until == row.said_of)
        }  # fmt: skip
        known |= {other.code: other.figure for other in said if other.key[1:] == row.key[1:] or other.code == fact.each}
        return together(fact, row.figure, row.period, known, self._catalogue, fund().currency)

    def _said_otherwise(self, fact: Fact, row: Statement) -> Any:
        held = next((held for held in self._of(row) if held.source not in OUTSIDE), None)
        if held is None or held.figure == row.figure:
            return None
        return _l("%(name)s: you said %(figure)s of %(day)s. Correct that figure and say why.", name=fact.name,
                  figure=told(held.figure), day=day_words(row.said_of))  # fmt: skip
