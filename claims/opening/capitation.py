"""Sums per enrolled person and month of contracts that run already: one row is one band."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from care.capitation.queries import months_since
from claims.models.opening import OpeningFile
from claims.opening.kinds import Cells, Kind
from core.actors import Actor
from core.errors import Conflict, InputErrors, Problem
from core.words import _l
from procurement.capitation import OLDEST, Band, Capitation, defects
from procurement.models.contract import Contract
from procurement.services import capitation as contracts

Row = tuple[str, Capitation]  # number of the contract, its terms with this one band


def judge(rows: Sequence[Cells]) -> Callable[[Cells], Row]:
    known = contracts.running_contracts({row["contract_no"] for row in rows})
    first: dict[str, Capitation] = {}
    bands: dict[str, list[Band]] = defaultdict(list)

    def row(cells: Cells) -> Row:
        contract = _contract(known.get(cells["contract_no"]), cells)
        sex = cells["sex"].strip().lower()
        last = OLDEST if cells.get("age_until") is None else cells["age_until"]
        band = Band(cells["age_from"], last, "" if sex == "any" else sex, cells["rate"])
        terms = Capitation((band,), tuple(cells["services"].split()), cells["valid_from"])
        head = first.setdefault(contract.number, terms)
        if (head.services, head.from_on) != (terms.services, terms.from_on):
            message = _l("All rows of a contract name the same first day and the same services.")
            raise InputErrors.at("services", message, cells["services"])
        lines = {line.service for line in contract.lines if line.valid_from <= terms.from_on <= line.valid_until}
        whole = Capitation((*bands[contract.number], band), terms.services, terms.from_on)
        if found := list(defects(whole, lines)):
            raise InputErrors(Problem(_COLUMN.get(one.where, "rate"), one.message, one.found) for one in found)
        bands[contract.number].append(band)
        return contract.number, terms

    return row


_COLUMN = {"basket": "services", "capitation": "age_from"}


def _contract(found: Contract | None, cells: Cells) -> Contract:
    if found is None:
        message = _l("No contract of ours that is in force has this number.")
        raise InputErrors.at("contract_no", message, cells["contract_no"])
    if found.capitation:
        message = _l("This contract has capitation already: amend it.")
        raise InputErrors.at("contract_no", message, cells["contract_no"])
    if not found.valid_from <= cells["valid_from"] <= found.valid_until:
        raise InputErrors.at("valid_from", _l("This day lies outside the contract."), cells["valid_from"].isoformat())
    return found


def write(file: OpeningFile, rows: Sequence[Row], by: Actor) -> None:
    found: dict[str, Capitation] = {}
    for number, terms in rows:
        before = found.get(number)
        bands = (*(before.bands if before else ()), *terms.bands)
        found[number] = Capitation(bands, terms.services, terms.from_on)
    file.made = contracts.bring_in(found, source=file.mark, by=by)


def undo(file: OpeningFile, by: Actor) -> None:
    """Refused as soon as a month was counted by one of them."""
    if months_since(file.made, file.taken_on.min):
        raise Conflict(_l("A month was counted by a contract of this file, so the file stays."))
    contracts.take_back(file.made, source=file.mark, by=by)


KIND = Kind("capitation", _l("Capitation of contracts"), judge, write, undo)
