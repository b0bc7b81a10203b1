"""The Medicare sample as a fund of its own (DECISIONS 31): providers, open-list contracts, members, stays, claims.

Everything goes through the product's own imports; only the registration of thousands of providers is done in sets.
Claims count as received 30 days after their last service, members and stays as known from the first day of
the sample, because it does not say when they came.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from care.services import importing as care_importing
from claims.facts import PART
from claims.intake import importing, reading
from claims.intake.importing import Intake, Upload
from claims.queries.facts import contracted_organisations, organisation_codes, register_numbers
from claims.sent import ClaimInput
from core import plan
from core.actors import Actor
from core.codes import ServiceLine
from core.db import bulk_insert, db
from core.errors import DomainError
from core.money import Currency
from core.organisations import Organisation
from core.roles import Role
from core.tables import read as read_table
from core.words import _l
from members.services import importing as member_importing
from procurement.services.contract_import import draw_in_force
from procurement.services.contracts import TariffLine, Terms
from providers.models import Accreditation, Provider

FIRST, LAST = dt.date(2007, 1, 1), dt.date(2010, 12, 31)
OPENED = dt.datetime.combine(FIRST, dt.time(12), dt.UTC)
CLAIMS, STAYS, MEMBERS = "medicare-synpuf-carrier", "medicare-synpuf-inpatient", "medicare-synpuf-bene"
PREPARER = Actor(None, "medicare-preparer", "Medicare loader", frozenset({Role.PLAN_MANAGER}))
APPROVER = Actor(None, "medicare-approver", "Medicare loader, second person", frozenset({Role.PLAN_MANAGER}))


@dataclass(slots=True)
class Loaded:
    providers: int = 0
    tariff: int = 0
    members: int = 0
    stays: int = 0
    intake: Intake | None = None
    seconds: dict[str, float] = field(default_factory=dict)


def load(folder: Path, plan_text: str, *, currency: Currency, zone: ZoneInfo, at: dt.datetime) -> Loaded:
    """Build the fund and decide all its claims in the current transaction; a second time adds nothing."""
    if (currency.code, currency.exponent) != ("USD", 2):
        raise DomainError(_l("The sample counts in US dollars: set FUND_CURRENCY=USD and FUND_CURRENCY_EXPONENT=2."))
    loaded = Loaded()
    _approve_plan(plan_text)
    carrier = (folder / "carrier_lines.csv").read_bytes()
    rows = list(_raw_rows(carrier, currency))
    loaded.providers = _register({row["provider_id"] for row in rows}, at)
    loaded.tariff = _contract(rows)
    loaded.members = _import(member_importing, folder / "bene.csv", MEMBERS, OPENED)
    loaded.stays = _import(care_importing, folder / "inpatient.csv", STAYS, OPENED)
    upload = Upload(carrier, "carrier_lines.csv", CLAIMS, None)
    loaded.intake = importing.take_file(upload, currency=currency, by=PREPARER, at=at, zone=zone, stamp=received_at)
    return loaded


def received_at(claim: ClaimInput) -> dt.datetime:
    last = max((line.service_until or line.service_from or FIRST for line in claim.lines), default=FIRST)
    return dt.datetime.combine(last + dt.timedelta(days=30), dt.time(12), dt.UTC)


def _approve_plan(text: str) -> None:
    if not plan.versions_in_force(PART):
        plan.approve(plan.prepare(PART, text, valid_from=FIRST, by=PREPARER), by=APPROVER)


def _raw_rows(content: bytes, currency: Currency) -> Iterator[Mapping[str, Any]]:
    """Typed cells of every row through the claims mapping, before any provider is known."""
    mapping = reading.mapping_named(CLAIMS)
    report = read_table(content, filename="carrier_lines.csv", mapping=mapping, schema=dict, currency=currency)
    yield from report.values


def _register(codes: Iterable[str], at: dt.datetime) -> int:
    """One accredited provider per tax number, in sets."""
    known = organisation_codes()
    fresh = sorted(code for code in codes if code not in known)
    if not fresh:
        return 0
    if db.session.get(ServiceLine, "health") is None:
        db.session.add(ServiceLine(code="health", name="Health care", position=1))
        db.session.flush()
    bulk_insert(Organisation.__table__, [_organisation(code, at) for code in fresh])
    ids = organisation_ids(fresh)
    bulk_insert(Provider.__table__, [_provider(ids[code], code) for code in fresh])
    bulk_insert(Accreditation.__table__, [_accreditation(ids[code], at) for code in fresh])
    return len(fresh)


def organisation_ids(codes: Sequence[str]) -> dict[str, int]:
    found = register_numbers("us.ein")
    return {code: found[code] for code in codes}


def _organisation(code: str, at: dt.datetime) -> dict[str, Any]:
    return {
        "number": f"O-{code}",
        "name": f"Practice {code}",
        "legal_form": "company",
        "register_scheme": "us.ein",
        "register_number": code,
        "district": "Sample",
        "email": "",
        "phone": "",
        "created_at": at,
    }


def _provider(organisation_id: int, code: str) -> dict[str, Any]:
    return {
        "organisation_id": organisation_id,
        "number": f"P-{code}",
        "state": "accredited",
        "summary": "",
        "lang": "en",
    }


def _accreditation(organisation_id: int, at: dt.datetime) -> dict[str, Any]:
    return {
        "organisation_id": organisation_id,
        "valid_from": FIRST,
        "valid_until": LAST,
        "decided_by": APPROVER.person,
        "decided_at": at,
        "reason": "Opening import of the Medicare sample",
    }


def tariff(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """The open list: the median asked per code, in minor units."""
    asked: dict[str, list[int]] = {}
    for row in rows:
        if row["code"]:
            asked.setdefault(row["code"], []).append(row["amount"])
    return {code: int(median(amounts)) for code, amounts in asked.items()}


def _contract(rows: Sequence[Mapping[str, Any]]) -> int:
    """Every provider joins the open list with the codes it bills."""
    rates = tariff(rows)
    billed: dict[str, set[str]] = {}
    for row in rows:
        if row["code"]:
            billed.setdefault(row["provider_id"], set()).add(row["code"])
    ids, contracted = organisation_ids(list(billed)), contracted_organisations()
    terms = [
        Terms(
            organisation_id=ids[code],
            title="Open list of professional services",
            origin="open_list",
            origin_reference="medicare-synpuf",
            service_line="health",
            valid_from=FIRST,
            valid_until=LAST,
            lines=[TariffLine(service, Decimal(rates[service])) for service in sorted(services)],
        )
        for code, services in sorted(billed.items())
        if ids[code] not in contracted
    ]
    draw_in_force(
        terms, by=APPROVER, signed_by_provider=PREPARER.person, signed_by_fund=APPROVER.person, year=FIRST.year
    )
    return len(rates)


def _import(room: Any, path: Path, mapping: str, at: dt.datetime) -> int:
    """A file through a lower room's own door: checked, then its good rows kept."""
    row = room.check_file(path.read_bytes(), path.name, mapping, by=PREPARER, at=at)
    room.keep_good_rows(row, by=PREPARER, at=at)
    return int(row.rows_ready)


def lines_by_reason(intake: Intake) -> Counter[tuple[str, str]]:
    """(line state, deciding reason) → lines."""
    return intake.tally.lines


def lines_with(intake: Intake, code: str) -> int:
    """Lines with a finding of this reason, whatever decided them."""
    return intake.tally.codes[code]
