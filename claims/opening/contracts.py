"""Contracts that run already: their services and rates as they stand on paper, and what was used of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from claims.case import MILLI
from claims.models.opening import OpeningFile
from claims.opening.kinds import Cells, Kind
from claims.queries.facts import organisation_codes
from core.actors import Actor
from core.codes import service_lines
from core.errors import InputErrors
from core.money import round_half_up
from core.words import _l
from procurement.services.contract_import import draw_in_force, take_back
from procurement.services.contracts import TariffLine, Terms, record_service_use, record_use

HEADER = ("provider_id", "title", "service_line", "valid_from", "valid_until")


@dataclass(frozen=True, slots=True)
class Agreed:
    """One service of one contract."""

    contract_no: str
    terms: Terms
    used_milli: int  # thousandths of a unit
    used_amount: int  # minor units


def judge(rows: Sequence[Cells]) -> Callable[[Cells], Agreed]:
    providers, lines = organisation_codes(), {line.code for line in service_lines()}
    first: dict[str, Cells] = {}
    spent: dict[str, int] = defaultdict(int)
    for cells in rows:
        first.setdefault(cells["contract_no"], cells)
        spent[cells["contract_no"]] += cells.get("used_amount") or 0
    seen: set[tuple[str, str]] = set()

    def row(cells: Cells) -> Agreed:
        organisation_id, head = providers.get(cells["provider_id"]), first[cells["contract_no"]]
        if organisation_id is None:
            raise InputErrors.at("provider_id", _l("We do not know this provider."), cells["provider_id"])
        if cells["service_line"] not in lines:
            raise InputErrors.at("service_line", _l("Choose a service line of the catalogue."), cells["service_line"])
        if cells["valid_until"] < cells["valid_from"]:
            raise InputErrors.at("valid_until", _l("The last day lies before the first."), cells["valid_until"])
        for name in HEADER:
            if cells[name] != head[name]:
                message = _l("The first row of this contract says something else: %(first)s.", first=str(head[name]))
                raise InputErrors.at(name, message, cells[name])
        if (cells["contract_no"], cells["service"]) in seen:
            raise InputErrors.at("service", _l("This contract names the service twice."), cells["service"])
        seen.add((cells["contract_no"], cells["service"]))
        used = round_half_up((cells.get("used_quantity") or 0) * MILLI)
        _check_used(cells, used, spent[cells["contract_no"]], head.get("budget"))
        return Agreed(cells["contract_no"], _terms(cells, organisation_id), used, cells.get("used_amount") or 0)

    return row


def _check_used(cells: Cells, used_milli: int, spent: int, budget: int | None) -> None:
    """`spent`: of all services of the contract."""
    volume = cells.get("volume")
    if used_milli < 0 or (volume is not None and used_milli > volume * MILLI):
        message = _l("What was used lies between 0 and what was agreed.")
        raise InputErrors.at("used_quantity", message, cells["used_quantity"])
    if (cells.get("used_amount") or 0) < 0 or (budget is not None and spent > budget):
        message = _l("What was used of the contract lies between 0 and its budget.")
        raise InputErrors.at("used_amount", message, cells["used_amount"])


def _terms(cells: Cells, organisation_id: int) -> Terms:
    rate = cells.get("rate")
    return Terms(
        organisation_id=organisation_id,
        title=cells["title"][:200],
        origin="opening_import",
        service_line=cells["service_line"],
        valid_from=cells["valid_from"],
        valid_until=cells["valid_until"],
        lines=[TariffLine(cells["service"], None if rate is None else Decimal(rate), volume=cells.get("volume"))],
        budget=cells.get("budget"),
    )


def write(file: OpeningFile, rows: Sequence[Agreed], by: Actor) -> None:
    """Rows of one contract together; both signatures are those of the paper that was brought in."""
    found: dict[str, list[Agreed]] = {}
    for row in rows:
        found.setdefault(row.contract_no, []).append(row)
    drawn = [
        Terms(
            **{name: getattr(parts[0].terms, name) for name in _KEPT},
            lines=[line for part in parts for line in part.terms.lines],
            origin_reference=file.mark,
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
    units = {(key, part.terms.lines[0].service, 0): part.used_milli for key, rows in parts.items() for part in rows}
    record_service_use({place: used for place, used in units.items() if used})


_KEPT = ("organisation_id", "title", "origin", "service_line", "valid_from", "valid_until", "budget")


def undo(file: OpeningFile, by: Actor) -> None:
    take_back(file.mark, by=by)


KIND = Kind("contracts", _l("Running contracts"), judge, write, undo)
