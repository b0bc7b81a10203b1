"""Hospital stays with what the hospital said of them."""

from __future__ import annotations

import datetime as dt

import polars as pl
from sqlalchemy import select

from care.models import Stay
from care.queries.hidden import known_stays
from core.actors import SYSTEM
from quality.queries.records.stood import stood, touching


def stays(first: dt.date, last: dt.date, at: dt.datetime, *, with_restricted: bool = False) -> pl.DataFrame:
    """member_id, reference, admitted_on, discharged_on, diagnosis, discharge_group, admission, discharged_to.

    Those that touch these days; else of nobody who is known there for a restricted service.
    """
    query = select(
        Stay.kind,
        Stay.member_id,
        Stay.reference,
        Stay.admitted_on,
        Stay.discharged_on,
        Stay.diagnosis,
        Stay.discharge_group,
        Stay.admission,
        Stay.discharged_to,
    )
    if not with_restricted:
        query = query.where(*known_stays(SYSTEM))
    known = stood(query, Stay, touching(Stay.admitted_on, Stay.discharged_on, first, last), at)
    return known.filter(pl.col("kind") == "hospital").drop("kind")
