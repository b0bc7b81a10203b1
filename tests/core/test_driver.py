"""Statements straight to the driver: gathered or not, they say, refuse and forget as SQLAlchemy's own do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DataError, IntegrityError

from core import pool, rows
from core.among import among
from core.db import db, gathered, insert_rows
from core.db import unit_of_work as transaction

WORDS = sa.Table("words", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("word", sa.Text))
BY_WORD = rows.Prepared(sa.select(WORDS.c.id).where(among(WORDS.c.word, "words")).order_by(WORDS.c.id))
STRANGE = ['say "no"', "back\\slash", "NULL", "", "{a,b}", "تويزة", "two\nlines", "100 %s $1"]


@pytest.fixture
def words(app: Flask) -> Iterator[None]:
    with transaction():
        WORDS.create(db.session.connection())
    yield
    with transaction():
        WORDS.drop(db.session.connection())


def put(number: int, word: str | None) -> None:
    insert_rows(WORDS, ("id", "word"), [(number, word)])


def test_any_text_goes_in_and_is_found_again(words: None) -> None:
    with transaction():
        for number, word in enumerate(STRANGE):
            put(number, word)
            assert BY_WORD.rows(words=[word]) == [(number,)]
        put(99, None)
        assert BY_WORD.rows(words=STRANGE) == [(number,) for number in range(len(STRANGE))]


def test_what_is_gathered_is_there_when_an_answer_is_looked_at(words: None) -> None:
    with transaction(), gathered():
        put(1, "one")
        put(2, "two")
        assert BY_WORD.rows(words=["one", "two"]) == [(1,), (2,)]
        put(3, "three")
    with transaction():
        assert BY_WORD.rows(words=["three"]) == [(3,)]


def test_a_refused_statement_undoes_the_whole_and_leaves_a_good_connection(words: None) -> None:
    def put_twice() -> None:
        with transaction(), gathered():
            put(1, "one")
            put(1, "again")
            put(2, "two")

    with pytest.raises(IntegrityError, match="words"):
        put_twice()
    with transaction():
        assert BY_WORD.rows(words=["one", "again", "two"]) == []
        put(1, "one")
    with transaction():
        assert BY_WORD.rows(words=["one"]) == [(1,)]


def test_what_was_gathered_before_an_error_is_never_said(words: None) -> None:
    def put_and_fail() -> None:
        with transaction(), gathered():
            put(1, "one")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        put_and_fail()
    with transaction():
        assert BY_WORD.rows(words=["one"]) == []


def test_a_character_that_no_text_can_hold_is_refused_and_not_cut_off(words: None) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite keeps it")
    with pytest.raises(DataError), transaction():
        put(1, "one\0two")


def test_a_connection_that_died_while_it_rested_is_replaced(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no server")
    monkeypatch.setattr(pool, "RESTED", 0)
    with transaction():
        dead = db.session.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
    other = sa.create_engine(db.engine.url, isolation_level="AUTOCOMMIT")
    with other.connect() as connection:
        connection.execute(sa.text("SELECT pg_terminate_backend(:dead)"), {"dead": dead})
    other.dispose()
    with transaction():
        assert db.session.execute(sa.text("SELECT pg_backend_pid()")).scalar_one() != dead
