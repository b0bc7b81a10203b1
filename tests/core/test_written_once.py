"""What was done, decided and posted cannot be changed, not even by a statement past the house."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core import audit, written_once
from core.actors import SYSTEM
from core.acts import Act
from core.db import db, unit_of_work
from core.events import publish


def test_the_trail_the_events_the_ledger_and_the_decisions_are_written_once(app):
    kept = {"audit_entry", "event", "journal", "posting", "claim_decision", "line_decision"}
    kept |= {"audit_case_entry", "audit_plan_change", "planned_audit", "fund_scorecard", "screen_hit", "screen_run"}
    kept |= {"audit_sample_line", "sample_finding", "sample_paper", "sample_spare", "survey_answer"}
    kept |= {"organisation_fact", "fact_verification", "fact_use", "funding_line", "funding_part", "funding_share"}
    kept |= {"contract_score"}
    assert {table.name for table in written_once.tables(db.metadata)} == kept


@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}"], ids=["update", "delete"])
@pytest.mark.parametrize(("table", "column"), [("audit_entry", "sequence"), ("event", "subject")])
def test_the_database_refuses_to_change_it(app, statement, table, column):
    with unit_of_work():
        audit.record("money", Act.RUN_PREPARED, "R-1", by=SYSTEM)
        publish("cover.corrected", "M-1", effective_from=dt.date(2026, 11, 1))
    with pytest.raises(DBAPIError, match="is written once"), unit_of_work():
        db.session.execute(text(statement.format(table, column, column)))
    with unit_of_work():
        assert db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 1
