"""What audits of samples upheld: one row per judged line of a year, weighted by how it was drawn (X-07)."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from typing import Any

import polars as pl

from quality.cases import case_frame
from quality.definitions import Indicator
from quality.indicators.records import Records
from quality.periods import ONE_DAY
from quality.sampled import stratum_name
from quality.samples.models import AuditSample, AuditSampleLine
from quality.samples.queries.samples import judged_between
from quality.samples.states import Design


def payment_accuracy(_indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """X-07: of the value a line stands for, what was upheld; a provider's rows weigh as many lines as were judged.

    None while no sample of these days was judged.
    """
    first, last = (
        dt.datetime.combine(day, dt.time(0), records.zone).astimezone(dt.UTC)
        for day in (records.period.first, records.until + ONE_DAY)
    )
    found = [one for one in judged_between(first, last) if one[0].organisation_id in records.providers]
    if not found:
        return None
    looked = Counter((sample.id, line.stratum) for sample, line, _allowed, _error in found)
    stands_for = [line.amount * _weight(sample, line, looked[sample.id, line.stratum]) for sample, line, *_ in found]
    whole, count = defaultdict[int, float](float), Counter[int]()
    for (sample, *_rest), value in zip(found, stands_for, strict=True):
        whole[sample.organisation_id] += value
        count[sample.organisation_id] += 1
    rows = [
        _row(*one, value * count[one[0].organisation_id] / whole[one[0].organisation_id])
        for one, value in zip(found, stands_for, strict=True)
    ]
    return case_frame(pl.DataFrame(rows))


def _weight(sample: AuditSample, line: AuditSampleLine, looked: int) -> float:
    """How many lines of the frame one judged line stands for: 1 ÷ its chance."""
    layer = next(one for one in sample.layers if one.number == line.stratum)
    if layer.is_certain:
        return 1.0
    if sample.design == Design.MONETARY:
        return sample.frame_value / sample.size / line.amount
    return layer.lines / looked


def _stratum(sample: AuditSample, line: AuditSampleLine) -> str:
    layer = next(one for one in sample.layers if one.number == line.stratum)
    is_money = sample.design == Design.MONETARY and not layer.is_certain
    return stratum_name(sample.number, layer.number, layer.value if is_money else layer.lines)


def _row(sample: AuditSample, line: AuditSampleLine, allowed: int, error: str, quantity: float) -> dict[str, Any]:
    upheld = quantity * (min(allowed, line.amount) / line.amount) if line.amount else quantity
    return {
        "organisation_id": sample.organisation_id, "subject_kind": "claim_line", "subject": line.line,
        "is_numerator": upheld > 0, "quantity": quantity, "met": upheld, "stratum": _stratum(sample, line),
        "evidence_on": sample.valid_until, "evidence_kind": "audit", "evidence_reference": sample.number,
        "finding": "" if error == "none" else error, "claim_number": line.claim_number,
        "line_no": int(line.line.rpartition("/")[2]),
    }  # fmt: skip
