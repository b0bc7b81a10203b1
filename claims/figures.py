"""Figures inside sentences: "{until:day}" becomes a date in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from string import Formatter
from typing import Any, Protocol

from claims.counting import counted
from core.texts import said
from core.words import _, _l, ngettext


class Figures(Protocol):
    """How the reader's language writes amounts, days and numbers; given by the page, the letter or the API."""

    def money(self, minor: int) -> str: ...

    def day(self, on: date) -> str: ...

    def number(self, value: int) -> str: ...

    def quantity(self, milli: int) -> str: ...

    def percent(self, basis_points: int) -> str: ...


_ELEMENTS: dict[str, Any] = {
    "service": _l("service code"),
    "service_from": _l("service date"),
    "quantity": _l("quantity"),
    "price": _l("unit price"),
    "amount": _l("amount"),
    "member": _l("member"),
    "record": _l("visit or attendance record"),
    "worker": _l("care worker"),
    "place": _l("place"),
    "started_at": _l("check-in time"),
    "ended_at": _l("check-out time"),
    "arrived_minute": _l("sign-in time"),
    "left_minute": _l("sign-out time"),
    "open_day": _l("an opening day"),
    "opening_hours": _l("times inside the opening hours"),
    "enrolment": _l("a placement for that day"),
    "notice": _l("notice of the absence on the same day"),
    "edit_in_time": _l("a change by hand in time"),
    "night_held": _l("nights in a place of the provider"),
    "night_away": _l("nights in hospital with the place kept"),
    "quote": _l("a quote"),
    "acceptance": _l("acceptance of the works"),
}
_PERIODS: dict[str, Any] = {
    "day": _l("day"),
    "week": _l("week"),
    "month": _l("month"),
    "year": _l("year"),
    "cover": _l("cover period"),
    "claim": _l("claim"),
}
_BANDS: dict[str, Any] = {
    "poverty": _l("poverty band of the recorded income"),
    "high": _l("high band of the recorded income"),
    "ordinary": _l("ordinary band of the recorded income"),
    "unknown": _l("ordinary band, because no income is recorded"),
    "undeclared": _l("the highest share, because no income is recorded"),
    "poverty_entered": _l("poverty band as entered, no income is recorded"),
    "high_entered": _l("high band as entered, no income is recorded"),
}
_STATES: dict[str, Any] = {
    "ended": _l("ended"),
    "lapsed": _l("lapsed"),
    "suspended": _l("suspended"),
    "expired": _l("no longer accredited"),
    "unregistered": _l("not registered"),
    "female": _l("female"),
    "male": _l("male"),
    "": _l("sex not recorded"),
}


class Sentences(Formatter):
    """Fills {parameter:kind}; a missing figure is written as a dash, never as None.

    Without `figures` only sentences of codes and words can be filled.
    """

    def __init__(self, figures: Figures | None = None) -> None:
        self.figures = figures
        self.unit = ""  # of the quantities in the sentence at hand

    def filled(self, text: str, parameters: Mapping[str, Any]) -> str:
        self.unit = str(parameters.get("unit") or "")
        return self.vformat(text, (), parameters)

    def format_field(self, value: Any, kind: str) -> str:
        if value is None:
            return "–"
        if kind in ("money", "day", "number", "quantity", "percent"):
            return str(getattr(self.figures, kind)(value))
        if kind == "text":
            return said(str(value))
        if kind == "units":
            return counted(value, self.unit)
        if kind == "elements":
            return ", ".join(str(_ELEMENTS.get(element, element)) for element in value)
        if kind == "age":
            return _age(value)
        return str(
            {"period": _PERIODS, "cover": _STATES, "standing": _STATES, "sex": _STATES, "band": _BANDS}.get(
                kind, {}
            ).get(value, value)
        )


def _age(months: int) -> str:
    if months < 36:
        return str(ngettext("%(num)s month old", "%(num)s months old", months))
    return str(_("%(years)s years old", years=months // 12))
