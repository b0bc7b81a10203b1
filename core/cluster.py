"""Doing a run on a Dask cluster: its workers get numbers of shards and talk to the database themselves.

The database alone knows what is done. So a worker that died, or a scheduler that was started anew, costs the shards
that were under way at that moment, which are sent again; the fence of `core.work` keeps a late twin from writing.
Workers find the database and the instance's keys in their own environment: nothing secret goes through the scheduler.
"""

from __future__ import annotations

import secrets
import time
from concurrent.futures import CancelledError
from functools import cache
from importlib.util import find_spec
from typing import Any

import structlog
from flask import Flask, current_app

from core import work
from core.crew import application
from core.db import db, unit_of_work
from core.errors import DomainError
from core.words import _l

PAUSE = 0.1  # seconds between two looks at what came back
PATIENCE = 60  # tries to reach a scheduler, one a second, before the command gives up
log = structlog.get_logger()


def spread(run: str, address: str) -> None:
    """Do the shards of `run` on the cluster at `address` until none is open."""
    if find_spec("distributed") is None:
        raise DomainError(_l("Dask is not installed here: pip install touiza[dask]."), status=422)
    if db.engine.dialect.name == "sqlite":
        raise DomainError(_l("SQLite lives in one file of one machine: a cluster needs PostgreSQL."), status=422)
    tries, holder = 0, f"cluster {secrets.token_hex(8)}"
    while _open(run):
        try:
            _send(run, address, holder)
            tries = 0
        except (OSError, CancelledError, RuntimeError) as error:  # what Dask raises when its scheduler goes
            tries += 1
            log.warning("scheduler lost", address=address, error=str(error), tries=tries)
            if tries > PATIENCE:
                raise DomainError(_l("The scheduler at %(address)s does not answer.", address=address)) from error
            time.sleep(1)


def _send(run: str, address: str, holder: str) -> None:
    """Keep every open shard of the current stage on its way until none is left or the scheduler is gone."""
    from distributed import Client

    sent: dict[int, Any] = {}
    with Client(address, timeout=5, set_as_default=False) as client:  # type: ignore[no-untyped-call, unused-ignore]
        while waiting := _open(run):
            if client.status != "running":
                raise ConnectionError(client.status)
            for shard in waiting - sent.keys():
                key = f"shard-{shard}-{secrets.token_hex(4)}"
                sent[shard] = client.submit(do_shard, current_app.import_name, shard, holder, key=key, pure=False)
            time.sleep(PAUSE)
            for shard in [shard for shard, future in sent.items() if future.done()]:
                del sent[shard]


def _open(run: str) -> set[int]:
    """The shards that may be done now: those of the first stage that is not through."""
    with unit_of_work():
        shards = work.open_shards(run)
    return {shard for shard, stage in shards if stage == shards[0][1]}


def do_shard(name: str, shard: int, holder: str) -> None:
    """What a worker runs. Sent again, it may take the shard over from the worker that was lost."""
    with _application(name).app_context():
        work.do(shard, holder)


@cache
def _application(name: str) -> Flask:
    return application(name)
