"""The same batch in one process, in three, and on a Dask cluster; workers killed and the scheduler started anew.

Everything is a process of its own, as in a fund. To strike at the worst moment a test holds the table of contract use,
which a shard writes last: its decisions are written then, and nothing of them is committed.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app import create_app
from claims import services
from core.db import db, unit_of_work
from tests.claims.builders import AT, CLERK, ZONE, small_fund
from tests.claims.test_batch import sent, settle_people
from tests.conftest import settings

ROOT = Path(__file__).resolve().parents[2]
SERVER = os.environ.get("TOUIZA_TEST_DATABASE")
PEOPLE, PER_SHARD = 40, 20
POSTED = "SELECT code, sum(amount), count(*) FROM posting JOIN ledger_account a ON a.id = account_id GROUP BY code"
WAIT = 240  # seconds that anything may take on a busy machine

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(not SERVER, reason="needs a PostgreSQL server: SQLite has one writer (TOUIZA_TEST_DATABASE)"),
]
DASK = pytest.mark.skipif(find_spec("distributed") is None, reason="needs the extra dask, which is not installed")


def say(statement: str) -> None:
    engine = sa.create_engine(_url("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()


def _url(name: str) -> str:
    url = sa.make_url(str(SERVER)).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with stored claims, to be copied for each test."""
    name = f"touiza_stored_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    say(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    say(f"CREATE DATABASE {name}")
    app = create_app({**settings(tmp_path_factory.mktemp("stored")), "SQLALCHEMY_DATABASE_URI": _url(name)})
    with app.app_context():
        db.create_all()
        fund = small_fund()
        settle_people(PEOPLE)
        with unit_of_work():
            db.session.execute(sa.text("UPDATE contract SET budget = 10000000 WHERE organisation_id = 2"))
            services.store_many(sent(fund, PEOPLE), by=CLERK, at=AT, zone=ZONE)
        db.session.remove()
        db.engine.dispose()
    yield name
    say(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


class Batch:
    """A copy of the stored claims, and the command that decides them."""

    def __init__(self, stored: str, folder: Path) -> None:
        self.name, self.folder = f"{stored}_{len(list(folder.parent.iterdir()))}", folder
        say(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
        say(f"CREATE DATABASE {self.name} TEMPLATE {stored}")
        self.engine = sa.create_engine(_url(self.name))
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        told = {"DEMO": "true", "TESTING": "true", "DATA_KEY": "00" * 32, "CLAIM_LINES_PER_SHARD": str(PER_SHARD)}
        told |= {"INSTANCE_FOLDER": str(self.folder), "SQLALCHEMY_DATABASE_URI": _url(self.name)}
        environment = {**os.environ, "PYTHONPATH": str(ROOT)} | {f"TOUIZA_{key}": value for key, value in told.items()}
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def decide(self, *options: str) -> subprocess.Popen[bytes]:
        return self.start("-m", "flask", "--app", "app", "claims", "decide", *options)

    def ended(self, command: subprocess.Popen[bytes]) -> dict[str, Any]:
        """What is stored when the command is through."""
        assert command.wait(WAIT) == 0, (self.folder / "log").read_text()[-4000:]
        return {
            "decisions": self.rows("SELECT claim_id, version, state, encode(digest, 'hex') FROM claim_decision"),
            "lines": self.rows("SELECT count(*), sum(benefit), sum(undecided) FROM line_decision"),
            "owed": self.rows("SELECT business_key, amount FROM payable"),
            "posted": self.rows(POSTED),
            "used": self.rows("SELECT contract_id, benefit, lines FROM contract_use"),
            "waiting": self.rows("SELECT count(*) FROM claim_waiting"),
        }

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            return sorted(tuple(row) for row in connection.execute(sa.text(statement)))

    @contextmanager
    def held_up(self) -> Iterator[None]:
        """No shard can be committed inside."""
        with self.engine.begin() as connection:
            connection.execute(sa.text("LOCK TABLE contract_use IN ACCESS EXCLUSIVE MODE"))
            yield

    def writers(self) -> list[int]:
        """The processes that hold a shard, once a server process waits for the table that is held."""
        blocked = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        until(lambda: self.rows(blocked))
        holders = [holder.split(" ")[1] for (holder,) in self.rows("SELECT holder FROM shard WHERE state = 'leased'")]
        return [int(process) for process in holders if process.isdigit()]  # a cluster's name is no process

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()
        self.engine.dispose()
        say(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")


def until(condition: Callable[[], Any]) -> Any:
    """What the condition says once it is something."""
    deadline = time.monotonic() + WAIT
    while not (found := condition()):
        assert time.monotonic() < deadline, "this took too long"
        time.sleep(0.05)
    return found


@pytest.fixture
def copy(stored: str, tmp_path: Path) -> Iterator[Batch]:
    batch = Batch(stored, tmp_path)
    yield batch
    batch.close()


@pytest.fixture(scope="module")
def expected(stored: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What one process makes of the batch."""
    batch = Batch(stored, tmp_path_factory.mktemp("alone"))
    yield batch.ended(batch.decide())
    batch.close()


def test_one_process_decides_everything(expected: dict[str, Any]) -> None:
    assert len(expected["decisions"]) == 4 * PEOPLE + 1
    assert {version for _claim, version, _state, _digest in expected["decisions"]} == {1}
    assert expected["waiting"] == [(0,)]


def test_three_workers_decide_the_same_also_when_one_is_killed(copy: Batch, expected: dict[str, Any]) -> None:
    with copy.held_up():
        command = copy.decide("--workers", "3")
        helpers = until(lambda: [process for process in copy.writers() if process != command.pid])
        os.kill(helpers[0], signal.SIGKILL)
    assert copy.ended(command) == expected


def test_a_command_that_was_killed_goes_on_when_it_is_given_again(copy: Batch, expected: dict[str, Any]) -> None:
    with copy.held_up():
        command = copy.decide()
        copy.writers()
        command.kill()
        command.wait()
    assert copy.ended(copy.decide()) == expected


class Cluster:
    """A Dask scheduler and three workers, each a process, on a port of this machine."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        at = ("--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard")
        self.scheduler = self.batch.start("-m", "distributed.cli.dask_scheduler", *at)
        alone = ("--nthreads", "1", "--no-nanny", "--no-dashboard")
        self.workers = [self.batch.start("-m", "distributed.cli.dask_worker", self.address, *alone) for _ in range(3)]

    def end(self) -> None:
        """The machines lose power."""
        for process in (self.scheduler, *self.workers):
            process.kill()
            process.wait()


@pytest.mark.dask
@DASK
def test_a_cluster_decides_the_same_also_when_a_worker_is_killed(copy: Batch, expected: dict[str, Any]) -> None:
    cluster = Cluster(copy)
    with copy.held_up():
        command = copy.decide("--scheduler", cluster.address)
        copy.writers()
        cluster.workers[0].kill()
    assert copy.ended(command) == expected


@pytest.mark.dask
@DASK
def test_a_scheduler_may_be_started_anew_under_way(copy: Batch, expected: dict[str, Any]) -> None:
    cluster = Cluster(copy)
    with copy.held_up():
        command = copy.decide("--scheduler", cluster.address)
        copy.writers()
        cluster.scheduler.kill()
        cluster.scheduler.wait()
        cluster.start()
    assert copy.ended(command) == expected
