"""The first page, and the task list."""

from __future__ import annotations

from typing import Any

from flask import redirect
from flask_babel import get_locale
from flask_login import login_user

from core import clock
from core.config import fund
from core.errors import Forbidden, InputErrors
from core.permissions import Permission
from core.roles import FUND_STAFF
from core.web import actor, allow, done, page
from core.words import _, _l
from providers import queries
from providers.services import registration
from providers.states import STANDINGS
from providers.tasks import progress, stages, tasks
from providers.views import registration as blueprint
from providers.views.registration_tasks.organisation import facts_and_account, facts_page
from providers.views.registration_tasks.own import home, own


@blueprint.get("/register")
@allow(Permission.REGISTER_PROVIDER)
def start() -> Any:
    begun = queries.provider_of(actor().organisation_id)
    return redirect(home(begun)) if begun else facts_page(needs_account=actor().account_id is None)


@blueprint.post("/register")
@allow(Permission.REGISTER_PROVIDER)
def begin() -> Any:
    """Make the organisation with its draft, and the account of whoever is not signed in."""
    if actor().roles & FUND_STAFF:
        raise Forbidden(_l("A cooperative registers itself. Sign out first to try this form."))
    try:
        facts, account = facts_and_account()
        provider = registration.start(facts, by=actor(), account=account, lang=str(get_locale() or "en"))
    except InputErrors as errors:
        return facts_page(errors=errors, needs_account=actor().account_id is None)
    if actor().account_id is None:
        login_user(account)
    return done(home(provider), _("Your registration has the number %(number)s.", number=provider.number))


@blueprint.get("/<number>/registration")
@allow(Permission.REGISTER_PROVIDER)
def show(number: str) -> Any:
    provider = own(number)
    groups = tasks(provider)
    today = clock.today(fund().zone)
    context: dict[str, Any] = {"groups": groups, "progress_of": progress(groups), "standings": STANDINGS}
    context |= {"standing": provider.standing_on(today), "stages": stages(provider, today)}
    return page("providers/tasks.html", provider=provider, **context)
