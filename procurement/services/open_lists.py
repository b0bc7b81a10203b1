"""Open lists: drafted by one officer, published by another, joined by whoever meets the terms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core import audit, clock, codes
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import Conflict, DomainError, Forbidden, InputErrors, Problem
from core.numbers import next_number
from core.roles import Role
from core.words import _l
from procurement.models.contract import Contract
from procurement.models.open_list import OpenList, OpenListLine
from procurement.queries.open_lists import contract_from
from procurement.services.contract_import import draw_in_force
from procurement.services.contracts import STREAM, Promise, TariffLine, Terms, draw_contract, sign
from procurement.states.contract import OPEN_LIST
from providers import queries as providers


@dataclass(frozen=True, slots=True)
class OpenTerms:
    """What a list says; `rates`: service code → minor units per unit."""

    title: str
    service_line: str
    valid_from: dt.date
    valid_until: dt.date
    rates: dict[str, Decimal]
    conditions: str = ""
    is_reserved: bool = False
    minimum_places: int = 0


@dataclass(frozen=True, slots=True)
class Condition:
    """One term that the fund can check by itself, and whether a provider meets it today."""

    text: object
    is_met: bool


def draft(terms: OpenTerms, *, by: Actor) -> OpenList:
    """A list with its fixed prices, not yet open."""
    if problems := [*_defects(terms), *_rate_defects(terms)]:
        raise InputErrors(problems)
    now = clock.now()
    row = OpenList(
        number=next_number("L", clock.local_day(now, fund().zone).year), state=OPEN_LIST.initial, title=terms.title,
        service_line=terms.service_line, conditions=terms.conditions.strip(), is_reserved=terms.is_reserved,
        minimum_places=terms.minimum_places, valid_from=terms.valid_from, valid_until=terms.valid_until,
        drafted_by=by.person, created_at=now,
    )  # fmt: skip
    row.lines = [OpenListLine(service=service, rate=rate) for service, rate in sorted(terms.rates.items())]
    db.session.add(row)
    db.session.flush()
    return row


def publish(open_list: OpenList, *, by: Actor) -> None:
    """Open it for everyone who meets its terms; a second officer does so."""
    target = OPEN_LIST.after(open_list.state, "publish")
    if not by.has(Role.PROCUREMENT_OFFICER):
        raise Forbidden(_l("A procurement officer publishes open lists."))
    words = _l("You drafted this list, so another officer must publish it.")
    by.must_differ_from([open_list.drafted_by], words)
    open_list.state, open_list.published_by, open_list.published_at = target, by.person, clock.now()
    db.session.flush()
    after = {line.service: str(line.rate) for line in open_list.lines}
    audit.record(STREAM, Act.OPEN_LIST_PUBLISHED, open_list.number, by=by, after=after)


def close(open_list: OpenList, *, by: Actor) -> None:
    """Nobody joins any more; contracts go on."""
    before = {"state": open_list.state}
    open_list.state = OPEN_LIST.after(open_list.state, "close")
    db.session.flush()
    after = {"state": open_list.state}
    audit.record(STREAM, Act.OPEN_LIST_PUBLISHED, open_list.number, by=by, reason="closed", before=before, after=after)


def conditions_for(open_list: OpenList, organisation_id: int, on: dt.date) -> list[Condition]:
    """What the fund checks by itself before a provider may join."""
    provider = providers.provider_of(organisation_id)
    lines = {row.service_line for row in provider.service_lines} if provider else set()
    found = [
        Condition(_l("Accredited by the fund today"), providers.is_accredited(organisation_id, on)),
        Condition(_l("Registered for this kind of care"), open_list.service_line in lines),
    ]
    if open_list.is_reserved:
        is_sse = provider is not None and provider.organisation.is_sse
        found.append(Condition(_l("A unit of the social and solidarity economy"), is_sse))
    if open_list.minimum_places:
        places = providers.licensed_places(organisation_id, open_list.service_line, on)
        words = _l(
            "At least %(least)s licensed places (you have %(places)s)", least=open_list.minimum_places, places=places
        )
        found.append(Condition(words, places >= open_list.minimum_places))
    return found


def join(
    open_list: OpenList, *, by: Actor, on: dt.date, has_agreed: bool, promises: Sequence[Promise] = ()
) -> Contract:
    """One form makes a contract at the list's prices, signed by the provider; the fund signs next."""
    if open_list.state != "published":
        raise Conflict(_l("This list is not open to join."))
    if by.organisation_id is None or not by.has(Role.PROVIDER_MANAGER):
        raise Forbidden(_l("A manager of the provider joins a list."))
    if not has_agreed:
        raise InputErrors.at("has_agreed", _l("Tick that you accept the terms and the prices."))
    _must_meet(open_list, by.organisation_id, on)
    contract = draw_contract(_terms(open_list, by.organisation_id, on, promises), by=by)
    sign(contract, by=by)
    after = {"contract": contract.number, "list": open_list.number}
    audit.record(STREAM, Act.OPEN_LIST_JOINED, contract.number, by=by, after=after)
    return contract


