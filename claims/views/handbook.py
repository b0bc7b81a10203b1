"""The staff handbook: read, printed, taken along."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Response, current_app

from claims import facts
from claims.handbook import entries, grants
from claims.handbook.entries import by_room, source_words
from claims.handbook.examples import cases_by_reason
from claims.handbook.paper import Handbook, facts_of, handbook_pdf, markdown, valid_words
from claims.presenters import FIGURES
from claims.views import blueprint
from core import clock, plan
from core.config import fund
from core.documents import in_house_language, letterhead
from core.errors import NotFound
from core.permissions import Permission
from core.web import allow, page
from core.words import _l


def handbook() -> Handbook:
    """Of today: the rules as they stand and the plan in force."""
    today = clock.today(fund().zone)
    cases = cases_by_reason(Path(current_app.root_path) / "tests" / "rules" / "cases")
    benefits = facts.plans()(today) if plan.versions_in_force(facts.PART) else None
    return Handbook(
        fund=fund().name,
        version=benefits.version if benefits else "–",
        on=today,
        entries=entries(FIGURES, fund().currency.exponent, cases),
        grants=grants(benefits, FIGURES) if benefits else [],
        figures=FIGURES,
    )


@blueprint.get("/handbook")
@allow(Permission.READ_PLAN)
def show_handbook() -> Any:
    book = handbook()
    rooms = by_room(book.entries)
    return page(
        "claims/handbook.html",
        book=book,
        rooms=rooms,
        facts_of=facts_of,
        valid_words=valid_words,
        source_words=source_words,
    )


@blueprint.get("/handbook.<kind>")
@allow(Permission.READ_PLAN)
def handbook_file(kind: str) -> Any:
    """As PDF or as Markdown."""
    if kind == "pdf":
        return Response(handbook_paper(), mimetype="application/pdf")
    if kind == "md":
        return Response(markdown(handbook()), mimetype="text/markdown; charset=utf-8")
    raise NotFound(_l("The handbook comes as PDF and as Markdown."))


@in_house_language
def handbook_paper() -> bytes:
    return handbook_pdf(handbook(), letterhead())
