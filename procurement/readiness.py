"""Whether a draft may go out: every condition with its answer, the same for the draft’s page and for the refusal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from core.config import fund
from core.errors import DomainError, InputErrors, Problem
from core.words import _l
from procurement import catalogue, frameworks, reserving
from procurement.calendar import Periods
from procurement.catalogue import Catalogue
from procurement.choosing import record_problems
from procurement.kpi.copying import follow_ups
from procurement.kpi.hooks import NO_PARTS
from procurement.kpi.terms import limit_problems
from procurement.models.tender import Lot, Tender
from procurement.ocds.codes import coded
from procurement.reserving import Condition, Reservations
from procurement.scoring.ranking import check_weights
from procurement.scoring.record import RECORD
from procurement.terms import price_terms

FEWEST_EVALUATORS = 3


@dataclass(frozen=True, slots=True)
class Rules:
    """What is in force on the day of the check."""

    periods: Periods
    reservations: Reservations | None = None
    catalogue: Catalogue = field(default_factory=dict)
    quality: tuple[Decimal, Decimal] = NO_PARTS


@dataclass(frozen=True, slots=True)
class Topic:
    """One condition of publication. Without problems it is met, and `text` says so."""

    text: Any
    problems: Sequence[Problem]

    @property
    def is_met(self) -> bool:
        return not self.problems


def topics(tender: Tender, at: dt.datetime, rules: Rules, *, is_published: bool = False) -> list[Topic]:
    """All conditions in the order of the form. What is published already has had its days."""
    found = [
        Topic(_l("The weights add up to 100."), list(_weight_problems(tender))),
        Topic(_l("The weights keep the bounds of the fund."), list(_bound_problems(tender, rules.periods, "refuse"))),
        Topic(_l("The record of bidders weighs no more than it may."), list(_record_problems(tender, rules.periods))),
        Topic(_l("Each lot has its services and a ceiling."), list(_lot_problems(tender))),
        Topic(_l("One lot alone has its reason."), list(_one_lot_problems(tender))),
        Topic(_l("Only a framework has several members, and it keeps its years."),
              list(frameworks.problems(tender, rules.periods.framework_years))),
        Topic(_l("Each criterion says how it is measured."), list(_criterion_problems(tender))),
        Topic(_l("Social criteria are used as the catalogue allows."),
              [*catalogue.use_problems(tender.criteria, rules.catalogue),
               *catalogue.tie_problems(tender.tie_ladder, rules.catalogue)]),
        Topic(_l("What promises may cost keeps its limit."), list(_stake_problems(tender, rules))),
        Topic(_l("Reserved lots may be reserved."), list(_reservation_problems(tender, rules))),
        Topic(_l("Officers and evaluators are named."), list(_people_problems(tender))),
    ]  # fmt: skip
    least = 0 if is_published else rules.periods.least_bid_days
    return [*found, Topic(_l("The periods are lawful."), list(_date_problems(tender, at, least, rules.periods)))]


def warnings(tender: Tender, periods: Periods) -> list[Problem]:
    """What the fund advises against and does not forbid."""
    return list(_bound_problems(tender, periods, "warn"))


def check_complete(tender: Tender, at: dt.datetime, rules: Rules, *, is_published: bool = False) -> None:
    """Refuse in words whatever would make the notice unlawful or the scores meaningless; all at once."""
    found = topics(tender, at, rules, is_published=is_published)
    if problems := [problem for topic in found for problem in topic.problems]:
        raise InputErrors(problems)


def lot_conditions(tender: Tender, lot: Lot, rules: Reservations | None) -> Sequence[Condition]:
    """What a reserved lot must meet before it is published."""
    return reserving.lot_conditions(lot.reservation, cpv_of(tender, lot), tender.starts_on, tender.ends_on, rules)


def cpv_of(tender: Tender, lot: Lot) -> str:
    """The lot’s own object code, else the service line’s."""
    return lot.cpv or coded("cpv", tender.service_line) or ""


def _one_lot_problems(tender: Tender) -> Iterable[Problem]:
    if len(tender.lots) == 1 and not tender.one_lot_reason.strip():
        yield Problem("one_lot_reason", _l("There is one lot alone: say why it is not divided."))


def _reservation_problems(tender: Tender, rules: Rules) -> Iterable[Problem]:
    for lot in tender.lots:
        for condition in lot_conditions(tender, lot, rules.reservations):
            if not condition.is_met:
                message = _l("Lot %(lot)s cannot be reserved. Not met: %(text)s.", lot=lot.number, text=condition.text)
                yield Problem(f"lots.{lot.number}.reservation", message, condition.found)


def _weight_problems(tender: Tender) -> Iterable[Problem]:
    try:
        check_weights([criterion.weighed() for criterion in tender.criteria])
    except InputErrors as error:
        yield from error.problems
    for block, words in (("price", _l("price")), ("quality", _l("quality")), ("social", _l("social"))):
        if not tender.criteria_of(block):
            yield Problem("criteria", _l("There is no %(block)s criterion yet.", block=words))
    if len(tender.criteria_of("price")) > 1:
        yield Problem("criteria", _l("A tender has one price criterion."))


def _stake_problems(tender: Tender, rules: Rules) -> Iterable[Problem]:
    found = follow_ups(tender, rules.catalogue, rules.periods.promises)
    return limit_problems(found.values(), rules.periods.promises, rules.quality, "criteria")


def _bound_problems(tender: Tender, periods: Periods, then: str) -> Iterable[Problem]:
    criteria = [row.weighed() for row in tender.criteria]
    bounds = [row for row in periods.weights if row.then == then and (row.block != RECORD or then != "refuse")]
    return (Problem("weights", row.text) for row in bounds if not row.is_kept(criteria))


def _record_problems(tender: Tender, periods: Periods) -> Iterable[Problem]:
    return record_problems([row.weighed() for row in tender.criteria], periods.weights)


def _lot_problems(tender: Tender) -> Iterable[Problem]:
    if not tender.lots:
        yield Problem("lots", _l("Add at least one lot."))
    for lot in tender.lots:
        if not lot.services:
            yield Problem(f"lots.{lot.number}", _l("Lot %(lot)s has no service yet.", lot=lot.number))
        elif tender.criteria_of("price"):
            try:
                price_terms(tender, lot.ceiling, lot.floor)
            except InputErrors as error:
                yield from (Problem(f"lots.{lot.number}.{p.where}", p.message, p.found) for p in error.problems)


def _criterion_problems(tender: Tender) -> Iterable[Problem]:
    for criterion in tender.criteria_of("social"):
        try:
            criterion.scale()
        except (InputErrors, ValueError) as error:
            found = error.problems[0].message if isinstance(error, InputErrors) else _l("Choose how it is measured.")
            message = _l("%(name)s: %(why)s", name=criterion.name, why=found)
            yield Problem(f"criteria.{criterion.position}", message)
    for criterion in tender.criteria_of("quality"):
        if not criterion.question.strip():
            message = _l("%(name)s: write the question that bidders answer.", name=criterion.name)
            yield Problem(f"criteria.{criterion.position}", message)


def _people_problems(tender: Tender) -> Iterable[Problem]:
    officers, evaluators = tender.people_as("officer"), tender.people_as("evaluator")
    if len(officers) < tender.threshold:
        message = _l("Name at least %(count)s opening officers.", count=tender.threshold)
        yield Problem("officers", message, str(len(officers)))
    if len(evaluators) < FEWEST_EVALUATORS or len(evaluators) % 2 == 0:
        message = _l("Name three evaluators or more, an odd number.")
        yield Problem("evaluators", message, str(len(evaluators)))
    holders = {row.person for row in tender.people_as("holder")}
    if holders & {row.person for row in officers}:
        yield Problem("holders", _l("The holder of the spare key is someone else than the officers."))


def _date_problems(tender: Tender, at: dt.datetime, least_days: int, periods: Periods) -> Iterable[Problem]:
    if tender.closes_at < at + dt.timedelta(days=least_days):
        message = _l("Bids close at least %(days)s days after publication.", days=least_days)
        yield Problem("closes_on", message, tender.closes_at.isoformat())
    if tender.questions_until > periods.answers_by(tender.closes_at):
        message = _l("Questions end at least %(days)s days before bids close, so that answers come in time.",
                     days=periods.answer_days)  # fmt: skip
        yield Problem("questions_on", message, tender.questions_until.isoformat())
    if tender.starts_on <= tender.closes_at.date():
        yield Problem("starts_on", _l("The contract starts after the bids close."), tender.starts_on.isoformat())
    try:
        periods.is_working(tender.closes_at.astimezone(fund().zone).date())
    except DomainError as error:
        yield Problem("closes_on", error.message)
