"""Places of care that exist already, with their licensed places: one row per site and service line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from claims.models.opening import OpeningFile
from claims.opening.kinds import Cells, Kind
from claims.queries.facts import organisation_codes
from core.actors import Actor
from core.codes import service_lines
from core.errors import InputErrors
from core.words import _l
from providers.services.opening_sites import RunningSite, bring_in_sites, take_back_sites

FACILITIES = ("", "outpatient", "inpatient")
HEADER = ("district", "address", "facility")


@dataclass(frozen=True, slots=True)
class Placed:
    """One service line of one site."""

    site: RunningSite


def judge(rows: Sequence[Cells]) -> Callable[[Cells], Placed]:
    providers, lines = organisation_codes(), {line.code for line in service_lines()}
    first: dict[tuple[str, str], Cells] = {}
    for cells in rows:
        first.setdefault((cells["provider_id"], cells["site_name"]), cells)
    seen: set[tuple[str, str, str]] = set()

    def row(cells: Cells) -> Placed:
        organisation_id, head = providers.get(cells["provider_id"]), first[cells["provider_id"], cells["site_name"]]
        if organisation_id is None:
            raise InputErrors.at("provider_id", _l("We do not know this provider."), cells["provider_id"])
        if cells["service_line"] not in lines:
            raise InputErrors.at("service_line", _l("Choose a service line of the catalogue."), cells["service_line"])
        if (cells.get("facility") or "") not in FACILITIES:
            message = _l("Write outpatient or inpatient, or leave it blank for both.")
            raise InputErrors.at("facility", message, cells["facility"])
        if cells["licensed_places"] < 0:
            raise InputErrors.at("licensed_places", _l("Licensed places are 0 or more."), cells["licensed_places"])
        until = cells.get("valid_until")
        if until is not None and until < cells["valid_from"]:
            raise InputErrors.at("valid_until", _l("The last day lies before the first."), until)
        for name in HEADER:
            if cells.get(name) != head.get(name):
                message = _l("The first row of this site says something else: %(first)s.", first=str(head.get(name)))
                raise InputErrors.at(name, message, cells.get(name))
        place = cells["provider_id"], cells["site_name"], cells["service_line"]
        if place in seen:
            raise InputErrors.at("service_line", _l("This site names the service line twice."), cells["service_line"])
        seen.add(place)
        given = cells["service_line"], cells["licensed_places"], cells["valid_from"], until
        said = {name: cells.get(name) or "" for name in HEADER}
        return Placed(RunningSite(organisation_id, cells["site_name"][:120], **said, places=[given]))

    return row


def write(file: OpeningFile, rows: Sequence[Placed], by: Actor) -> None:  # noqa: ARG001 - every kind takes the same
    """Rows of one site together."""
    found: dict[tuple[int, str], list[RunningSite]] = {}
    for row in rows:
        found.setdefault((row.site.organisation_id, row.site.name), []).append(row.site)
    file.made = bring_in_sites([_whole(parts) for parts in found.values()])


def _whole(parts: Sequence[RunningSite]) -> RunningSite:
    said = {name: getattr(parts[0], name) for name in ("organisation_id", "name", *HEADER)}
    return RunningSite(**said, places=[place for part in parts for place in part.places])


def undo(file: OpeningFile, by: Actor) -> None:  # noqa: ARG001 - every kind takes the same
    take_back_sites(file.made)


KIND = Kind("sites", _l("Sites with their places"), judge, write, undo)
