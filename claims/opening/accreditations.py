"""Providers that may work already, with the days of their accreditation."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from claims.models.opening import OpeningFile
from claims.opening.kinds import Cells, Kind
from claims.queries.facts import register_numbers
from core.actors import Actor
from core.codes import service_lines
from core.errors import InputErrors
from core.organisations import LEGAL_FORMS
from core.words import _l
from providers.services.opening import AccreditedProvider, register_accredited, take_back


def judge(rows: Sequence[Cells]) -> Callable[[Cells], AccreditedProvider]:
    known = {scheme: set(register_numbers(scheme)) for scheme in {row["register_scheme"] for row in rows}}
    lines = {line.code for line in service_lines()}

    def row(cells: Cells) -> AccreditedProvider:
        scheme, number = cells["register_scheme"], cells["register_number"]
        if number in known[scheme]:
            message = _l("A unit with this register number is here already, or further up in the file.")
            raise InputErrors.at("register_number", message, number)
        if cells["legal_form"] not in LEGAL_FORMS:
            message = _l("Write one of %(choices)s.", choices=", ".join(LEGAL_FORMS))
            raise InputErrors.at("legal_form", message, cells["legal_form"])
        wanted = cells["service_lines"].split()
        if unknown := [line for line in wanted if line not in lines]:
            raise InputErrors.at("service_lines", _l("Choose service lines of the catalogue."), unknown[0])
        if cells["valid_until"] < cells["valid_from"]:
            raise InputErrors.at("valid_until", _l("The last day lies before the first."), cells["valid_until"])
        known[scheme].add(number)
        days = {"valid_from": cells["valid_from"], "valid_until": cells["valid_until"]}
        place = {"name": cells["name"], "legal_form": cells["legal_form"], "district": cells["district"]}
        return AccreditedProvider(register_scheme=scheme, register_number=number, service_lines=wanted, **place, **days)

    return row


def write(file: OpeningFile, rows: Sequence[AccreditedProvider], by: Actor) -> None:
    register_accredited(rows, source=file.mark, by=by)


def undo(file: OpeningFile, by: Actor) -> None:
    take_back(file.mark, by=by)


KIND = Kind("accreditations", _l("Accredited providers"), judge, write, undo)
