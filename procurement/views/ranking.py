"""The ranking with every point explained, and what is decided about low prices."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, request, url_for

from core.errors import InputErrors, NotFound
from core.permissions import Permission, may
from core.roles import Role
from core.web import actor, allow, done, page
from core.words import _, _l
from procurement import flag_words, tie_words
from procurement.criterion_words import plain
from procurement.models.evaluation import LotResult
from procurement.models.tender import Lot, Tender
from procurement.queries import tenders as queries
from procurement.queries.admission import requests_of
from procurement.scoring.formulas import FORMULA_TEXTS
from procurement.scoring.low_price import NAMES
from procurement.scoring.record import RECORD
from procurement.services import asking, evaluation, opening
from procurement.services.declaring import own_row
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
        evaluation.decide_flag(lot_of(tender, lot), bid, decision, reason, by=actor())
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
        row = asking.ask_about_price(lot_of(tender, lot), bid, elements, whole, by=actor())
    except InputErrors as errors:
        return _ranking(tender, errors)
    return done(url_for("ranking.show", number=number), _("%(who)s is asked.", who=row.bid.bidder))


def lot_of(tender: Tender, number: int) -> Lot:
    lot = tender.lot(number)
    if lot is None:
        raise NotFound(_l("There is no lot %(lot)s here.", lot=number))
    return lot


def _ranking(tender: Tender, errors: InputErrors | None = None) -> Any:
    lots = [(lot, results := readable(lot), evaluation.reversal(lot, results)) for lot in tender.lots]
    names = {row.bid.public_id: row.bid.bidder for _lot_row, results, _report in lots for row in results}
    return page(
        "tenders/ranking.html", errors=errors, tender=tender, lots=lots, names=names, formulas=FORMULA_TEXTS,
        lot_names=LOT.states, criteria={row.code: row for row in tender.criteria}, figures=_figures,
        shifts={lot.number: evaluation.shifts(lot, results) for lot, results, _report in lots},
        must_declare=must_declare(tender), hints=opening.hints(tender, actor().person),
        asked_of=lambda row: requests_of(row.bid, "low_price", row.lot),
        block_points=_block_points, blocks=_blocks(tender),
        beside={lot.number: evaluation.beside(tender, results, actor()) for lot, results, _report in lots},
        flag_said=flag_words.said, rule_names=NAMES, tie_told=tie_words.told,
        is_open=tender.state in ("opened_price", "abnormal_review") and may_act(tender, Permission.LOCK_SCORES),
        may_award=may_act(tender, Permission.DECIDE_AWARD),
    )  # fmt: skip


def readable(lot: Lot) -> Any:
    """Before the letters only for who declared again; the auditor reads all and decides nothing."""
    is_free = lot.state in ("awarded", "contracted", "unsuccessful") or Role.AUDITOR in actor().roles
    return queries.results_of(lot) if is_free else queries.results_for_reader(lot, actor().person)


def must_declare(tender: Tender) -> bool:
    """Whether a declaration stands between this reader and the prices."""
    me = own_row(tender, actor().person)
    may_declare = me is not None or may(Permission.CHECK_BIDDERS, actor().roles)
    return bool(tender.price_opened_at) and may_declare and not (me and (me.may_read_prices or me.is_recused))


def may_act(tender: Tender, permission: Permission) -> bool:
    """Holds the permission, and has declared what must be declared first."""
    me = own_row(tender, actor().person)
    return may(permission, actor().roles) and me is not None and me.may_read_prices


def _blocks(tender: Tender) -> list[tuple[str, Any, str]]:
    """Kind of criterion, its word, and the points it can earn; kinds without criteria are left out."""
    words = {"price": _l("Price points"), "quality": _l("Quality"), "social": _l("Social"), RECORD: _l("Record")}
    rows = [(block, word, sum(c.weight for c in tender.criteria_of(block))) for block, word in words.items()]
    return [(block, word, plain(most)) for block, word, most in rows if most]


def _block_points(tender: Tender, row: LotResult, block: str) -> str:
    """Points a bid earned in one kind of criterion; a dash where nothing was scored."""
    scored = [Decimal(row.sheet[c.code]["points"]) for c in tender.criteria_of(block) if c.code in row.sheet]
    return str(sum(scored, Decimal(0))) if scored else "–"


def _figures(trace: dict[str, Any]) -> str:
    """The figures of a calculation on one line, in the order they were used."""
    shown = {**trace["inputs"], **trace["figures"]}
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in shown.items() if name != "points")
