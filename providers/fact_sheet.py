"""The record of one organisation as pages and API show it: plain values, small special counts withheld."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from core.actors import Actor
from core.config import fund
from core.money import to_decimal
from core.roles import Role
from core.tables.computed import add_months
from core.web.filters import money
from core.words import _
from providers import queries
from providers.facts import GROUPS, PERIODS, Catalogue, Fact, Figure, Share
from providers.facts.checking import told
from providers.models import SOURCES, OrganisationFact

SEES_SMALL = frozenset({Role.REGISTRAR, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Line:
    """One statement in words; `<5` where the reader may not know it. `state`: stated, verified, corrected."""

    id: int
    code: str
    name: str
    group: str
    figure: str
    period: str
    said_of: dt.date
    good_until: dt.date | None
    state: str
    source: str
    reference: str
    evidence: str
    used: Sequence[str] = ()

    @property
    def span(self) -> Any:
        """The period in words; of a day none."""
        return "" if self.period == "day" else PERIODS[self.period]

    @property
    def door(self) -> str:
        return f"{SOURCES[self.source]} {self.reference}".strip()


@dataclass(frozen=True, slots=True)
class Sheet:
    """`lines`: what holds, by group; `shares` follow from them; `apart`: figures of one day that disagree."""

    lines: Sequence[tuple[Any, Sequence[Line]]]
    shares: Sequence[tuple[str, str, dt.date]]
    apart: Sequence[Sequence[Line]]
    history: Sequence[Line]


class Reader:
    """The eyes of one person on one organisation's record."""

    def __init__(self, catalogue: Catalogue, organisation_id: int, who: Actor) -> None:
        self.catalogue, self.organisation_id = catalogue, organisation_id
        self._sees_small = who.organisation_id == organisation_id or bool(who.roles & SEES_SMALL)

    def words(self, fact: Fact, figure: Figure) -> str:
        if fact.is_special and figure < self.catalogue.smallest and not self._sees_small:
            return f"<{self.catalogue.smallest}"
        if fact.kind == "money":
            return money(int(figure), currency=True)
        if fact.kind == "yes_no":
            return _("Yes") if figure else _("No")
        return f"{told(figure)} %" if fact.kind == "share" else told(figure)

    def plain(self, fact: Fact, figure: Figure) -> str:
        """As files and programs read it."""
        if fact.kind == "money":
            return to_decimal(int(figure), fund().currency.exponent)
        return self.words(fact, figure) if fact.is_special else told(figure)

    def held(self, asked: Fact | Share, held: queries.Held) -> str:
        return self.share(asked, held) if isinstance(asked, Share) else self.words(asked, held.figure)

    def share(self, share: Share, held: queries.Held) -> str:
        facts = (self.catalogue.facts[share.part], self.catalogue.facts[share.whole])
        is_small = any(row.is_special for row in facts) and held.rests_on < self.catalogue.smallest
        if is_small and not self._sees_small:
            return _("under %(least)s people", least=self.catalogue.smallest)
        return f"{told(held.figure)} {share.unit}"

    def line(self, row: OrganisationFact, used: Sequence[str] = (), is_corrected: bool = False) -> Line:
        fact = self.catalogue.facts.get(row.code) or _forgotten(row)
        state = "corrected" if is_corrected else "verified" if row.verification else "stated"
        good_until = add_months(row.valid_until, fact.months) if fact.months else None
        return Line(
            row.id, row.code, fact.name, fact.group, self.words(fact, row.figure), row.period, row.valid_until,
            good_until, state, row.source, row.reference, row.evidence, used,
        )  # fmt: skip

    def sheet(self, on: dt.date) -> Sheet:
        """Four statements, however much was ever said."""
        rows, taken = queries.history(self.organisation_id), _uses(self.organisation_id)
        corrected = {row.supersedes_id for row in rows}
        standing = [row for row in rows if row.id not in corrected]
        holds = {row.id for row in queries.latest([self.organisation_id], list(self.catalogue.facts), on)}
        lines = [self.line(row, taken[row.id]) for row in standing if row.id in holds]
        held = queries.facts_on([self.organisation_id], list(self.catalogue.shares), on).get(self.organisation_id, {})
        shares = [
            (row.name, self.share(row, held[code]), held[code].said_of)
            for code, row in self.catalogue.shares.items()
            if code in held
        ]
        history = [self.line(row, taken[row.id], row.id in corrected) for row in rows]
        places = list(self.catalogue.facts)
        lines.sort(key=lambda line: places.index(line.code))
        return Sheet(_grouped(lines), shares, self.apart(queries.told_twice(self.organisation_id)), history)

    def apart(self, rows: Iterable[OrganisationFact]) -> list[list[Line]]:
        """Statements of one day that lie further apart than the plan tolerates, side by side."""
        found = []
        for (code, *_day), same in groupby(rows, key=lambda row: (row.code, row.period, row.valid_until)):
            pair, fact = list(same), self.catalogue.facts.get(code)
            figures = [row.figure for row in pair]
            if fact is not None and fact.differ(min(figures), max(figures)):
                found.append([self.line(row) for row in pair])
        return found


def _grouped(lines: Sequence[Line]) -> list[tuple[Any, list[Line]]]:
    found = [(words, [row for row in lines if row.group == group]) for group, words in GROUPS.items()]
    return [(words, rows) for words, rows in found if rows]


def _uses(organisation_id: int) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for row in queries.uses(organisation_id):
        found[row.fact_id].append(f"{SOURCES[row.source]} {row.reference}".strip())
    return found


def _forgotten(row: OrganisationFact) -> Fact:
    """What the plan asked for once."""
    kind = "number" if row.amount is None else "money"
    return Fact(row.code, row.code, "", kind, "", (row.period,), "", 0, "", is_special=True)
