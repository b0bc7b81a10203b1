"""The early end of a contract: prepared, with a plan for everybody who is cared for, then carried out by another."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial

from core import audit, clock
from core.accounts.readers import reader_of, tell
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import database_now, db
from core.errors import Conflict, Forbidden, InputErrors
from core.roles import Role
from core.words import _, _l
from procurement import continuity
from procurement.models.breach import Breach
from procurement.models.contract import Contract
from procurement.models.ending import ContractEnding
from procurement.queries import endings as queries
from procurement.queries.contracts import locked_contract
from procurement.services.contracts.changing import check_last_day, close
from procurement.services.contracts.signing import FUND_SIGNERS
from procurement.services.contracts.telling import STREAM
from procurement.states.contract import CONTRACT
from procurement.states.ending import ACTIONS, ENDING, KINDS, RESULTS


@dataclass(frozen=True, slots=True)
class End:
    """`kind` of `KINDS`; a breach that was found and is final for kind `breach`."""

    kind: str
    last_on: dt.date
    reason: str
    breach: Breach | None = None


def prepare_end(contract: Contract, end: End, *, by: Actor) -> ContractEnding:
    """From now on nobody new is placed after the last day; the provider is told."""
    if not by.has(*FUND_SIGNERS):
        raise Forbidden(_l("A procurement officer prepares the end of a contract."))
    locked_contract(contract.number)
    if end.kind not in KINDS:
        raise InputErrors.at("kind", _l("Choose why it ends."), end.kind)
    CONTRACT.after(contract.state, ACTIONS[end.kind])
    _refuse_unfounded(contract, end)
    if queries.open_ending(contract.id):
        raise Conflict(_l("The end of this contract is being prepared already."))
    row = ContractEnding(
        contract=contract, kind=end.kind, breach=end.breach, last_on=end.last_on, reason=end.reason.strip(),
        prepared_by=by.person, prepared_by_name=by.name, prepared_at=clock.now(), state=ENDING.initial,
    )  # fmt: skip
    db.session.add(row)
    _move(row, by, reason=row.reason)
    _tell(row, "prepared")
    return row


def agree_to_end(ending: ContractEnding, *, by: Actor) -> None:
    """The provider's half of an agreement."""
    row = queries.locked_ending(ending.id)
    if not (by.has(Role.PROVIDER_MANAGER) and by.organisation_id == row.contract.organisation_id):
        raise Forbidden(_l("A manager of the provider agrees."))
    if row.kind != "agreement":
        raise Conflict(_l("This end needs nobody’s agreement."))
    by.must_differ_from([row.prepared_by], _l("You acted for the fund, so someone else must agree for the provider."))
    row.state, row.agreed_by, row.agreed_at = ENDING.after(row.state, "agree"), by.person, clock.now()
    _move(row, by)


def carry_out(ending: ContractEnding, result: str, *, by: Actor, uncovered_reason: str = "") -> None:
    """By another person. While somebody has no next provider only the chair can, with a written reason."""
    row = queries.locked_ending(ending.id)
    contract = locked_contract(row.contract.number)
    target = ENDING.after(row.state, "carry_out")
    _refuse_carrying_out(row, result, by)
    found = continuity.after(contract.id, row.last_on)
    if found.uncovered:
        _refuse_uncovered(uncovered_reason, by)
        row.uncovered, row.uncovered_reason = found.uncovered, uncovered_reason.strip()
    row.state, row.people, row.result = target, found.people, "failure" if row.kind == "breach" else result
    row.closed_by, row.closed_by_name, row.closed_at = by.person, by.name, clock.now()
    _move(row, by, reason=row.uncovered_reason)
    close(contract, ACTIONS[row.kind], on=row.last_on, reason=row.reason, by=by)
    _tell(row, "carried_out")


