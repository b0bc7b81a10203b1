"""The draw: the same for everybody, whatever the order of input; and only after the words came out."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from core import clock
from core.db import db, unit_of_work
from core.errors import DomainError, InputErrors
from core.outbox import OutboxMessage
from core.states import IllegalStep
from quality.samples import drawing, services, strata
from quality.samples.models import AuditSample, SampleRequest
from quality.samples.services.selecting import is_repeated
from quality.viewers import provider_seen
from tests.quality.builders import AT, AUDITOR, number
from tests.quality.samples import builders
from tests.quality.samples.builders import DRAW_AT, PLACE, SOURCE_ON, WORDS

lines = st.dictionaries(
    st.text("abcdef0123456789", min_size=4, max_size=8), st.integers(0, 10**6), min_size=1, max_size=60
)


@given(lines, st.integers(1, 40), st.randoms(use_true_random=False))
def test_the_order_of_input_changes_nothing(frame, size, random):
    rows = list(frame.items())
    shuffled = random.sample(rows, len(rows))
    one, other = drawing.freeze(rows), drawing.freeze(shuffled)
    assert one == other == drawing.thaw(one.text)
    layers = strata.layers([amount for _, amount in rows], size, 3, 0.2, (3, 2), None)
    seed = drawing.seed_of(one.digest, "words")
    first = drawing.draw(one, seed, layers)
    assert first == drawing.draw(other, seed, layers)
    assert len({row.line for row in first}) == len(first)
    assert sum(not row.is_spare for row in first) == sum(layer.size for layer in layers)


def test_other_words_draw_other_lines():
    frame = drawing.freeze((f"{place:04d}", 5) for place in range(500))
    layer = [drawing.whole(500, 2500, 30, 6)]
    drawn = [drawing.draw(frame, drawing.seed_of(frame.digest, words), layer) for words in ("4 8 15", "4 8 16")]
    assert drawn[0] != drawn[1]


@pytest.mark.parametrize("design", ["attribute", "stratified", "monetary"])
def test_a_sample_is_frozen_announced_and_drawn_by_the_words_alone(app, design):
    builders.provider()
    row = builders.row(builders.drawn(design))
    assert row.state == "drawn"
    assert row.frame_hash == hashlib.sha256(row.frame.encode()).hexdigest()
    assert row.seed == hashlib.sha256((row.frame_hash + WORDS).encode()).hexdigest()
    assert is_repeated(row)
    assert row.frame_size == 200 == len(row.frame.splitlines()) == len(row.frame_lines.splitlines())
    for line in row.lines:
        assert line.mark == hashlib.sha256((row.frame_key + line.line).encode()).hexdigest()


def test_a_simple_sample_takes_the_first_lines_by_their_hash(app):
    builders.provider()
    row = builders.row(builders.drawn())
    marks = [line.rsplit(" ", 1)[0] for line in row.frame.splitlines()]
    order = sorted(marks, key=lambda mark: hashlib.sha256((row.seed + mark).encode()).hexdigest())
    assert row.size == 51
    assert [line.mark for line in row.lines] == order[:62]
    assert [line.is_spare for line in row.lines] == [False] * 51 + [True] * 11
    assert db.session.query(SampleRequest).count() == 51
    assert "Papers are asked for" in db.session.query(OutboxMessage).one().arguments["subject"]


def test_the_largest_lines_of_a_stratified_sample_are_all_drawn(app):
    builders.provider()
    row = builders.row(builders.drawn("stratified"))
    (certain,) = [layer for layer in row.layers if layer.is_certain]
    large = [line for line in row.lines if line.stratum == certain.number]
    assert len(large) == certain.lines == certain.size
    assert sum(layer.lines for layer in row.layers) == row.frame_size


def test_nothing_is_drawn_before_the_words_come_out(app):
    builders.provider()
    found = builders.announced()
    with (
        clock.frozen(AT + dt.timedelta(days=1)),
        pytest.raises(DomainError, match="come out on 16 November 2026"),
        unit_of_work(),
    ):
        services.draw(builders.row(found), WORDS, by=AUDITOR)
    with clock.frozen(DRAW_AT), pytest.raises(InputErrors, match="exactly"), unit_of_work():
        services.draw(builders.row(found), "  ", by=AUDITOR)


def test_a_sample_is_drawn_once(app):
    builders.provider()
    found = builders.drawn()
    with clock.frozen(DRAW_AT), pytest.raises(IllegalStep), unit_of_work():
        services.draw(builders.row(found), "other words", by=AUDITOR)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_sample SET frame = 'x 1'",
        "UPDATE audit_sample SET size = 3",
        "UPDATE audit_sample SET source = 'other'",
        "UPDATE audit_sample SET words = 'other'",
        "UPDATE audit_sample_line SET amount = 1",
        "DELETE FROM audit_sample_line",
        "UPDATE audit_sample SET state = 'announced'",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_frozen_and_drawn(app, statement):
    builders.provider()
    builders.drawn()
    with pytest.raises((IntegrityError, OperationalError)), unit_of_work():
        db.session.execute(text(statement))


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"source": "dice"}, "source"),
        ({"source_on": AT.date()}, "source_on"),
        ({"source_on": None}, "source_on"),
        ({"covered": "none"}, "covered"),
        ({"design": "guess"}, "design"),
        ({"design": "variable"}, "variation"),
    ],
)
def test_an_announcement_that_proves_nothing_is_refused(app, more, where):
    builders.provider()
    values = {"design": "attribute", **more}
    with clock.frozen(AT), pytest.raises(InputErrors) as refused, unit_of_work():
        services.announce(provider_seen(number(PLACE), AUDITOR), builders.wanted(**values), by=AUDITOR)
    assert refused.value.problems[0].where == where
    assert db.session.query(AuditSample).count() == 0


def test_a_dropped_sample_keeps_its_reason_and_is_never_drawn(app):
    builders.provider()
    found = builders.announced()
    with clock.frozen(DRAW_AT), unit_of_work():
        services.drop(builders.row(found), "The days were wrong.", by=AUDITOR)
    with clock.frozen(DRAW_AT), pytest.raises(IllegalStep), unit_of_work():
        services.draw(builders.row(found), WORDS, by=AUDITOR)
    assert builders.row(found).reason == "The days were wrong."
    with pytest.raises(InputErrors), unit_of_work():
        services.drop(builders.row(builders.announced()), " ", by=AUDITOR)


def test_a_fund_whose_plan_says_nothing_about_samples_is_told_so(app):
    from tests.quality import builders as rooms

    with unit_of_work():
        rooms._catalogue()
        rooms._cooperative(PLACE)
    with clock.frozen(AT), pytest.raises(DomainError, match="Samples of claim lines"):
        services.preview(provider_seen(number(PLACE), AUDITOR), builders.wanted(), by=AUDITOR)


def test_the_sizes_are_shown_before_anything_is_kept(app):
    builders.provider()
    with clock.frozen(AT):
        found = {
            design: services.preview(provider_seen(number(PLACE), AUDITOR), builders.wanted(design, **more), by=AUDITOR)
            for design, more in (
                ("attribute", {}), ("variable", {"variation": 1.5}), ("stratified", {}), ("monetary", {}),
            )
        }  # fmt: skip
    assert found["attribute"].size == 51
    assert found["attribute"].precision == pytest.approx(0.0997, abs=0.0005)
    assert found["variable"].size == 66
    assert found["variable"].precision <= 0.25
    assert found["monetary"].precision is None
    assert 0 < found["stratified"].precision < 0.2
    assert db.session.query(AuditSample).count() == 0
    assert AT.date() < SOURCE_ON
