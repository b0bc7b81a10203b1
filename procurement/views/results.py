"""What anyone may read once bids have closed: the manifest counted again, results of decided lots, draws repeated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Blueprint, request

from core.errors import NotFound
from core.permissions import Permission
from core.web import allow, page
from core.words import _l
from procurement.award_words import GROUNDS
from procurement.counting import draws, recounted
from procurement.models.evaluation import Award, LotResult
from procurement.queries import tenders as queries
from procurement.queries.withholding import withheld
from procurement.services.opening import manifest_of
from procurement.withholding import Withheld

blueprint = Blueprint("public_results", __name__, url_prefix="/public/tenders")
DECIDED = ("awarded", "contracted", "unsuccessful")


@blueprint.get("/<number>/manifest")
@allow(Permission.PUBLIC)
def manifest(number: str) -> Any:
    """Every receipt that stands, and the root they give: counted while the page is made."""
    tender = queries.published_tender(number)
    found = manifest_of(tender)
    if found is None:
        raise NotFound(_l("The manifest appears when the bids have closed."))
    wanted = "".join(request.args.get("receipt", "").lower().split())
    return page(
        "tenders/public_manifest.html", tender=tender, recount=recounted(found), wanted=wanted,
        values={"receipt": request.args.get("receipt", "")}, closed_at=found.closed_at,
    )  # fmt: skip


@blueprint.get("/<number>/results")
@allow(Permission.PUBLIC)
def results(number: str) -> Any:
    """Lots that are decided: bidders, points by criterion, prices, ranks, and why a lot has no winner."""
    tender = queries.published_tender(number)
    lots = [lot for lot in tender.lots if lot.state in DECIDED]
    if not lots:
        raise NotFound(_l("Results appear when a lot is decided and its letters are sent."))
    awards = {lot.id: found for lot in lots if (found := queries.standing_awards(lot))}
    return page(
        "tenders/public_results.html", tender=tender, lots=lots, awards=awards, has_draw=bool(draws(tender)),
        rows={key: _shown(found, queries.results_of(found[0].lot)) for key, found in awards.items()},
    )  # fmt: skip


@blueprint.get("/<number>/draw")
@allow(Permission.PUBLIC)
def draw(number: str) -> Any:
    """The draw again, from the manifest's root and the public value."""
    tender = queries.published_tender(number)
    found = draws(tender)
    if not found:
        raise NotFound(_l("No lot of this tender was decided by draw."))
    return page("tenders/public_draw.html", tender=tender, draws=found, root=(tender.manifest or {})["root"])


def winners_by_lot(awards: Iterable[Award]) -> dict[int, str]:
    """Lot → who won it, once it is decided; in a framework all members, in the order of their awards."""
    found: dict[int, list[str]] = {}
    for row in awards:
        if row.decided_at:
            found.setdefault(row.lot_id, []).append(row.bid.bidder)
    return {lot_id: ", ".join(names) for lot_id, names in found.items()}


def _shown(awards: Sequence[Award], rows: Any) -> list[dict[str, Any]]:
    """Points, never the figures that were promised: some count people."""
    tender = awards[0].lot.tender
    codes, away = [row.code for row in tender.criteria], withheld(tender)
    return [_row(row, codes, away) | {"outcome": _outcome(awards, row)} for row in rows]


def _outcome(awards: Sequence[Award], row: LotResult) -> Any:
    if not row.is_admitted:
        return _l("left out")
    if row.bid_id in [award.bid_id for award in awards]:
        return _l("member of the framework") if row.lot.tender.framework else _l("awarded")
    latest = max((award.decision for award in awards), key=lambda award: award.id)
    ground = latest.grounds.get(row.bid.public_id)
    return _l("passed over: %(ground)s", ground=GROUNDS[ground]) if ground else ""


def _row(row: LotResult, codes: list[str], away: Withheld) -> dict[str, Any]:
    hidden = away.of(row.bid_id, "points") is not None
    return {
        "name": row.bid.bidder,
        "rank": row.rank,
        "total": row.total,
        "price": None if away.of(row.bid_id, "price") else row.price,
        "points": ["–" if hidden else row.sheet.get(code, {}).get("points", "–") for code in codes],
        "withheld": [away.words(row.bid_id, field) for field in ("price", "points") if away.of(row.bid_id, field)],
    }
