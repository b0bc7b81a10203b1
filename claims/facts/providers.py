"""Who may claim and at what price: accreditation, suspensions and the tariff of running contracts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from claims.benefit_plan.rows import ServiceRow
from claims.case import ContractLine, ProviderStanding
from claims.facts.asked import Asked
from claims.filed import Filed
from claims.queries import facts as queries
from core.money import round_half_up

Spell = tuple[dt.date, dt.date | None]


class Providers:
    """`rows`: of the plan, that some line meets."""

    def __init__(self, lines: Sequence[Asked], rows: Iterable[ServiceRow]) -> None:
        organisation_ids = {each.claim.organisation_id for each in lines}
        services = {each.line.service for each in lines} | {row.price_of for row in rows if row.price_of}
        self._accredited: dict[int, list[Spell]] = {}
        self._suspended: dict[int, list[Spell]] = {}
        self._standings: dict[tuple[int, dt.date], ProviderStanding] = {}
        self._tariff: dict[tuple[int, str], list[tuple[int | None, ContractLine]]] = {}
        self._asked_standings = queries.standings(organisation_ids)
        self._asked_tariff = queries.contract_lines(organisation_ids, services)

    def read(self) -> None:
        for organisation_id, begins, ends, state in self._asked_standings:
            spells = self._suspended if state == "suspended" else self._accredited
            spells.setdefault(organisation_id, []).append((begins, ends))
        for organisation, service, site, rate, begins, ends, contract, number, is_capitated in self._asked_tariff:
            price = None if rate is None else round_half_up(rate)
            agreed = ContractLine(contract, number, price, begins, ends, bool(is_capitated))
            self._tariff.setdefault((organisation, service), []).append((site, agreed))

    def contract(self, asked: Asked) -> ContractLine | None:
        """The price of the service date, the site's own line before the provider's. A row of the plan may take a
        percentage of another service's price instead: its own line only says that it is agreed."""
        row = asked.row
        agreed = self._agreed(asked.claim, asked.line.service, asked.day)
        if agreed is None or row is None or not row.price_of:
            return agreed
        other = self._agreed(asked.claim, row.price_of, asked.day)
        if other is None or other.unit_price is None:
            return replace(agreed, unit_price=None)
        price = (other.unit_price * row.price_percent * 2 + 100) // 200
        return replace(other, unit_price=price, is_capitated=agreed.is_capitated)

    def _agreed(self, claim: Filed, service: str, day: dt.date) -> ContractLine | None:
        """The first that holds, in the order of the tariff."""
        found: ContractLine | None = None
        tariff = self._tariff.get((claim.organisation_id, service))
        if tariff is None:
            return None
        for site_id, agreed in tariff:
            if agreed.holds_on(day):
                if site_id is None:
                    found = found or agreed
                elif site_id == claim.site_id:
                    return agreed
        return found

    def standing(self, organisation_id: int, day: dt.date) -> ProviderStanding:
        found = self._standings.get((organisation_id, day))
        if found is None:
            found = self._standings[organisation_id, day] = self._standing_on(organisation_id, day)
        return found

    def _standing_on(self, organisation_id: int, day: dt.date) -> ProviderStanding:
        spells = [(begins, ends or dt.date.max) for begins, ends in self._accredited.get(organisation_id, ())]
        valid = [ends for begins, ends in spells if begins <= day <= ends]
        if not valid:
            ended = [ends for _, ends in spells if ends < day]
            return ProviderStanding("expired" if ended else "unregistered", max(ended, default=None))
        for begins, until in self._suspended.get(organisation_id, ()):
            if begins <= day and (until is None or day <= until):
                return ProviderStanding("suspended", until)
        return ProviderStanding("accredited", max(valid))
