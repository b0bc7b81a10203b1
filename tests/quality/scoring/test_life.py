"""A score is told first, contested in its days, reviewed by another person, decided with reasons, then final."""

import datetime as dt

import pytest
from sqlalchemy.exc import IntegrityError

from core import clock
from core.actors import Actor
from core.audit.trail import AuditEntry
from core.db import database_clock, db, unit_of_work
from core.errors import DomainError, Forbidden, InputErrors
from core.outbox import OutboxMessage
from core.roles import Role
from core.states import IllegalStep
from providers.models import Provider
from quality import services
from quality.queries.cases import shown_cases
from quality.scoring import life, limiters, objecting, queries
from quality.scoring.arithmetic import Limiter
from quality.scoring.computing import compute_scores
from quality.scoring.models import QualityScore
from quality.scoring.objecting import Objection, Reviewed, Upload
from tests.quality import builders
from tests.quality.builders import AUDITOR, LATE, PERIOD, number

OTHER = Actor(None, "second", "S. Econd", frozenset({Role.AUDITOR}))
PAPER = Upload(b"%PDF-1.4\n% a register, invented\n%%EOF\n", "register.pdf")
WRONG = Objection("L-01", "data_error", "Our clock stood still on 3 August.", "V-12", (PAPER,))


def manager(organisation_id):
    return Actor(None, "manager", "M. Anager", frozenset({Role.PROVIDER_MANAGER}), organisation_id)


def score_of(fund, place=LATE):
    return queries.score_of(fund[number(place)], PERIOD.name, is_auditor=True)


def at(days):
    return builders.AT + dt.timedelta(days=days)


class moment:  # noqa: N801 - reads as a word in its `with`
    """The clock, the database's clock and one transaction."""

    def __init__(self, days):
        self.stack = (clock.frozen(at(days)), database_clock(lambda: at(days)), unit_of_work())

    def __enter__(self):
        for one in self.stack:
            one.__enter__()

    def __exit__(self, *error):
        for one in reversed(self.stack):
            one.__exit__(*error)


def contested(fund, place=LATE):
    with moment(3):
        objecting.contest(score_of(fund, place), WRONG, by=manager(fund[number(place)]))
    return score_of(fund, place)


def answers(row, outcome):
    return {one.id: Reviewed(outcome, "The clock’s log was read.") for one in row.objections}


def test_nobody_reads_a_score_before_its_provider_was_told(app):
    found = builders.world()
    with clock.frozen(builders.AT), unit_of_work():
        services.compute_period(PERIOD, by=AUDITOR)
        compute_scores(PERIOD, by=AUDITOR)
    one = found[number(LATE)]
    assert queries.score_of(one, PERIOD.name, is_auditor=False) is None
    assert queries.newest_score(one) is None
    with clock.frozen(builders.AT), unit_of_work():
        assert len(life.notify(PERIOD.name, by=AUDITOR)) == builders.PROVIDERS
    assert queries.score_of(one, PERIOD.name, is_auditor=False).contest_until == dt.date(2026, 12, 14)
    letters = db.session.query(OutboxMessage).filter_by(template="score").all()
    assert len(letters) == builders.PROVIDERS
    assert "2026-12-14" in letters[0].arguments["body"]


def test_an_accepted_score_is_final_and_only_its_manager_accepts(fund):
    with pytest.raises(Forbidden), moment(1):
        objecting.accept(score_of(fund), by=manager(fund[number(3)]))
    with moment(1):
        objecting.accept(score_of(fund), by=manager(fund[number(LATE)]))
    assert (score_of(fund).state, score_of(fund).answered_by) == ("final", "manager")


@pytest.mark.parametrize(("days", "is_heard"), [(30, True), (31, False)])
def test_the_last_day_counts_and_the_day_after_does_not(fund, days, is_heard):
    if is_heard:
        with moment(days):
            objecting.contest(score_of(fund), WRONG, by=manager(fund[number(LATE)]))
        return
    with pytest.raises(DomainError) as refused, moment(days):
        objecting.contest(score_of(fund), WRONG, by=manager(fund[number(LATE)]))
    assert refused.value.code == "too_late"


def test_silence_makes_a_score_final_and_a_contested_one_waits(fund):
    contested(fund)
    with moment(30):
        assert life.finalise_due(by=AUDITOR) == 0
    with moment(31):
        assert life.finalise_due(by=AUDITOR) == builders.PROVIDERS - 1
    assert score_of(fund).state == "contested"


def test_an_objection_names_a_line_a_ground_and_what_is_wrong(fund):
    with pytest.raises(InputErrors) as refused, moment(1):
        objecting.contest(score_of(fund), Objection("C-04", "envy", " "), by=manager(fund[number(LATE)]))
    assert [one.where for one in refused.value.problems] == ["indicator", "ground", "statement"]
    row = contested(fund)
    assert row.review_until == dt.date(2026, 11, 17) + dt.timedelta(days=45)
    assert [one.file.filename for one in row.objections[0].files] == ["register.pdf"]


