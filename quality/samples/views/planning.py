"""All samples, and planning one: the sizes are shown before anything is frozen or announced."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from core import clock
from core.config import fund
from core.errors import InputErrors
from core.permissions import Permission
from core.web import actor, allow, done, load, page
from core.web.filters import day_words
from core.words import _
from providers.models import Provider
from quality.periods import last_full_quarter
from quality.samples import presenters, services
from quality.samples.queries.samples import audit_samples, count_samples
from quality.samples.schemas import PlanForm
from quality.samples.services import Preview, Wanted
from quality.samples.states import COVERED, DESIGNS, SAMPLE
from quality.samples.views.blueprint import blueprint
from quality.viewers import provider_seen
from quality.views.blueprint import page_at

PAGE = 25


@blueprint.get("")
@allow(Permission.AUDIT)
def index() -> Any:
    who = actor()
    place = page_at(count_samples(who), PAGE)
    samples = audit_samples(who, PAGE, place.offset)
    return page("quality/samples/index.html", samples=samples, place=place, machine=SAMPLE, designs=DESIGNS)


@blueprint.get("/new/<number>")
@allow(Permission.AUDIT)
def new_sample(number: str) -> Any:
    period = last_full_quarter(clock.today(fund().zone))
    days = {"valid_from": period.first.isoformat(), "valid_until": period.last.isoformat()}
    values = {"design": "attribute", "covered": "paid", **days, **request.args}
    return _form(provider_seen(number, actor()), values=values)


@blueprint.post("/new/<number>")
@allow(Permission.AUDIT)
def plan_sample(number: str) -> Any:
    """Show the sizes; or announce, which freezes the frame."""
    provider = provider_seen(number, actor())
    try:
        wanted = Wanted(**load(PlanForm()))
        if request.form.get("act") != "announce":
            return _form(provider, preview=services.preview(provider, wanted, by=actor()))
        row = services.announce(provider, wanted, by=actor())
    except InputErrors as errors:
        return _form(provider, errors=errors)
    first = day_words(row.source_on) if row.source_on else ""
    said = _("Sample %(number)s is announced. It can be drawn from %(day)s on.", number=row.number, day=first)
    return done(url_for(".sample", number=row.number), said)


def _form(
    provider: Provider, *, values: Any = None, errors: InputErrors | None = None, preview: Preview | None = None
) -> Any:
    return page(
        "quality/samples/new.html",
        errors=errors,
        values=values,
        provider=provider,
        preview=preview,
        designs=[(code, *words) for code, words in DESIGNS.items()],
        covered=list(COVERED.items()),
        show=presenters,
    )
