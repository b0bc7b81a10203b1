"""The review queue: what the rules left to a person, and the act of deciding it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request, url_for
from marshmallow import Schema, ValidationError, fields, validates_schema

from claims import counting, facts, presenters, reviewing
from claims.queries import lists, records
from claims.reasons import BY_CODE
from claims.reviewing import NotWaiting, StillWaits
from claims.states import CLAIM
from claims.views import beside, blueprint
from claims.views.scope import reader
from claims.views.sending import when
from core import clock
from core.codes import service_names
from core.config import fund
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.web import allow, done, load, page
from core.web.fields import needed, one_of, sized
from core.words import _, _l, ngettext

MOST = 50  # claims decided together
CODED = {
    "accept": {
        "explained": _l("The provider explained it"),
        "two_carers": _l("Two carers were needed"),
        "documented": _l("A document proves it"),
    },
    "refuse": {
        "not_proven": _l("Nothing proves that it was given"),
        "not_together": _l("Both could not be given at the same time"),
        "not_needed": _l("It was not needed"),
    },
}


class ReviewForm(Schema):
    answer = fields.String(
        required=True,
        validate=one_of(tuple(CODED), _l("Choose to let it pass or to refuse it.")),
        error_messages=needed(_l("Choose to let it pass or to refuse it.")),
    )
    coded = fields.String(required=True, error_messages=needed(_l("Choose the kind of reason.")))
    reason = fields.String(
        required=True,
        validate=sized(3, 500, _l("Write the reason in 3 to 500 characters.")),
        error_messages=needed(_l("Write the reason. The cooperative reads it.")),
    )

    @validates_schema
    def fits(self, values: dict[str, str], **_more: Any) -> None:
        if values.get("answer") in CODED and values.get("coded") not in CODED[values["answer"]]:
            raise ValidationError(str(_l("Choose a kind of reason that fits your answer.")), "coded")


@blueprint.get("/review")
@allow(Permission.REVIEW_CLAIMS)
def review() -> Any:
    """The most urgent first; each reason is a view of the queue."""
    headline = request.args.get("reason", "")
    counts = lists.queue_counts(reader())
    rows = lists.queue(reader(), headline)
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
        promised=facts.plans()(clock.today(fund().zone)).review_days,
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
            "why": presenters.reasons_of(waiting[claim.id], claim.service_until, "staff"),
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
    """Each claim for itself: one that cannot be decided does not hold up the others."""
    numbers = request.form.getlist("number")[:MOST]
    try:
        values = load(ReviewForm())
    except InputErrors as errors:
        return _decide_page(numbers, errors)
    coded = CODED[values["answer"]][values["coded"]]
    reason = _("%(coded)s. %(text)s", coded=coded, text=values["reason"])
    act = reviewing.accept if values["answer"] == "accept" else reviewing.refuse
    count = sum(_is_decided(act, number, reason) for number in numbers)
    asked = len(numbers)
    message = ngettext("%(num)s of %(asked)s decided.", "%(num)s of %(asked)s decided.", count, asked=asked)
    return done(url_for(".decided", number=numbers), message)


def _is_decided(act: Callable[..., int], number: str, reason: str) -> bool:
    """What a claim still waits for is found before anything of it is written."""
    if records.claim_by_number(number, reader()) is None:
        return False
    try:
        return act([number], reason=reason, **when()) == 1
    except (NotWaiting, StillWaits, NotFound):
        return False


@blueprint.get("/review/decided")
@allow(Permission.REVIEW_CLAIMS)
def decided() -> Any:
    """How each of these claims stands now, and what one that still waits is waiting for."""
    found = _chosen(request.args.getlist("number"))
    waiting = [row for row in found if row[1].state == "pended"]
    return page("claims/decided.html", rows=found, waiting=_queue_rows(waiting), show=presenters, states=CLAIM.states)


def _chosen(numbers: list[str]) -> list[Any]:
    """Claims by their numbers, with their live version and the provider's name; raises NotFound for none."""
    rows = [row for number in numbers[:MOST] if (row := records.claim_by_number(number, reader())) is not None]
    if not rows:
        raise NotFound(_l("Choose at least one claim of the queue."))
    names = lists.organisation_names({claim.organisation_id for claim, _version in rows})
    return [(claim, version, names[claim.organisation_id]) for claim, version in rows]


def _decide_page(numbers: list[str], errors: InputErrors | None = None) -> Any:
    found = [row for row in _chosen(numbers) if row[1].state == "pended"]
    amount = sum(version.undecided for _claim, version, _name in found)
    claims = [claim for claim, _version, _name in found]
    alike = beside.pairs(claims, lists.pended_lines(claims), reader())
    return page("claims/decide.html", errors=errors, rows=_queue_rows(found), amount=amount, coded=CODED, alike=alike)
