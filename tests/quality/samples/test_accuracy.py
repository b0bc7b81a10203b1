"""X-07: the share of the value that audits upheld, by lines weighted as they were drawn."""

from __future__ import annotations

import datetime as dt
from math import sqrt
from statistics import variance
from types import SimpleNamespace

import pytest
from scipy.stats import t

from quality.indicators.audited import payment_accuracy
from quality.measures import measure
from quality.plan import parse
from quality.sampled import share_interval
from quality.statistics.intervals import Interval
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


def test_the_interval_follows_the_strata_of_the_sample(app):
    """Recomputed from the sample: residuals of the ratio by stratum, finite correction, Satterthwaite, Student."""
    organisation = builders.provider()
    row = builders.row(builders.judged("stratified"))
    frame = payment_accuracy(None, records(organisation))
    (definition,) = [one for one in parse(builders.builders.PLAN).indicators if one.id == "X-07"]
    (result,) = measure(definition, frame)
    share, whole, pieces = result.value, 0.0, []
    lines = [line for line in row.lines if not line.is_spare]
    judged = {one["claim_number"]: one for one in frame.iter_rows(named=True)}
    for layer in row.layers:
        own = [line for line in lines if line.stratum == layer.number]
        kept = [judged[line.claim_number] for line in own]
        upheld = [line.amount * one["met"] / one["quantity"] for line, one in zip(own, kept, strict=True)]
        whole += sum(line.amount for line in own) * layer.lines / len(own)
        spread = variance(met - share * line.amount for met, line in zip(upheld, own, strict=True))
        error = layer.lines**2 * (1 - len(own) / layer.lines) * spread / len(own)
        pieces.append((error, len(own) - 1))
    total = sum(error for error, _free in pieces)
    free = total**2 / sum(error**2 / left for error, left in pieces if error)
    half = float(t.ppf(0.975, free)) * sqrt(total) / whole
    assert result.method == "stratified_sample"
    assert result.interval.lower == pytest.approx(share - half)
    assert result.interval.upper == pytest.approx(min(1, share + half))


def test_what_was_looked_at_whole_leaves_nothing_to_chance():
    lines = [("S/1/3", 5.0, 10.0), ("S/1/3", 10.0, 10.0), ("S/1/3", 10.0, 10.0)]
    assert share_interval(lines, 0.95) == Interval(25 / 30, 25 / 30)


def test_lines_that_are_all_alike_promise_no_interval_without_width():
    assert share_interval([("S/1/9", 10.0, 10.0), ("S/1/9", 10.0, 10.0)], 0.95) is None
    assert share_interval([("S/1/9", 5.0, 10.0)], 0.95) is None
