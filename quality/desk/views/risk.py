"""The risk list: in a minute an auditor sees who needs a visit, and why."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from core import clock
from core.codes import line_names
from core.config import fund
from core.permissions import Permission
from core.web import allow, page
from quality.desk import presenters, risk
from quality.desk.queries import runs
from quality.desk.views.blueprint import blueprint
from quality.views.blueprint import csv_answer, page_at

PAGE = 20
ASKED = ("line", "reason", "words", "sort")


@blueprint.get("")
@allow(Permission.AUDIT)
def index() -> Any:
    everyone, asked = risk.rows(clock.today(fund().zone)), _asked()
    found = risk.chosen(everyone, **asked)
    due = sum(row.needs_visit for row in found)
    place = page_at(len(found), PAGE)
    shown = sorted(found, key=lambda row: not row.needs_visit)[place.offset : place.offset + PAGE]
    return page(
        "quality/desk/index.html",
        due=[row for row in shown if row.needs_visit],
        others=[row for row in shown if not row.needs_visit],
        counts={"due": due, "others": len(found) - due},
        place=place,
        everyone=everyone,
        visits=sum(row.needs_visit for row in everyone),
        never=sum(row.is_unseen for row in everyone),
        of_fund=sum(run.hits for run in runs.newest_runs() if run.screen.startswith("F")),
        codes=risk.codes(everyone),
        lines=line_names(),
        asked=asked,
        show=presenters,
    )


@blueprint.get("/risks.csv")
@allow(Permission.AUDIT)
def risk_file() -> Response:
    """One row per reason; a provider without any has one row all the same."""
    found = risk.chosen(risk.rows(clock.today(fund().zone)), **_asked())
    head = ("provider", "name", "district", "service_lines", "needs_visit", "reasons", "findings", "benefit_minor")
    rows = (
        (
            row.provider.number,
            row.provider.name,
            row.provider.district,
            " ".join(row.provider.service_lines),
            row.needs_visit,
            row.strong,
            row.findings,
            row.size.benefit,
            row.past.last_on if row.past else None,
            *((reason.kind, reason.code, reason.text) if reason else ("", "", "")),
        )
        for row in found
        for reason in (row.reasons or (None,))
    )
    return csv_answer("risk-list.csv", (*head, "last_audit_on", "kind", "code", "reason"), rows)


def _asked() -> dict[str, str]:
    return {name: request.args.get(name, "").strip()[:60] for name in ASKED}
