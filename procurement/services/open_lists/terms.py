"""What a list says, and what is wrong with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from core import codes
from core.config import fund
from core.errors import Problem
from core.words import _l
from procurement.contract_document import rate_text
from procurement.listing import ListTerms
from procurement.models.open_list import OpenList
from procurement.services.rules import tariff
from providers.services.registration import DOCUMENT_KINDS


@dataclass(frozen=True, slots=True)
class OpenTerms:
    """What a list says; `rates`: service code → minor units per unit; `evidence`: kinds of documents."""

    title: str
    service_line: str
    valid_from: dt.date
    valid_until: dt.date
    rates: Mapping[str, Decimal]
    conditions: str = ""
    is_reserved: bool = False
    minimum_places: int = 0
    evidence: tuple[str, ...] = field(default=())

    @property
    def of_version(self) -> ListTerms:
        return ListTerms(self.rates, self.conditions.strip(), self.evidence, self.minimum_places)


def terms_on(open_list: OpenList, on: dt.date) -> ListTerms:
    """What the list says for a day."""
    rates = {line.service: line.rate for line in open_list.lines_on(on)}
    return ListTerms(rates, open_list.conditions, tuple(open_list.evidence), open_list.minimum_places)


def draft_defects(terms: OpenTerms) -> Iterable[Problem]:
    if not terms.title.strip():
        yield Problem("title", _l("Give the list a title."))
    if terms.service_line not in {row.code for row in codes.service_lines()}:
        yield Problem("service_line", _l("Choose a kind of care."), terms.service_line)
    if terms.valid_until < terms.valid_from:
        yield Problem("valid_until", _l("The last day lies before the first."), terms.valid_until.isoformat())
    yield from defects(terms.of_version, terms.service_line, terms.valid_from)


def defects(terms: ListTerms, service_line: str, on: dt.date) -> Iterable[Problem]:
    """Of the part that a version may change; `on`: the first day of the prices."""
    if terms.minimum_places < 0:
        yield Problem("minimum_places", _l("Places are 0 or more."), str(terms.minimum_places))
    for kind in terms.evidence:
        if kind not in DOCUMENT_KINDS:
            yield Problem("evidence", _l("This kind of document is not known."), kind)
    yield from _rate_defects(terms.rates, service_line, on)


def _rate_defects(rates: Mapping[str, Decimal], service_line: str, on: dt.date) -> Iterable[Problem]:
    """Known services, at the plan's own price where the plan fixes one; restricted ones on a list of their own."""
    known = {row.code: row for row in codes.services(service_line)}
    if not rates:
        yield Problem("rates", _l("Set the price of at least one service."))
    for service, rate in rates.items():
        if service not in known:
            message = _l("%(code)s is not a service of this kind of care.", code=service)
            yield Problem(f"rate-{service}", message, service)
        if rate < 0:
            yield Problem(f"rate-{service}", _l("A price is not negative."), str(rate))
    if len({known[service].is_restricted for service in rates if service in known}) > 1:
        yield Problem("rates", _l("A restricted service stands on a list of its own, which nobody outside sees."))
    yield from _plan_defects(rates, on)


def _plan_defects(rates: Mapping[str, Decimal], on: dt.date) -> Iterable[Problem]:
    fixed = tariff(on)
    for service, rate in rates.items():
        row = fixed.of(service, on)
        if row is not None and row.rate != rate:
            price = rate_text(row.rate, fund().currency.exponent)
            message = _l("The plan fixes %(price)s from %(day)s.", price=price, day=on.isoformat())
            yield Problem(f"rate-{service}", message, rate_text(rate, fund().currency.exponent))
        elif row is None and fixed.rates:
            yield Problem(f"rate-{service}", _l("The plan fixes no price for this service."), service)
