"""The award of a lot: proposed and decided by two people, with letters; the contract."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, request, url_for

from core import clock, files
from core.config import fund
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.web import actor, allow, done, page
from core.words import _, _l
from procurement.models.evaluation import Award, LotResult
from procurement.models.tender import Lot
from procurement.queries import tenders as queries
from procurement.queries.breaches import breach_of_award
from procurement.queries.contracts import contract_of_award
from procurement.securities import Security
from procurement.services import award as verbs
from procurement.services import opening
from procurement.states.tender import LOT
from procurement.views.ranking import blueprint, lot_of, must_declare, readable
from procurement.views.tenders import staff_tender


@blueprint.get("/<number>/lots/<int:lot>/award")
@allow(Permission.DECIDE_AWARD)
def award(number: str, lot: int) -> Any:
    return _award(lot_of(staff_tender(number), lot))


@blueprint.get("/<number>/lots/<int:lot>/letters/<int:letter>.pdf")
@allow(Permission.DECIDE_AWARD)
def letter(number: str, lot: int, letter: int) -> Response:
    """What a bidder was told, for the people who told it."""
    row = next((row for row in _living(lot_of(staff_tender(number), lot)).decision.letters if row.id == letter), None)
    if row is None:
        raise NotFound(_l("There is no such letter here."))
    return Response(files.read(row.file), mimetype="application/pdf")


@blueprint.post("/<number>/lots/<int:lot>/award")
@allow(Permission.DECIDE_AWARD)
def act(number: str, lot: int) -> Any:
    """Propose, decide, send back, end without result or draw the contract: one button each."""
    row = lot_of(staff_tender(number), lot)
    try:
        message = ACTS[request.form.get("answer", "propose")](row)
    except KeyError:
        raise NotFound(_l("There is no such step.")) from None
    except InputErrors as errors:
        return _award(row, errors)
    return done(url_for("ranking.award", number=number, lot=lot), message)


def _propose(lot: Lot) -> str:
    reasons = {
        row.bid.public_id: request.form.get(f"reason-{row.bid.public_id}", "") for row in queries.results_of(lot)
    }
    proposal = verbs.propose_award(lot, reasons, by=actor())
    return _("Award %(number)s is proposed. Another person decides.", number=proposal.number)


def _decide(lot: Lot) -> str:
    row = _living(lot)
    verbs.decide_award(row, by=actor())
    return _("Award %(number)s is decided. The letters are out; the standstill begins.", number=row.number)


def _send_back(lot: Lot) -> str:
    row = _living(lot)
    verbs.send_award_back(row, reason=request.form.get("reason", ""), by=actor())
    return _("Award %(number)s went back.", number=row.number)


def _end(lot: Lot) -> str:
    verbs.end_lot(lot, request.form.get("ended_code", ""), request.form.get("reason", ""), by=actor())
    return _("Lot %(lot)s ended without result.", lot=lot.number)


def _contract(lot: Lot) -> str:
    today = clock.today(fund().zone)
    due = [row for row in queries.living_awards(lot) if row.state == "decided" and verbs.is_standstill_over(row, today)]
    drawn = [verbs.contract_from_award(row, by=actor()).number for row in due or [_living(lot)]]
    if len(drawn) > 1:
        return _("Contracts %(numbers)s are drawn. Both sides sign each.", numbers=", ".join(sorted(drawn)))
    return _("Contract %(number)s is drawn. Both sides sign it.", number=drawn[0])


def _set_aside(lot: Lot) -> str:
    chosen = request.form.get("member", "")
    row = next((row for row in queries.living_awards(lot) if row.number == chosen), None) or _living(lot)
    verbs.record_signing_refusal(row, request.form.get("how", ""), request.form.get("refusal", ""), by=actor())
    return _("Award %(number)s no longer stands. Propose the next of the ranking.", number=row.number)


def _go_on(lot: Lot) -> str:
    verbs.go_on_with_members(lot, by=actor())
    return _("The framework of lot %(lot)s goes on with the members it has.", lot=lot.number)


ACTS = {
    "propose": _propose,
    "decide": _decide,
    "send_back": _send_back,
    "end": _end,
    "contract": _contract,
    "set_aside": _set_aside,
    "go_on": _go_on,
}


def _living(lot: Lot) -> Any:
    row = queries.living_award(lot)
    if row is None:
        raise NotFound(_l("No award has been proposed for this lot."))
    return row


def _award(lot: Lot, errors: InputErrors | None = None) -> Any:
    today = clock.today(fund().zone)
    results = readable(lot)
    row = queries.living_award(lot) if results and lot.state != "ranked" else None
    choice = verbs.choose(lot, today) if results and lot.state == "ranked" else None
    members = queries.standing_awards(lot) if results and lot.tender.framework else ()
    return page(
        "tenders/award.html", errors=errors, lot=lot, tender=lot.tender, award=row, results=results, choice=choice,
        lot_names=LOT.states, ended_codes=list(verbs.ENDED_CODES.items()), suggestion=_suggestion,
        waits_for=verbs.waits_for(lot, choice, verbs.PROPOSED) if choice else None,
        passed_over=[one.to_json() for one in choice.passed_over] if choice else _passed_over(row),
        members=members, contracts={one.id: contract_of_award(one.id) for one in members},
        together=_together(lot, row, choice, results),
        winner=_winner(row, choice, results), must_declare=must_declare(lot.tender),
        hints=opening.hints(lot.tender, actor().person),
        fallen=(fallen := queries.last_set_aside(lot) if results else None),
        may_report=fallen is not None and breach_of_award(fallen.id) is None,
        guarantee=_guarantee(lot), **_signing(row),
        is_over=row is not None and verbs.is_standstill_over(row, today),
        is_proposer=row is not None and row.proposer == actor().person,
    )  # fmt: skip


def _signing(award: Award | None) -> dict[str, Any]:
    """The contract that waits for the winner, until when, and whether it may be recorded that nobody signs."""
    contract = contract_of_award(award.id) if award else None
    is_waiting = award is not None and award.state in ("decided", "contracted")
    return {
        "contract": contract,
        "sign_by": verbs.sign_by(contract) if contract else None,
        "how": list(verbs.HOW.items()),
        "may_set_aside": is_waiting and not (contract and contract.signed_by_provider),
    }


def _guarantee(lot: Lot) -> Security | None:
    found = verbs.guarantee_of(lot)
    return Security.from_json(found) if found else None


def _winner(award: Award | None, choice: verbs.Choice | None, results: Sequence[LotResult]) -> LotResult | None:
    """Who is proposed or won; before, whom the rule names."""
    if award is not None:
        return next((row for row in results if row.bid_id == award.bid_id), None)
    return choice.winner if choice else None


def _passed_over(award: Award | None) -> list[dict[str, str]]:
    return list(award.decision.passed_over) if award else []


def _together(lot: Lot, award: Award | None, choice: verbs.Choice | None, results: Sequence[LotResult]) -> Any:
    """In a framework all who are, or would be, proposed at once."""
    if not lot.tender.framework:
        return ()
    ids = {row.bid_id for row in queries.living_awards(lot) if row.state == "proposed"} if award else set()
    return choice.winners if choice else [row for row in results if row.bid_id in ids]


def _suggestion(row: LotResult, results: list[LotResult], choice: verbs.Choice) -> str:
    """A first sentence from the figures, for the officer to go on from."""
    if row.excluded_reason:
        return row.excluded_reason
    why = next((one.why for one in choice.passed_over if one.result is row), "")
    if why:
        return _("Rank %(rank)s with %(total)s points, passed over: %(why)s", rank=row.rank, total=row.total, why=why)
    if row in choice.winners and len(choice.winners) > 1:
        return _("Rank %(rank)s with %(total)s points, a member of the framework.", rank=row.rank, total=row.total)
    if row.rank == 1:
        return _("First of %(count)s with %(total)s of 100 points.", count=len(results), total=row.total)
    best = choice.winner or row
    if best is row:
        return _("Rank %(rank)s with %(total)s points, first of those who may take it.", rank=row.rank, total=row.total)
    gap = best.total - row.total
    return _("Rank %(rank)s with %(total)s points, %(gap)s behind.", rank=row.rank, total=row.total, gap=gap)
