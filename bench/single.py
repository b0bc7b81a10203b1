"""Claims one at a time, as clerks send them: each of four lines, decided and committed before its sender goes on."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import time
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from itertools import chain
from random import Random
from typing import Any

from sqlalchemy import select

from bench.stored import FIRST_ID
from claims import services
from claims.models import Claim
from claims.sent import ClaimInput, LineInput
from core import clock
from core.actors import SYSTEM
from core.config import fund
from core.db import db, unit_of_work
from demo.story import RATES

CLAIMS, WARM_UP = 300, 20
CLIENTS, PROCESSES = 8, 2  # threads in the processes of a web server
CODES = ("HC-100", "HC-110", "HC-120", "HC-130")


def measure(_lines: int) -> dict[str, Any]:
    """One client on a fund with decided claims: milliseconds of `claims.services.submit` with its commit, and of its
    own processor time; the database server's comes on top."""
    _submit_all("W", WARM_UP, 1)
    started = time.process_time()
    times = sorted(_submit_all("S", CLAIMS, 0))
    cpu = (time.process_time() - started) * 1000 / len(times)
    return {"claims": len(times), "p50": times[len(times) // 2], "p99": times[len(times) * 99 // 100], "cpu": cpu}


def crowd(_lines: int) -> dict[str, Any]:
    """Eight clients at once, as gunicorn has them: four threads in each of two processes, all for one provider and its
    one contract. Claims per second of all, milliseconds of each."""
    db.session.remove()
    db.engine.dispose()
    started = time.perf_counter()
    context = multiprocessing.get_context("spawn")
    with context.Pool(PROCESSES) as pool:
        pool.map(_warm, range(PROCESSES), chunksize=1)
        started = time.perf_counter()
        times = sorted(chain.from_iterable(pool.map(_process, range(PROCESSES), chunksize=1)))
    seconds = time.perf_counter() - started
    return {
        "claims": len(times),
        "rate": len(times) / seconds,
        "p50": times[len(times) // 2],
        "p99": times[-len(times) // 100],
    }


_app: Any = None


def _warm(_place: int) -> None:
    global _app
    _app = import_module("app").create_app()
    with _app.app_context():
        _submit_all(f"W{os.getpid()}-", WARM_UP, os.getpid())
    time.sleep(1)  # so that the other process warms up too


def _process(place: int) -> list[float]:
    each = CLIENTS // PROCESSES
    with ThreadPoolExecutor(each) as threads:
        return [*chain.from_iterable(threads.map(_client, range(place * each, (place + 1) * each)))]


def _client(number: int) -> list[float]:
    with _app.app_context():
        return _submit_all(f"C{number}-", CLAIMS, number)


def _submit_all(prefix: str, count: int, seed: int) -> list[float]:
    random, place = Random(seed), _place()
    times = []
    for number in range(count):
        claim = _claim(random, place, f"{prefix}{number}")
        started = time.perf_counter()
        with unit_of_work():
            services.submit(claim, by=SYSTEM, at=clock.now(), zone=fund().zone)
        times.append((time.perf_counter() - started) * 1000)
    return times


def _place() -> tuple[int, int | None, int]:
    """A clinic that has claims already, its site, and how many members there are."""
    with unit_of_work():
        query = select(Claim.organisation_id, Claim.site_id).where(Claim.service_line == "health").limit(1)
        organisation, site = db.session.execute(query).one()
        last = db.session.execute(select(Claim.household_id).order_by(Claim.id.desc()).limit(1)).scalar_one()
    return organisation, site, last - FIRST_ID + 1


def _claim(random: Random, place: tuple[int, int | None, int], own: str) -> ClaimInput:
    organisation, site, households = place
    member = (FIRST_ID + random.randrange(households)) * 3
    day = clock.today(fund().zone) - dt.timedelta(days=random.randrange(1, 40))
    prices = [int(float(RATES[code]) * 10 ** fund().currency.exponent) for code in CODES]
    lines = [
        LineInput(number, code, day, None, 1000, price, price, diagnoses=("Z00",))
        for number, (code, price) in enumerate(zip(CODES, prices, strict=True), start=1)
    ]
    return ClaimInput(organisation, own, f"B{member}", lines, site_id=site)
