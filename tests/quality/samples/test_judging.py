"""Papers, reminders, findings, spares, and the estimate at the end."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from core import clock, issued
from core.db import db, unit_of_work
from core.errors import DomainError, InputErrors, NotFound, TooLarge
from core.outbox import OutboxMessage
from core.roles import Role
from quality.samples import services
from quality.samples.models import SamplePaper, SampleRequest
from quality.samples.queries.lines import lines_of
from quality.samples.services.asking import RECEIPT, may_miss
from tests.accounts import actor_with
from tests.quality.builders import AUDITOR
from tests.quality.samples import builders
from tests.quality.samples.builders import DRAW_AT, PDF, SECOND


@pytest.fixture
def sample(app):
    organisation = builders.provider()
    found = builders.drawn()
    clerk = actor_with(Role.PROVIDER_CLERK, organisation_id=organisation)
    return found, clerk


def send(found, clerk, position=1, sent=((PDF, "book.pdf"),)):
    with clock.frozen(DRAW_AT), unit_of_work():
        return services.send_papers(builders.row(found), position, sent, by=clerk)


def at(days):
    return clock.frozen(DRAW_AT + dt.timedelta(days=days))


def test_papers_of_a_line_get_a_receipt_that_anyone_can_check(sample):
    found, clerk = sample
    first = send(found, clerk)
    second = send(found, clerk, sent=((PDF + b"2", "two.pdf"), (b"\x89PNG\r\n\x1a\n", "photo.png")))
    assert first != second
    assert issued.document_by_code(first).state == "withdrawn"
    assert issued.document_by_code(second).state == "valid"
    assert issued.code_of(RECEIPT, f"{found}/1") == second
    assert db.session.query(SamplePaper).count() == 3


@pytest.mark.parametrize(
    ("sent", "refusal"),
    [
        ((), InputErrors),
        (((b"", "empty.pdf"),), InputErrors),
        (((b"MZ\x90", "book.pdf"),), InputErrors),
        (((PDF + b"0" * 11_000_000, "large.pdf"),), TooLarge),
        (tuple((PDF, f"{n}.pdf") for n in range(21)), InputErrors),
    ],
)
def test_what_is_no_paper_is_refused_and_nothing_is_kept(sample, sent, refusal):
    found, clerk = sample
    with pytest.raises(refusal):
        send(found, clerk, sent=sent)
    assert db.session.query(SamplePaper).count() == 0


def test_no_papers_are_taken_for_a_spare_or_a_line_that_does_not_exist(sample):
    found, clerk = sample
    for position in (52, 999, 0):
        with pytest.raises(NotFound):
            send(found, clerk, position)


def test_missing_papers_are_a_finding_only_after_a_reminder_and_its_days(sample):
    found, clerk = sample
    send(found, clerk, 1)
    say = {"allowed": 0, "error": "no_papers", "evidence": "nothing came", "text": "No papers came."}
    with at(22), pytest.raises(InputErrors, match="after a reminder"), unit_of_work():
        services.find(builders.row(found), 2, by=AUDITOR, **say)
    with at(21):
        assert services.remind_overdue() == 0
    with at(22):
        assert services.remind_overdue() == 50
        assert services.remind_overdue() == 0
        assert not may_miss(builders.row(found), 2)
    with at(30), unit_of_work():
        assert may_miss(builders.row(found), 2)
        services.find(builders.row(found), 2, by=AUDITOR, **say)
    with at(30), pytest.raises(InputErrors), unit_of_work():
        services.find(builders.row(found), 1, by=AUDITOR, **say)
    subjects = [row.arguments["subject"] for row in db.session.query(OutboxMessage).order_by(OutboxMessage.id)]
    assert subjects == [f"Papers are asked for: sample {found}", f"Papers are missing: sample {found}"]


def test_more_time_needs_a_reason_and_a_day_within_the_plan(sample):
    found, clerk = sample
    send(found, clerk, 1)
    due = (DRAW_AT + dt.timedelta(days=21)).date()
    for until, reason, where in (
        (due + dt.timedelta(days=14), " ", "reason"),
        (due, "Flood", "until"),
        (due + dt.timedelta(days=31), "Flood", "until"),
    ):
        with at(1), pytest.raises(InputErrors) as refused, unit_of_work():
            services.extend(builders.row(found), until, reason, by=AUDITOR)
        assert refused.value.problems[0].where == where
    with at(1), unit_of_work():
        assert services.extend(builders.row(found), due + dt.timedelta(days=14), "Flood", by=AUDITOR) == 50
    rows = {row.position: row for row in db.session.query(SampleRequest)}
    assert (rows[1].due_on, rows[2].due_on, rows[2].extension) == (due, due + dt.timedelta(days=14), "Flood")


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"error": "magic"}, "error"),
        ({"error": "none"}, "allowed"),
        ({"allowed": -1}, "allowed"),
        ({"allowed": 10**9}, "allowed"),
        ({"error": "underpaid"}, "allowed"),
        ({"evidence": " "}, "evidence"),
        ({"evidence": "x" * 301}, "evidence"),
        ({"text": ""}, "text"),
    ],
)
def test_a_finding_says_what_how_much_and_what_shows_it(sample, change, where):
    found, _clerk = sample
    say = {"allowed": 0, "error": "not_given", "evidence": "book", "text": "Nobody came.", **change}
    with at(1), pytest.raises(InputErrors) as refused, unit_of_work():
        services.find(builders.row(found), 1, by=AUDITOR, **say)
    assert refused.value.problems[0].where == where


def test_a_spare_takes_the_place_of_a_line_for_a_reason(sample):
    found, _clerk = sample
    with at(1), pytest.raises(InputErrors), unit_of_work():
        services.use_spare(builders.row(found), 3, " ", by=AUDITOR)
    with at(1), unit_of_work():
        spare = services.use_spare(builders.row(found), 3, "The claim was withdrawn.", by=AUDITOR)
    assert (spare.position, spare.replaces) == (52, 3)
    counting = [line.row.position for line in lines_of(builders.row(found)) if line.counts]
    assert len(counting) == 51
    assert 3 not in counting
    assert 52 in counting
    with at(1), pytest.raises(NotFound), unit_of_work():
        services.use_spare(builders.row(found), 3, "Again.", by=AUDITOR)
    with at(1), pytest.raises(NotFound), unit_of_work():
        services.find(builders.row(found), 3, allowed=0, error="other", evidence="x", text="y", by=AUDITOR)


def test_each_tenth_line_needs_a_second_judge_before_the_findings_close(sample):
    found, _clerk = sample
    with at(2):
        builders.judge_lines(found, 4)
    lines = lines_of(builders.row(found))
    assert [line.row.position for line in lines if line.is_second_due] == [10, 20, 30, 40, 50]
    assert all(line.is_judged for line in lines if line.counts)
    assert {finding.found_by for finding in lines[9].findings} == {"auditor", "second"}


def test_findings_do_not_close_while_a_line_or_a_second_judge_is_missing(sample):
    found, _clerk = sample
    with at(2), unit_of_work():
        row = builders.row(found)
        for line in lines_of(row):
            if line.counts:
                say = {"allowed": line.row.amount, "error": "none", "evidence": "", "text": ""}
                services.find(row, line.row.position, by=AUDITOR, **say)
    with at(2), pytest.raises(DomainError, match="5 lines"), unit_of_work():
        services.judge(builders.row(found), by=AUDITOR)


@pytest.mark.parametrize("design", ["attribute", "stratified", "monetary"])
def test_closing_works_the_estimate_out_once(app, design):
    builders.provider()
    found = builders.judged(design)
    row = builders.row(found)
    assert row.state == "judged"
    assert row.recoverable == row.result["amount"]
    assert 0 < row.recoverable <= row.frame_value
    assert row.recoverable >= row.result["errors_found"]
    rules = {"attribute": "minimum_sum", "stratified": "lower_limit", "monetary": "errors_found"}
    assert row.result["rule"] == rules[design]
    with at(31), pytest.raises(DomainError), unit_of_work():
        services.find(row, 1, allowed=0, error="other", evidence="x", text="y", by=SECOND)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_sample SET recoverable = 1",
        "UPDATE audit_sample SET result = '{}'",
        "UPDATE audit_sample SET state = 'drawn', recoverable = NULL",
        "UPDATE sample_finding SET allowed = 1",
        "DELETE FROM sample_finding",
    ],
)
def test_the_database_itself_keeps_findings_and_result(app, statement):
    builders.provider()
    builders.judged()
    with pytest.raises((IntegrityError, OperationalError)), unit_of_work():
        db.session.execute(text(statement))