def test_an_objection_names_a_case_of_its_own_line_and_provider(fund):
    """Another provider's and nobody's are refused at their field."""
    by, used = manager(fund[number(LATE)]), {one["indicator"]: one["run"] for one in score_of(fund).components}
    own, strange = (shown_cases(used["L-01"], fund[number(place)], limit=1)[0][0].id for place in (LATE, 3))
    for indicator, reference in (("L-01", "V-9999"), ("L-01", str(strange))):
        with pytest.raises(InputErrors) as refused, moment(2):
            objecting.contest(score_of(fund), Objection(indicator, "data_error", "Wrong.", reference), by=by)
        assert [problem.where for problem in refused.value.problems] == ["case_reference"]
    with moment(2):
        made = objecting.contest(score_of(fund), Objection("L-01", "data_error", "Wrong.", f" {own} "), by=by)
        assert made.case_reference == str(own)


def test_whoever_computed_a_score_neither_reviews_nor_decides(fund):
    row = contested(fund)
    with pytest.raises(Forbidden, match="someone else"), moment(5):
        objecting.review(row, answers(row, "declined"), by=AUDITOR)
    with moment(5):
        objecting.review(row, answers(row, "declined"), by=OTHER)
    with pytest.raises(Forbidden, match="someone else"), moment(6):
        objecting.decide(score_of(fund), "It stands.", by=AUDITOR)
    row = score_of(fund)
    row.reviewed_by = row.created_by
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_a_declined_objection_leaves_the_score_as_it_was_and_makes_it_final(fund):
    row = contested(fund)
    before = row.score
    with moment(5):
        objecting.review(row, answers(row, "declined"), by=OTHER)
    with pytest.raises(InputErrors), moment(6):
        objecting.decide(score_of(fund), " ", by=OTHER)
    with moment(6):
        objecting.decide(score_of(fund), "The log shows the visits.", by=OTHER)
    row = score_of(fund)
    assert (row.state, row.version, row.score, row.decided_by_name) == ("final", 1, before, "S. Econd")


def test_what_is_left_out_makes_a_new_version_told_again_and_keeps_the_old(fund):
    row = contested(fund)
    with moment(5):
        objecting.review(row, answers(row, "left_out"), by=OTHER)
    with moment(6):
        made = objecting.decide(score_of(fund), "The clock stood still: upheld.", by=OTHER)
    new, old = queries.versions(fund[number(LATE)], PERIOD.name, is_auditor=True)
    assert (made.id, new.version, new.state, old.state) == (new.id, 2, "notified", "superseded")
    assert old.objections[0].outcome == "left_out"
    line = next(one for one in new.components if one["indicator"] == "L-01")
    assert (line["value"], line["reason"]) == (None, "left_out")
    assert new.score != old.score
    assert new.cause == "objection to version 1"
    assert sum(row.version == 2 for row in db.session.query(QualityScore)) == 1


def test_a_recount_is_not_upheld_before_the_indicator_was_computed_again(fund):
    row = contested(fund)
    with pytest.raises(InputErrors, match="compute L-01 again"), moment(5):
        objecting.review(row, answers(row, "recounted"), by=OTHER)
    with moment(5):
        services.compute_run("L-01", PERIOD, by=OTHER)
        objecting.review(score_of(fund), answers(row, "recounted"), by=OTHER)


def test_a_step_that_is_not_in_the_table_is_refused_by_service_and_database(fund):
    row = contested(fund)
    with pytest.raises(IllegalStep), moment(5):
        objecting.accept(row, by=manager(fund[number(LATE)]))
    row = score_of(fund)
    row.state, row.final_at = "published", builders.AT
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_published_scores_stand_on_the_providers_record_as_their_mean(fund):
    with moment(40):
        assert len(life.publish(PERIOD.name, by=OTHER)) == builders.PROVIDERS
    provider, row = db.session.get(Provider, fund[number(LATE)]), score_of(fund)
    assert (provider.published_score, provider.record_score, provider.record_periods) == (row.score, row.score, 1)
    acts = {entry.act for entry in db.session.query(AuditEntry).filter_by(stream="quality")}
    assert {"score.computed", "score.notified", "score.final", "score.published"} <= acts


def test_computing_again_leaves_what_is_contested_or_final_alone(fund):
    contested(fund)
    with moment(2):
        objecting.accept(score_of(fund, 3), by=manager(fund[number(3)]))
    provider = db.session.get(Provider, fund[number(4)])
    with moment(4):
        for row in (provider, db.session.get(Provider, fund[number(3)]), db.session.get(Provider, fund[number(LATE)])):
            row.state = "suspended"
    with moment(4):
        made = compute_scores(PERIOD, by=AUDITOR)
    assert [row.organisation_id for row in made] == [fund[number(4)]]
    assert (made[0].score, made[0].version) == (min(made[0].uncapped, 49), 2)
    assert made[0].limiters == [{"limiter": "licence_suspended", "shown_by": number(4)}]


def test_audit_cases_tell_of_an_open_safeguarding_breach(fund, monkeypatch):
    monkeypatch.setattr(limiters, "_sources", {})
    limiters.fill_limiter(Limiter.SAFEGUARDING, lambda wanted, _period: {fund[number(5)]: "K-2026-001-X"})
    with moment(4):
        made = compute_scores(PERIOD, by=AUDITOR)
    assert [row.limiters for row in made] == [[{"limiter": "open_safeguarding_breach", "shown_by": "K-2026-001-X"}]]
