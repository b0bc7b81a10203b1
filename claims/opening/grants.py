"""Authorisations that run, with what is used of them: the rest is what may still be given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from care.services.opening import RunningGrant, bring_in_grants, take_back_grants, taken_numbers
from claims.models.opening import OpeningFile, OpeningUse
from claims.opening.kinds import Cells, Kind
from claims.queries import opening as queries
from core.actors import Actor
from core.codes import service_lines, services
from core.db import bulk_insert, db
from core.errors import InputErrors
from core.words import _l
from members import queries as members


@dataclass(frozen=True, slots=True)
class Granted:
    """`used_milli`: thousandths of the granted unit."""

    grant: RunningGrant
    used_milli: int


def judge(rows: Sequence[Cells]) -> Callable[[Cells], Granted]:
    people = members.known_members({row["member_number"] for row in rows if row["member_number"]})
    seen = taken_numbers([row["grant_no"] for row in rows if row["grant_no"]])
    lines = {line.code for line in service_lines()}

    def row(cells: Cells) -> Granted:
        member, line, service = people.get(cells["member_number"]), cells["service_line"], cells.get("service") or ""
        if member is None:
            raise InputErrors.at("member_number", _l("We know no member with this number."), cells["member_number"])
        if line not in lines:
            raise InputErrors.at("service_line", _l("Choose a service line of the catalogue."), line)
        if service and service not in {each.code for each in services(line)}:
            raise InputErrors.at("service", _l("This service belongs to another line."), service)
        if cells["valid_until"] < cells["valid_from"]:
            raise InputErrors.at("valid_until", _l("The grant ends before it begins."), cells["valid_until"])
        if cells["grant_no"] in seen or len(cells["grant_no"]) > 24:
            message = _l("Another grant has this number, or it is longer than 24 characters.")
            raise InputErrors.at("grant_no", message, cells["grant_no"])
        seen.add(cells["grant_no"])
        used, level = cells.get("used") or Decimal(), cells.get("care_level")
        _check_figures(cells, used)
        days = cells["valid_from"], cells["valid_until"]
        grant = RunningGrant(cells["grant_no"], member.id, line, service, level, cells.get("quantity"), *days)
        return Granted(grant, int(used * 1000))

    return row


def _check_figures(cells: Cells, used: Decimal) -> None:
    quantity, level = cells.get("quantity"), cells.get("care_level")
    if level is not None and not 1 <= level <= 5:
        raise InputErrors.at("care_level", _l("A care level is 1 to 5."), level)
    if quantity is not None and quantity <= 0:
        raise InputErrors.at("quantity", _l("Write how much was granted, above 0, or leave it blank."), quantity)
    if used < 0 or (used and (quantity is None or used > quantity)):
        raise InputErrors.at("used", _l("What is used lies between 0 and what was granted."), used)


def write(file: OpeningFile, rows: Sequence[Granted], by: Actor) -> None:
    ids = bring_in_grants([row.grant for row in rows], source=file.mark, by=by)
    used = [
        {
            "opening_file_id": file.id,
            "member_id": row.grant.member_id,
            "household_id": None,
            "grant_id": ids[row.grant.number],
            "key": "grant",
            "scope": "grant",
            "period_start": row.grant.valid_from,
            "unit": "quantity",
            "amount": row.used_milli,
        }
        for row in rows
        if row.used_milli
    ]
    bulk_insert(OpeningUse.__table__, used)


def undo(file: OpeningFile, by: Actor) -> None:
    for row in queries.rows_of(file.id):
        db.session.delete(row)
    db.session.flush()
    take_back_grants(file.mark, by=by)


KIND = Kind("grants", _l("Grants with what is left"), judge, write, undo)
