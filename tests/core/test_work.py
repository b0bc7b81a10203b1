"""Shards: each once, in their turn, and taken again when their worker is gone."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from core import work
from core.db import db, unit_of_work
from core.work import Shard

GONE = f"{work.this_process().split(' ')[0]} {2**22 + 1}"  # beyond the largest process number of Linux


@pytest.fixture
def done(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the task "note" was called with."""
    found: list[str] = []

    def note(told: dict[str, Any]) -> dict[str, Any]:
        found.append(told["word"])
        return told

    monkeypatch.setitem(work._tasks, "note", note)
    return found


def put(word: str, *, stage: int = 0, run: str = "r") -> None:
    with unit_of_work():
        work.enqueue("note", word, {"word": word}, run=run, stage=stage)


def lease(word: str, holder: str, attempt: int = 1) -> None:
    with unit_of_work():
        values = {"state": "leased", "holder": holder, "attempt": attempt, "lease_until": work.clock.now() + work.LEASE}
        db.session.execute(update(Shard).where(Shard.key == word).values(**values))


def state(word: str) -> tuple[str, int]:
    with unit_of_work():
        return tuple(db.session.execute(select(Shard.state, Shard.attempt).where(Shard.key == word)).one())


def test_a_later_stage_begins_when_the_earlier_one_is_through(done: list[str]) -> None:
    put("second", stage=1)
    put("first")
    put("other", stage=1, run="another")
    lease("first", work.this_process())
    work.run_due()
    assert done == ["other"]
    with unit_of_work():
        db.session.execute(update(Shard).where(Shard.key == "first").values(state="waiting"))
    work.run_due()
    assert done == ["other", "first", "second"]


def test_only_the_named_run_is_done(done: list[str]) -> None:
    put("a", run="one")
    put("b", run="two")
    assert work.run_due(run="two") == 1
    assert done == ["b"]


def test_a_shard_of_a_process_that_is_gone_is_taken_at_once(done: list[str]) -> None:
    put("a")
    lease("a", GONE)
    assert work.run_due() == 1
    assert state("a") == ("done", 2)


@pytest.mark.parametrize(
    "holder", [work.this_process(), "elsewhere 12", "cluster ab12"], ids=["own", "other", "cluster"]
)
def test_a_shard_of_anyone_who_may_still_live_is_left(done: list[str], holder: str) -> None:
    put("a")
    lease("a", holder)
    assert work.run_due() == 0


def test_only_its_holder_may_be_sent_to_a_shard_again(done: list[str]) -> None:
    put("a")
    lease("a", "cluster ab12")
    (shard, _stage), *_rest = _open()
    work.do(shard, "cluster ff00")
    assert done == []
    work.do(shard, "cluster ab12")
    assert done == ["a"]


def _open() -> Any:
    with unit_of_work():
        return work.open_shards("r")


def test_who_lost_the_lease_writes_nothing(done: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def overtaken(_told: dict[str, Any]) -> None:
        work.enqueue("note", "written", {"word": "written"})
        db.session.execute(update(Shard).where(Shard.key == "a").values(attempt=Shard.attempt + 1))

    monkeypatch.setitem(work._tasks, "note", overtaken)
    put("a")
    work.run_due(limit=1)
    with unit_of_work():
        assert db.session.execute(select(Shard.key)).scalars().all() == ["a"]


def test_a_task_that_only_reads_holds_up_no_writer(done: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The database itself keeps it from writing; its result is written when it is through."""

    def writes(_told: dict[str, Any]) -> None:
        work.enqueue("note", "written", {"word": "written"})

    monkeypatch.setattr(work, "_readers", {"note"})
    put("a")
    work.run_due(limit=1)
    assert (state("a"), done) == (("done", 1), ["a"])
    monkeypatch.setitem(work._tasks, "note", writes)
    put("b")
    work.run_due(limit=1)
    with unit_of_work():
        query = select(Shard.key, Shard.state, Shard.error).order_by(Shard.id)
        (_a, (key, now, error)) = db.session.execute(query).all()
    assert (key, now) == ("b", "waiting")
    assert "read" in error


def test_a_shard_that_ends_its_workers_waits_for_a_person(done: list[str]) -> None:
    put("a")
    lease("a", GONE, attempt=work.MAX_ATTEMPTS)
    put("b")
    assert work.run_due() == 1
    assert (state("a")[0], done) == ("poison", ["b"])
    with unit_of_work():
        assert work.failures("r") == ["a: The processes that began it ended before it was done."]
