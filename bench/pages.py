"""Page times in the demo fund through the test client: the median of several requests, the first not counted."""

from __future__ import annotations

import time
from typing import Any

from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from claims.models import Claim, ClaimVersion
from core.accounts.models import Assignment
from core.db import db

REQUESTS = 5
HOMES = ("provider_clerk", "provider_manager", "registrar", "procurement_officer", "claims_officer", "claims_reviewer",
         "care_assessor", "finance_officer", "auditor", "plan_manager", "administrator")  # fmt: skip


class Visitor(FlaskClient):
    """Each request in a context of its own, as from a server; inside a common one nobody would be signed in."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        with self.application.app_context():
            return super().open(*args, **kwargs)


def measure(_lines: int) -> dict[str, Any]:
    """Page → milliseconds, SQL statements, bytes, status."""
    number = db.session.execute(
        select(Claim.number).join(ClaimVersion).where(ClaimVersion.state == "adjudicated").order_by(Claim.id).limit(1)
    ).scalar_one()
    pages = [(f"home of {role}", role, "/today") for role in HOMES]
    pages += [
        ("claims list", "claims_officer", "/claims"),
        ("claim page", "claims_officer", f"/claims/{number}"),
        ("why page", "claims_officer", f"/claims/{number}/lines/1"),
        ("review queue", "claims_reviewer", "/claims/review"),
        ("payments", "finance_officer", "/payments"),
        ("quality", "auditor", "/quality"),
    ]
    count = db.session.execute(select(func.count()).select_from(Claim)).scalar_one()
    return {"claims": count, "pages": {name: _time(role, path) for name, role, path in pages}}


def _time(role: str, path: str) -> dict[str, Any]:
    client, account = Visitor(current_app, current_app.response_class), _account(role)
    db.session.rollback()
    if account is None:
        return {"status": "no such account"}
    client.post(f"/demo/sign-in/{account}")
    statements: list[object] = []
    times, answer = [], None

    def note(*told: Any) -> None:
        statements.append(told[2])

    event.listen(db.engine, "before_cursor_execute", note)
    for _ in range(REQUESTS + 1):
        statements.clear()
        started = time.perf_counter()
        answer = client.get(path)
        times.append((time.perf_counter() - started) * 1000)
    event.remove(db.engine, "before_cursor_execute", note)
    return {
        "milliseconds": sorted(times[1:])[REQUESTS // 2],
        "statements": len(statements),
        "bytes": len(answer.data),
        "status": answer.status_code,
    }


def _account(role: str) -> int | None:
    query = select(Assignment.account_id).where(Assignment.role == role).order_by(Assignment.id).limit(1)
    return db.session.execute(query).scalar_one_or_none()
