"""A definition keeps its text under its version: what landed once is written beside, one digest each."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

PLAN = Path(__file__).parents[2] / "plan" / "quality.toml"
LANDED = Path(__file__).with_name("landed_definitions.json")


def digest(row: dict[str, Any]) -> str:
    days = {name: value.isoformat() for name, value in row.items() if isinstance(value, dt.date)}
    return hashlib.sha256(json.dumps(row | days, sort_keys=True).encode()).hexdigest()


def test_a_version_that_landed_has_the_same_text_and_a_new_one_is_written_down():
    """Changed a row? Give it a new version, and add that version with the digest shown here."""
    landed = json.loads(LANDED.read_text(encoding="utf-8"))
    rows = tomllib.loads(PLAN.read_text(encoding="utf-8"))["indicator"]
    now = {f"{row['id']}.{row['version']}": digest(row) for row in rows}
    assert now == {code: landed.get(code) for code in now}
