"""What a stage asks of a provider, and what in the register shows it: a checklist of plain values for one day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.web.filters import day_words
from core.words import _, ngettext
from providers.models import Provider, ProviderDocument
from providers.plan import Requirement, plan_on


@dataclass(frozen=True, slots=True)
class Evidence:
    """`text` says where it is seen: file, version, places, a person's words; `valid_until`: None without a last day."""

    text: str
    valid_until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One requirement; without evidence it is not met."""

    requirement: Requirement
    evidence: Evidence | None

    @property
    def is_met(self) -> bool:
        return self.evidence is not None

    @property
    def is_finding(self) -> bool:
        return self.requirement.kind == "finding"


def checklist(provider: Provider, stage: str, on: dt.date, found: Mapping[str, Evidence] | None = None) -> list[Check]:
    """What the plan of the day asks for at the stage; `found`: key of a finding → what the registrar saw just now."""
    rules = plan_on(on)
    asked = rules.asked_for(stage) if rules else []
    return [Check(row, _SHOWN[row.kind](provider, row, on) or (found or {}).get(row.key)) for row in asked]


def newest_paper(provider: Provider, kind: str) -> ProviderDocument | None:
    """The one of its kind that lasts longest."""
    rows = [row for row in provider.documents if row.kind == kind]
    return max(rows, key=lambda row: (row.valid_until or dt.date.max, row.id), default=None)


def lasts(last: dt.date | None, on: dt.date) -> bool:
    return last is None or on <= last


def _paper(provider: Provider, asked: Requirement, on: dt.date) -> Evidence | None:
    row = newest_paper(provider, asked.paper)
    if row is None or not lasts(row.valid_until, on):
        return None
    return Evidence(row.file.filename, row.valid_until)


def _assessment(provider: Provider, _asked: Requirement, on: dt.date) -> Evidence | None:
    row = provider.assessment_on(on)
    if row is None or row.approved_at is None:
        return None
    words = _("Version %(number)s, approved by %(name)s", number=row.version, name=row.approved_by_name)
    return Evidence(words)


def _places(provider: Provider, _asked: Requirement, on: dt.date) -> Evidence | None:
    """Of the kinds of care asked for, at any site; a licence that begins later counts from its first day."""
    asked = {row.service_line for row in provider.service_lines}
    licensed = [row for site in provider.sites for row in site.capacities if row.service_line in asked]
    places = sum(row.licensed_places for row in licensed if lasts(row.valid_until, on))
    return Evidence(ngettext("%(num)s place in all", "%(num)s places in all", places)) if places else None


def _finding(provider: Provider, asked: Requirement, on: dt.date) -> Evidence | None:
    """What was found for it last, while it lasts."""
    rows = [row for row in provider.met if row.key == asked.key and row.is_finding and lasts(row.valid_until, on)]
    return Evidence(rows[-1].evidence, rows[-1].valid_until) if rows else None


_SHOWN: dict[str, Callable[[Provider, Requirement, dt.date], Evidence | None]] = {
    "paper": _paper,
    "assessment": _assessment,
    "places": _places,
    "finding": _finding,
}


def words_of(check: Check) -> str:
    """The evidence with its last day, as the checklist shows it."""
    if check.evidence is None:
        return _("Not shown yet")
    if check.evidence.valid_until is None:
        return check.evidence.text
    return _("%(evidence)s, until %(day)s", evidence=check.evidence.text, day=day_words(check.evidence.valid_until))
