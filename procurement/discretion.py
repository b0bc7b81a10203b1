"""What the public reads of a tender for restricted services: the fund's decision, in plan part `procurement`. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import InputErrors
from core.words import _l

NOTHING, SHORT = "nothing", "short"


@dataclass(frozen=True, slots=True)
class Discretion:
    """`public`: nothing, or a short notice under `title`: number, dates and where accredited providers read the rest.

    A plan that says nothing withholds everything.
    """

    public: str = NOTHING
    title: str = ""

    @property
    def is_short(self) -> bool:
        return self.public == SHORT


def read_discretion(raw: Mapping[str, Any]) -> Discretion:
    """The table `[restricted]`; a short notice needs a title that names no service and no place."""
    found = Discretion(str(raw.get("public", NOTHING)), str(raw.get("title", "")).strip())
    if found.public not in (NOTHING, SHORT):
        raise InputErrors.at("restricted.public", _l("This is nothing or short."), found.public)
    if found.is_short and not found.title:
        raise InputErrors.at("restricted.title", _l("A short notice needs a title that names no service."))
    return found
