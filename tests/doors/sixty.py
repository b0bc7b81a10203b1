"""Sixty running contracts of all origins as files, and what a wage decree does to them by plain code.

Nothing here imports the product: the arithmetic is that of the procurement note, section 10, from the raw rows.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

TODAY, DECREE = dt.date(2026, 11, 14), dt.date(2026, 12, 1)
DAY = dt.timedelta(days=1)
ORIGINS = ("award", "award_elsewhere", "open_list", "agreement_by_law", "direct_award", "opening_import")
ENDS = ("2026-11-30", "2026-12-31", "2027-03-15", "2027-11-30", "2028-06-30")
STEP = "2026-12-11"  # the second price of contracts whose tariff rises by itself
COLUMNS = (
    "contract_no", "provider_id", "title", "service_line", "valid_from", "valid_until", "service", "rate", "budget",
    "volume", "used_quantity", "used_amount", "origin", "origin_reference", "site", "line_from", "line_until",
)  # fmt: skip
WAGES = """
currency_exponent = 3
valid_from = 2020-01-01

[[floors]]
service = "CON"
hours = "0.75"
wage = "4.000"
contributions = "22"
unproductive = "18"
travel = "0.500"
overhead = "0.600"
valid_until = 2026-11-30
basis = "Wage agreement, 1"

[[floors]]
service = "CON"
hours = "0.75"
wage = "4.240"
contributions = "22"
unproductive = "18"
travel = "0.500"
overhead = "0.600"
valid_from = 2026-12-01
basis = "Decree of 10 November 2026, art. 1"
"""


def accreditations() -> str:
    rows = [f"tz,RC{300 + n},House {n},cooperative,North,health care,2025-01-01,2028-12-31" for n in range(40)]
    return "\n".join(
        ["register_scheme,register_number,name,legal_form,district,service_lines,valid_from,valid_until", *rows]
    )


def sites() -> str:
    head = "provider_id,site_name,district,address,facility,service_line,licensed_places,valid_from,valid_until"
    return "\n".join([head, *(f"RC{300 + n},Place {n},North,,,care,10,2025-01-01," for n in range(20))])


def contracts(open_list: str) -> str:
    """The file: forty of whole providers, twenty of one site; some follow the list, some end before the decree."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="")
    writer.writeheader()
    for number in range(60):
        writer.writerows(_rows(number, open_list))
    return out.getvalue()


def _rows(number: int, open_list: str) -> list[dict[str, str]]:
    is_follower = number % 12 == 2
    row = {
        "contract_no": f"V-{number:02d}", "provider_id": f"RC{300 + number % 40}", "title": f"Care {number}",
        "service_line": "health", "service": "CON", "valid_from": "2025-07-01" if number % 5 == 0 else "2026-01-01",
        "valid_until": ENDS[number % 5], "origin": ORIGINS[number % 6], "origin_reference": f"Paper {number}",
        "rate": "5.560" if number % 4 == 3 else f"5.{300 + number % 7}", "site": "1" if number >= 40 else "",
    }  # fmt: skip
    if is_follower:
        row |= {"origin_reference": open_list, "rate": "5.400"}
    else:
        row["volume"] = "" if number % 5 == 4 else str(3000 + number)
        row["budget"] = "" if number % 7 == 6 else "50000.000"
    if number % 2:
        row |= {"used_quantity": "120.5", "used_amount": "600.000"}
    if number % 10 != 1:
        return [row]
    later = {"line_from": STEP, "rate": f"{Decimal(row['rate']) + Decimal('0.010')}"}
    return [
        {**row, "line_until": "2026-12-10"}, {**row, **later, "used_quantity": "", "used_amount": ""},
    ]  # fmt: skip


def control(text: str) -> str:
    """The control sheet, by origin, as somebody else would add it up."""
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 5)
    seen: set[str] = set()
    for row in read(text):
        figures = sums[row["origin"]]
        if row["contract_no"] not in seen:
            seen.add(row["contract_no"])
            worth = number(row["volume"]) * number(row["rate"])
            figures[:3] = [figures[0] + 1, figures[1] + number(row["budget"]), figures[2] + worth]
        figures[3:] = [figures[3] + number(row["used_quantity"]), figures[4] + number(row["used_amount"])]
    rows = [",".join([origin, *(f"{value:f}" for value in figures)]) for origin, figures in sums.items()]
    return "\n".join(["origin,contracts,budget,agreed,used_quantity,used_amount", *rows])


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def number(text: str) -> Decimal:
    return Decimal(text or "0")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


HOUR = Fraction(4240) * Fraction(122, 100) / Fraction(82, 100) + 500 + 600  # millimes; 4.000 and 6 per cent
HOURS = Fraction(3, 4)
NEW_RATE = ceil(HOUR * HOURS)


def days_of(row: dict[str, str]) -> tuple[dt.date, dt.date]:
    return day(row["line_from"] or row["valid_from"]), day(row["line_until"] or row["valid_until"])


def shortfalls(text: str) -> dict[tuple[str, dt.date], tuple[int, int, int | None]]:
    """(contract, first day) → gap per hour, new rate, cost of the 365 days; millimes, rounded half up."""
    found = {}
    for row in read(text):
        first, last = days_of(row)
        rate, first = Fraction(row["rate"]) * 1000, max(first, DECREE)
        if last < first or rate >= HOUR * HOURS:
            continue
        until = min(last, DECREE + 364 * DAY)
        daily = _daily(row, text)
        cost = None if daily is None else (NEW_RATE - rate) * daily * ((until - first).days + 1)
        gap = floor(HOUR - rate / HOURS + Fraction(1, 2))
        found[row["contract_no"], first] = gap, NEW_RATE, None if cost is None else floor(cost + Fraction(1, 2))
    return found


def _daily(row: dict[str, str], text: str) -> Fraction | None:
    """Units of a day: the volume spread over the term, else what was used until today."""
    begins, ends = day(row["valid_from"]), day(row["valid_until"])
    if row["volume"]:
        return Fraction(int(row["volume"]), (ends - begins).days + 1)
    used = sum(Fraction(one["used_quantity"] or 0) for one in read(text) if one["contract_no"] == row["contract_no"])
    return used / ((TODAY - begins).days + 1) if used else None


def price(text: str, contract: str, on: dt.date, since: dt.date = DECREE) -> int:
    """Millimes that a unit costs on a day, once its amendment counts from `since` on."""
    for row in read(text):
        first, last = days_of(row)
        if row["contract_no"] == contract and first <= on <= last:
            rate = Fraction(row["rate"]) * 1000
            return NEW_RATE if on >= since and rate < HOUR * HOURS else int(rate)
    raise LookupError(contract)