def join_in_bulk(open_list: OpenList, organisation_ids: Sequence[int], *, by: Actor, on: dt.date) -> dict[str, int]:
    """Signed contracts for many accredited providers at once (opening, demo); number → contract id."""
    if open_list.state != "published":
        raise Conflict(_l("This list is not open to join."))
    rows = [_terms(open_list, key, on, ()) for key in organisation_ids]
    return draw_in_force(rows, by=by, signed_by_provider=f"list {open_list.number}", signed_by_fund=by.person)


def _must_meet(open_list: OpenList, organisation_id: int, on: dt.date) -> None:
    if not open_list.valid_from <= on <= open_list.valid_until:
        raise DomainError(_l("This list does not hold today."))
    running = contract_from(open_list, organisation_id)
    if running is not None:
        raise Conflict(_l("You joined this list already: contract %(number)s.", number=running.number))
    unmet = [row.text for row in conditions_for(open_list, organisation_id, on) if not row.is_met]
    if unmet:
        raise InputErrors(Problem("", _l("Not yet met: %(condition)s.", condition=text)) for text in unmet)


def _terms(open_list: OpenList, organisation_id: int, on: dt.date, promises: Sequence[Promise]) -> Terms:
    return Terms(
        organisation_id=organisation_id,
        title=open_list.title,
        origin="open_list",
        origin_reference=open_list.number,
        service_line=open_list.service_line,
        valid_from=max(on, open_list.valid_from),
        valid_until=open_list.valid_until,
        lines=[TariffLine(line.service, line.rate) for line in open_list.lines],
        promises=promises,
    )


def _defects(terms: OpenTerms) -> Iterable[Problem]:
    if not terms.title.strip():
        yield Problem("title", _l("Give the list a title."))
    if terms.service_line not in {row.code for row in codes.service_lines()}:
        yield Problem("service_line", _l("Choose a kind of care."), terms.service_line)
    if terms.valid_until < terms.valid_from:
        yield Problem("valid_until", _l("The last day lies before the first."), terms.valid_until.isoformat())
    if terms.minimum_places < 0:
        yield Problem("minimum_places", _l("Places are 0 or more."), str(terms.minimum_places))


def _rate_defects(terms: OpenTerms) -> Iterable[Problem]:
    known = {row.code for row in codes.services(terms.service_line)}
    if not terms.rates:
        yield Problem("rates", _l("Set the price of at least one service."))
    for service, rate in terms.rates.items():
        if service not in known:
            yield Problem(
                f"rate-{service}", _l("%(code)s is not a service of this kind of care.", code=service), service
            )
        if rate < 0:
            yield Problem(f"rate-{service}", _l("A price is not negative."), str(rate))
