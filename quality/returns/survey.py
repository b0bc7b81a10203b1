"""What members answered, brought in by the fund from whoever asked them; never by the provider that is spoken of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from core import audit, clock
from core.acts import Act
from core.config import fund
from core.db import bulk_insert
from core.errors import InputErrors
from core.imports import Desk, Layout, Outcome, Sender
from core.permissions import Permission
from core.words import _l
from providers.queries import organisations_by_numbers
from quality.names import STREAM
from quality.returns import queries
from quality.returns.models import SurveyAnswer
from quality.returns.plan import returns_on
from quality.returns.reading import LAYOUTS

ITEMS: Final = ("access", "dignity", "same_carer", "told_of_change", "would_recommend")
MODES: Final = ("sms", "ussd", "phone", "paper")
Cells = dict[str, Any]


class AnswerJudge:
    """One row: a provider of ours, an answer that is not there yet, points on the plan's scale."""

    def __init__(self, rows: Sequence[Cells], _organisation_id: int | None) -> None:
        self._own = organisations_by_numbers({row["provider_id"] for row in rows})
        self._known = queries.known_answers({row["code"] for row in rows})
        self._today = clock.today(fund().zone)
        rules = returns_on(self._today)
        self._points = rules.survey.points if rules else 0

    def __call__(self, cells: Cells) -> Cells:
        own = self._own.get(cells["provider_id"])
        if own is None:
            raise InputErrors.at("provider_id", _l("We know no such provider."), cells["provider_id"])
        if (own.id, cells["code"]) in self._known:
            raise InputErrors.at("code", _l("This answer is there already."), cells["code"])
        self._known.add((own.id, cells["code"]))
        if cells["mode"] not in MODES:
            raise InputErrors.at("mode", _l("Write one of %(modes)s.", modes=", ".join(MODES)), cells["mode"])
        if cells["proxy"] not in ("true", "false"):
            raise InputErrors.at("proxy", _l("Write yes or no."), cells["proxy"])
        self._check_day(cells["answered_on"])
        for item in ITEMS:
            if cells[item] is not None and not 1 <= cells[item] <= self._points:
                words = _l("Write points from 1 to %(most)s, or leave it blank.", most=self._points)
                raise InputErrors.at(item, words, cells[item])
        return {"organisation_id": own.id, **cells}

    def _check_day(self, day: dt.date) -> None:
        if day > self._today:
            raise InputErrors.at("answered_on", _l("This day lies in the future."), day.isoformat())


def take(rows: Sequence[Cells], sender: Sender) -> Outcome:
    """Good rows of a file; the trail has their number and root, no answer."""
    kept = [
        {
            "organisation_id": row["organisation_id"], "code": row["code"], "answered_on": row["answered_on"],
            "mode": row["mode"], "is_proxy": row["proxy"] == "true", "age_band": (row["age_band"] or "")[:10],
            "need": (row["need"] or "")[:10], "source": sender.source, **{item: row[item] for item in ITEMS},
        }
        for row in rows
    ]  # fmt: skip
    if kept:
        bulk_insert(SurveyAnswer.__table__, kept)
        leaves = [
            audit.canonical([row["organisation_id"], row["code"], *(row[item] for item in ITEMS)]) for row in kept
        ]
        after = {"answers": len(kept), "merkle_root": audit.merkle_root(leaves).hex()}
        audit.record(STREAM, Act.SURVEY_TAKEN, sender.source, by=sender.by, after=after)
    return Outcome(added=len(kept), rows=len(kept))


DESK: Final = Desk(
    "quality", "QI",
    {
        "touiza-survey": Layout(
            "survey", LAYOUTS["touiza-survey"], AnswerJudge, take, Permission.BRING_IN_SURVEY
        ),
    },
)  # fmt: skip
