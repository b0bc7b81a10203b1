"""The code lists of publication, read once from `codes.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def codes() -> Mapping[str, Any]:
    """The whole table."""
    return tomllib.loads((files(__package__) / "codes.toml").read_text("utf-8"))


def coded(table: str, key: str) -> str | None:
    """What OCDS calls a value of ours; None where it has no word for it."""
    found: str | None = codes()[table].get(key)
    return found
