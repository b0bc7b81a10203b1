"""The SSE assessment on one page: the checklist, who reviewed and approved it, and the versions before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request, url_for

from core import clock
from core.config import fund
from core.errors import InputErrors, NotFound
from core.organisations import LEGAL_FORMS, SSE_FORMS
from core.permissions import Permission
from core.web import actor, allow, done, page
from core.words import _, _l
from providers.models import Provider, SseAssessment
from providers.services import assessing
from providers.services.assessing import Answer
from providers.states import ASSESSMENT, CRITERIA
from providers.views import register as blueprint
from providers.views.staff_register import typed_day, visible


@blueprint.get("/<number>/assessment")
@allow(Permission.READ_PROVIDERS)
def assessment(number: str) -> Any:
    return _page(visible(number))


@blueprint.post("/<number>/assessment")
@allow(Permission.ACCREDIT_PROVIDER)
def review_assessment(number: str) -> Any:
    provider = visible(number)
    try:
        assessing.review(provider, _answers(), valid_from=typed_day("valid_from"), by=actor())
    except InputErrors as errors:
        return _page(provider, errors)
    return done(_home(number), _("The assessment of %(number)s waits for a second officer.", number=number))


@blueprint.post("/<number>/assessment/approve")
@allow(Permission.ACCREDIT_PROVIDER)
def approve_assessment(number: str) -> Any:
    said = _("The assessment of %(number)s is approved.", number=number)
    return _decided(number, lambda row: assessing.approve(row, by=actor()), said)


@blueprint.post("/<number>/assessment/send-back")
@allow(Permission.ACCREDIT_PROVIDER)
def return_assessment(number: str) -> Any:
    def act(row: SseAssessment) -> None:
        assessing.send_back(row, reason=request.form.get("note", ""), by=actor())

    return _decided(number, act, _("The assessment of %(number)s is sent back.", number=number))


def _decided(number: str, act: Callable[[SseAssessment], None], said: str) -> Any:
    provider = visible(number)
    row = assessing.waiting(provider)
    if row is None:
        raise NotFound(_l("No assessment waits for a second officer."))
    try:
        act(row)
    except InputErrors as errors:
        return _page(provider, errors)
    return done(_home(number), said)


def _answers() -> dict[str, Answer]:
    """Criteria that were answered, with what was typed beside them."""
    met = {key: request.form.get(f"met-{key}", "") for key in CRITERIA}
    return {
        key: Answer(value == "yes", request.form.get(f"evidence-{key}", "").strip())
        for key, value in met.items()
        if value in ("yes", "no")
    }


def _page(provider: Provider, errors: InputErrors | None = None) -> Any:
    today = clock.today(fund().zone)
    context: dict[str, Any] = {
        "criteria": CRITERIA, "machine": ASSESSMENT, "legal_forms": LEGAL_FORMS, "today": today,
        "can_be": provider.organisation.legal_form in SSE_FORMS,
        "held": provider.assessment_on(today), "waiting": assessing.waiting(provider),
    }  # fmt: skip
    return page("providers/assessment.html", errors=errors, provider=provider, **context)


def _home(number: str) -> str:
    return url_for("providers.assessment", number=number)
