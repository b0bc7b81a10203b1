"""From scores to money: simulated for every contract, released by a second person, posted against full payment.

Claims are paid in full in their period, nothing is withheld there; so a settlement posts only what the score changes,
and what is not disputed has been paid already.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import database_now, db
from core.errors import Conflict, DomainError, Forbidden, InputErrors, Problem
from core.numbers import next_number
from core.roles import Role
from core.words import _l
from payments.services import STREAM as MONEY
from payments.services import NewPayable, post_payables
from quality.periods import Period, parse_period
from quality.scoring import queries
from quality.scoring.agreed import contract_pays
from quality.scoring.dues import Due, bonuses_of, carried_over, dues_of
from quality.scoring.life import rules_of
from quality.scoring.models import QualitySettlement, SettlementLine
from quality.scoring.settlement import cured
from quality.scoring.states import SETTLEMENT, WITHHELD


def simulate(period: Period, top_up: int, *, by: Actor) -> QualitySettlement:
    """Every contract whose told score is worth something else than was posted; nothing moves yet."""
    _refuse_others(by)
    if top_up < 0:
        raise InputErrors.at("top_up", _l("Write an amount that is not below zero."), str(top_up))
    if queries.simulated() is not None:
        raise Conflict(_l("A simulation waits for its second person. Release or drop it first."))
    before = queries.released_lines()
    dues = [due for due in dues_of(period, before) if due.is_new]
    if not dues:
        raise InputErrors.at("period", _l("No told score of this period changes what was posted."), period.name)
    row = _settlement(period, dues, before, top_up, by)
    after = {"period": row.period, "contracts": len(row.lines), "pool": row.pool, "bonuses": row.bonuses}
    audit.record(MONEY, Act.SETTLEMENT_SIMULATED, row.number, by=by, after=after)
    return row


def release(number: str, *, by: Actor) -> QualitySettlement:
    """A second person posts it; the scores must still say what was simulated."""
    _refuse_others(by)
    row = _locked(number)
    by.must_differ_from([row.simulated_by], _l("You simulated this settlement, so someone else must release it."))
    target = SETTLEMENT.after(row.state, "release")
    period = parse_period(row.period)
    now_due = [due for due in dues_of(period, queries.released_lines()) if due.is_new]
    if [_said(line) for line in row.lines] != [_says(due) for due in now_due]:
        raise Conflict(_l("Scores or claims changed since this was simulated. Drop it and simulate again."))
    row.state, row.released_by, row.released_by_name, row.released_at = target, by.person, by.name, clock.now()
    today = clock.today(fund().zone)
    rules = rules_of([line.scored for line in row.lines])
    for line in (one for one in row.lines if one.suspended):
        line.state = WITHHELD.after(line.state, "suspend")
        line.cure_until = today + dt.timedelta(days=rules[line.score_id].cure_days)
    db.session.flush()
    post_payables([_payable(row, line, line.difference, "", today) for line in row.lines], by=by)
    keys = [_key(row, line) for line in row.lines if line.difference]
    after = {"period": row.period, "journals": keys, "total": sum(line.difference for line in row.lines)}
    audit.record(MONEY, Act.SETTLEMENT_RELEASED, row.number, by=by, after=after)
    return row


def drop(number: str, *, by: Actor) -> None:
    _refuse_others(by)
    row = _locked(number)
    row.state = SETTLEMENT.after(row.state, "drop")
    db.session.flush()
    audit.record(MONEY, Act.SETTLEMENT_DROPPED, row.number, by=by, after={"period": row.period})


def close_withhold(
    number: str, place: int, reason: str, cured_on: dt.date | None = None, *, by: Actor
) -> SettlementLine:
    """A gate's withhold: cured in its days it is settled without the bonus, later or never it is forfeited to the pool.

    The day of the cure decides, not the day on which somebody writes it down; None: it was not cured.
    """
    _refuse_others(by)
    row = _locked(number)
    line = next((one for one in row.lines if one.place == place), None)
    if line is None or row.state != "released" or line.cure_until is None:
        raise DomainError(_l("Nothing of this contract is suspended."))
    if any(one.contract_id == line.contract_id for one in _later(row)):
        raise Conflict(_l("A later settlement of this period decides about this contract."))
    is_cured = cured_on is not None and cured_on <= line.cure_until
    target = WITHHELD.after(line.state, "cure" if is_cured else "forfeit")
    if problems := [*_closing_problems(line.cure_until, reason, cured_on)]:
        raise InputErrors(problems)
    line.state, line.reason, line.closed_by, line.closed_at = target, reason.strip(), by.person, clock.now()
    line.cured_on, line.cured = cured_on, min(line.suspended, _cured(line)) if is_cured else 0
    db.session.flush()
    today = clock.today(fund().zone)
    post_payables([_payable(row, line, line.cured, ":cured", today)], by=by)
    after = {"contract": line.contract.number, "state": target, "cured_on": cured_on, "returned": line.cured}
    audit.record(MONEY, Act.WITHHOLD_CLOSED, row.number, by=by, reason=line.reason, after=after)
    return line


def _closing_problems(cure_until: dt.date, reason: str, cured_on: dt.date | None) -> Iterator[Problem]:
    today = clock.local_day(database_now(), fund().zone)
    if not reason.strip():
        yield Problem("reason", _l("Say what cured it, or that nothing did."))
    if cured_on is None and today <= cure_until:
        yield Problem(
            "cured_on", _l("Its days to cure run until %(day)s. Write the day on which it was cured.", day=cure_until)
        )
    if cured_on is not None and cured_on > today:
        yield Problem("cured_on", _l("This day lies ahead."), cured_on.isoformat())


def _later(row: QualitySettlement) -> list[SettlementLine]:
    return [one for one in queries.released_lines(row.period) if one.settlement_id > row.id]


def _settlement(
    period: Period, dues: Sequence[Due], before: Sequence[SettlementLine], top_up: int, by: Actor
) -> QualitySettlement:
    now = clock.now()
    carried, unreturned = carried_over(before), sum(due.contributed for due in dues)
    bonuses = bonuses_of(dues, before, max(0, carried + unreturned + top_up))
    drawn = sum(bonuses) - sum(due.bonus_before for due in dues)
    row = QualitySettlement(
        number=next_number("Q", clock.local_day(now, fund().zone).year), period=period.name,
        state=SETTLEMENT.initial, carried=carried, unreturned=unreturned,
        top_up=max(top_up, drawn - carried - unreturned), simulated_by=by.person, simulated_by_name=by.name,
        simulated_at=now,
    )  # fmt: skip
    row.lines = [_line(place, due, bonus) for place, (due, bonus) in enumerate(zip(dues, bonuses, strict=True), 1)]
    db.session.add(row)
    db.session.flush()
    return row


def _said(line: SettlementLine) -> tuple[int, ...]:
    """What a simulation stands on."""
    return line.contract_id, line.score_id, line.is_final, line.accepted, line.promises, line.posted_before


def _says(due: Due) -> tuple[int, ...]:
    settled, row = due.settled, due.scored
    return due.contract.id, row.id, row.is_final, settled.accepted, due.promises, due.posted_before


def _line(place: int, due: Due, bonus: int) -> SettlementLine:
    settled, row = due.settled, due.scored
    effect = settled.returned + bonus - due.withheld
    return SettlementLine(
        place=place, contract=due.contract, scored=row, score=row.score, is_final=row.is_final,
        accepted=settled.accepted, withheld=due.withheld, returned=settled.returned, suspended=settled.suspended,
        bonus_due=settled.bonus, bonus=bonus, promises=due.promises, effect=effect,
        posted_before=due.posted_before, bonus_before=due.bonus_before, difference=effect - due.posted_before,
        state=WITHHELD.initial, cured=0,
    )  # fmt: skip


def _cured(line: SettlementLine) -> int:
    rules, period = rules_of([line.scored])[line.score_id], parse_period(line.scored.period)
    return cured(line.accepted, line.scored.uncapped, contract_pays(line.contract, period, rules))


def _payable(row: QualitySettlement, line: SettlementLine, amount: int, ending: str, today: dt.date) -> NewPayable:
    contract = line.contract
    what = {
        "what": f"quality {row.period}",
        "settlement": row.number,
        "score": None if line.score is None else str(line.score),
    }
    return NewPayable(
        f"{_key(row, line)}{ending}", "settlement", contract.organisation_id, contract.number, amount, today, today,
        contract.service_line, what, contract_id=contract.id,
    )  # fmt: skip


def _key(row: QualitySettlement, line: SettlementLine) -> str:
    """Business key of a posting: the settlement and the contract."""
    return f"quality:{row.number}:{line.contract.number}"


def _locked(number: str) -> QualitySettlement:
    row = queries.settlement(number, is_locked=True)
    if row is None:
        raise DomainError(_l("There is no such settlement."), status=404)
    return row


def _refuse_others(by: Actor) -> None:
    if not by.has(Role.FINANCE_OFFICER):
        raise Forbidden(_l("A finance officer settles."))
