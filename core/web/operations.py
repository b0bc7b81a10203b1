"""For those who keep the house running: is it alive, is it ready, and its figures for Prometheus.

`/metrics` is for an administrator or for a collector that holds `METRICS_TOKEN`. A page is counted by its endpoint,
never by its address, so no number of a person or a claim gets into the figures. With several processes set
`PROMETHEUS_MULTIPROC_DIR`, else each process shows its own count.
"""

from __future__ import annotations

import hmac
import os
import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy.exc import SQLAlchemyError

from core import clock
from core.actors import Actor
from core.permissions import Permission
from core.roles import Role
from core.web import queries
from core.web.access import allow

blueprint = Blueprint("operations", __name__)
REQUESTS = Counter("touiza_requests", "Answers given", ["endpoint", "method", "status"])
SECONDS = Histogram("touiza_request_seconds", "Time to answer", ["endpoint"])
FAILED_SIGN_INS = Counter("touiza_failed_sign_ins", "Sign-ins that were refused")
COLLECTOR = Actor(None, "metrics", "Metrics", frozenset({Role.ADMINISTRATOR}))
LATE_SECONDS = 120
_gauges: dict[str, tuple[str, Callable[[], float | None]]] = {}


def add_gauge(name: str, description: str, measure: Callable[[], float | None]) -> None:
    """A figure asked of the database at each reading: `touiza_<name>`; None when there is nothing to say."""
    _gauges[name] = (description, measure)


def init_app(app: Flask) -> None:
    app.before_request(_start)
    app.after_request(_count)
    app.register_blueprint(blueprint)
    add_gauge("worker_tick_age_seconds", "Since the worker last worked", lambda: _age(queries.last_tick()))
    add_gauge("oldest_work_age_seconds", "Oldest work that waits", lambda: _age(queries.oldest_waiting_work()))


@blueprint.get("/health/live")
@allow(Permission.PUBLIC)
def live() -> Any:
    """The process answers."""
    return jsonify(status="alive")


@blueprint.get("/health/ready")
@allow(Permission.PUBLIC)
def ready() -> Any:
    """The database answers; 503 when not. The age of the worker's last tick and free disk stand beside it."""
    try:
        is_up, tick, oldest = queries.answers(), _age(queries.last_tick()), _age(queries.oldest_waiting_work())
    except SQLAlchemyError:
        is_up, tick, oldest = False, None, None
    worker = "never seen" if tick is None else "late" if tick > LATE_SECONDS else "working"
    answer = jsonify(
        status="ready" if is_up else "not ready",
        worker=worker,
        worker_tick_age_seconds=tick,
        oldest_work_age_seconds=oldest,
        free_disk_megabytes=shutil.disk_usage(current_app.config["INSTANCE_FOLDER"]).free // 2**20,
    )
    return answer if is_up else (answer, 503, {"Retry-After": "5"})


@blueprint.before_request
def admit_collector() -> None:
    """A collector shows the bearer token instead of signing in."""
    expected = str(current_app.config.get("METRICS_TOKEN") or "")
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if expected and hmac.compare_digest(given.encode(), expected.encode()):
        g.actor = COLLECTOR


@blueprint.get("/metrics")
@allow(Permission.READ_METRICS)
def metrics() -> Response:
    """Prometheus text."""
    registry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    gauges = CollectorRegistry()
    gauges.register(_Gauges())
    return Response(generate_latest(registry) + generate_latest(gauges), content_type=CONTENT_TYPE_LATEST)


class _Gauges:
    """Asks each gauge when it is read."""

    def collect(self) -> Iterator[Metric]:
        for name, (description, measure) in _gauges.items():
            value = measure()
            if value is not None:
                yield GaugeMetricFamily(f"touiza_{name}", description, value=value)


def _start() -> None:
    g.started = time.perf_counter()


def _count(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    REQUESTS.labels(endpoint, request.method, str(response.status_code)).inc()
    SECONDS.labels(endpoint).observe(time.perf_counter() - g.get("started", time.perf_counter()))
    if endpoint == "security.login" and request.method == "POST" and response.status_code != 302:
        FAILED_SIGN_INS.inc()
    return response


def _age(instant: Any) -> float | None:
    return None if instant is None else round((clock.now() - instant).total_seconds(), 1)
