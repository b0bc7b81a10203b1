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


@blueprint.post("/<number>/appeal/<any(grant, reject):action>")
@allow(Permission.ACCREDIT_PROVIDER)
def decide_appeal(number: str, action: str) -> Any:
    def act(provider: Provider) -> None:
        appealing.decide(provider, action, reason=request.form.get("reason", ""), by=actor())

    return decided(number, act, _("The appeal of %(number)s is decided.", number=number))


@blueprint.get("/<number>/letters/<int:letter>.pdf")
@allow(Permission.READ_PROVIDERS)
def letter(number: str, letter: int) -> Response:
    row = next((row for row in visible(number).decisions if row.number == letter), None)
    if row is None:
        raise NotFound(_l("This letter is not there."))
    content = decision_letter(row, issued.code_of(DECISION, number_of(row)))
    headers = {"Content-Disposition": f'inline; filename="{number}-{letter}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)
