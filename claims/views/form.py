"""A new claim by form: said back, tried without a trace, then sent; what was typed is never lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request, url_for

from claims import drafts, presenters, said_back, services
from claims.case import ClaimDecision
from claims.intake import importing
from claims.queries import drafts as draft_queries
from claims.queries import lists
from claims.schemas import (
    VISITS,
    ClaimSchema,
    at_fields,
    claim_from,
    from_form,
    labelled,
    places_of,
    typed_by_hand,
)
from claims.sent import ClaimInput
from claims.views import blueprint
from claims.views.scope import found
from claims.views.sending import is_tried, organisation_id, when
from core import clock
from core.config import fund
from core.errors import Conflict, InputErrors, NotFound
from core.permissions import Permission
from core.tables.values import normalise_code
from core.texts import said
from core.web import actor, allow, done, keep, load, page
from core.web.filters import amount, money
from core.web.limits import dry_run_limit
from core.words import _, _l

MOST_LINES = 40  # on one form; longer claims come as a file
Typed = dict[str, str]


@blueprint.get("/new")
@allow(Permission.SUBMIT_CLAIMS)
def new() -> Any:
    """An empty form, one filled by the page that led here, or a draft taken up again."""
    key, corrected = request.args.get("draft", ""), request.args.get("corrects", "")
    if corrected:
        return _form({**said_back.typed_again(*found(corrected)), "key": drafts.new_key()})
    if not key:
        return _form({**request.args.to_dict(), "key": drafts.new_key()})
    row = draft_queries.draft(key, actor())
    if row is None:
        raise NotFound(_l("This draft is no longer here: it was sent, or thrown away."))
    return _form(drafts.typed_in(row), saved_at=row.saved_at)


@blueprint.post("/new")
@allow(Permission.SUBMIT_CLAIMS)
@dry_run_limit(is_tried)
def send() -> Any:
    """Send it, or first hear it said back; a claim that cannot be read leaves a draft and a receipt."""
    typed = _typed()
    act, _sep, place = request.form.get("do", "send").partition("-")
    if act in EDITS:
        return EDITS[act](typed, place)
    try:
        claim = _read(typed)
        if act in ("check", "try"):
            return _said_back(act, claim, typed)
        _declared(typed)
        outcome = services.submit(claim, **when())
    except InputErrors as errors:
        return _wrong(errors, typed)
    except Conflict as refused:
        return _wrong(InputErrors.at("claim_no", refused.message), typed)
    drafts.drop(typed["key"], by=actor())
    return done(url_for(".show", number=outcome.number), _said(outcome))


def _typed() -> Typed:
    """Every field once, as typed; the key of the form, or a new one where a stranger's came back."""
    typed = {name: text.strip() for name, text in request.form.items() if name not in ("csrf_token", "do")}
    return {**typed, "key": typed["key"] if drafts.is_key(typed.get("key", "")) else drafts.new_key()}


def _read(typed: Typed) -> ClaimInput:
    """The claim that was typed; raises InputErrors at the fields of the form, all of them at once."""
    sent = from_form({**typed, "claim_no": typed.get("claim_no") or typed["key"]})
    if sent.get("member_id"):
        sent["member_id"] = normalise_code(sent["member_id"])
    try:
        with typed_by_hand():
            values = load(ClaimSchema(), sent)
        return claim_from(values, organisation_id(), "form")
    except InputErrors as errors:
        raise at_fields(errors, typed) from errors


def _declared(typed: Typed) -> None:
    if typed.get("declared") != "yes":
        raise InputErrors.at("declared", _l("Tick that the care was given as it stands here."))


def _said_back(act: str, claim: ClaimInput, typed: Typed, errors: InputErrors | None = None) -> Any:
    """As we read it, with the answer it would get: beside the form, or alone to be declared and sent.

    Who may not ask about this member hears why; without a number a claim is said back with no answer, and can be sent.
    Whether anybody has the member number is told only with the decision on a claim that was sent and signed.
    """
    decision, refused = _answer(claim)
    if refused is not None and (act == "try" or claim.eligibility_no):
        return _form(typed, at_fields(refused, typed))
    tried = said_back.tried(claim, decision, places_of(typed))
    if act == "try":
        return _form(typed, tried=tried)
    row = drafts.save(typed["key"], typed, by=actor(), at=clock.now())
    if errors:
        keep()
    shown = {name: text for name, text in typed.items() if name != "declared"}
    return page(
        "claims/check.html", errors=errors, values=shown, tried=tried, draft=row, show=presenters, visits=VISITS
    )


