"""Contracts that run already: their services and rates as they stand on paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from claims.models.opening import OpeningFile
from claims.opening.kinds import Cells, Kind
from claims.queries.facts import organisation_codes
from core.actors import Actor
from core.codes import service_lines
from core.errors import InputErrors
from core.words import _l
from procurement.services.contract_import import draw_in_force, take_back
from procurement.services.contracts import TariffLine, Terms

HEADER = ("provider_id", "title", "service_line", "valid_from", "valid_until")


@dataclass(frozen=True, slots=True)
class Agreed:
    """One service of one contract."""

    contract_no: str
    terms: Terms


def judge(rows: Sequence[Cells]) -> Callable[[Cells], Agreed]:
    providers, lines = organisation_codes(), {line.code for line in service_lines()}
    first: dict[str, Cells] = {}
    for cells in rows:
        first.setdefault(cells["contract_no"], cells)
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
        return Agreed(cells["contract_no"], _terms(cells, organisation_id))

    return row


def _terms(cells: Cells, organisation_id: int) -> Terms:
    rate = cells.get("rate")
    return Terms(
        organisation_id=organisation_id,
        title=cells["title"][:200],
        origin="opening_import",
        service_line=cells["service_line"],
        valid_from=cells["valid_from"],
        valid_until=cells["valid_until"],
        lines=[TariffLine(cells["service"], None if rate is None else Decimal(rate))],
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
    draw_in_force(drawn, by=by, signed_by_provider=f"{file.number} provider", signed_by_fund=f"{file.number} fund")


_KEPT = ("organisation_id", "title", "origin", "service_line", "valid_from", "valid_until", "budget")


def undo(file: OpeningFile, by: Actor) -> None:
    take_back(file.mark, by=by)


KIND = Kind("contracts", _l("Running contracts"), judge, write, undo)
