"""Appeals against a suspension, and the letters of all decisions."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from core import issued
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.web import actor, allow, done
from core.words import _, _l
from providers.letters import DECISION, decision_letter, number_of
from providers.models import Provider
from providers.services import appealing, registration
from providers.views import register as blueprint
from providers.views import registration as own_pages
from providers.views.registration_tasks.own import home, own
from providers.views.staff_register import decided, show_page, visible


@own_pages.post("/<number>/appeal")
@allow(Permission.REGISTER_PROVIDER)
def appeal(number: str) -> Any:
    provider = own(number)
    try:
        appealing.appeal(provider, text=request.form.get("text", ""), by=actor())
    except InputErrors as errors:
        return show_page(provider, errors)
    words = _("Your appeal about %(number)s was sent. Somebody else than before decides.", number=number)
    return done(url_for("providers.show", number=number), words)


@own_pages.post("/<number>/apply-again")
@allow(Permission.REGISTER_PROVIDER)
def apply_again(number: str) -> Any:
    provider = own(number)
    registration.apply_again(provider, by=actor())
    return done(home(provider), _("%(number)s is a draft again. All you wrote is there.", number=number))


@blueprint.post("/<number>/appeal/grant")
@allow(Permission.ACCREDIT_PROVIDER)
def grant_appeal(number: str) -> Any:
    return _decided(number, "grant", _("The suspension of %(number)s is lifted from its first day.", number=number))


@blueprint.post("/<number>/appeal/reject")
@allow(Permission.ACCREDIT_PROVIDER)
def reject_appeal(number: str) -> Any:
    return _decided(number, "reject", _("The suspension of %(number)s stands.", number=number))


def _decided(number: str, action: str, said: str) -> Any:
    def act(provider: Provider) -> None:
        appealing.decide(provider, action, reason=request.form.get("appeal_reason", ""), by=actor())

    return decided(number, act, said, "appeal_reason")


@blueprint.get("/<number>/letters/<int:letter>.pdf")
@allow(Permission.READ_PROVIDERS)
def letter(number: str, letter: int) -> Response:
    row = next((row for row in visible(number).decisions if row.number == letter), None)
    if row is None:
        raise NotFound(_l("This letter is not there."))
    content = decision_letter(row, issued.code_of(DECISION, number_of(row)))
    headers = {"Content-Disposition": f'inline; filename="{number}-{letter}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)
