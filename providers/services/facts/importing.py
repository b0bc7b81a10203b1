"""Figures by file: every row beside the others of its provider and beside what is on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core import clock
from core.config import fund
from core.errors import InputErrors
from core.imports import Outcome, Sender
from core.organisations import Organisation
from core.tables.values import BadValue
from core.words import _l
from providers import queries
from providers.facts import PERIODS, catalogue_on
from providers.facts.reading import read_figure
from providers.services.facts.judging import Judge, Statement
from providers.services.facts.stating import Source, state

Cells = dict[str, Any]
IMPORT = "import"


@dataclass(frozen=True, slots=True)
class FactRow:
    organisation: Organisation
    said: Statement


class FactJudge:
    """One row: a provider of ours, a figure of the plan, its day and what proves it."""

    def __init__(self, rows: Sequence[Cells], _organisation_id: int | None) -> None:
        catalogue = catalogue_on(clock.today(fund().zone))
        self._facts = catalogue.facts
        self._own = queries.organisations_by_numbers({row["provider_id"] for row in rows})
        self._said: dict[str, list[Statement]] = {}
        for row in rows:
            try:
                self._said.setdefault(row["provider_id"], []).append(self._statement(row))
            except InputErrors:
                continue
        stands: dict[int, list[Any]] = {row.id: [] for row in self._own.values()}
        for held in queries.said_of(list(stands)):
            stands[held.organisation_id].append(held)
        self._judges = {key: Judge(held, catalogue) for key, held in stands.items()}
        self._seen: set[Any] = set()

    def __call__(self, cells: Cells) -> FactRow:
        own = self._own.get(cells["provider_id"])
        if own is None:
            raise InputErrors.at("provider_id", _l("We know no such provider."), cells["provider_id"])
        said = self._statement(cells)
        if (own.id, said.key) in self._seen:
            raise InputErrors.at("code", _l("This record stands further up in the file already."), said.code)
        self._seen.add((own.id, said.key))
        if wrong := self._judges[own.id].problem(said, self._said[cells["provider_id"]], IMPORT):
            place = "said_of" if said.said_of > clock.today(fund().zone) else "figure"
            raise InputErrors.at(place, wrong, cells[place])
        return FactRow(own, said)

    def _statement(self, cells: Cells) -> Statement:
        fact = self._facts.get(cells["code"])
        if fact is None:
            said = _l("%(code)s is no figure that the fund asks for.", code=cells["code"])
            raise InputErrors.at("code", said, cells["code"])
        if cells["period"] not in PERIODS:
            raise InputErrors.at("period", _l("Write day, quarter or year."), cells["period"])
        try:
            figure = read_figure(fact, str(cells["figure"]), fund().currency)
        except BadValue as error:
            raise InputErrors.at("figure", f"{error.reason} {error.fix}", cells["figure"]) from error
        return Statement(fact.code, figure, cells["said_of"], cells["evidence"], cells["period"])


def take_facts(rows: Sequence[FactRow], sender: Sender) -> Outcome:
    """They stand beside what the organisations said themselves, and say so where the two disagree."""
    said: dict[int, tuple[Organisation, list[Statement]]] = {}
    for row in rows:
        said.setdefault(row.organisation.id, (row.organisation, []))[1].append(row.said)
    source, known = Source(IMPORT, sender.source), queries.last_fact_id()
    written = [
        stated for _key, (own, statements) in sorted(said.items())
        for stated in state(own, statements, source=source, by=sender.by)
    ]  # fmt: skip
    return Outcome(added=sum(row.id > known for row in written), rows=len(rows))
