"""Doing a run together: in this process, in several on this machine, or on a Dask cluster.

Every way sends the same shards to the same tasks; who dies is replaced and what it held is done again.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from importlib import import_module
from multiprocessing.context import SpawnProcess

import structlog
from flask import Flask, current_app

from core import work
from core.db import db, unit_of_work
from core.errors import DomainError
from core.words import _l

PAUSE = 0.2  # seconds between two looks at shards that others hold
MOST_REPLACED = 20  # workers that ended before their work did
log = structlog.get_logger()


def alone(run: str) -> None:
    """Do the shards of `run` until none is open; those of a worker that still lives are waited for."""
    while work.run_due(limit=1_000, run=run) or _is_open(run):
        time.sleep(PAUSE if _is_open(run) else 0)


def together(run: str, workers: int) -> None:
    """As `alone`, with `workers` processes of this machine: this one, which begins at once, and helpers, who take a
    moment to start. A helper that ends early is replaced."""
    if workers > 1 and db.engine.dialect.name == "sqlite":
        raise DomainError(_l("SQLite has one writer at a time: use one worker, or PostgreSQL."), status=422)
    helpers = [_hire(run) for _ in range(workers - 1)]
    replaced = 0
    while (has_done := work.run_due(limit=1, run=run)) or _is_open(run):
        time.sleep(0 if has_done else PAUSE)
        for place, helper in enumerate(helpers):
            if not helper.is_alive() and helper.exitcode and _is_open(run):
                replaced += 1
                log.warning("worker ended early", process=helper.pid, status=helper.exitcode)
                if replaced > MOST_REPLACED:
                    raise DomainError(_l("Workers keep ending before their work is done; see the log."))
                helpers[place] = _hire(run)
    for helper in helpers:
        helper.join()


def _hire(run: str) -> SpawnProcess:
    """Spawned, not forked: a copy of open connections would be shared by both."""
    name = current_app.import_name
    worker = multiprocessing.get_context("spawn").Process(target=_work, args=(name, run), daemon=True)
    worker.start()
    return worker


def _work(name: str, run: str) -> None:
    with application(name).app_context():
        alone(run)


def application(name: str) -> Flask:
    """The app as the environment describes it: a worker is told nothing else."""
    create: Callable[[], Flask] = import_module(name).create_app
    return create()


def _is_open(run: str) -> bool:
    with unit_of_work():
        return bool(work.open_shards(run))
