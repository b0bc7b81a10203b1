"""Prices after the envelopes are open: checks, flags, scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from core import audit
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.documents import in_house_language
from core.errors import InputErrors
from core.words import _l
from procurement.bidding import lot_price
from procurement.grounds import RESERVED
from procurement.models.admission import Admission
from procurement.models.bid import Bid
from procurement.models.evaluation import LotResult
from procurement.models.tender import Lot, Tender
from procurement.queries import tenders as queries
from procurement.queries.admission import admissions_of, refused_proofs
from procurement.scoring import low_price
from procurement.scoring.abnormal import Flag, zero_price
from procurement.scoring.price import PriceField, over_ceiling, price_scores
from procurement.scoring.ranking import total
from procurement.scoring.rubric import renormalised
from procurement.scoring.trace import Score
from procurement.services.asking import may_reject
from procurement.services.declaring import refuse_undeclared
from procurement.services.evaluation.sheets import counted_sheet, quality_sheets
from procurement.services.proving import proofs_of
from procurement.states.tender import TENDER
from procurement.terms import floor_of, low_price_rules, price_terms


def evaluate(tender: Tender) -> None:
    """Points for every bid of every open lot, with flags; ranked later by the chair. Flagged prices are asked about."""
    bids = queries.sent_bids(tender)
    sheets = _sheets_beside_price(tender, bids)
    for lot in tender.lots:
        if lot.state == "open":
            _evaluate_lot(tender, lot, bids, sheets)
    db.session.flush()
    is_flagged = any(row.flags for lot in tender.lots if lot.state == "open" for row in queries.results_of(lot))
    if is_flagged and tender.state == "opened_price":
        tender.state = TENDER.after(tender.state, "review_prices")
        db.session.flush()


def decide_flag(lot: Lot, bid_public_id: str, decision: str, reason: str, *, by: Actor) -> None:
    """A person decides about an abnormally low price: kept or rejected, with a reason; none is rejected unasked."""
    result = queries.result_of(lot, bid_public_id)
    if lot.tender.state not in ("opened_price", "abnormal_review"):
        TENDER.after(lot.tender.state, "rank")
    refuse_undeclared(lot.tender, by)
    if not result.flags or decision not in ("kept", "rejected"):
        raise InputErrors.at("decision", _l("Choose whether the price is kept or rejected."), decision)
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say why: the bidder will read this reason."))
    if decision == "rejected" and not may_reject(lot, result.bid):
        raise InputErrors.at(
            "decision", _l("Ask the bidder first, and wait for the answer or its last day."), "rejected"
        )
    result.flag_decision, result.flag_reason, result.flag_decided_by = decision, reason.strip(), by.name
    db.session.flush()
    act = Act.BID_ADMITTED if decision == "kept" else Act.BID_EXCLUDED
    audit.record(lot.tender.stream, act, bid_public_id, by=by, reason=reason, after={"lot": lot.number})


def _sheets_beside_price(tender: Tender, bids: Sequence[Bid]) -> dict[int, dict[str, Score]]:
    """Quality and social points by bid: they are the same in every lot. Renormalised only if announced."""
    scored = [bid for bid in bids if bid.state in ("opened", "below_minimum")]
    quality = quality_sheets(tender, scored)
    if tender.is_renormalised:
        passed = {bid.id: quality[bid.id] for bid in scored if bid.state == "opened"}
        quality |= _renormalised(passed)
    return {bid.id: {**quality[bid.id], **counted_sheet(tender, bid)} for bid in scored}


def _renormalised(sheets: Mapping[int, dict[str, Score]]) -> dict[int, dict[str, Score]]:
    codes = {code for sheet in sheets.values() for code in sheet}
    best = {code: max(sheet[code].points for sheet in sheets.values()) for code in codes}
    return {bid: {code: renormalised(score, best[code]) for code, score in sheet.items()}
            for bid, sheet in sheets.items()}  # fmt: skip


def rescore(lot: Lot, results: Sequence[LotResult]) -> None:
    """A rejected price leaves a relative formula, unless averages stay as at admission; its own points go."""
    terms = price_terms(lot.tender, lot.ceiling, lot.floor)
    rejected = [row for row in results if not row.is_admitted and row.price is not None]
    if lot.tender.are_averages_frozen or not terms.is_relative or not rejected:
        return
    code = lot.tender.criteria_of("price")[0].code
    scores = price_scores(terms, {row.bid.public_id: row.price or 0 for row in results if row.is_admitted})
    for row in results:
        sheet = {name: value for name, value in row.sheet.items() if name != code}
        if row.bid.public_id in scores:
            sheet[code] = scores[row.bid.public_id].to_json()
        row.sheet = sheet
        row.total = sum((Decimal(value["points"]) for value in sheet.values()), Decimal(0))


def _field(lot: Lot, prices: Mapping[str, int]) -> PriceField | None:
    """The averages of the first evaluation, where the notice keeps them."""
    if not lot.tender.are_averages_frozen or not prices:
        return None
    if lot.price_field is None:
        lot.price_field = PriceField.of(prices).to_json()
    return PriceField.from_json(lot.price_field)


@in_house_language
def _evaluate_lot(tender: Tender, lot: Lot, sent: Sequence[Bid], sheets: Mapping[int, dict[str, Score]]) -> None:
    known = {row.bid_id: row for row in queries.results_of(lot)}
    bids = [bid for bid in sent if lot.number in bid.content("quality").get("lots", ())]
    prices, why_out = _prices(tender, lot, bids)
    scores = price_scores(price_terms(tender, lot.ceiling, lot.floor), prices, _field(lot, prices))
    flagged = _flags(tender, lot, prices)
    price_code = tender.criteria_of("price")[0].code
    for bid in bids:
        sheet = dict(sheets.get(bid.id, {}))
        if bid.public_id in scores:
            sheet[price_code] = scores[bid.public_id]
        flags = flagged.get(bid.public_id, [])
        row = known.get(bid.id) or LotResult(lot_id=lot.id, bid_id=bid.id)
        row.price, row.total = prices.get(bid.public_id), total(sheet)
        row.sheet = {code: score.to_json() for code, score in sheet.items()}
        row.excluded_reason = str(why_out.get(bid.public_id, ""))
        row.flags = [{"detector": flag.detector, **flag.trace.to_json()} for flag in flags]
        row.flag_decision = row.flag_reason = row.flag_decided_by = ""
        db.session.add(row)


def _prices(tender: Tender, lot: Lot, bids: Sequence[Bid]) -> tuple[dict[str, int], dict[str, Any]]:
    """Admissible prices, and why the other bids have none."""
    prices: dict[str, int] = {}
    why_out: dict[str, Any] = {}
    codes = proofs_of(lot)
    unproved = refused_proofs(tender, codes) if codes else {}
    admissions = admissions_of(tender)
    for bid in bids:
        is_shut = not any(part.envelope == "price" and part.opened_at for part in bid.parts)
        if bid.state == "below_minimum":
            below = _l("The price envelope stayed shut. %(why)s", why=bid.fell_short)
            why_out[bid.public_id] = below if is_shut else _l("The price does not count. %(why)s", why=bid.fell_short)
        elif bid.state == "excluded":
            out = _l("Excluded: the price envelope stayed shut.")
            why_out[bid.public_id] = out if is_shut else _l("Excluded: the price does not count.")
        elif bid.id in unproved:
            what = "; ".join(str(RESERVED[code]) for code in unproved[bid.id])
            why_out[bid.public_id] = _l("This lot is reserved, and the evidence was not accepted: %(what)s.", what=what)
        elif why := _barred(admissions.get(bid.id), lot):
            why_out[bid.public_id] = why
        elif bid.state == "unreadable":
            why_out[bid.public_id] = _l("An envelope could not be read.")
        else:
            try:
                rates = bid.content("price")["rates"][str(lot.number)]
                prices[bid.public_id] = lot_price(lot, {code: Decimal(rate) for code, rate in rates.items()})
            except (KeyError, ArithmeticError, InputErrors) as error:
                why_out[bid.public_id] = _l("The price sheet is not complete: %(why)s", why=str(error))
    for public_id in over_ceiling(price_terms(tender, lot.ceiling, lot.floor), prices):
        del prices[public_id]
        why_out[public_id] = _l("The price is above the published ceiling.")
    return prices, why_out


def _barred(admission: Admission | None, lot: Lot) -> str:
    """What the lead or a partner did not meet for this lot when it was admitted."""
    return str(admission.barred_lots.get(str(lot.number), "")) if admission else ""


def _flags(tender: Tender, lot: Lot, prices: Mapping[str, int]) -> dict[str, list[Flag]]:
    """By bid: the labour floor first, then the rules of the notice in their order, then a price of zero."""
    floor = floor_of(tender)
    by_rule = [low_price.flags(rule, prices, lot.ceiling) for rule in low_price_rules(tender)]
    found = {}
    for bid, price in prices.items():
        first = floor.flag(price, lot.units) if floor else None
        flags = [first, *(flags.get(bid) for flags in by_rule), zero_price(price)]
        found[bid] = [flag for flag in flags if flag]
    return found
