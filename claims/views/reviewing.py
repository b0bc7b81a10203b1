"""The review queue: what the rules left to a person, and the act of deciding it."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from marshmallow import Schema, fields

from claims import counting, presenters, reviewing, services
from claims.queries import lists, records
from claims.reasons import BY_CODE
from claims.views import blueprint
from claims.views.sending import when
from core import clock
from core.codes import service_names
from core.config import fund
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.web import allow, done, load, page
from core.web.fields import needed, one_of, sized
from core.words import _l, ngettext


class ReviewForm(Schema):
    answer = fields.String(
        required=True,
        validate=one_of(("accept", "refuse"), _l("Choose to let it pass or to refuse it.")),
        error_messages=needed(_l("Choose to let it pass or to refuse it.")),
    )
    reason = fields.String(
        required=True,
        validate=sized(3, 500, _l("Write the reason in 3 to 500 characters.")),
        error_messages=needed(_l("Write the reason. The cooperative reads it.")),
    )


@blueprint.get("/review")
@allow(Permission.REVIEW_CLAIMS)
def review() -> Any:
    """The most urgent first; each reason is a view of the queue."""
    headline = request.args.get("reason", "")
    counts = lists.queue_counts()
    rows = lists.queue(headline)
    return page(
        "claims/review.html",
        rows=_queue_rows(rows),
        counts=counts,
        headline=headline,
        titles={row.headline: BY_CODE[row.headline].title for row in counts if row.headline in BY_CODE},
        total=sum(row.claims for row in counts),
        amount=sum(row.amount for row in counts),
        oldest=min((row.oldest for row in counts), default=None),
        today=clock.today(fund().zone),
        now=clock.now(),
        promised=services.REVIEW_DAYS,
    )


def _queue_rows(rows: Any) -> list[dict[str, Any]]:
    claims = [row[0] for row in rows]
    lines, waiting = lists.lines_of_claims(claims), lists.pended_lines(claims)
    codes = {line.service for found in lines.values() for line in found}
    names, units = service_names(codes), counting.units(codes)
    return [
        {
            "claim": claim,
            "version": version,
            "provider": provider,
            "service": presenters.service_words(lines[claim.id], names, units),
            "why": presenters.reasons_of(waiting[claim.id], claim.service_until),
        }
        for claim, version, provider in rows
    ]


@blueprint.get("/review/decide")
@allow(Permission.REVIEW_CLAIMS)
def decide_page() -> Any:
    return _decide_page(request.args.getlist("number"))


@blueprint.post("/review/decide")
@allow(Permission.REVIEW_CLAIMS)
def decide() -> Any:
    numbers = request.form.getlist("number")
    try:
        values = load(ReviewForm())
    except InputErrors as errors:
        return _decide_page(numbers, errors)
    act = reviewing.accept if values["answer"] == "accept" else reviewing.refuse
    count = act(numbers, reason=values["reason"], **when())
    return done(url_for(".review"), ngettext("%(num)s claim was decided.", "%(num)s claims were decided.", count))


def _decide_page(numbers: list[str], errors: InputErrors | None = None) -> Any:
    rows = [row for number in numbers[:50] if (row := records.claim_by_number(number)) is not None]
    if not rows:
        raise NotFound(_l("Choose at least one claim of the queue."))
    names = lists.organisation_names({claim.organisation_id for claim, _version in rows})
    found = [(claim, version, names[claim.organisation_id]) for claim, version in rows if version.state == "pended"]
    amount = sum(version.undecided for _claim, version, _name in found)
    return page("claims/decide.html", errors=errors, rows=_queue_rows(found), amount=amount)
