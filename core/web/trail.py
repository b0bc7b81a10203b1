"""The trail: every disputable act, chained by hashes, for those who must be able to doubt; and the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, request, url_for

from core import audit, clock, restricted, work
from core.audit import AuditHead
from core.permissions import Permission
from core.web import queries
from core.web.access import actor, allow
from core.web.act_words import ACT_WORDS
from core.web.forms import done, page
from core.web.navigation import NavigationItem, add_navigation
from core.words import _, _l

CHECK = "trail.verify"
OUTBOX_STATES: dict[str, Any] = {"queued": _l("Waiting"), "sent": _l("Sent"), "failed": _l("Failed")}
blueprint = Blueprint("trail", __name__)
add_navigation(NavigationItem(90, _l("Trail"), "trail.index", Permission.READ_TRAIL, "/trail"))


@blueprint.get("/trail")
@allow(Permission.READ_TRAIL)
def index() -> Any:
    """Entries by stream, subject and act; the chains and the last check beside them."""
    asked = {name: request.args.get(name, "").strip() for name in ("stream", "subject", "act")}
    number, streams = _page_number(), queries.streams()
    if restricted.veiled([asked["subject"]], actor()):
        asked["subject"] = "–"  # as if nothing had ever been done with it
    entries, count = queries.trail_entries(asked["stream"], asked["subject"], asked["act"], number)
    return page(
        "house/trail.html",
        entries=entries,
        veiled=restricted.veiled([entry.subject for entry in entries], actor()),
        count=count,
        asked=asked,
        acts=ACT_WORDS,
        streams=streams,
        families=_families(streams),
        check=queries.last_shard(CHECK),
        **_pages("trail.index", number, count, asked),
    )


@blueprint.post("/trail/check")
@allow(Permission.READ_TRAIL)
def check() -> Any:
    """Ask the worker to walk every chain."""
    shard = work.enqueue(CHECK, clock.now().isoformat(timespec="seconds"), {})
    return done(url_for(".index"), _("Check %(number)s of the trail was asked for.", number=shard.id))


@work.task(CHECK, is_reading=True)
def walk(_arguments: dict[str, Any]) -> dict[str, Any]:
    """The first broken entry of each stream; none: all is in order."""
    found = [{"stream": row.stream, "sequence": row.sequence, "reason": row.reason} for row in audit.verify()]
    return {"breaks": found}


@blueprint.get("/outbox")
@allow(Permission.READ_OUTBOX)
def outbox() -> Any:
    """What leaves the house by mail, message or letter, and whether it left."""
    state, number = request.args.get("state", ""), _page_number()
    messages, counts = queries.outbox_messages(state if state in OUTBOX_STATES else "", number)
    total = counts.get(state, 0) if state in OUTBOX_STATES else sum(counts.values())
    pages = _pages("trail.outbox", number, total, {"state": state})
    return page("house/outbox.html", messages=messages, counts=counts, state=state, words=OUTBOX_STATES, **pages)


def _families(streams: Sequence[AuditHead]) -> list[dict[str, Any]]:
    """Chains by what they tell of: claims have 64, each tender its own."""
    found: dict[str, list[AuditHead]] = {}
    for head in streams:
        found.setdefault(head.stream.split(":")[0].rstrip("-0123456789"), []).append(head)
    return [
        {"name": name, "chains": chains, "entries": sum(head.sequence for head in chains)}
        for name, chains in found.items()
    ]


def _page_number() -> int:
    return max(1, min(request.args.get("page", 1, type=int), 100_000))


def _pages(endpoint: str, number: int, count: int, asked: dict[str, str]) -> dict[str, Any]:
    """What the `pagination` macro needs."""
    last = max(1, -(-count // queries.PAGE))
    kept: dict[str, Any] = {name: value for name, value in asked.items() if value}
    return {
        "number": number,
        "last": last,
        "previous_url": url_for(endpoint, page=number - 1, **kept) if number > 1 else "",
        "next_url": url_for(endpoint, page=number + 1, **kept) if number < last else "",
    }
