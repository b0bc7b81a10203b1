"""Words for what the desk shows: sentences of hits with their figures, subjects, and links to the records behind."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import format_percent

from care.checks import CHECKS
from core.codes import line_names
from core.texts import said
from core.web.filters import day, money
from core.words import _, _l
from quality.desk.models import ScreenHit, ScreenRun
from quality.desk.plan import ACTIONS
from quality.desk.screens import SCREENS
from quality.presenters import number

WARNING = _l(
    "A hit is a reason to look, never a ground for not paying. Each screen keeps its own evidence; there is no score "
    "over all of them."
)
PEOPLE = {"F2", "F3", "F5", "F6", "F7"}
KINDS = {
    "claim": _l("Claim line"),
    "claims": _l("Claims of this service"),
    "visit": _l("Visit"),
    "day": _l("Day"),
    "payment": _l("Payment"),
    "tender": _l("Tender"),
    "act": _l("In the trail"),
    "member": _l("Member"),
}


class Link(NamedTuple):
    """One record behind a hit; `url` empty where no page shows it."""

    kind: str
    text: str
    url: str


def order(code: str) -> tuple[str, int]:
    """D1, D2 … D15, F1 …"""
    return code[0], int(code[1:])


def screen_name(run: ScreenRun) -> str:
    """As the plan called it that night."""
    return said(run.terms["name"])


def screen_unit(run: ScreenRun) -> str:
    return said(run.terms["unit"])


def action(terms: Mapping[str, Any]) -> str:
    return str(ACTIONS[terms["action"]])


def figure(name: str, value: Any) -> str:
    """By the ending of its name: a share, an amount of money, a day; else a number or the text itself."""
    if name.endswith("_share"):
        return str(format_percent(value))
    if name.endswith("_amount"):
        return str(money(value, True))
    if name.endswith("_on"):
        return str(day(dt.date.fromisoformat(value)))
    if isinstance(value, (int, float)):
        return number(value, 0 if value == int(value) else 2 if abs(value) >= 0.1 else 4)
    return str(value)


def sentence(hit: ScreenHit) -> str:
    """What the screen found, with its figures."""
    text = str(SCREENS[hit.run.screen].text)
    figures = {name: figure(name, value) for name, value in hit.figures.items()}
    return re.sub(r"%\((\w+)\)s", lambda found: bare(figures[found[1]]), text)


def bare(text: str) -> str:
    """Without markup: the sentence also stands in files."""
    return re.sub(r"<[^>]+>", "", text)


def subject(hit: ScreenHit, names: Mapping[str, str]) -> str:
    """Who or what is meant beside the provider; empty: the provider itself."""
    screen = hit.run.screen
    if screen in PEOPLE or screen == "F4":
        return " · ".join(names.get(person, person) for person in hit.subject.split())
    if screen in ("D12", "D15"):
        return line_names().get(hit.subject, hit.subject)
    if screen == "F1" and hit.subject:
        return str(_("member %(id)s", id=hit.subject))
    return str(_("worker %(code)s", code=hit.subject)) if hit.subject else ""


def links(evidence: Iterable[Sequence[str]], provider: str) -> list[Link]:
    """References with the page that shows each; `provider` is the public number of the hit's provider."""
    return [Link(str(KINDS[kind]), reference, _url(kind, reference, provider)) for kind, reference in evidence]


def _url(kind: str, reference: str, provider: str) -> str:
    if kind == "claim":
        claim, _slash, line = reference.partition("/")
        return f"/claims/{claim}/lines/{line}" if line else f"/claims/{claim}"
    if kind in ("visit", "day") and provider:
        on, _space, visit = reference.partition(" ")
        return url_for("desk.day", number=provider, day=on, visit=visit or None, _anchor="marked" if visit else None)
    pages = {"payment": "/payments/", "tender": "/tenders/", "member": "/members/"}
    if kind in pages:
        return pages[kind] + reference
    if kind == "act":
        return url_for("trail.index", subject=reference)
    return url_for("quality.provider", number=provider) if provider else ""


def minutes(value: int | None) -> str:
    """Minutes after midnight as a time of day."""
    return "–" if value is None else f"{value // 60:02d}:{value % 60:02d}"


def findings_read(terms: Mapping[str, Any]) -> str:
    """Reasons of claim rules by their code, checks of records by their title."""
    codes = dict.fromkeys(reason.split(":")[0] for reason in terms.get("reasons", ()))
    return ", ".join([*codes, *map(check_title, terms.get("checks", ()))])


def check_title(check: str) -> str:
    return str(CHECKS[check].title) if check in CHECKS else check
