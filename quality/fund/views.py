"""The fund's scorecard for everybody, and the second reviews behind one of its figures."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for

from core.codes import service_names
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.tables import csv_bytes
from core.web import actor, allow, done, page
from core.words import _, _l
from quality.fund import double_review, queries
from quality.fund.figures import NAMES, UNITS
from quality.fund.models import DoubleReview
from quality.fund.states import DOUBLE_REVIEW, OUTCOMES
from quality.periods import parse_period

public = Blueprint("public_fund", __name__, url_prefix="/public/fund")
blueprint = Blueprint("double_reviews", __name__, url_prefix="/quality/double-reviews")
COLUMNS = ("value", "lower", "upper", "at_most", "at_least", "counted", "of", "why")


@public.get("")
@allow(Permission.PUBLIC)
def scorecard() -> Any:
    """The latest quarter, and the ones before beside it."""
    context: dict[str, Any] = {"rows": queries.scorecards(), "names": NAMES, "units": UNITS, "period_of": parse_period}
    return page("quality/fund/scorecard.html", **context)


@public.get("/scorecard.csv")
@allow(Permission.PUBLIC)
def scorecard_csv() -> Response:
    rows = [
        [row.period, row.version, code, *(row.figures[code].get(name) for name in COLUMNS)]
        for row in queries.scorecards()
        for code in NAMES
    ]
    content = csv_bytes(["period", "version", "figure", *COLUMNS], rows)
    headers = {"Content-Disposition": 'attachment; filename="fund-scorecard.csv"'}
    return Response(content, mimetype="text/csv; charset=utf-8", headers=headers)


@public.get("/scorecard.json")
@allow(Permission.PUBLIC)
def scorecard_json() -> Any:
    return jsonify([{"period": row.period, "version": row.version, **row.figures} for row in queries.scorecards()])


@blueprint.get("")
@allow(Permission.READ_DOUBLE_REVIEWS)
def index() -> Any:
    """What waits: for a reviewer the second reviews, for an auditor also where two differ."""
    context: dict[str, Any] = {"rows": queries.reviews_in(tuple(DOUBLE_REVIEW.states)), "machine": DOUBLE_REVIEW}
    return page("quality/fund/reviews.html", person=actor().person, **context)


@blueprint.get("/<int:key>")
@allow(Permission.READ_DOUBLE_REVIEWS)
def show(key: int) -> Any:
    return _page(_found(key))


@blueprint.post("/<int:key>/review")
@allow(Permission.REVIEW_CLAIMS)
def review(key: int) -> Any:
    row = _found(key)
    try:
        double_review.review(row, request.form.get("outcome", ""), request.form.get("reason", ""), by=actor())
    except InputErrors as errors:
        return _page(row, errors)
    return done(url_for(".index"), _("Your review of claim %(number)s is kept.", number=row.claim_number))


@blueprint.post("/<int:key>/settle")
@allow(Permission.AUDIT)
def settle(key: int) -> Any:
    row, reason = _found(key), request.form.get("settled_reason", "")
    try:
        double_review.settle(row, is_error=request.form.get("act") == "error", reason=reason, by=actor())
    except InputErrors as errors:
        return _page(row, errors)
    return done(url_for(".index"), _("The review of claim %(number)s is settled.", number=row.claim_number))


def _found(key: int) -> DoubleReview:
    row = queries.double_review(key)
    if row is None:
        raise NotFound(_l("There is no such review."))
    return row


def _page(row: DoubleReview, errors: InputErrors | None = None) -> Any:
    """Until the second review is made, nothing of the first is on the page, whoever reads it."""
    who, lines = actor(), queries.lines_as_seen(row)
    context = {
        "row": row, "machine": DOUBLE_REVIEW, "outcomes": OUTCOMES, "is_own": who.person == row.first_by,
        "steps": {one.action for one in DOUBLE_REVIEW.actions(row.state, who.roles)},
        "lines": lines, "names": service_names({line.service for line, _version in lines}),
    }  # fmt: skip
    return page("quality/fund/review.html", errors=errors, **context)
