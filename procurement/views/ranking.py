"""The ranking with every point explained; the award, proposed and decided by two people; the contract."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, request, url_for

from core import clock, files
from core.config import fund
from core.errors import InputErrors, NotFound
from core.permissions import Permission, may
from core.roles import Role
from core.web import actor, allow, done, page
from core.words import _, _l
from procurement import papers
from procurement.models.evaluation import LotResult
from procurement.models.tender import Lot, Tender
from procurement.queries import tenders as queries
from procurement.queries.admission import requests_of
from procurement.scoring.formulas import FORMULA_TEXTS
from procurement.services import asking, evaluation, opening
from procurement.services import award as verbs
from procurement.states.tender import LOT
from procurement.views.tenders import staff_tender

blueprint = Blueprint("ranking", __name__, url_prefix="/tenders")


@blueprint.get("/<number>/ranking")
@allow(Permission.READ_TENDERS)
def show(number: str) -> Any:
    return _ranking(staff_tender(number))


@blueprint.post("/<number>/ranking")
@allow(Permission.LOCK_SCORES)
def fix(number: str) -> Any:
    """The chair fixes the ranking of every lot."""
    tender = staff_tender(number)
    try:
        if request.form.get("draw_value"):
            evaluation.enter_draw(tender, request.form["draw_value"], by=actor())
        evaluation.rank(tender, by=actor())
    except InputErrors as errors:
        return _ranking(tender, errors)
    return done(url_for("ranking.show", number=number), _("The ranking of %(number)s is fixed.", number=number))


@blueprint.post("/<number>/lots/<int:lot>/flags/<bid>")
@allow(Permission.DECIDE_AWARD)
def flag(number: str, lot: int, bid: str) -> Any:
    """Decide about an abnormally low price."""
    tender = staff_tender(number)
    decision, reason = request.form.get("decision", ""), request.form.get("reason", "")
    try:
        evaluation.decide_flag(_lot(tender, lot), bid, decision, reason, by=actor())
    except InputErrors as errors:
        return _ranking(tender, errors)
    return done(url_for("ranking.show", number=number), _("Your decision about the price is recorded."))


@blueprint.post("/<number>/lots/<int:lot>/flags/<bid>/ask")
@allow(Permission.DECIDE_AWARD)
def ask(number: str, lot: int, bid: str) -> Any:
    """Ask a bidder how a low price is possible."""
    tender, days = staff_tender(number), request.form.get("days", "")
    try:
        elements, whole = request.form.get("elements", ""), int(days) if days.isdigit() else 0
        row = asking.ask_about_price(_lot(tender, lot), bid, elements, whole, by=actor())
    except InputErrors as errors:
        return _ranking(tender, errors)
    return done(url_for("ranking.show", number=number), _("%(who)s is asked.", who=row.bid.organisation.name))


@blueprint.get("/<number>/lots/<int:lot>/award")
@allow(Permission.DECIDE_AWARD)
def award(number: str, lot: int) -> Any:
    return _award(_lot(staff_tender(number), lot))


@blueprint.get("/<number>/lots/<int:lot>/letters/<int:letter>.pdf")
@allow(Permission.DECIDE_AWARD)
def letter(number: str, lot: int, letter: int) -> Response:
    """What a bidder was told, for the people who told it."""
    row = next((row for row in _living(_lot(staff_tender(number), lot)).letters if row.id == letter), None)
    if row is None:
        raise NotFound(_l("There is no such letter here."))
    return Response(files.read(row.file), mimetype="application/pdf")


@blueprint.post("/<number>/lots/<int:lot>/award")
@allow(Permission.DECIDE_AWARD)
def act(number: str, lot: int) -> Any:
    """Propose, decide, send back, end without result or draw the contract: one button each."""
    row = _lot(staff_tender(number), lot)
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
    contract = verbs.contract_from_award(_living(lot), by=actor())
    return _("Contract %(number)s is drawn. Both sides sign it.", number=contract.number)


ACTS = {"propose": _propose, "decide": _decide, "send_back": _send_back, "end": _end, "contract": _contract}


def _living(lot: Lot) -> Any:
    row = queries.living_award(lot)
    if row is None:
        raise NotFound(_l("No award has been proposed for this lot."))
    return row


def _lot(tender: Tender, number: int) -> Lot:
    lot = tender.lot(number)
    if lot is None:
        raise NotFound(_l("There is no lot %(lot)s here.", lot=number))
    return lot


def _ranking(tender: Tender, errors: InputErrors | None = None) -> Any:
    lots = [(lot, results := _readable(lot), evaluation.reversal(lot, results)) for lot in tender.lots]
    names = {row.bid.public_id: row.bid.organisation.name for _lot_row, results, _report in lots for row in results}
    return page(
        "tenders/ranking.html", errors=errors, tender=tender, lots=lots, names=names, formulas=FORMULA_TEXTS,
        lot_names=LOT.states, criteria={row.code: row for row in tender.criteria}, figures=_figures,
        shifts={lot.number: evaluation.shifts(lot, results) for lot, results, _report in lots},
        must_declare=_must_declare(tender), hints=opening.hints(tender, actor().person),
        asked_of=lambda row: requests_of(row.bid, "low_price", row.lot),
        block_points=_block_points, blocks=_blocks(tender),
        is_open=tender.state in ("opened_price", "abnormal_review") and may(Permission.LOCK_SCORES, actor().roles),
        may_award=may(Permission.DECIDE_AWARD, actor().roles),
    )  # fmt: skip


def _readable(lot: Lot) -> Any:
    """Before the letters only for who declared again; the auditor reads all and decides nothing."""
    is_free = lot.state in ("awarded", "contracted", "unsuccessful") or Role.AUDITOR in actor().roles
    return queries.results_of(lot) if is_free else queries.results_for_reader(lot, actor().person)


def _must_declare(tender: Tender) -> bool:
    """Whether a declaration stands between this reader and the prices."""
    me = next((row for row in tender.people if row.person == actor().person), None)
    may_declare = me is not None or may(Permission.CHECK_BIDDERS, actor().roles)
    return bool(tender.price_opened_at) and may_declare and not (me and (me.may_read_prices or me.is_recused))


def _blocks(tender: Tender) -> list[tuple[str, Any, str]]:
    """Kind of criterion, its word, and the points it can earn; kinds without criteria are left out."""
    words = {"price": _l("Price points"), "quality": _l("Quality"), "social": _l("Social")}
    rows = [(block, word, sum(c.weight for c in tender.criteria_of(block))) for block, word in words.items()]
    return [(block, word, papers.plain(most)) for block, word, most in rows if most]


def _block_points(tender: Tender, row: LotResult, block: str) -> str:
    """Points a bid earned in one kind of criterion; a dash where nothing was scored."""
    scored = [Decimal(row.sheet[c.code]["points"]) for c in tender.criteria_of(block) if c.code in row.sheet]
    return str(sum(scored, Decimal(0))) if scored else "–"


def _award(lot: Lot, errors: InputErrors | None = None) -> Any:
    today = clock.today(fund().zone)
    row = queries.living_award(lot)
    return page(
        "tenders/award.html", errors=errors, lot=lot, tender=lot.tender, award=row, results=_readable(lot),
        lot_names=LOT.states, ended_codes=list(verbs.ENDED_CODES.items()), suggestion=_suggestion,
        is_over=row is not None and verbs.is_standstill_over(row, today),
        is_proposer=row is not None and row.proposer == actor().person,
    )  # fmt: skip


def _suggestion(row: LotResult, results: list[LotResult]) -> str:
    """A first sentence from the figures, for the officer to go on from."""
    if row.excluded_reason:
        return row.excluded_reason
    if row.rank == 1:
        return _("First of %(count)s with %(total)s of 100 points.", count=len(results), total=row.total)
    best = next((other for other in results if other.rank == 1), row)
    gap = best.total - row.total
    return _("Rank %(rank)s with %(total)s points, %(gap)s behind.", rank=row.rank, total=row.total, gap=gap)


def _figures(trace: dict[str, Any]) -> str:
    """The figures of a calculation on one line, in the order they were used."""
    shown = {**trace["inputs"], **trace["figures"]}
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in shown.items() if name != "points")
