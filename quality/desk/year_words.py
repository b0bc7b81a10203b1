"""Why a provider is visited in the year, or why not: the printed reason with its figures."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.web.filters import day
from core.words import _, _l
from quality.desk.models import AuditPlanChange, PlannedAudit
from quality.desk.presenters import bare

BASES = {
    "rotation": _l("Rotation"),
    "risk": _l("Risk"),
    "random": _l("Chance"),
    "": _l("Not this year"),
}
KINDS = {"complaint": _l("complaint"), "past": _l("last audit")}
"""Reasons without a code of their own."""
CHANGES = {"add": _l("Added"), "drop": _l("Dropped")}


def basis(row: PlannedAudit) -> str:
    return str(BASES[row.basis])


def change(row: AuditPlanChange) -> str:
    return str(CHANGES[row.kind])


def reason(row: PlannedAudit) -> str:
    """One or two sentences; every figure follows from the frozen frame and the public words."""
    figures = row.figures | {"seen_on": day(dt.date.fromisoformat(row.figures["seen_on"]))}
    if row.basis == "rotation":
        return bare(
            _("Due by %(due)s: last seen on %(seen_on)s, and everyone is seen within the years of rotation.", **figures)
        )
    if row.basis == "risk":
        figures["why"] = ", ".join(str(KINDS.get(one, one)) for one in figures["why"].split(","))
        return _("Place %(risk_place)s of %(risk_count)s by reasons: %(why)s.", **figures)
    if row.basis == "random":
        return _("Place %(draw_place)s of %(draw_count)s in the draw of the year.", **row.figures)
    return " ".join([_by_reasons(row.figures), _by_draw(row.figures), _by_rotation(row.figures)])


def _by_reasons(figures: dict[str, Any]) -> str:
    if not figures["risk_place"]:
        return _("No reason was found.")
    return _("Place %(risk_place)s by reasons; the days for risk reached place %(risk_reached)s.", **figures)


def _by_draw(figures: dict[str, Any]) -> str:
    return _("Place %(draw_place)s in the draw; the days left reached place %(draw_reached)s.", **figures)


def _by_rotation(figures: dict[str, Any]) -> str:
    if not figures["rotation_place"]:
        return _("Due by rotation in %(due)s.", **figures)
    return _(
        "Due by rotation since %(due)s at place %(rotation_place)s; the days for rotation reached place "
        "%(rotation_reached)s: more days are needed.",
        **figures,
    )