def drop_end(ending: ContractEnding, reason: str, *, by: Actor) -> None:
    """The contract goes on."""
    row = queries.locked_ending(ending.id)
    target = ENDING.after(row.state, "drop")
    if not by.has(*FUND_SIGNERS):
        raise Forbidden(_l("A procurement officer gives the end of a contract up."))
    if not reason.strip():
        raise InputErrors.at("closing_reason", _l("Say why. The provider reads it."))
    row.state, row.closing_reason = target, reason.strip()
    row.closed_by, row.closed_by_name, row.closed_at = by.person, by.name, clock.now()
    _move(row, by, reason=row.closing_reason)
    _tell(row, "dropped")


def _refuse_unfounded(contract: Contract, end: End) -> None:
    if not end.reason.strip():
        raise InputErrors.at("reason", _l("Say why the contract ends. The provider reads it."))
    check_last_day(contract, end.last_on)
    if end.last_on < clock.today(fund().zone):
        raise InputErrors.at("ends_on", _l("Choose today or a later day: care goes on meanwhile."), end.last_on)
    final = {row.id for row in queries.final_breaches(contract.id, database_now())}
    if (end.kind == "breach") != (end.breach is not None) or (end.breach is not None and end.breach.id not in final):
        raise InputErrors.at("breach", _l("Choose a breach that was found and that nobody can appeal any more."))


def _refuse_carrying_out(row: ContractEnding, result: str, by: Actor) -> None:
    if not by.has(*FUND_SIGNERS):
        raise Forbidden(_l("A procurement officer ends a contract."))
    by.must_differ_from([row.prepared_by], _l("You prepared this end, so someone else must carry it out."))
    if row.kind == "agreement" and row.agreed_at is None:
        raise Conflict(_l("The provider has not agreed yet."))
    if row.breach is not None and row.breach.state != "satisfied":
        raise Conflict(_l("The breach it rests on no longer stands."))
    if row.last_on < clock.today(fund().zone):
        raise Conflict(_l("Its last day is over while care went on. Give it up and prepare it with a later day."))
    if row.kind != "breach" and result not in RESULTS:
        raise InputErrors.at("result", _l("Say what came of the contract."), result)


def _refuse_uncovered(reason: str, by: Actor) -> None:
    words = _l("Not everybody has a next provider or an arrangement. Only the chair ends it so, with a written reason.")
    if not by.has(Role.PROCUREMENT_CHAIR):
        raise Conflict(words)
    if not reason.strip():
        raise InputErrors.at("uncovered_reason", words)


def _move(row: ContractEnding, by: Actor, reason: str = "") -> None:
    db.session.flush()
    after = {
        "kind": row.kind, "state": row.state, "last_on": row.last_on.isoformat(), "people": row.people,
        "uncovered": row.uncovered, "result": row.result,
    }  # fmt: skip
    audit.record(STREAM, Act.ENDING_MOVED, row.contract.number, by=by, reason=reason, after=after)


def _tell(row: ContractEnding, kind: str) -> None:
    told = {
        "number": row.contract.number, "day": row.last_on.isoformat(),
        "url": f"{fund().address}/contracts/{row.contract.number}",
    }  # fmt: skip
    reader = reader_of(row.contract.organisation_id)
    tell(reader, "contract_ending", partial(_SAID[kind], told), purpose="contract", arguments=told)


def _prepared(told: dict[str, str]) -> tuple[str, str]:
    return _("The end of contract %(number)s is prepared", **told), _(
        "The fund prepares to end contract %(number)s; its last day would be %(day)s. Sign in to read why, and to "
        "answer where your agreement is needed: %(url)s",
        **told,
    )


def _carried_out(told: dict[str, str]) -> tuple[str, str]:
    return _("Contract %(number)s ends", **told), _(
        "The last day of contract %(number)s is %(day)s. Care after that day is not paid. Sign in to read why: %(url)s",
        **told,
    )


def _dropped(told: dict[str, str]) -> tuple[str, str]:
    return _("Contract %(number)s goes on", **told), _(
        "The fund gave up ending contract %(number)s. Sign in to read why: %(url)s", **told
    )


_SAID = {"prepared": _prepared, "carried_out": _carried_out, "dropped": _dropped}
