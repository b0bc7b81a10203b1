"""The instant of the deadline, by form, by API and by sealed files, in processes without a worker; also when clocks are
changed. The database's clock alone decides (DECISIONS 14); each request here comes to a house that was just started."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app
from core import audit
from core.acts import Act
from core.db import db
from procurement.models.bid import Bid
from procurement.queries.tenders import tender_by_number
from tests.conftest import ROOT, settings
from tests.databases import empty_database
from tests.procurement.tendering import CLOSES, START, House, drafted_bid, house, published
from tests.procurement.test_bids_sealed_away import token_of
from tests.procurement.verbs import SEALED

MICROSECOND = dt.timedelta(microseconds=1)
ROME = ZoneInfo("Europe/Rome")
CHANGES = {  # the hour that is skipped, and both readings of the hour that comes twice
    "an ordinary day": CLOSES,
    "before the skipped hour": dt.datetime(2026, 3, 29, 1, 59, tzinfo=ROME),
    "after the skipped hour": dt.datetime(2026, 3, 29, 3, 0, tzinfo=ROME),
    "the hour that comes twice, first": dt.datetime(2026, 10, 25, 2, 30, tzinfo=ROME),
    "the hour that comes twice, second": dt.datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ROME),
}
HOUSE = """
import json, sys
from datetime import datetime
from io import BytesIO
from app import create_app
from core import clock
from core.db import database_clock
asked = json.load(sys.stdin)
app, now = create_app(asked["settings"]), datetime.fromisoformat(asked["now"])
with clock.frozen(now), database_clock(lambda: now):
    client = app.test_client()
    if asked["account"]:
        client.post(f"/demo/sign-in/{asked['account']}")
    data = {name: (BytesIO(bytes.fromhex(text)), name) for name, text in asked["files"].items()}
    more = {"json": asked["json"]} if asked["json"] else {"data": {**asked["form"], **data}}
    answer = client.post(asked["path"], headers=asked["headers"], **more)
print(json.dumps({"status": answer.status_code, "text": answer.get_data(as_text=True)}))
"""
WAYS = ("form", "sealed files", "API")


def sent(way: str, number: str, who: Any, now: dt.datetime, config: dict[str, Any]) -> dict[str, Any]:
    """One request to a house started for it: no worker, no scheduler, no memory of anything."""
    asked: dict[str, Any] = {
        "settings": config, "now": now.isoformat(), "account": who.account_id, "files": {}, "form": {}, "json": None,
        "headers": {}, "path": f"/tenders/{number}/bid/send",
    }  # fmt: skip
    if way == "sealed files":
        files = {kind.value: octets.hex() for kind, octets in SEALED.items()}
        asked |= {"path": f"/tenders/{number}/bid-sealed", "form": {"lots": "1"}, "files": files}
    if way == "API":
        body = {"lots": [1], **{kind.value: b64encode(octets).decode() for kind, octets in SEALED.items()}}
        headers = {"Authorization": f"Bearer {token_of(who)}", "Idempotency-Key": now.isoformat()}
        path = f"/api/v1/tenders/{number}/bid/envelopes"
        asked |= {"path": path, "account": None, "json": body, "headers": headers}
    db.session.rollback()
    db.session.remove()
    command = [sys.executable, "-c", HOUSE]
    child = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, cwd=ROOT, check=False)
    assert child.returncode == 0, child.stderr[-2000:]
    return json.loads(child.stdout.splitlines()[-1])  # type: ignore[no-any-return]


@pytest.mark.parametrize("way", WAYS)
def test_the_deadlines_instant_is_in_and_a_microsecond_later_out_without_a_worker(way: str, tmp_path: Path) -> None:
    with empty_database(tmp_path / "deadline.sqlite") as url:
        config = {**settings(tmp_path / "instance"), "SQLALCHEMY_DATABASE_URI": url}
        app = create_app(config)
        with app.app_context():
            db.create_all()
            people = house()
            tender = published(people)
            number, (first, second) = tender.number, people.bidders[:2]
            for who in (first, second):
                drafted_bid(tender, who)
            assert sent(way, number, first, CLOSES, config)["status"] in (200, 303)
            late = sent(way, number, second, CLOSES + MICROSECOND, config)
            assert late["status"] == 409
            assert "Nothing of it was stored" in late["text"]
            tender = tender_by_number(number)
            bids = {row.organisation_id: row for row in db.session.execute(sa.select(Bid)).scalars()}
            taken, refused = bids[first.organisation_id], bids[second.organisation_id]
            assert (taken.version, taken.receipts[0].received_at) == (1, CLOSES)
            assert (refused.version, refused.receipts, refused.parts) == (0, [], [])
            (entry,) = audit.entries(tender.stream, Act.BID_REFUSED_LATE)
            assert (entry.subject, entry.after["received_at"]) == (
                refused.public_id,
                (CLOSES + MICROSECOND).isoformat(),
            )
            db.session.remove()
            db.engine.dispose()


@pytest.mark.parametrize("closes_at", CHANGES.values(), ids=CHANGES.keys())
def test_changing_clocks_move_no_deadline(app: Flask, closes_at: dt.datetime) -> None:
    closes_at = closes_at.astimezone(dt.UTC)
    people: House = house()
    tender = published(people, closes_at=closes_at, questions_until=START + dt.timedelta(days=14))
    db.session.refresh(tender)
    assert not tender.is_closed(closes_at)
    assert tender.is_closed(closes_at + MICROSECOND)
    assert not tender.is_closed(closes_at.astimezone(ROME))
