"""Contracts that run already: their services and rates as they stand on paper, and what was used of them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from claims.case import MILLI
from claims.models.opening import OpeningFile
from claims.opening.kinds import Cells, Kind, Totals
from claims.queries.facts import organisation_codes, sites_by_number
from core.actors import Actor
from core.codes import known_codes, service_lines
from core.errors import InputErrors
from core.money import round_half_up
from core.words import _l
from procurement.models.contract import ORIGINS
from procurement.services.contract_import import draw_in_force, opened_numbers, take_back
from procurement.services.contracts import TariffLine, Terms, record_service_use, record_use

HEADER = ("provider_id", "title", "service_line", "valid_from", "valid_until")
SAID_ONCE = ("origin", "origin_reference", "budget")  # the other rows of the contract may leave them blank
UNNAMED = "opening_import"
LONGEST = {"contract_no": 40, "origin_reference": 80, "service": 30}
Days = tuple[dt.date, dt.date]
Place = tuple[str, str, str]  # contract number, service, number of a site or blank


@dataclass(frozen=True, slots=True)
class Agreed:
    """One service of one contract at one rate."""

    contract_no: str
    terms: Terms
    used_milli: int  # thousandths of a unit
    used_amount: int  # minor units

    @property
    def line(self) -> TariffLine:
        return self.terms.lines[0]


class Judge:
    """What the rows of a file are compared with: what is here, the first row of their contract, the rows above."""

    def __init__(self, rows: Sequence[Cells]) -> None:
        self.providers, self.lines = organisation_codes(), {line.code for line in service_lines()}
        self.sites = sites_by_number({self.providers[row["provider_id"]] for row in rows if self._knows(row)})
        self.services = known_codes({row["service"] for row in rows})
        self.opened = opened_numbers({row["contract_no"] for row in rows})
        self.first: dict[str, Cells] = {}
        self.spent: dict[str, int] = defaultdict(int)
        self.days: dict[Place, list[Days]] = defaultdict(list)
        self.volumes: dict[Place, int | None] = {}
        self.used: dict[Place, int] = defaultdict(int)
        for cells in rows:
            self.first.setdefault(cells["contract_no"], cells)
            self.spent[cells["contract_no"]] += cells.get("used_amount") or 0

    def _knows(self, cells: Cells) -> bool:
        return cells["provider_id"] in self.providers

    def __call__(self, cells: Cells) -> Agreed:
        head = self.first[cells["contract_no"]]
        self._check_contract(cells)
        _check_same(cells, head)
        days = self._days(cells)
        used = round_half_up((cells.get("used_quantity") or 0) * MILLI)
        self.used[_place(cells)] += used
        _check_used(cells, used, self.used[_place(cells)])
        _check_money(cells, self.spent[cells["contract_no"]], head.get("budget"))
        organisation_id = self.providers[cells["provider_id"]]
        terms = _terms(cells, head, organisation_id, self._site(cells, organisation_id), days)
        return Agreed(cells["contract_no"], terms, used, cells.get("used_amount") or 0)

    def _check_contract(self, cells: Cells) -> None:
        for name, most in LONGEST.items():
            if len(cells.get(name) or "") > most:
                raise InputErrors.at(name, _l("At most %(most)s characters.", most=most), cells[name])
        if file := self.opened.get(cells["contract_no"]):
            message = _l("This contract came in already, with %(file)s.", file=file)
            raise InputErrors.at("contract_no", message, cells["contract_no"])
        if not self._knows(cells):
            raise InputErrors.at("provider_id", _l("We do not know this provider."), cells["provider_id"])
        if cells["service_line"] not in self.lines:
            raise InputErrors.at("service_line", _l("Choose a service line of the catalogue."), cells["service_line"])
        if cells["service"] not in self.services:
            message = _l("Neither the catalogue nor a table of codes has this service.")
            raise InputErrors.at("service", message, cells["service"])
        if (origin := cells.get("origin") or UNNAMED) not in ORIGINS:
            raise InputErrors.at("origin", _l("Write one of %(choices)s.", choices=", ".join(ORIGINS)), origin)
        if cells["valid_until"] < cells["valid_from"]:
            raise InputErrors.at("valid_until", _l("The last day lies before the first."), cells["valid_until"])

    def _days(self, cells: Cells) -> Days:
        """Of this rate: inside the contract, and no day with two rates; the volume is that of the whole contract."""
        first, last = cells.get("line_from") or cells["valid_from"], cells.get("line_until") or cells["valid_until"]
        if not cells["valid_from"] <= first <= last <= cells["valid_until"]:
            field = "line_until" if last < first or last > cells["valid_until"] else "line_from"
            raise InputErrors.at(field, _l("These days lie outside the contract."), cells.get(field))
        place, volume = _place(cells), cells.get("volume")
        if any(first <= until and begins <= last for begins, until in self.days[place]):
            raise InputErrors.at("service", _l("This contract names the service twice."), cells["service"])
        if self.days[place] and volume != self.volumes[place]:
            message = _l("A volume is that of the whole contract: the same beside every rate of the service.")
            raise InputErrors.at("volume", message, volume)
        self.days[place].append((first, last))
        self.volumes[place] = volume
        return first, last

    def _site(self, cells: Cells, organisation_id: int) -> int | None:
        number = cells.get("site") or ""
        site_id = self.sites.get((organisation_id, number))
        if number and site_id is None:
            raise InputErrors.at("site", _l("This provider has no site with this number."), number)
        return site_id


def _check_same(cells: Cells, head: Cells) -> None:
    said_twice = [name for name in SAID_ONCE if cells.get(name) not in (None, "")]
    for name in (*HEADER, *said_twice):
        if cells[name] != head.get(name):
            message = _l("The first row of this contract says something else: %(first)s.", first=str(head.get(name)))
            raise InputErrors.at(name, message, cells[name])


def _place(cells: Cells) -> Place:
    return cells["contract_no"], cells["service"], cells.get("site") or ""


def _check_used(cells: Cells, used_milli: int, together: int) -> None:
    """`together`: with the rows above that are of the same service, in thousandths."""
    volume = cells.get("volume")
    if volume is not None and volume < 0:
        raise InputErrors.at("volume", _l("A volume is not negative."), volume)
    if used_milli < 0 or (volume is not None and together > volume * MILLI):
        message = _l("What was used lies between 0 and what was agreed.")
        raise InputErrors.at("used_quantity", message, cells["used_quantity"])


def _check_money(cells: Cells, spent: int, budget: int | None) -> None:
    """`spent`: of all services of the contract."""
    if (cells.get("used_amount") or 0) < 0 or (budget is not None and spent > budget):
        message = _l("What was used of the contract lies between 0 and its budget.")
        raise InputErrors.at("used_amount", message, cells["used_amount"])


def _terms(cells: Cells, head: Cells, organisation_id: int, site_id: int | None, days: Days) -> Terms:
    rate = cells.get("rate")
    line = TariffLine(
        cells["service"], None if rate is None else Decimal(rate), site_id, cells.get("volume"), days[0], days[1]
    )
    return Terms(
        organisation_id=organisation_id,
        title=cells["title"][:200],
        origin=head.get("origin") or UNNAMED,
        origin_reference=head.get("origin_reference") or "",
        service_line=cells["service_line"],
        valid_from=cells["valid_from"],
        valid_until=cells["valid_until"],
        lines=[line],
        budget=head.get("budget"),
        paper_number=cells["contract_no"],
    )


def totals(rows: Sequence[Agreed]) -> dict[str, Totals]:
    """By origin: contracts, budgets, volumes at their first rates, and what was used of them."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    contracts: set[str] = set()
    valued: set[tuple[str, str, int | None]] = set()
    for row in sorted(rows, key=lambda row: row.line.valid_from or row.terms.valid_from):
        line, sums = row.line, found[row.terms.origin]
        if row.contract_no not in contracts:
            contracts.add(row.contract_no)
            sums["contracts"] += 1
            sums["budget"] += row.terms.budget or 0
        if (place := (row.contract_no, line.service, line.site_id)) not in valued:
            valued.add(place)
            sums["agreed"] += int(line.rate or 0) * (line.volume or 0)
        sums["used_quantity"] += row.used_milli
        sums["used_amount"] += row.used_amount
    return {origin: dict(sums) for origin, sums in found.items()}


