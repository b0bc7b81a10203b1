"""Capitation in a form: one band a line, as people paste it from a sheet, and the services that it pays for."""

from __future__ import annotations

import datetime as dt
import re

from flask import request

from core.config import fund
from core.errors import Problem
from core.money import UnreadableAmount, parse_amount, to_decimal
from core.words import _l
from procurement.capitation import OLDEST, Band, Capitation
from procurement.models.contract import Contract

ANY = "any"
NONE = "-"
_BAND = re.compile(r"(\d{1,3})\s*(?:(\+)|[-–]\s*(\d{1,3}))?[\s,;]+(f|m|x|any)[\s,;]+(\S+)")


def running_bands(contract: Contract, on: dt.date) -> list[str]:
    """The bands of a day as they are typed."""
    exponent = fund().currency.exponent
    bands = contract.bands_on(on)
    shown = [(f"{band.age_from}-{band.age_until}", band.sex or ANY, to_decimal(band.rate, exponent)) for band in bands]
    return [" ".join(parts) for parts in shown]


def capitation_now(contract: Contract) -> str:
    """Codes of the services that capitation pays for at the end of the contract."""
    last = [line for line in contract.lines if line.is_capitated and line.valid_until == contract.valid_until]
    return " ".join(sorted({line.service for line in last}))


def typed_capitation(first: dt.date | None, problems: list[Problem]) -> Capitation | None:
    """What the form says of capitation; None where both fields are empty. A dash in both ends it."""
    bands, basket = (request.form.get(name, "").strip() for name in ("capitation", "basket"))
    if not bands and not basket:
        return None
    rows = [line for line in bands.splitlines() if line.strip() and line.strip() != NONE]
    found = [_band(place, line.strip(), problems) for place, line in enumerate(rows, 1)]
    services = [code for code in re.split(r"[\s,;]+", basket) if code and code != NONE]
    if first is None:
        return None
    return Capitation(tuple(band for band in found if band), tuple(dict.fromkeys(services)), first)


def _band(place: int, line: str, problems: list[Problem]) -> Band | None:
    match = _BAND.fullmatch(line)
    if match is None:
        fix = _l("Band %(place)s: write ages, sex (f, m, x or any) and rate, like “0-4 any 3.500”.", place=place)
        problems.append(Problem("capitation", fix, line))
        return None
    begins, and_older, ends, sex, rate = match.groups()
    last = OLDEST if and_older else int(ends or begins)
    try:
        amount = parse_amount(rate, fund().currency.exponent)
    except UnreadableAmount as error:
        found = _l("Band %(place)s: %(message)s", place=place, message=error.message)
        problems.append(Problem("capitation", found, line))
        return None
    return Band(int(begins), last, "" if sex == ANY else sex, amount)
