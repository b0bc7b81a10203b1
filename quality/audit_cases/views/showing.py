"""The one page of a case, for each of its readers with what they may do next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request, url_for

from core import clock
from core.actors import Actor
from core.codes import line_names
from core.config import fund
from core.db import database_now
from core.errors import InputErrors, NotFound
from core.money import UnreadableAmount, parse_amount
from core.roles import Role
from core.web import actor, done, page
from core.words import _l
from providers.nearby import Stop, Stranded, left_behind
from quality import presenters
from quality.audit_cases import queries
from quality.audit_cases.models import AuditCase, AuditCaseEntry
from quality.audit_cases.plan import rules_on
from quality.audit_cases.schemas import MOST_RECOMMENDATIONS
from quality.audit_cases.services import Upload
from quality.audit_cases.states import AUDIT_CASE, CLEARING, ENTRIES, FINDINGS, REFERRALS, SOURCES
from quality.desk.screens import SCREENS
from quality.queries import providers, runs
from quality.samples.queries.samples import samples_of_case
from quality.wording import name_of

FUND, PROVIDER, THIRD = "fund", "provider", "third"
NUMBERED = {
    "sample": ("samples.sample", "AS-"),
    "complaint": ("grievances.show", "GR-"),
    "inspection": ("inspections.show", "IN-"),
}
"""What raises a case: the page that shows it by its number, and how such a number begins."""


def side_of(who: Actor) -> str:
    """Who reads: an auditor or inspector, the provider, or the third person who rules on appeals."""
    if who.organisation_id is not None:
        return PROVIDER
    return FUND if who.has(Role.AUDITOR, Role.INSPECTOR) else THIRD


def found(number: str) -> AuditCase:
    """Another provider's case does not exist, nor does one before its provisional finding; a third person's begins
    with the appeal."""
    who = actor()
    row = queries.audit_case(number, who.organisation_id)
    if row is None or (side_of(who) == THIRD and row.appealed_at is None):
        raise NotFound(_l("No audit case has this number."))
    return row


def acted(row: AuditCase, act: Callable[[], Any], words: str) -> Any:
    """Do it and say so, or the page again with what was typed and what is wrong."""
    try:
        act()
    except InputErrors as errors:
        return case_page(row, errors)
    return done(url_for("quality.audit_case", number=row.number), words)


def typed_amount(name: str) -> int:
    """Minor units as typed; 0 where nothing was."""
    typed = request.form.get(name, "").strip()
    if not typed:
        return 0
    try:
        return parse_amount(typed, fund().currency.exponent)
    except UnreadableAmount as error:
        raise InputErrors.at(name, error.message, typed) from error


def uploads(name: str = "evidence") -> list[Upload]:
    return [Upload(file.read(), file.filename) for file in request.files.getlist(name) if file.filename]


def shown_entries(row: AuditCase, side: str) -> list[AuditCaseEntry]:
    """An interview that is not shared is read by the fund alone."""
    return [one for one in row.entries if side == FUND or one.is_shared]


def case_page(row: AuditCase, errors: InputErrors | None = None) -> Any:
    who, now = actor(), database_now()
    side = side_of(who)
    run = runs.current_run(row.indicator, row.period) if row.indicator else None
    samples = samples_of_case(row.number) if side == FUND else ()
    context: dict[str, Any] = {
        "case": row, "side": side, "run": run, "figure": name_of(run) if run else row.indicator,
        "steps": {one.action for one in AUDIT_CASE.actions(row.state, who.roles)},
        "provider": providers.provider_of(row.organisation_id),
        "samples": samples, "judged_choices": [(one.number, one.number) for one in samples if one.state == "judged"],
        "entries": shown_entries(row, side),
        "findings": FINDINGS, "clearing": [(code, FINDINGS[code]) for code in CLEARING], "sources": SOURCES,
        "kinds": list(ENTRIES.items()), "kind_words": ENTRIES, "referrals": REFERRALS,
        "show": presenters, "has_concluded": who.person == row.concluded_by,
        "had_part": who.person in {row.opened_by, row.concluded_by, row.decided_by},
        "may_reply": row.state == "provisional" and row.reply_due_at is not None and now <= row.reply_due_at,
        "is_final": row.is_final(now),
        "is_open_to_appeal": _is_open_to_appeal(row, now),
        "places": range(1, MOST_RECOMMENDATIONS + 1),
        "most_instalments": rules_on(clock.today(fund().zone)).most_instalments,
        "stranded": _stranded(row, side),
        "lines": line_names(),
        "raised_at": _raised_at(row) if who.has(Role.AUDITOR) else "",
    }  # fmt: skip
    return page("quality/audit_cases/case.html", errors=errors, **context)


def _raised_at(row: AuditCase) -> str:
    """The page of what raised the case; its reference is typed by hand, so only what looks like a number has one."""
    reference, _space, night = row.source_reference.partition(" ")
    if row.source == "screen":
        return url_for("desk.screen", code=reference, on=night or None) if reference in SCREENS else ""
    endpoint, beginning = NUMBERED.get(row.source, ("", "?"))
    return url_for(endpoint, number=reference) if reference.startswith(beginning) else ""


def _is_open_to_appeal(row: AuditCase, now: Any) -> bool:
    is_in_time = row.appeal_due_at is not None and now <= row.appeal_due_at
    return row.state == "decided" and is_in_time and row.accepted_at is None and row.appealed_at is None


def _stranded(row: AuditCase, side: str) -> Stranded | None:
    """Whom it may touch if money is taken back; asked while nothing is decided."""
    if side != FUND or row.state not in ("opened", "provisional", "replied"):
        return None
    return left_behind([Stop(row.organisation_id, clock.today(fund().zone))], actor())[0]