def write(file: OpeningFile, rows: Sequence[Agreed], by: Actor) -> None:
    """Rows of one contract together; both signatures are those of the paper that was brought in."""
    found: dict[str, list[Agreed]] = {}
    for row in rows:
        found.setdefault(row.contract_no, []).append(row)
    drawn = [
        Terms(
            **{name: getattr(parts[0].terms, name) for name in _KEPT},
            lines=[part.line for part in parts],
            origin_reference=parts[0].terms.origin_reference or file.mark,
            opened_from=file.mark,
        )
        for parts in found.values()
    ]
    both = f"{file.number} provider", f"{file.number} fund"
    ids = draw_in_force(drawn, by=by, signed_by_provider=both[0], signed_by_fund=both[1])
    _note_used(dict(zip(ids.values(), found.values(), strict=True)))


def _note_used(parts: Mapping[int, Sequence[Agreed]]) -> None:
    """Contract → its rows: what was used before the opening counts against budget and volumes, by no claim here."""
    money = {key: (sum(part.used_amount for part in rows), 0) for key, rows in parts.items()}
    record_use({key: used for key, used in money.items() if used[0]})
    units: dict[tuple[int, str, int], int] = defaultdict(int)
    for key, rows in parts.items():
        for part in rows:
            units[key, part.line.service, part.line.site_id or 0] += part.used_milli
    record_service_use({place: used for place, used in units.items() if used})


_KEPT = ("organisation_id", "title", "origin", "service_line", "valid_from", "valid_until", "budget", "paper_number")


def undo(file: OpeningFile, by: Actor) -> None:
    take_back(file.mark, by=by)


KIND = Kind("contracts", _l("Running contracts"), Judge, write, undo, whole="contract_no", totals=totals)
