"""Units of the social and solidarity economy, for sets: one statement each, however many and whatever the days."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select

from core.among import among
from core.db import db
from core.organisations import Organisation
from providers.models import SseAssessment
from providers.solidarity import Sse, sse_on


class SseRecords:
    """Legal forms and approved assessments of a set of organisations, asked by day."""

    def __init__(self, organisation_ids: Collection[int]) -> None:
        forms = select(Organisation.id, Organisation.legal_form).where(among(Organisation.id, organisation_ids))
        self._forms = {row.id: row.legal_form for row in db.session.execute(forms)}
        self._rows: dict[int, list[SseAssessment]] = defaultdict(list)
        mine = among(SseAssessment.organisation_id, organisation_ids)
        query = select(SseAssessment).where(SseAssessment.state == "approved", mine)
        for row in db.session.execute(query).scalars():
            self._rows[row.organisation_id].append(row)

    def on(self, organisation_id: int | None, day: dt.date) -> Sse:
        """Who is unknown is no such unit."""
        return sse_on(self._forms.get(organisation_id or 0, ""), self._rows.get(organisation_id or 0, ()), day)


def sse(organisation_id: int | None, on: dt.date) -> Sse:
    """Of one organisation."""
    return SseRecords([organisation_id] if organisation_id else []).on(organisation_id, on)
