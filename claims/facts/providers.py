"""Who may claim and at what price: accreditation, suspensions and the tariff of running contracts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any

from claims.benefit_plan.rows import ServiceRow
from claims.case import ContractLine, ProviderStanding
from claims.filed import Filed
from claims.queries import facts as queries
from core.money import round_half_up


class Providers:
    def __init__(self, claims: Sequence[Filed], rows: Iterable[ServiceRow] = ()) -> None:
        organisation_ids = {claim.organisation_id for claim in claims}
        services = {line.service for claim in claims for line in claim.lines}
        services |= {row.price_of for row in rows if row.price_of}
        self._accredited, self._suspended = defaultdict[int, list[Any]](list), defaultdict[int, list[Any]](list)
        for row in queries.accreditations(organisation_ids):
            self._accredited[row.organisation_id].append(row)
        for row in queries.suspensions(organisation_ids):
            self._suspended[row.organisation_id].append(row)
        self._standings: dict[tuple[int, dt.date], ProviderStanding] = {}
        self._tariff: dict[tuple[int, str], list[tuple[int | None, ContractLine]]] = defaultdict(list)
        for row in queries.contract_lines(organisation_ids, services):
            price = None if row.rate is None else round_half_up(row.rate)
            agreed = ContractLine(row.contract_id, row.number, price, row.valid_from, row.valid_until)
            self._tariff[row.organisation_id, row.service].append((row.site_id, agreed))

    def contract(self, claim: Filed, service: str, day: dt.date, row: ServiceRow | None = None) -> ContractLine | None:
        """The price of the service date, the site's own line before the provider's. A row of the plan may take a
        percentage of another service's price instead: its own line only says that it is agreed."""
        agreed = self._agreed(claim, service, day)
        if agreed is None or row is None or not row.price_of:
            return agreed
        other = self._agreed(claim, row.price_of, day)
        if other is None or other.unit_price is None:
            return replace(agreed, unit_price=None)
        return replace(other, unit_price=(other.unit_price * row.price_percent * 2 + 100) // 200)

    def _agreed(self, claim: Filed, service: str, day: dt.date) -> ContractLine | None:
        valid = [
            (site_id is None, agreed)
            for site_id, agreed in self._tariff.get((claim.organisation_id, service), ())
            if site_id in (None, claim.site_id) and agreed.holds_on(day)
        ]
        return min(valid, key=itemgetter(0))[1] if valid else None

    def standing(self, organisation_id: int, day: dt.date) -> ProviderStanding:
        found = self._standings.get((organisation_id, day))
        if found is None:
            found = self._standings[organisation_id, day] = self._standing_on(organisation_id, day)
        return found

    def _standing_on(self, organisation_id: int, day: dt.date) -> ProviderStanding:
        spells = self._accredited.get(organisation_id, ())
        valid = [row.valid_until for row in spells if row.valid_from <= day <= row.valid_until]
        if not valid:
            ended = [row.valid_until for row in spells if row.valid_until < day]
            return ProviderStanding("expired" if ended else "unregistered", max(ended, default=None))
        for row in self._suspended.get(organisation_id, ()):
            if row.valid_from <= day and (row.valid_until is None or day <= row.valid_until):
                return ProviderStanding("suspended", row.valid_until)
        return ProviderStanding("accredited", max(valid))
