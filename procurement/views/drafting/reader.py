"""Reads the fields of a form one by one and keeps every problem at its field."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from core.config import fund
from core.errors import InputErrors, Problem
from core.tables.values import BadValue, parse_date, parse_money, parse_time
from core.words import _l


class Reader:
    """Reads fields one by one and keeps the problems, so that all are said at once."""

    def __init__(self, form: MultiDict[str, str]) -> None:
        self.form, self.problems = form, list[Problem]()

    def refuse(self) -> None:
        if self.problems:
            raise InputErrors(self.problems)

    def text(self, name: str) -> str:
        return self.form.get(name, "").strip()

    def needed(self, name: str, message: Any) -> str:
        if not self.text(name):
            self.problems.append(Problem(name, message))
        return self.text(name)

    def is_filled(self, prefix: str) -> bool:
        return any(value.strip() for name, value in self.form.items() if name.startswith(prefix))

    def ids(self, name: str) -> list[int]:
        return [int(value) for value in self.form.getlist(name) if value.isdigit()]

    def one_of(self, name: str, known: Mapping[str, Any]) -> str:
        if (text := self.text(name)) not in known:
            self.problems.append(Problem(name, _l("Choose one of the list."), text))
        return text

    def cpv(self, name: str) -> str:
        """Eight digits; a check digit behind a hyphen is left out."""
        code = self.text(name).split("-")[0].strip()
        if code and not re.fullmatch(r"\d{8}", code):
            self.problems.append(Problem(name, _l("An object code (CPV) has eight digits, like 85312110."), code))
            return ""
        return code

    def date(self, name: str) -> dt.date:
        day: dt.date = self.number(name, parse_date, dt.date(2000, 1, 1), is_needed=True)
        return day

    def time(self, name: str) -> dt.time:
        time: dt.time = self.number(name, parse_time, dt.time(12, 0))
        return time

    def amount(self, name: str, *, is_needed: bool = False) -> int:
        exponent = fund().currency.exponent
        minor: int = self.number(name, lambda text: parse_money(text, exponent), 0, is_needed=is_needed)
        return minor

    def number(self, name: str, parse: Callable[[Any], Any], default: Any, *, is_needed: bool = False) -> Any:
        text = self.text(name)
        if not text:
            if is_needed:
                self.problems.append(Problem(name, _missing(name)))
            return default
        try:
            return parse(text)
        except BadValue as error:
            message = _l("%(what)s %(fix)s", what=error.reason, fix=error.fix)
            self.problems.append(Problem(name, message, text))
            return default


def _missing(name: str) -> Any:
    """Which field is empty, in words; rows are named by their number."""
    row, last = [*name.split("."), ""][1], re.sub(r"\.\d+$", "", name).rsplit(".", 1)[-1]
    return {
        "closes_on": _l("Say on which day bids close."),
        "questions_on": _l("Say until which day questions are answered."),
        "starts_on": _l("Give the first day of the contract."),
        "ends_on": _l("Give the last day of the contract."),
        "ceiling": _l("Lot %(row)s: give it a ceiling.", row=row),
        "volume": _l("Lot %(row)s: say how many units.", row=row),
        "weight": _l("Criterion %(row)s: give it points.", row=row),
    }.get(last, _l("This is still missing."))
