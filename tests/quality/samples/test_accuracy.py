"""X-07: the share of the value that audits upheld, by lines weighted as they were drawn."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from quality.indicators.audited import payment_accuracy
from quality.measures import measure
from quality.plan import parse
from tests.quality.builders import ZONE
from tests.quality.samples import builders


def records(organisation):
    year = SimpleNamespace(first=dt.date(2026, 1, 1), last=dt.date(2026, 12, 31))
    return SimpleNamespace(period=year, until=year.last, zone=ZONE, providers={organisation: "P-2026-030"})


@pytest.mark.parametrize("design", ["attribute", "stratified", "monetary"])
def test_the_value_upheld_is_weighted_by_the_chance_of_each_line(app, design):
    organisation = builders.provider()
    row = builders.row(builders.judged(design))
    frame = payment_accuracy(None, records(organisation))
    counted = len([line for line in row.lines if not line.is_spare])
    assert frame.height == counted
    assert frame["quantity"].sum() == pytest.approx(counted)
    (definition,) = [one for one in parse(builders.builders.PLAN).indicators if one.id == "X-07"]
    (result,) = measure(definition, frame)
    if design != "monetary":
        layers = {layer.number: layer for layer in row.layers}
        stands_for = [one.amount * layers[one.stratum].lines / layers[one.stratum].size for one in row.lines[:counted]]
        upheld = [value for place, value in enumerate(stands_for, start=1) if place % 3]
        assert result.value == pytest.approx(sum(upheld) / sum(stands_for))
    assert 0 <= result.interval.lower < result.value < result.interval.upper <= 1


def test_without_a_judged_sample_there_is_no_source(app):
    organisation = builders.provider()
    assert payment_accuracy(None, records(organisation)) is None
    builders.drawn()
    assert payment_accuracy(None, records(organisation)) is None
