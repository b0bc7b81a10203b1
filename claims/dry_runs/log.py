"""The line that every dry run leaves: who asked, for which organisation, about which member, for what, when."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import insert

from claims.filed import Filed
from claims.models.dry_runs import DryRun
from core.actors import Actor
from core.db import db


def note(claims: Sequence[Filed], *, by: Actor, at: dt.datetime, is_refused: bool = False) -> None:
    """One row per member and service line, whatever the number of claims; those that got no answer stand there too."""
    asked = Counter((claim.member_id, claim.service_line, claim.is_restricted) for claim in claims)
    if not asked:
        return
    rows = [
        {
            "asked_at": at,
            "asked_by": by.person,
            "organisation_id": by.organisation_id,
            "member_id": member_id,
            "service_line": service_line,
            "claims": count,
            "is_restricted": is_restricted,
            "is_refused": is_refused,
        }
        for (member_id, service_line, is_restricted), count in asked.items()
    ]
    db.session.execute(insert(DryRun), rows)
