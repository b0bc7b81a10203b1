"""Contracts at the size of a country: the price of every claim line, and a wage decree over all of them."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.watch import Watch, peak_mebibytes
from claims.facts.asked import Asked
from claims.facts.providers import Providers
from claims.filed import Filed
from claims.sent import LineInput
from core import plan
from core.actors import Actor
from core.clock import today
from core.codes import Service, ServiceLine
from core.config import fund
from core.db import bulk_insert, db, unit_of_work
from core.organisations import Organisation
from core.roles import Role
from procurement.models.contract import Contract, ContractLine
from procurement.services.contracts import shortfalls
from procurement.services.wage_decrees import draft_for_decree
from providers.models import Accreditation, Provider, Site

LINES_OF_A_CONTRACT = 100  # lines of claims: a million for ten thousand contracts
SHARD = 10_000  # lines decided together, as in a batch
SERVICES = ("HC-1", "HC-2", "HC-3")
NOW = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
PLAN = Path(__file__).resolve().parents[1] / "plan"
FLOOR = """
[[floors]]
service = "HC-1"
hours = "1"
wage = "{wage}"
contributions = "22"
unproductive = "18"
travel = "0.500"
overhead = "0.600"
valid_from = {first}
{until}
basis = "Decree, art. 1"
"""


def measure(contracts: int) -> dict[str, Any]:
    """The tariff of every line of a year, shard by shard; then the wage check, and its amendments in one act."""
    decree = today(fund().zone) + 30 * DAY
    _rules(decree)
    for start in range(0, contracts, 1000):
        with unit_of_work():
            _contracts(range(start + 1, min(start + 1000, contracts) + 1))
    before = peak_mebibytes()
    tariff = _tariff(contracts)
    memory = peak_mebibytes()
    return {"contracts": contracts, "memory_before": before, "tariff": tariff, "tariff_memory": memory} | _wages(decree)


def _tariff(contracts: int) -> dict[str, Any]:
    """Processor seconds and statements of reading the contract lines of whole shards and of pricing each line."""
    watch, lines, priced, count = Watch(), 0, 0, -(-contracts * LINES_OF_A_CONTRACT // SHARD)
    watch.count_statements()
    for shard in range(count):
        asked = _shard(shard, contracts)
        started = watch.statements
        with watch.phase("reading"):
            found = Providers(asked, ())
            found.read()
        with watch.phase("pricing"):
            priced += sum(found.contract(one) is not None for one in asked)
        lines, statements = lines + len(asked), watch.statements - started
    db.session.rollback()
    seconds = {name: watch.cpu[name] for name in ("reading", "pricing")}
    return {"lines": lines, "priced": priced, "statements": statements / 2, "shards": count, **seconds}


def _wages(decree: dt.date) -> dict[str, Any]:
    watch, officer = Watch(), Actor(None, "officer", "O. Fficer", frozenset({Role.PROCUREMENT_OFFICER}))
    watch.count_statements()
    with unit_of_work(), watch.phase("check"):
        found = len(shortfalls(decree, by=officer))
    checked, started = watch.statements, time.perf_counter()
    with unit_of_work(), watch.phase("drafts"):
        written = len(draft_for_decree(decree, reason="Decree, art. 1", by=officer).written)
    return {
        "under": found, "check": watch.cpu["check"], "check_statements": checked, "written": written,
        "drafts": watch.cpu["drafts"], "draft_statements": watch.statements - checked,
        "waited": time.perf_counter() - started, "memory": peak_mebibytes(),
    }  # fmt: skip


def _rules(decree: dt.date) -> None:
    one, two = (Actor(None, name, name, frozenset({Role.PLAN_MANAGER})) for name in ("one", "two"))
    old = FLOOR.format(wage="4.000", first="2020-01-01", until=f"valid_until = {decree - DAY}")
    new = FLOOR.format(wage="4.240", first=decree, until="")
    wages = f"currency_exponent = 3\nvalid_from = 2020-01-01\n{old}{new}"
    with unit_of_work():
        for part, text in (("procurement", (PLAN / "procurement.toml").read_text()), ("wages", wages)):
            plan.approve(plan.prepare(part, text, valid_from=dt.date(2020, 1, 1), by=one), by=two)
        db.session.add(ServiceLine(code="home_care", name="Home care", position=1))
        db.session.flush()
        for code in SERVICES:
            db.session.add(Service(code=code, service_line="home_care", name=code, unit="visit"))


def _contracts(keys: range) -> None:
    """One for each provider; every fifth has a tariff of one site too, every third has changed its prices."""
    year = today(fund().zone).year
    first, last = dt.date(year - 1, 1, 1), dt.date(year + 1, 12, 31)
    spell = {"valid_from": first, "valid_until": last}
    bulk_insert(
        Organisation.__table__,
        [
            {
                "id": key, "number": f"O-{key}", "name": f"Cooperative {key}", "legal_form": "cooperative",
                "register_scheme": "tz.register", "register_number": str(key), "district": f"District {key % 24}",
                "email": "", "phone": "", "created_at": NOW,
            }
            for key in keys
        ],
    )  # fmt: skip
    providers = [
        {"organisation_id": key, "number": f"P-{key}", "state": "accredited", "summary": "", "lang": "en",
         "registrar_note": ""}
        for key in keys
    ]  # fmt: skip
    bulk_insert(Provider.__table__, providers)
    decided = {"decided_by": "r", "decided_at": NOW, "reason": "complete"}
    bulk_insert(Accreditation.__table__, [{"organisation_id": key, **decided, **spell} for key in keys])
    sites = [
        {"id": key, "organisation_id": key, "number": 1, "name": "House", "district": "North", "address": ""}
        for key in keys
        if key % 5 == 0
    ]
    bulk_insert(Site.__table__, sites)
    fixed = {"origin": "direct_award", "origin_reference": "", "service_line": "home_care", "state": "active",
             "signed_by_provider": "one", "signed_by_fund": "two", "signed_at": NOW, "created_at": NOW,
             "budget": 100_000_000, "title": "Home care", "partners": []}  # fmt: skip
    rows = [{"id": key, "number": f"C-{key}", "organisation_id": key, **fixed, **spell} for key in keys]
    bulk_insert(Contract.__table__, rows)
    bulk_insert(ContractLine.__table__, [row for key in keys for row in _lines(key, first, last)])


def _lines(key: int, first: dt.date, last: dt.date) -> Iterator[dict[str, Any]]:
    """Half of the rates of the first service fall under the new floor: 7.409 an hour."""
    change = first + 200 * DAY
    spells = [(first, change - DAY), (change, last)] if key % 3 == 0 else [(first, last)]
    for service in SERVICES:
        for site in (None, key) if key % 5 == 0 else (None,):
            for begins, ends in spells:
                rate = Decimal(7_300 if key % 2 else 7_500)
                yield {
                    "contract_id": key, "service": service, "site_id": site, "rate": rate, "volume": 5_000,
                    "valid_from": begins, "valid_until": ends,
                }  # fmt: skip


def _shard(shard: int, contracts: int) -> list[Asked]:
    """Lines of members who live anywhere: a shard meets most of the providers."""
    first = dt.date(today(fund().zone).year, 1, 1)
    found = []
    for place in range(shard * SHARD, (shard + 1) * SHARD):
        key, day = place * 7919 % contracts + 1, first + dt.timedelta(days=place % 300)
        line = LineInput(1, SERVICES[place % 3], day, None, 1000, 8_000, 8_000)
        site = key if key % 5 == 0 and place % 2 else None
        claim = Filed(place, str(place), place % 64, key, site, str(place), "M", 1, 1, NOW, [line])
        found.append(Asked(claim, line, day, day, None))
    return found
