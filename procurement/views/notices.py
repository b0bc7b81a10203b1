"""What everybody may read: published notices and, after the deadline, the manifest that fixes which bids there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, jsonify, url_for

from core import clock
from core.codes import service_names
from core.config import fund
from core.db import database_now
from core.errors import NotFound
from core.permissions import Permission
from core.web import actor, allow, page
from core.words import _, _l
from procurement import choosing_words, papers, score_words, tender_document
from procurement.bid_form import sealing_notice
from procurement.criterion_words import measured_by
from procurement.discretion import Discretion
from procurement.models.tender import Tender
from procurement.queries import notices as notice_queries
from procurement.queries import questions as question_queries
from procurement.queries import tenders as queries
from procurement.queries.discreet import discreet_notices
from procurement.queries.planning import plan_of
from procurement.scored import read as read_score
from procurement.sealing.canonical import base64_text
from procurement.services.opening import manifest_of
from procurement.services.questions import answers_by
from procurement.services.rules import periods
from procurement.services.tenders import fingerprints, keys_of
from procurement.states.notice import QUESTION
from procurement.views.progress import NAMES
from procurement.views.results import DECIDED, winners_by_lot

blueprint = Blueprint("public_tenders", __name__, url_prefix="/public/tenders")


@blueprint.get("")
@allow(Permission.PUBLIC)
def index() -> Any:
    short = _short_notices()
    return page(
        "tenders/notices.html", tenders=queries.published_tenders(), at=database_now(), names=NAMES,
        short=short, discretion=_discretion() if short else None,
    )  # fmt: skip


@blueprint.get("/<number>")
@allow(Permission.PUBLIC)
def show(number: str) -> Any:
    """The notice: what is asked, how it is compared, which keys bids are sealed with."""
    if tender := _short_notice(number):
        at = database_now()
        return page("tenders/short_notice.html", tender=tender, at=at, names=NAMES, discretion=_discretion())
    tender = queries.published_tender(number)
    awards = queries.awards_of(tender)
    plan = plan_of(tender)
    weights = [{"label": c.name, "points": float(c.weight) if c.weight % 1 else int(c.weight)} for c in tender.criteria]
    return page(
        "tenders/notice.html", tender=tender, phase=tender.phase(database_now()), names=NAMES, weights=weights,
        services=service_names(), measured_by=measured_by, chosen_by=choosing_words.told(tender),
        score=read_score(tender.score_terms), score_words=score_words,
        fingerprints=fingerprints(tender),
        winners=winners_by_lot(awards), questions=question_queries.published(tender),
        words=QUESTION.states, answers_by=answers_by(tender),
        talks=plan.consultations if plan else (), has_results=any(lot.state in DECIDED for lot in tender.lots),
    )  # fmt: skip


@blueprint.get("/<number>/versions")
@allow(Permission.PUBLIC)
def versions(number: str) -> Any:
    """Every version of the notice with its differences."""
    tender = queries.published_tender(number)
    return page(
        "tenders/versions.html", tender=tender, versions=notice_queries.versions(tender),
        phase=tender.phase(database_now()), names=NAMES, back=url_for("public_tenders.show", number=number),
        home=url_for("public_tenders.index"), home_name=_("Tender notices"),
    )  # fmt: skip


@blueprint.get("/<number>/notice.pdf")
@allow(Permission.PUBLIC)
def pdf(number: str) -> Response:
    return Response(papers.notice(queries.published_tender(number)), mimetype="application/pdf")


@blueprint.get("/<number>/document.pdf")
@allow(Permission.PUBLIC)
def document(number: str) -> Response:
    """What a bidder needs to bid: lots, price sheet, criteria, clauses."""
    return Response(tender_document.document(queries.published_tender(number)), mimetype="application/pdf")


@blueprint.get("/<number>/sealing.json")
@allow(Permission.PUBLIC)
def sealing(number: str) -> Any:
    """What `seal-bid` needs to seal away from this site: public keys, their fingerprints, the form of a bid."""
    tender = queries.published_tender(number, actor())
    if not tender.keys:
        raise NotFound(_l("Bids for this tender are not sealed here."))
    keys = {key.envelope: (base64_text(key.public_key), key.fingerprint) for key in keys_of(tender).keys}
    return jsonify(sealing_notice(tender, keys))


@blueprint.get("/<number>/manifest.json")
@allow(Permission.PUBLIC)
def manifest(number: str) -> Any:
    """Latest receipts and their root: anyone can recompute it."""
    found = manifest_of(_short_notice(number) or queries.published_tender(number))
    if found is None:
        raise NotFound(_l("The manifest appears when the bids have closed."))
    return jsonify(found.to_json())


def _discretion() -> Discretion:
    return periods(clock.today(fund().zone)).restricted


def _short_notice(number: str) -> Tender | None:
    return next((row for row in _short_notices() if row.number == number), None)


def _short_notices() -> Sequence[Tender]:
    """Tenders for restricted services, where the plan lets the public know that there are any."""
    found = discreet_notices()
    return found if found and _discretion().is_short else ()
