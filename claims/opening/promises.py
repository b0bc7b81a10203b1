"""What providers promised in contracts that run already: targets that the fund goes on measuring."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from decimal import Decimal

from claims.models.opening import OpeningFile
from claims.opening.kinds import Cells, Kind
from core import clock
from core.actors import Actor
from core.config import fund
from core.errors import InputErrors, Problem
from core.words import _l
from procurement.kpi.spans import next_start
from procurement.kpi.terms import NUMBERS, WORDS, FollowUp, read_follow_up
from procurement.services import promises as contracts
from procurement.services.contracts import stake_problems


def judge(rows: Sequence[Cells]) -> Callable[[Cells], Cells]:
    known = contracts.contracts_by_number({row["contract_no"] for row in rows})
    seen = contracts.promised(known.values())
    carried = contracts.carried_by(known.values())

    today = clock.today(fund().zone)

    def row(cells: Cells) -> Cells:
        contract_id = known.get(cells["contract_no"])
        if contract_id is None:
            raise InputErrors.at("contract_no", _l("No contract of ours has this number."), cells["contract_no"])
        if cells["direction"] not in ("up", "down"):
            raise InputErrors.at("direction", _l("Write up, if more is better, or down."), cells["direction"])
        if len(cells["code"]) > 20:
            raise InputErrors.at("code", _l("A code has at most 20 characters."), cells["code"])
        if (contract_id, cells["code"]) in seen:
            raise InputErrors.at("code", _l("This contract holds a promise with this code already."), cells["code"])
        follow = _follow_up(cells)
        if problems := stake_problems([*carried[contract_id], follow]) if follow.costs or follow.earns else ():
            raise InputErrors(Problem("malus_cap", row.message, row.found) for row in problems)
        carried[contract_id].append(follow)
        seen.add((contract_id, cells["code"]))
        return asdict(follow) | {
            "contract_id": contract_id,
            "code": cells["code"],
            "name": cells["name"][:160],
            "unit": cells["unit"][:40],
            "baseline": _number(cells.get("baseline")),
            "committed": _number(cells["committed"]),
            "direction": cells["direction"],
            "evidence": cells.get("evidence") or "",
            "followed_from": next_start(follow.period, today),
        }

    return row


def _follow_up(cells: Cells) -> FollowUp:
    said = {name: cells[name] for name in (*WORDS, *NUMBERS) if cells.get(name) not in (None, "")}
    return replace(FollowUp(**read_follow_up(said)), span=_number(cells.get("span")))


def _number(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def write(file: OpeningFile, rows: Sequence[Cells], by: Actor) -> None:  # noqa: ARG001 - every kind takes the same
    file.made = contracts.bring_in_promises(rows)


def undo(file: OpeningFile, by: Actor) -> None:  # noqa: ARG001 - every kind takes the same
    contracts.take_back_promises(file.made)


KIND = Kind("promises", _l("Promises in contracts"), judge, write, undo)
