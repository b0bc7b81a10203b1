"""How runs of corrections are shown: their thread of people, what was checked, and why each was begun."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from markupsafe import escape

from claims.reasons import BY_CODE
from claims.redecisions import queries
from claims.redecisions.models import RedecisionRun
from claims.states import CLAIM, LINE_STATES
from core.accounts.queries import name_of_person
from core.actors import SYSTEM, Actor
from core.web.filters import instant, money
from core.words import _, _l, ngettext

MOMENT = "EEE d MMM, HH:mm"
KINDS: dict[str, Any] = {
    "members.cover_changed": _l("Cover corrected"),
    "members.imported": _l("Roster of members"),
    "care.grant_decided": _l("Care granted"),
    "care.placement_changed": _l("Place changed"),
    "care.records_changed": _l("Records of care changed"),
    "claims.opening_changed": _l("Opening records changed"),
    "provider.accredited": _l("Provider accredited"),
    "provider.suspended": _l("Provider suspended"),
    "provider.restored": _l("Provider restored"),
    "provider.withdrawn": _l("Provider withdrawn"),
    "contract.signed": _l("Contract signed"),
    "contract.ended": _l("Contract ended"),
    "contract.rate_agreed": _l("Price agreed"),
    "plan.approved": _l("Plan version approved"),
}


def kind_word(kind: str) -> Any:
    return KINDS.get(kind, kind)


def kinds_of(run: RedecisionRun) -> list[Any]:
    """Why it was begun, each kind of event once; a withdrawal has its own word."""
    if run.withdrawn_claim_id is not None:
        return [_("Claim withdrawn")]
    return [kind_word(kind) for kind in dict.fromkeys(row.event.kind for row in run.causes)]


def title(run: RedecisionRun) -> str:
    if run.withdrawn_claim_id is not None:
        return _("Withdrawal of a claim")
    kinds = kinds_of(run)
    if len(kinds) == 1:
        return _("After the fact: %(kind)s", kind=kinds[0])
    return ngettext("Changes after the fact", "Changes after the fact, %(num)s kinds", len(kinds))


def reason_words(state: str, code: str) -> str:
    """“Denied: No cover on that day”."""
    word = str(LINE_STATES.get(state) or CLAIM.states.get(state, state))
    return _("%(state)s: %(reason)s", state=word, reason=BY_CODE[code].title) if code in BY_CODE else word


def name_of(person: str | None) -> str:
    if not person:
        return ""
    return SYSTEM.name if person == SYSTEM.person else name_of_person(person) or person


def steps(run: RedecisionRun, who: Actor) -> list[dict[str, Any]]:
    """Found, previewed, released: who and when."""
    found = _("Found by %(name)s", name=name_of(run.drafted_by))
    rows = [{"state": "behind", "title": found, "text": instant(run.drafted_at, MOMENT)}]
    if run.previewed_at is None:
        is_now = run.state in ("drafted", "previewing")
        rows.append({"state": "now" if is_now else "ahead", "title": _("Preview by a claims officer")})
    else:
        previewed = _("Previewed by %(name)s", name=name_of(run.previewed_by))
        rows.append({"state": "behind", "title": previewed, "text": instant(run.previewed_at, MOMENT)})
    return [*rows, _last_step(run, who)]


def _last_step(run: RedecisionRun, who: Actor) -> dict[str, Any]:
    if run.ended_at is not None:
        words = _("Released by %(name)s") if run.state == "released" else _("Dropped by %(name)s")
        return {
            "state": "behind",
            "title": words % {"name": name_of(run.ended_by)},
            "text": instant(run.ended_at, MOMENT),
        }
    is_now = run.state in ("previewed", "releasing")
    is_second = run.needs_second_person and is_now
    said = _("Release by a second person") if is_second else _("Release")
    return {
        "state": "now" if is_now else "ahead",
        "title": said,
        "text": _who_may(run, who) if run.state == "previewed" else "",
    }


def _who_may(run: RedecisionRun, who: Actor) -> str:
    if may_release(run, who):
        return _("You may")
    return _("Not you: you began or previewed it")


def may_release(run: RedecisionRun, who: Actor) -> bool:
    return not (run.needs_second_person and who.person in (run.previewed_by, run.drafted_by))


def checks(run: RedecisionRun, providers: Iterable[Any]) -> list[dict[str, Any]]:
    """What the machine checked before a person releases."""
    rows = list(providers)
    adds_up = (sum(row.more for row in rows), sum(row.back for row in rows)) == (run.more, run.back)
    limit = money(run.limit_for_one, True)
    alone = escape(_("At most %(sum)s moves: one person is enough")) % {"sum": limit}
    two = escape(_("More than %(sum)s moves: two people")) % {"sum": limit}
    busy = queries.households_in_other_runs(run)
    shared = ngettext("%(num)s household waits in another run too", "%(num)s households wait in another run too", busy)
    found = [
        (adds_up, _("Sums by provider = sums by line")),
        (not run.needs_second_person, two if run.needs_second_person else alone),
        (not busy, shared if busy else _("No household waits in another run")),
    ]
    return [{"state": "done" if holds else "needs_you", "text": text} for holds, text in found]
