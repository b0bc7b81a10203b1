"""The bench of contracts at a fiftieth of its size: every line is priced, and statements do not grow."""

from __future__ import annotations

from flask import Flask

from bench import contracts


def test_every_line_finds_its_price_and_a_decree_its_contracts_in_a_handful_of_statements(app: Flask) -> None:
    found = contracts.measure(200)
    tariff = found["tariff"]
    assert (tariff["lines"], tariff["priced"]) == (20_000, 20_000)
    assert tariff["statements"] == 1, "of a shard"
    assert found["written"] == 100
    assert found["under"] == 120, "every second provider, and its site where it has a tariff of its own"
    assert found["check_statements"] < 20
    assert found["draft_statements"] < 30
