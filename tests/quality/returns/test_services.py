"""Returns: asked once, filled by rows or from the record, sent under a name, judged by another, corrected anew."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy.exc import DBAPIError

from core.actors import Actor
from core.audit import AuditEntry
from core.db import database_clock, db, unit_of_work
from core.errors import Conflict, Forbidden, InputErrors
from core.outbox import OutboxMessage
from core.roles import Role
from core.states import IllegalStep
from providers.models import FactUse, OrganisationFact
from providers.services.facts import Source, Statement, state
from quality.returns import reading, services
from quality.returns.models import QualityReturn
from quality.returns.services.asking import end_of
from quality.returns.services.judging import over_claimed
from quality.returns.standing import asked_in, tag_of, why_not
from quality.scoring.settlement import VerificationTerms
from tests.quality.returns import builders
from tests.quality.returns.builders import AUDITOR, JANUARY, OCTOBER, at, desk, fill, newest, return_of, send, verify

INSPECTOR = Actor(None, "inspector", "I. Nspector", frozenset({Role.INSPECTOR}))
TERMS = VerificationTerms()


@pytest.fixture
def house(app):
    found = builders.house()
    builders.ask()
    return found


def asked(organisation_id: int) -> set[str]:
    rows = db.session.query(QualityReturn).filter_by(organisation_id=organisation_id)
    return {row.indicator for row in rows}


def test_a_quarter_asks_the_nursery_more_and_the_year_asks_all(house):
    assert asked(house[1]) == {"X-02"}
    assert asked(house[3]) == {"C-02", "C-07", "X-02"}
    assert builders.ask(JANUARY) == 2 + 3 * 5
    assert asked(house[1]) == {"X-01", "X-02", "X-04", "X-05", "X-06"}


def test_asking_twice_asks_for_nothing_new(house):
    assert builders.ask() == 0


def test_the_provider_is_told_once_for_all_its_returns(house):
    mails = db.session.query(OutboxMessage).filter_by(template="returns/asked").all()
    assert {mail.organisation_id: mail.arguments["subject"][:9] for mail in mails} == {
        house[1]: "1 return ", house[2]: "1 return ", house[3]: "3 returns",
    }  # fmt: skip


def test_who_has_no_contract_in_the_period_is_not_asked(app):
    builders.house()
    assert builders.ask(dt.datetime(2026, 1, 5, 9, 0, tzinfo=dt.UTC)) == 0


def test_the_totals_are_those_of_the_rows(house):
    number = fill(house[3], "C-02")
    send(number)
    row = newest(number)
    assert (row.state, row.numerator, row.denominator) == ("sent", 500, 800)
    assert all(one.is_sampled for one in row.rows)


def test_the_same_code_again_writes_the_row_anew(house):
    number = fill(house[3], "C-02")
    fill(house[3], "C-02", b"worker,hours,counted_hours,reference\nW-2,300,120,C-9\n")
    assert [(one.subject, one.part) for one in newest(number).rows] == [("W-1", 400), ("W-2", 120), ("W-3", 100)]
    assert len(newest(number).papers) == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Amira Ben Salah,10,10,C-1", "Never write a person’s name"),
        ("W-9,10,11,C-1", "at most all count"),
        ("W-9,10,5,", "number of the certificate"),
        ("W-9,0,0,", "above 0"),
        ("W-9,9000.5,0,", "below 9,000"),
        ("W-9,ten,0,", "not a quantity"),
    ],
)
def test_a_row_that_cannot_be_right_says_why(house, line, said):
    row = return_of(house[3], "C-02")
    content = f"worker,hours,counted_hours,reference\nW-1,8,8,C-1\n{line}\n".encode()
    report = reading.read_rows(content, "rows.csv", row, *asked_in(row))
    assert [one.subject for one in report.values] == ["W-1"]
    assert said in report.wrong[0].sentence
    assert report.wrong[0].number == 3


def test_a_code_stands_once_in_a_file(house):
    row = return_of(house[3], "C-02")
    content = b"worker,hours,counted_hours,reference\nW-1,8,8,C-1\nW-1,9,9,C-1\n"
    assert "further up" in reading.read_rows(content, "rows.csv", row, *asked_in(row)).wrong[0].sentence


def test_nothing_is_sent_without_a_name_a_paper_and_a_row(house):
    row = return_of(house[3], "C-02")
    with pytest.raises(InputErrors) as refused, at(OCTOBER):
        services.send(row, *asked_in(row), name="", note="", by=desk(house[3]))
    assert {one.where for one in refused.value.problems} == {"name", "paper", "file"}


def test_no_incident_is_an_answer_too(house):
    with at(OCTOBER), unit_of_work():
        services.attach(return_of(house[3], "C-07"), builders.PAPER, by=desk(house[3]))
    send(return_of(house[3], "C-07").number)
    assert return_of(house[3], "C-07").numerator == 0


def test_what_was_sent_stays_as_it_was_sent(house):
    number = fill(house[3], "C-02")
    send(number)
    with pytest.raises(Conflict):
        services.put_rows(newest(number), [], by=desk(house[3]))
    with pytest.raises(DBAPIError):
        db.session.execute(db.update(QualityReturn).where(QualityReturn.number == number).values(numerator=800))


def test_another_provider_fills_nothing(house):
    row = return_of(house[3], "C-02")
    for act in (
        lambda: services.put_rows(row, [], by=desk(house[1])),
        lambda: services.attach(row, builders.PAPER, by=desk(house[1])),
        lambda: services.send(row, *asked_in(row), name="Not Us", note="", by=desk(house[1])),
    ):
        with pytest.raises(Forbidden):
            act()


def test_a_provider_judges_no_return_and_nobody_the_own(house):
    number = fill(house[3], "C-02")
    send(number)
    with pytest.raises(Forbidden):
        verify(number, by=desk(house[1], Role.PROVIDER_MANAGER))
    with pytest.raises(Forbidden):
        verify(number, by=Actor(None, f"clerk-{house[3]}", "Same person", frozenset({Role.AUDITOR})))
    verify(number, by=INSPECTOR)
    assert newest(number).counts


def test_the_last_microsecond_of_the_last_day_is_in_time(house):
    number = fill(house[3], "C-02")
    due = newest(number).due_at
    assert due == end_of(dt.date(2026, 11, 4))
    send(number, due)
    verify(number)
    assert newest(number).counts


def test_one_microsecond_later_does_not_count_unless_an_auditor_says_why(house):
    number = fill(house[3], "C-02")
    late = newest(number).due_at + dt.timedelta(microseconds=1)
    send(number, late)
    verify(number, excused="")
    assert (newest(number).counts, why_not(newest(number), late)) == (False, "late")
    with at(late), unit_of_work():
        services.correct(newest(number), asked_in(newest(number))[1], reason="Again.", by=desk(house[3]))
    assert newest(number).due_at < late
    send(number, late)
    verify(number, excused="The storm of October.")
    assert newest(number).counts


def test_nobody_excuses_what_was_in_time(house):
    number = fill(house[3], "C-02")
    send(number)
    verify(number, excused="Out of kindness.")
    assert newest(number).excused == ""


def test_what_the_papers_show_takes_the_place_of_what_was_said_and_over_claims_are_cut(house):
    number = fill(house[3], "C-02")
    send(number)
    verify(number, {"W-1": Decimal(300)})
    row = newest(number)
    assert (row.verified_numerator, row.verified_denominator) == (400, 800)
    assert row.deduction == Decimal("0.2")  # D = 100/400 = .25: 2 × (.25 − .05) = .4, at most .2


@pytest.mark.parametrize(
    ("verified", "paid"), [(1000, "1000"), (960, "960"), (952, "951.20"), (900, "790"), (700, "560"), (0, "0")]
)
def test_the_deduction_is_that_of_the_quality_note(verified, paid):
    share = over_claimed(Fraction(1000), Fraction(verified), TERMS)
    found = verified * (1 - share)
    assert Decimal(round(found * 100)) / 100 == Decimal(paid)


def test_who_claimed_too_little_loses_nothing():
    assert over_claimed(Fraction(700), Fraction(1000), TERMS) == 0


@pytest.mark.parametrize(
    ("seen", "said"),
    [({"W-1": Decimal(401)}, "more hours"), ({"W-1": Decimal(-1)}, "below 0"), ({"W-8": Decimal(1)}, "not in the")],
)
def test_a_judge_sees_no_more_than_there_is(house, seen, said):
    number = fill(house[3], "C-02")
    send(number)
    with pytest.raises(InputErrors, match=said):
        verify(number, seen)


def test_a_return_sent_back_is_corrected_in_a_new_version_and_the_old_one_stays(house):
    number = fill(house[3], "C-02")
    send(number)
    with at(OCTOBER), unit_of_work():
        services.send_back(newest(number), decision="The certificate of W-3 is of another person.", by=AUDITOR)
    first = newest(number)
    with at(OCTOBER), unit_of_work():
        services.correct(first, asked_in(first)[1], reason="W-3 has none.", by=desk(house[3]))
    second = newest(number)
    assert (second.version, second.state, len(second.rows), len(second.papers)) == (2, "draft", 3, 1)
    fill(house[3], "C-02", b"worker,hours,counted_hours,reference\nW-3,100,0,\n")
    send(number)
    verify(number)
    states = {row.version: row.state for row in db.session.query(QualityReturn).filter_by(number=number)}
    assert states == {1: "replaced", 2: "verified"}
    assert newest(number).numerator == 400


def test_what_is_verified_counts_until_its_correction_is_verified(house):
    number = fill(house[3], "C-02")
    send(number)
    verify(number)
    with at(OCTOBER), unit_of_work():
        services.correct(newest(number), asked_in(newest(number))[1], reason="A row more.", by=desk(house[3]))
    states = [row.state for row in db.session.query(QualityReturn).filter_by(number=number).order_by("version")]
    assert states == ["verified", "draft"]
    with pytest.raises(Conflict), at(OCTOBER):
        services.correct(newest(number), asked_in(newest(number))[1], reason="Again.", by=desk(house[3]))


def test_a_step_that_is_not_in_the_table_is_refused_by_the_service_and_by_the_database(house):
    number = fill(house[3], "C-02")
    with pytest.raises(IllegalStep), at(OCTOBER):
        services.reject(newest(number), decision="Too early.", by=AUDITOR)
    with pytest.raises(DBAPIError):
        db.session.execute(db.update(QualityReturn).where(QualityReturn.number == number).values(state="verified"))


def test_a_refusal_needs_its_reason(house):
    number = fill(house[3], "C-02")
    send(number)
    with pytest.raises(InputErrors):
        services.reject(newest(number), decision=" ", by=AUDITOR)


def test_reminders_come_before_and_after_the_last_day_and_then_stop(house):
    days = [dt.date(2026, 10, day) for day in (20, 24, 24, 30, 31)] + [dt.date(2026, 11, day) for day in (7, 14, 21)]
    sent = []
    for day in days:
        with at(dt.datetime.combine(day, dt.time(9), dt.UTC)), unit_of_work():
            sent.append(services.remind(day, by=AUDITOR))
    assert sent == [0, 0, 0, 5, 0, 5, 5, 0]
    assert db.session.query(OutboxMessage).filter_by(template="returns/reminder").count() == 9


def test_a_figure_on_record_is_confirmed_and_not_asked_again(house):
    builders.ask(JANUARY)
    row, by = return_of(house[1], "X-05"), desk(house[1])
    day = dt.date(2026, 6, 20)
    with at(JANUARY), unit_of_work():
        said = [
            Statement("entitled_to_vote", Decimal(80), day, "register"),
            Statement("voted", Decimal(24), day, "p. 2"),
        ]
        state(row.organisation, said, source=Source("own"), by=by)
    asked_row, _rules = asked_in(row)
    with at(JANUARY), unit_of_work():
        services.keep_figures(row, asked_row, {"voted": "24", "entitled_to_vote": "80"}, "", by=by)
    assert db.session.query(FactUse).filter_by(source="return", reference=row.number).count() == 2
    assert db.session.query(OrganisationFact).count() == 2
    assert {one.subject: one.whole for one in newest(row.number).rows} == {"voted": 24, "entitled_to_vote": 80}


def test_another_figure_goes_on_record_with_what_proves_it(house):
    builders.ask(JANUARY)
    row, by = return_of(house[1], "X-05"), desk(house[1])
    asked_row, _rules = asked_in(row)
    typed = {"voted": "24", "entitled_to_vote": "80"}
    with pytest.raises(InputErrors) as refused, at(JANUARY):
        services.keep_figures(row, asked_row, typed, "", by=by)
    assert [one.where for one in refused.value.problems] == ["evidence"]
    with at(JANUARY), unit_of_work():
        services.keep_figures(row, asked_row, typed, "Minutes of 20 June, page 2", by=by)
    held = db.session.query(OrganisationFact).all()
    assert {(one.code, one.figure, one.source, one.reference) for one in held} == {
        ("voted", 24, "return", row.number), ("entitled_to_vote", 80, "return", row.number),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"voted": "81", "entitled_to_vote": "80"}, "voted"),
        ({"voted": "-1", "entitled_to_vote": "80"}, "voted"),
        ({"voted": "24"}, "entitled_to_vote"),
        ({"voted": "many", "entitled_to_vote": "80"}, "voted"),
        ({"voted": "2.5", "entitled_to_vote": "80"}, "voted"),
    ],
)
def test_figures_that_cannot_be_right_are_refused_at_their_field(house, typed, field):
    builders.ask(JANUARY)
    row = return_of(house[1], "X-05")
    with pytest.raises(InputErrors) as refused, at(JANUARY):
        services.keep_figures(row, asked_in(row)[0], typed, "Minutes", by=desk(house[1]))
    assert field in {one.where for one in refused.value.problems}


def test_every_act_stands_in_the_trail(house):
    number = fill(house[3], "C-02")
    send(number)
    verify(number)
    acts = [row.act for row in db.session.query(AuditEntry).filter_by(subject=number).order_by(AuditEntry.id)]
    assert acts == ["return.sent", "return.verified"]


def test_the_database_says_when_a_return_came_whatever_the_clock_of_the_process(house):
    number = fill(house[3], "C-02")
    late = newest(number).due_at + dt.timedelta(microseconds=1)
    with at(OCTOBER), database_clock(lambda: late), unit_of_work():
        row = newest(number)
        services.send(row, *asked_in(row), name="Nadia Zerbay", note="", by=desk(house[3]))
    assert (newest(number).sent_at, newest(number).is_late) == (late, True)


def test_a_draft_past_its_day_is_late(house):
    row = return_of(house[3], "C-02")
    assert tag_of(row, OCTOBER)[0] == "draft"
    assert tag_of(row, row.due_at + dt.timedelta(microseconds=1)) == ("needs_you", "Late")
    assert why_not(row, OCTOBER) == "awaited"
