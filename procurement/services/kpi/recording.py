"""A promise that the record of facts answers: its figures are stated there, or taken from there, and typed once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.actors import Actor
from core.config import fund
from core.errors import InputErrors, Problem
from core.words import _l
from procurement.models.kpi import KpiPeriod
from procurement.services.kpi.reporting import Attached, report
from providers.facts import Fact, Share, catalogue_on
from providers.facts.checking import figure_problem, together
from providers.models import OrganisationFact
from providers.queries import latest
from providers.services.facts import Source, Statement, state, use


@dataclass(frozen=True, slots=True)
class Asked:
    """One figure behind the promise; `known`: what is on record of a day of the period."""

    fact: Fact
    period: str
    known: OrganisationFact | None


def asked_of(row: KpiPeriod) -> list[Asked]:
    """The part and the whole of a share, or the one figure; empty where the plan leads the promise to none."""
    catalogue = catalogue_on(row.valid_until)
    answer = None if row.indicator.source else catalogue.of_criterion(row.indicator.code)
    if answer is None:
        return []
    codes = [answer.part, answer.whole] if isinstance(answer, Share) else [answer.code]
    period = answer.period if isinstance(answer, Share) else answer.periods[0]
    held = {
        said.code: said
        for said in latest([row.indicator.contract.organisation_id], codes, row.valid_until)
        if said.period == period and said.valid_until >= row.valid_from
    }
    return [Asked(catalogue.facts[code], period, held.get(code)) for code in codes]


def report_figures(
    row: KpiPeriod, figures: Mapping[str, Decimal | None], note: str, evidence: Attached, *, by: Actor
) -> None:
    """As `report`, the value computed. A figure that stands on record is used; another one is stated for the last day
    of the period. Problems name the figures by their codes."""
    asked = asked_of(row)
    given = {each.fact.code: figure for each in asked if (figure := figures.get(each.fact.code)) is not None}
    if len(given) < len(asked):
        missing = [each.fact for each in asked if each.fact.code not in given]
        raise InputErrors(Problem(fact.code, _l("%(name)s: write a number.", name=fact.name)) for fact in missing)
    if problems := [*_problems(asked, given, row)]:
        raise InputErrors(problems)
    report(row, _value(row, [given[each.fact.code] for each in asked]), note, evidence, by=by)
    source = Source("kpi", row.number)
    taken = [each.known for each in asked if each.known and each.known.figure == given[each.fact.code]]
    use(taken, source=source)
    said = [
        Statement(each.fact.code, given[each.fact.code], row.valid_until, _proof(row), each.period, row.evidence)
        for each in asked
        if each.known not in taken
    ]
    state(row.indicator.contract.organisation, said, source=source, by=by)


def _problems(asked: Sequence[Asked], given: Mapping[str, Decimal], row: KpiPeriod) -> Iterator[Problem]:
    """What cannot be right before anything is written: beside each other, so that no share passes the whole."""
    catalogue = catalogue_on(row.valid_until)
    for each in asked:
        figure = given[each.fact.code]
        known = given if each.fact.part_of in given else dict(given) | {each.fact.part_of: figure}
        beside = together(each.fact, figure, each.period, known, catalogue, fund().currency)
        if wrong := figure_problem(each.fact, figure) or beside:
            yield Problem(each.fact.code, wrong, f"{figure:f}")


def _value(row: KpiPeriod, figures: Sequence[Decimal]) -> Decimal:
    answer = catalogue_on(row.valid_until).of_criterion(row.indicator.code)
    if not isinstance(answer, Share):
        return figures[0]
    value = answer.of(*figures)
    if value is None:
        raise InputErrors.at(answer.whole, _l("Of nobody there is no share: the whole is 0."), "0")
    return value


def _proof(row: KpiPeriod) -> str:
    return row.evidence.filename if row.evidence else row.number
