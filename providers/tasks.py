"""The registration as a list of tasks, each with what is done and what is missing: plain values for the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from core.web.filters import day_words
from core.words import _, ngettext
from providers.models import Accreditation, Authorisation, Provider, Site
from providers.opening_times import week_words
from providers.requirements import checklist, words_of
from providers.services import facts
from providers.services.registration import missing_parts
from providers.states import STAGES


@dataclass(frozen=True, slots=True)
class Task:
    """One row of the task list, as its macro takes it."""

    title: str
    state: str
    word: str
    url: str = ""
    context: str = ""
    is_needed: bool = True


@dataclass(frozen=True, slots=True)
class TaskGroup:
    title: str
    items: list[Task]


def tasks(provider: Provider) -> list[TaskGroup]:
    """Facts, care and sites, documents, sending; a sent registration has no links."""
    number = provider.number
    missing = {problem.where for problem in missing_parts(provider)}
    is_open = provider.state in ("draft", "returned")
    may_prove = is_open or provider.state == "authorised"
    asked = {row.task: row for row in provider.requests if row.answered_at is None}

    def task(title: str, where: str, endpoint: str, context: str) -> Task:
        url = url_for(endpoint, number=number) if is_open or (where == "documents" and may_prove) else ""
        if is_open and (row := asked.get(where)) is not None:
            until = _(" · until %(day)s", day=day_words(row.due_on)) if row.due_on else ""
            return Task(title, "sent_back", _("Sent back"), url, f"{row.text}{until}")
        is_missing = where in missing
        word = _("Not yet started") if is_missing else _("Completed")
        return Task(title, "not_started" if is_missing else "completed", word, url, context)

    places = sum(row.licensed_places for site in provider.sites for row in site.capacities if row.valid_until is None)
    files = ngettext("%(num)s document", "%(num)s documents", len(provider.documents)) if provider.documents else ""
    in_all = _("%(n)s places in all", n=places) if provider.sites else ""
    sites = task(_("Add a site"), "sites", "registration.new_site", in_all)
    rows = [
        row for site in provider.sites for row in (_site_task(provider, site, is_open), _words_task(provider, site))
    ]
    figures = facts.asked(provider.organisation_id, "accreditation")
    return [
        TaskGroup(
            _("Who you are"),
            [
                task(_("Facts about your organisation"), "facts", "registration.facts", provider.organisation.name),
                *([task(_("Staff and governance"), "figures", "providers.facts", "")] if figures else []),
            ],
        ),
        TaskGroup(
            _("What you give"), [task(_("Kinds of care"), "service_lines", "registration.care", ""), *rows, sites]
        ),
        TaskGroup(_("Evidence"), [task(_("Add statutes and licences"), "documents", "registration.documents", files)]),
        TaskGroup(_("Check and send"), [_last(provider, len(missing), is_open)]),
    ]


def stages(provider: Provider, on: dt.date) -> list[TaskGroup]:
    """Authorised, then accredited: what each asks for, what shows it until when, and what lacks; for both sides."""
    return [TaskGroup(_stage_title(provider, stage), _stage(provider, stage, on)) for stage in STAGES]


def _stage(provider: Provider, stage: str, on: dt.date) -> list[Task]:
    rows, is_held = [], bool(_held(provider, stage))
    for check in checklist(provider, stage, on):
        words = _("Shown") if check.is_met else _("Lacks")
        if not check.is_met and check.is_finding:
            words = _("The registrar looks")
        state = "completed" if check.is_met else "waiting" if check.is_finding or is_held else "needs_you"
        rows.append(Task(str(check.requirement.title), state, words, context=words_of(check)))
    return rows


def _stage_title(provider: Provider, stage: str) -> str:
    held = _held(provider, stage)
    if not held:
        return _("To be authorised") if stage == "authorised" else _("To be accredited")
    first = day_words(held[0].valid_from)
    return (
        _("Authorised since %(day)s", day=first) if stage == "authorised" else _("Accredited since %(day)s", day=first)
    )


def _held(provider: Provider, stage: str) -> Sequence[Authorisation | Accreditation]:
    return provider.authorisations if stage == "authorised" else provider.accreditations


def progress(groups: list[TaskGroup]) -> tuple[int, int]:
    """Completed, all; what is optional does not count."""
    items = [item for group in groups for item in group.items if item.is_needed]
    return sum(item.state == "completed" for item in items), len(items)


def _site_task(provider: Provider, site: Site, is_open: bool) -> Task:
    url = url_for("registration.site", number=provider.number, site=site.number) if is_open else ""
    places = sum(row.licensed_places for row in site.capacities if row.valid_until is None)
    words = ngettext("%(district)s, %(num)s place", "%(district)s, %(num)s places", places, district=site.district)
    return Task(site.name, "completed", _("Completed"), url, words)


def _words_task(provider: Provider, site: Site) -> Task:
    """Nobody is held up by it, so an empty one is optional."""
    url = url_for("registration.site_words", number=provider.number, site=site.number)
    title = _("Hours and languages of %(name)s", name=site.name)
    if not site.hours and not site.languages:
        return Task(title, "not_started", _("Optional"), url, _("People find you by them"), is_needed=False)
    open_ = [(row.weekday, row.opens_minute, row.closes_minute) for row in site.hours if row.valid_until is None]
    return Task(title, "completed", _("Completed"), url, week_words(open_), is_needed=False)


def _last(provider: Provider, missing: int, is_open: bool) -> Task:
    if not is_open:
        return Task(_("Check and send"), "completed", _("Sent"))
    if missing:
        words = ngettext("Finish the task above first", "Finish the %(num)s tasks above first", missing)
        return Task(_("Check and send"), "cannot_start", _("Cannot start yet"), "", words)
    return Task(_("Check and send"), "needs_you", _("Ready"), url_for("registration.check", number=provider.number))
