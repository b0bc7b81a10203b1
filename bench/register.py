"""The public register at the size of a country: four sites to a provider, hours, languages, bookings; then searches."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator, Mapping
from typing import Any

from flask import current_app
from sqlalchemy import event, text

from bench.pages import Visitor
from bench.watch import peak_mebibytes
from care.models import CareGrant, Placement, PlacementSlot
from core import clock
from core.codes import Service, ServiceLine
from core.config import fund
from core.db import bulk_insert, db, unit_of_work
from core.organisations import Organisation
from members.models import Household, Member
from providers.models import (
    Accreditation,
    OpeningHours,
    Provider,
    ProviderServiceLine,
    Site,
    SiteCapacity,
    SiteLanguage,
)

SITES, DISTRICTS, AT_ONCE = 4, 60, 1000
LINES = ("health", "childcare", "long_term_care", "shelter")
TONGUES = ("ar", "fr", "en", "es", "kab", "ber", "sw", "pt")
BORN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
FIRST, LAST = dt.date(2026, 1, 1), dt.date(2099, 12, 31)
REQUESTS = 40


def measure(providers: int) -> dict[str, Any]:
    """Kind of search → p50 and p99 in milliseconds through the page, its SQL statements and bytes."""
    build(providers)
    found = {name: _time([path.format(n % DISTRICTS) for n in range(REQUESTS)]) for name, path in SEARCHES.items()}
    return {"providers": providers, "sites": providers * SITES, "memory": peak_mebibytes(), "searches": found}


PAGE = "/public/providers"
SEARCHES: Mapping[str, str] = {
    "everybody, first page": PAGE,
    "everybody, page 40": f"{PAGE}?page=40",
    "part of a name": f"{PAGE}?words=Cooperative+{{}}7",
    "kind of care and district": f"{PAGE}?service=childcare&district=District+{{}}",
    "language and district": f"{PAGE}?language=kab&district=District+{{}}",
    "open on Saturday night, district": f"{PAGE}?day=5&time=22:00&district=District+{{}}",
    "open on Saturday night, the country": f"{PAGE}?day=5&time=22:00",
    "not full on Monday at nine, care and district": (
        f"{PAGE}?service=childcare&district=District+{{}}&day=0&time=09:00&free=yes"
    ),
    "not full, the country": f"{PAGE}?free=yes",
    "JSON, a hundred of a district": f"{PAGE}/register.json?district=District+{{}}",
    "one provider": f"{PAGE}/P-{{}}",
}


def build(providers: int) -> None:
    """Rows in sets; every eighth provider gives restricted care beside, every fiftieth nothing else."""
    _catalogue()
    for start in range(1, providers + 1, AT_ONCE):
        with unit_of_work():
            _providers(range(start, min(start + AT_ONCE, providers + 1)))
    with db.engine.begin() as connection:
        connection.execute(text("ANALYZE"))


def _catalogue() -> None:
    with unit_of_work():
        bulk_insert(
            ServiceLine.__table__, [{"code": line, "name": line, "position": place} for place, line in enumerate(LINES)]
        )
        services = [
            {"code": f"{line}-{n}", "service_line": line, "name": f"{line} {n}", "unit": "visit", "is_restricted": n > 8
             or line == "shelter"}
            for line in LINES
            for n in range(10)
        ]  # fmt: skip
        bulk_insert(Service.__table__, services)
        bulk_insert(Household.__table__, [{"id": 1, "number": "H-1", "district": "District 1", "partition": 0}])


def _providers(keys: range) -> None:
    bulk_insert(Organisation.__table__, [_organisation(key) for key in keys])
    bulk_insert(Provider.__table__, [_provider(key) for key in keys])
    held = {"valid_from": FIRST, "valid_until": LAST, "decided_by": "x", "decided_at": BORN, "reason": "opening"}
    bulk_insert(Accreditation.__table__, [held | {"organisation_id": key} for key in keys])
    given = [{"organisation_id": key, "service_line": line} for key in keys for line in _given(key)]
    bulk_insert(ProviderServiceLine.__table__, given)
    sites = [(key * SITES + place, key, place + 1) for key in keys for place in range(SITES)]
    bulk_insert(Site.__table__, [_site(*row) for row in sites])
    bulk_insert(SiteCapacity.__table__, [row for site in sites for row in _licences(*site)])
    bulk_insert(OpeningHours.__table__, [row for site in sites for row in _hours(site[0])])
    spoken = [{"site_id": row[0], "language": TONGUES[(row[0] + n) % 8]} for row in sites for n in (0, row[0] % 7 + 1)]
    bulk_insert(SiteLanguage.__table__, spoken)
    _bookings(sites)


def _given(key: int) -> list[str]:
    if key % 50 == 0:
        return ["shelter"]
    return [LINES[key % 3], "shelter"] if key % 8 == 0 else [LINES[key % 3]]


def _organisation(key: int) -> dict[str, Any]:
    return {
        "id": key, "number": f"O-{key}", "name": f"Cooperative {key % 977} of {key}", "legal_form": "cooperative",
        "register_scheme": "tz.reg", "register_number": str(key), "district": f"District {key % DISTRICTS}",
        "email": "", "phone": "", "created_at": BORN,
    }  # fmt: skip


def _provider(key: int) -> dict[str, Any]:
    return {
        "organisation_id": key, "number": f"P-{key}", "state": "accredited", "summary": "Care by people who live here.",
        "lang": "en", "submitted_at": BORN, "registrar_note": "",
    }  # fmt: skip


def _site(key: int, organisation: int, number: int) -> dict[str, Any]:
    return {
        "id": key, "organisation_id": organisation, "number": number, "name": f"House {key}",
        "district": f"District {key % DISTRICTS}", "address": "Market Street 4",
    }  # fmt: skip


def _licences(key: int, organisation: int, number: int) -> Iterator[dict[str, Any]]:
    lines = _given(organisation)
    for line in lines if number == 1 else lines[:1]:
        yield {"site_id": key, "service_line": line, "licensed_places": 5 + key % 40, "valid_from": FIRST}


def _hours(key: int) -> Iterator[dict[str, Any]]:
    """Monday to Friday; a tenth of the sites of each district on Saturday night too."""
    for weekday in range(5):
        yield _span(key, weekday, 420, 1080)
    if key // DISTRICTS % 10 == 0:
        yield _span(key, 5, 1200, 1920)


def _span(key: int, weekday: int, opens: int, closes: int) -> dict[str, Any]:
    return {
        "site_id": key, "weekday": weekday, "opens_minute": opens, "closes_minute": closes, "valid_from": FIRST,
    }  # fmt: skip


def _bookings(sites: list[tuple[int, int, int]]) -> None:
    """One member placed at each site from Monday to Friday."""
    today = clock.today(fund().zone)
    bulk_insert(
        Member.__table__,
        [
            {"id": key, "public_id": f"M{key:09}", "household_id": 1, "born_on": FIRST, "sex": "f",
             "has_disability": False, "source": "form", "created_at": BORN}
            for key, *_rest in sites
        ],
    )  # fmt: skip
    dates = {"valid_from": today, "valid_until": LAST}
    lines = {key: _given(organisation)[0] for key, organisation, _number in sites}
    bulk_insert(
        CareGrant.__table__,
        [
            {"id": key, "number": f"G-{key}", "member_id": key, "service_line": lines[key], "service": "",
             "entitlement": "", "workers": 1, "decided_by": "x", "decided_at": BORN, "reason": "", **dates}
            for key, *_rest in sites
        ],
    )  # fmt: skip
    placed = [
        {"id": key, "number": f"PL-{key}", "grant_id": key, "member_id": key, "organisation_id": organisation,
         "site_id": key, "unit": "", "service": f"{lines[key]}-{key % 10}", "kind": "day", "state": "accepted",
         "answer_reason": "", "created_at": BORN, **dates}
        for key, organisation, _number in sites
    ]  # fmt: skip
    bulk_insert(Placement.__table__, placed)
    slots = [
        {"placement_id": key, "weekday": day, "starts_minute": 480, "minutes": 480}
        for key, *_rest in sites
        for day in range(5)
    ]
    bulk_insert(PlacementSlot.__table__, slots)


def _time(paths: list[str]) -> dict[str, Any]:
    """Each address once, after one that is not counted."""
    client = Visitor(current_app, current_app.response_class)
    db.session.rollback()
    statements: list[object] = []
    times, size, answer = [], 0, client.get(paths[0])

    def note(*told: Any) -> None:
        statements.append(told[2])

    event.listen(db.engine, "before_cursor_execute", note)
    for path in paths:
        started = time.perf_counter()
        answer = client.get(path)
        times.append((time.perf_counter() - started) * 1000)
        size = max(size, len(answer.data))
    event.remove(db.engine, "before_cursor_execute", note)
    times.sort()
    return {
        "p50": times[len(times) // 2], "p99": times[len(times) * 99 // 100], "statements": len(statements) / len(times),
        "bytes": size, "status": answer.status_code,
    }  # fmt: skip
