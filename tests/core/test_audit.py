"""The audit chain: its published vector, and every way to tamper with it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import text

from core import audit
from core.actors import SYSTEM
from core.acts import Act
from core.db import db, unit_of_work
from tests.tampering import unguarded


def test_the_chain_gives_the_published_vector():
    first = audit.chain(audit.GENESIS, {"event": "published", "seq": 1, "tender": "2026-0001"})
    second = audit.chain(first, {"bid": "B7", "event": "bid_received", "seq": 2})
    assert first.hex().startswith("6b18f0b3fdc3da8a")
    assert second.hex().startswith("9a19f9402e3d41c4")


def test_the_merkle_root_gives_the_published_vector():
    assert audit.merkle_root([b"r1", b"r2", b"r3"]).hex().startswith("1ca39f6bd9316d89")


@pytest.fixture
def three_entries(app):
    with unit_of_work():
        for number in (1, 2, 3):
            audit.record("money", Act.RUN_PREPARED, f"R-{number}", by=SYSTEM, after={"total": "1.000"})


def test_an_untouched_trail_verifies(three_entries):
    assert list(audit.verify()) == []


@pytest.mark.parametrize(
    ("statement", "sequence"),
    [
        ("UPDATE audit_entry SET subject = 'R-9' WHERE sequence = 2", 2),
        ("UPDATE audit_entry SET actor_name = 'someone else' WHERE sequence = 1", 1),
        ("DELETE FROM audit_entry WHERE sequence = 2", 2),
        ("DELETE FROM audit_entry WHERE sequence = 3", 3),
    ],
)
def test_the_first_broken_entry_is_named(three_entries, statement, sequence):
    with unit_of_work(), unguarded(db.session.connection()):
        db.session.execute(text(statement))
    (found,) = audit.verify()
    assert (found.stream, found.sequence) == ("money", sequence)


def test_the_command_fails_and_names_the_place(three_entries, app):
    with unit_of_work(), unguarded(db.session.connection()):
        db.session.execute(text("UPDATE audit_entry SET reason = 'changed' WHERE sequence = 2"))
    result = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert result.exit_code == 1
    assert "money entry 2" in result.output


def test_acts_said_together_are_appended_at_the_end_and_not_at_all_after_an_error(app: Flask) -> None:
    with unit_of_work():
        with audit.together():
            audit.record_all([audit.Said("money-07", Act.PAYABLES_POSTED, "late")], by=SYSTEM)
            with audit.together():
                audit.record_all([audit.Said("claims-07", Act.CLAIM_DECIDED, "later")], by=SYSTEM)
            assert not audit.entries("money-07")
            assert not audit.entries("claims-07")
        with pytest.raises(ZeroDivisionError):
            _fail_after_saying("never")
    assert [entry.subject for entry in audit.entries("money-07")] == ["late"]
    assert [entry.subject for entry in audit.entries("claims-07")] == ["later"]
    assert not list(audit.verify())


def _fail_after_saying(subject: str) -> None:
    with audit.together():
        audit.record_all([audit.Said("money-07", Act.PAYABLES_POSTED, subject)], by=SYSTEM)
        raise ZeroDivisionError


def test_many_acts_chain_as_one_by_one_would_and_cost_a_handful_of_statements(app: Flask) -> None:
    statements: list[str] = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    acts = [audit.Said(f"claims-{n % 64:02d}", Act.CLAIMS_DECIDED, "claims", after={"n": n}) for n in range(200)]
    with unit_of_work():
        audit.record_all(acts, by=SYSTEM)
    assert len(statements) <= 8
    with unit_of_work():
        audit.record("claims-07", Act.CLAIM_DECIDED, "one more", by=SYSTEM)
    assert not list(audit.verify())
    with unit_of_work(), unguarded(db.session.connection()):
        db.session.execute(sa.update(audit.AuditEntry).where(audit.AuditEntry.sequence == 2).values(subject="changed"))
    assert {found.stream for found in audit.verify()} == {f"claims-{n:02d}" for n in range(64)}