def _answer(claim: ClaimInput) -> tuple[ClaimDecision | None, InputErrors | None]:
    try:
        return services.dry_run(claim, **when()), None
    except InputErrors as refused:
        keep()  # who asked is in the log
        return None, refused


def _wrong(errors: InputErrors, typed: Typed) -> Any:
    """422 with the page itself; what was typed is kept at the fund."""
    if [problem.where for problem in errors.problems] == ["declared"]:
        return _said_back("check", _read(typed), typed, errors)
    _note(errors)
    row = drafts.save(typed["key"], typed, by=actor(), at=clock.now())
    return _form(typed, errors, saved_at=row.saved_at if row else None)


def _note(errors: InputErrors) -> None:
    body = repr(sorted(request.form.items(multi=True))).encode()
    importing.note_unreadable(
        body, errors, channel="form", organisation_id=organisation_id(), by=actor(), at=clock.now()
    )
    keep()


def _form(typed: Typed, errors: InputErrors | None = None, **context: Any) -> Any:
    tariff = lists.tariff_of(organisation_id(), clock.today(fund().zone))
    return page(
        "claims/new.html",
        errors=labelled(errors, typed) if errors else None,
        wrong={problem.where: problem.message for problem in errors.problems} if errors else {},
        values=typed,
        places=range(max(places_of(typed)[-1] + 1, _count(typed))),
        services=[(row.service, _offer(row)) for row in tariff],
        tariff={row.service: row for row in tariff},
        show=presenters,
        visits=VISITS,
        **context,
    )


def _offer(row: Any) -> str:
    """“Home care visit, 5.400”: a service by its name, with the agreed price."""
    if row.rate is None:
        return said(row.name)
    return _("%(service)s, %(price)s", service=said(row.name), price=amount(int(row.rate)))


def _said(outcome: services.Outcome) -> Any:
    if outcome.kind == "known":
        return _("Claim %(number)s was here already. This is its first answer.", number=outcome.number)
    decision = outcome.decision
    if decision is not None and decision.state == "adjudicated":
        return _(
            "Claim %(number)s was sent and decided: the fund pays %(sum)s.",
            number=outcome.number,
            sum=money(decision.benefit, True).striptags(),
        )
    return _("Claim %(number)s was sent. See below what happens next.", number=outcome.number)


def _add_line(typed: Typed, _place: str) -> Any:
    lines = max(places_of(typed)[-1] + 1, _count(typed))
    return _form({**typed, "lines": str(min(lines + 1, MOST_LINES))})


def _count(typed: Typed) -> int:
    shown = typed.get("lines", "1")
    return min(int(shown), MOST_LINES) if shown.isascii() and shown.isdigit() else 1


def _remove_line(typed: Typed, place: str) -> Any:
    kept = {name: text for name, text in typed.items() if not name.startswith(f"lines.{place}.")}
    moved = {name: kept.pop(name) for name in list(kept) if name.startswith("lines.")}
    places = {old: new for new, old in enumerate(places_of(moved))}
    for name, text in moved.items():
        _lines, old, field = name.split(".", 2)
        if int(old) in places:
            kept[f"lines.{places[int(old)]}.{field}"] = text
    return _form({**kept, "lines": str(max(_count(typed) - 1, 1))})


def _change(typed: Typed, _place: str) -> Any:
    return _form(typed)


def _save_and_leave(typed: Typed, _place: str) -> Any:
    drafts.save(typed["key"], typed, by=actor(), at=clock.now())
    message = _("Your claim %(key)s is saved, not sent. It waits for you under Today.", key=typed["key"])
    return done(url_for("shell.today"), message)


def _throw_away(typed: Typed, _place: str) -> Any:
    drafts.drop(typed["key"], by=actor())
    return done(url_for(".index"), _("The draft %(key)s was thrown away.", key=typed["key"]))


EDITS: dict[str, Callable[[Typed, str], Any]] = {
    "add": _add_line,
    "remove": _remove_line,
    "change": _change,
    "save": _save_and_leave,
    "discard": _throw_away,
}
