"""Who works for a provider: its own desk writes and reads it, the registrar reads it and leaves a mark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core import clock
from core.config import fund
from core.permissions import Permission
from core.web import actor, allow, page
from core.web.access_log import note_access
from core.web.imports import Entry, ImportPages, RecordForm, Standing
from core.words import _, _l
from providers import queries
from providers.services.people import DESK, name_of, standing_of
from providers.views import register
from providers.views import workers as blueprint
from providers.views.staff_register import visible

WORDS = {"valid": _l("Valid"), "ended": _l("Ended"), "unknown": _l("Not in the register of professionals")}


@register.get("/<number>/people")
@allow(Permission.ACCREDIT_PROVIDER)
def people(number: str) -> Any:
    provider = visible(number)
    found = _people(provider.organisation_id)
    note_access(f"{number} people", people=len(found.rows))
    return page("providers/people.html", provider=provider, found=found)


def _scope() -> int | None:
    return actor().organisation_id or 0


def _sites(organisation_id: int | None) -> Sequence[tuple[str, Any]]:
    numbers = sorted(queries.site_names(organisation_id or 0).items())
    return [("", _("All sites")), *((str(number), name) for number, name in numbers)]


def _people(organisation_id: int | None) -> Standing:
    """Who works there today or later, with how their qualification stands."""
    today = clock.today(fund().zone)
    rows = queries.employments(organisation_id or 0, today)
    spells = queries.professionals({row.number for row in rows})
    told = [(row, *standing_of(spells.get(row.number, ()), today)) for row in rows]
    columns = [_("Name"), _("Register number"), _("Qualification"), _("Valid until"), _("Standing"), _("Site"),
               _("Since"), _("Until")]  # fmt: skip
    return Standing(
        columns,
        [
            (name_of(row), row.number, qualification or "–", until, WORDS[word],
             row.site.name if row.site else _("All sites"), row.valid_from, row.valid_until)
            for row, qualification, until, word in told
        ],
    )  # fmt: skip


FORMS = {
    "people": RecordForm(
        _l("People who work here"),
        _l("Names lie sealed and never stand on a public page. We tell you before a qualification ends."),
        _l("Write who works here"),
        [
            Entry("number", _l("Register number"), _l("As claims name them.")),
            Entry("name", _l("Name")),
            Entry("facility_id", _l("Site"), choices=_sites),
            Entry("valid_from", _l("First day")),
            Entry("valid_until", _l("Last day"), _l("Blank: no end is known.")),
        ],
        _people,
    ),
}
ImportPages(blueprint, DESK, Permission.RUN_SITES, _l("People by file"), _scope, FORMS).add()
