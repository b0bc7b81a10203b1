"""Who needs a visit: one row per provider with every reason, its figure and the way to the cases behind it.

There is no score. Rows are ordered by how many different reasons there are, then by the money at stake; both are said.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from core.texts import said
from core.words import _, ngettext
from quality.audit_cases.states import CLEARING, FINDINGS
from quality.desk import plan, presenters
from quality.desk.models import ScreenHit
from quality.desk.plan import RiskTerms
from quality.desk.queries import risk, runs
from quality.desk.queries.risk import Candidate, Odd, Past, Size
from quality.presenters import number

ALERT, LIST, RULE, COMPLAINT, PAST = "alert", "list", "rule", "complaint", "past"
WATCH, OPEN = "watch", "open"
STRONG = (ALERT, LIST, RULE, COMPLAINT, PAST)
"""Kinds that count as a reason to visit: a watch is only near the limit, an open case is a visit already."""

ORDER = (*STRONG, WATCH, OPEN)
VISIT, NEVER = "visit", "never"
"""Asked for like a reason: who needs a visit, and whom no audit has seen."""


@dataclass(frozen=True, slots=True)
class Reason:
    """`code` and `name` are those of the indicator or screen; `endpoint` and `values` lead to the cases."""

    kind: str
    code: str
    text: str
    endpoint: str
    values: Mapping[str, Any]
    name: str = ""

    @property
    def url(self) -> str:
        return url_for(self.endpoint, **self.values)


@dataclass(frozen=True, slots=True)
class Row:
    provider: Candidate
    reasons: tuple[Reason, ...]
    findings: int
    size: Size
    past: Past | None
    visit_from: int

    @property
    def strong(self) -> int:
        """How many reasons to visit there are."""
        return sum(reason.kind in STRONG for reason in self.reasons)

    @property
    def needs_visit(self) -> bool:
        return self.strong >= self.visit_from or any(reason.kind == ALERT for reason in self.reasons)

    @property
    def is_unseen(self) -> bool:
        """No audit of it has ended, as far as the house knows."""
        return self.past is None or self.past.last_on is None

    @property
    def why(self) -> str:
        """Codes of the reasons to visit, or their kind where they have none; a dash without any."""
        return ",".join(reason.code or reason.kind for reason in self.reasons if reason.kind in STRONG) or "-"

    def of(self, kind: str) -> tuple[Reason, ...]:
        return tuple(reason for reason in self.reasons if reason.kind == kind)

    def has(self, asked: str) -> bool:
        """A kind of reason, a code, VISIT or NEVER."""
        if asked in (VISIT, NEVER):
            return self.needs_visit if asked == VISIT else self.is_unseen
        return any(asked in (one.kind, one.code) for one in self.reasons)


SORTS = {
    "reasons": lambda row: (not row.needs_visit, -row.strong, -row.size.benefit, row.provider.number),
    "findings": lambda row: (-row.findings, row.provider.number),
    "alerts": lambda row: (-len(row.of(ALERT)), -len(row.of(WATCH)), row.provider.number),
    "paid": lambda row: (-row.size.benefit, row.provider.number),
    "visited": lambda row: (row.past.last_on if row.past and row.past.last_on else dt.date.min, row.provider.number),
    "name": lambda row: (row.provider.name, row.provider.number),
}


def rows(today: dt.date) -> list[Row]:
    """Every provider under contract, those with most reasons first."""
    terms, complaints = plan.in_force(today).risk, risk.complaints(today)
    odd, past, sizes = risk.odd_results(), risk.past_audits(), risk.sizes(today)
    hits: dict[int, list[ScreenHit]] = defaultdict(list)
    for hit in runs.current_hits():
        if hit.organisation_id is not None:
            hits[hit.organisation_id].append(hit)
    found = [
        _row(
            one,
            [
                *_indicators(one, odd.get(one.organisation_id, ())),
                *_screens(hits[one.organisation_id], terms),
                *_complaints(complaints.get(one.organisation_id, ())),
            ],
            _refused(hits[one.organisation_id]),
            sizes.get(one.organisation_id, Size(0, 0)),
            past.get(one.organisation_id),
            terms,
        )
        for one in risk.candidates(today)
    ]
    return sorted(found, key=SORTS["reasons"])


def chosen(found: Iterable[Row], *, line: str = "", reason: str = "", words: str = "", sort: str = "") -> list[Row]:
    """The rows of a service line, with a reason of that kind or code, whose name or number holds the words."""
    kept = [
        row
        for row in found
        if (not line or line in row.provider.service_lines)
        and (not reason or row.has(reason))
        and words.casefold() in f"{row.provider.name} {row.provider.number} {row.provider.district}".casefold()
    ]
    return sorted(kept, key=SORTS.get(sort, SORTS["reasons"]))


def codes(found: Iterable[Row]) -> list[tuple[str, str]]:
    """Indicators and screens that anybody has as a reason, with their names."""
    return sorted({(reason.code, reason.name) for row in found for reason in row.reasons if reason.code})


def _row(
    provider: Candidate, found: Sequence[Reason], findings: int, size: Size, past: Past | None, terms: RiskTerms
) -> Row:
    reasons = sorted([*found, *_audits(past)], key=lambda reason: (ORDER.index(reason.kind), reason.code))
    return Row(provider, tuple(reasons), findings, size, past, terms.visit_from)


def _refused(hits: Iterable[ScreenHit]) -> int:
    """Findings of rules and checks."""
    return sum(int(hit.value) for hit in hits if hit.run.terms["action"] in ("reject", "review"))


def _indicators(provider: Candidate, odd: Iterable[Odd]) -> Iterator[Reason]:
    for one in odd:
        name = said(one.name)
        text = _("%(name)s (z %(z)s)", name=name, z=number(one.z, 1))
        where = {"indicator": one.indicator, "period": one.period, "number": provider.number}
        kind = ALERT if one.alert == "alert" else WATCH
        yield Reason(kind, one.indicator, text, "quality.cases", where, name)


def _screens(hits: Iterable[ScreenHit], terms: RiskTerms) -> Iterator[Reason]:
    for hit in hits:
        name, value = presenters.screen_name(hit.run), presenters.figure("", hit.value)
        text = _("%(name)s (%(unit)s: %(value)s)", name=name, value=value, unit=presenters.screen_unit(hit.run))
        where = {"code": hit.run.screen, "ran_on": hit.run.ran_on.isoformat(), "place": hit.place}
        yield Reason(_kind(hit, terms), hit.run.screen, text, "desk.hit", where, name)


def _kind(hit: ScreenHit, terms: RiskTerms) -> str:
    """A list is a reason by itself; what the rules refused already only where it is much; information never is."""
    action = hit.run.terms["action"]
    if action == "list":
        return LIST
    is_much = action != "info" and hit.figures.get("rate", terms.refused_from) >= terms.refused_from
    return RULE if is_much else WATCH


def _complaints(numbers: Sequence[str]) -> Iterator[Reason]:
    if numbers:
        text = ngettext("%(num)s complaint of a member", "%(num)s complaints of members", len(numbers))
        is_one = len(numbers) == 1
        where = {"number": numbers[0]} if is_one else {}
        yield Reason(COMPLAINT, "", text, "grievances.show" if is_one else "grievances.index", where)


def _audits(past: Past | None) -> Iterator[Reason]:
    if past is None:
        return
    for case in past.open_cases:
        yield Reason(OPEN, "", _("Case %(number)s is open", number=case), "quality.audit_case", {"number": case})
    if past.last_finding and past.last_finding not in CLEARING:
        text = _("Last audit: %(finding)s", finding=FINDINGS[past.last_finding])
        yield Reason(PAST, "", text, "quality.audit_case", {"number": past.last_number})
