"""Codes of eForms as data, with the version of the SDK they were read from; words for those that people choose here."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from core.words import _l

# BT-197: on which ground a field is withheld, beside a reason in words (BT-196) and a date (BT-198).
WITHHELD = {
    "fair-comp": _l("Fair competition between bidders"),
    "eo-int": _l("Commercial interests of a bidder"),
    "oth-int": _l("Another public interest"),
    "law-enf": _l("Law enforcement"),
    "rd-ser": _l("Research and development services"),
}


@cache
def eforms() -> Mapping[str, Any]:
    """The whole table: `sdk_version`, and per list its field, name and codes."""
    return tomllib.loads((files(__package__) / "eforms.toml").read_text("utf-8"))


def allowed(name: str) -> frozenset[str]:
    """The codes of one list."""
    return frozenset(eforms()[name]["codes"])
