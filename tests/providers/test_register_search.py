"""The register at a fiftieth of a country: each kind of search takes a fixed number of statements, and a small page."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from bench import register
from core.db import db

PROVIDERS, FIRST_VISIT = 200, 60_000  # bytes of the page itself, before compression
MOST, WITH_HOURS = 18, 24  # statements; hours ask the calendar of public holidays too


@pytest.fixture
def country(app: Flask) -> None:
    register.build(PROVIDERS)


def statements_of(client: FlaskClient, path: str) -> tuple[int, int]:
    """Statements and bytes of one answer."""
    sent: list[object] = []

    def note(*told: object) -> None:
        sent.append(told[2])

    event.listen(db.engine, "before_cursor_execute", note)
    answer = client.get(path)
    event.remove(db.engine, "before_cursor_execute", note)
    assert answer.status_code == 200, path
    return len(sent), len(answer.data)


def test_no_search_asks_the_database_once_more_for_each_provider(client: FlaskClient, country: None) -> None:
    for name, path in register.SEARCHES.items():
        count, size = statements_of(client, path.format(7))
        assert count <= (WITH_HOURS if "day=" in path else MOST), name
        assert size < (FIRST_VISIT if "json" not in path else 200_000), name


def test_the_searches_of_the_bench_find_somebody_and_leave_somebody_out(client: FlaskClient, country: None) -> None:
    everybody = client.get("/public/providers/register.json").get_json()["count"]
    assert everybody == PROVIDERS - PROVIDERS // 50
    for name, path in register.SEARCHES.items():
        query = path.format(7).partition("?")[2]
        if not query or "page=" in query:
            continue
        found = client.get(f"/public/providers/register.json?{query}").get_json()["count"]
        assert 0 < found <= everybody, name
        assert (found < everybody) == ("free=yes" not in query or "district" in query), name
