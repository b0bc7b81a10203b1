"""GET changes nothing: crawl every page as those who see most, and compare the whole database."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

import pytest

from core import audit
from core.actors import SYSTEM
from core.acts import Act
from core.db import db, start_reading, unit_of_work
from core.permissions import Permission
from core.roles import Role
from core.web.access import allow
from tests.guards.seats import Seats, dummy_url, routes

EXEMPT = {"audit_entry": "stream != 'access'", "audit_head": "stream != 'access'"}
MOST_PAGES = 150


def database_hash() -> str:
    """SHA-256 over every row of every table, but the stream that says who read."""
    db.session.rollback()
    digest = hashlib.sha256()
    with db.engine.connect() as connection:
        for table in sorted(db.metadata.tables):
            query = f'SELECT * FROM "{table}" WHERE {EXEMPT.get(table, "1=1")}'
            for row in sorted(map(repr, connection.exec_driver_sql(query))):
                digest.update(f"{table}{row}".encode())
    return digest.hexdigest()


def crawl(seats: Seats, roles: Iterable[Role]) -> tuple[set[str], list[str]]:
    """Open every address by rule and by link; what was opened, and what failed in a way no reader should see."""
    opened, failures = set(), []
    for role in roles:
        waiting = [dummy_url(seats.app, rule) for rule, method in routes(seats.app) if method == "GET"]
        waiting = [url for url in waiting if not url.startswith(("/static", "/logout"))]
        seen: set[str] = set()
        while waiting and len(seen) < MOST_PAGES + len(list(routes(seats.app))):
            url = waiting.pop(0)
            if url in seen:
                continue
            seen.add(url)
            answer = seats.ask(role, "GET", url)
            if answer.failure or answer.status >= 500:
                failures.append(f"{role}: GET {url}: {answer.failure or answer.status}")
            links = re.findall(r'<a [^>]*href="(/[^"#]*)"', answer.text)
            waiting += [link.replace("&amp;", "&") for link in links if "lang=" not in link]
        opened |= seen
    return opened, failures


def changes(seats: Seats, roles: Iterable[Role]) -> list[str]:
    """What reading did to the database, and which pages failed."""
    before = database_hash()
    opened, failures = crawl(seats, roles)
    assert len(opened) > 10
    return failures + (["the database changed"] if database_hash() != before else [])


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.PROVIDER_MANAGER, Role.CLAIMS_OFFICER])
def test_reading_changes_nothing(seats, role):
    assert changes(seats, [role]) == []


def test_a_page_that_writes_is_stopped_by_the_database(other_house):
    def planted() -> str:
        audit.record("money", Act.RUN_PREPARED, "planted", by=SYSTEM)
        return "written"

    other_house.add_url_rule("/planted", "planted", allow(Permission.PUBLIC)(planted))
    found = [line for line in changes(Seats(other_house), [Role.AUDITOR]) if "/planted" in line]
    assert len(found) == 1
    assert "readonly database" in found[0]


def test_a_page_that_gets_round_the_read_only_transaction_is_reported(other_house):
    def planted() -> str:
        db.session.rollback()
        start_reading(False)
        with unit_of_work():
            audit.record("money", Act.RUN_PREPARED, "planted", by=SYSTEM)
        return "written"

    other_house.add_url_rule("/planted", "planted", allow(Permission.PUBLIC)(planted))
    assert "the database changed" in changes(Seats(other_house), [Role.AUDITOR])
