"""Mails about a breach, in the provider's language; what happened is read after signing in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from core.accounts.readers import reader_of, tell
from core.config import fund
from core.words import _
from procurement.models.breach import Breach


def tell_provider(row: Breach, kind: str) -> None:
    """`kind`: reported, decided, ruled or withdrawn."""
    until = row.answer_due_at if kind == "reported" else row.appeal_due_at
    told = {
        "number": row.number,
        "url": f"{fund().address}/contracts/breaches/{row.number}",
        "until": until.astimezone(fund().zone).strftime("%Y-%m-%d %H:%M UTC%z") if until else "",
    }
    words = _found if kind == "decided" and row.state == "satisfied" else WORDS[kind]
    tell(reader_of(row.organisation_id), "breach", partial(words, told), purpose="breach", arguments=told)


def _reported(told: dict[str, str]) -> tuple[str, str]:
    return _("A breach is reported: %(number)s", **told), _(
        "The fund reports that a contract was broken: %(number)s. You can answer until %(until)s. Sign in to read the "
        "facts and the evidence: %(url)s",
        **told,
    )


def _found(told: dict[str, str]) -> tuple[str, str]:
    return _("A breach was found: %(number)s", **told), _(
        "The fund decided about the report %(number)s. You can appeal until %(until)s. Sign in to read the reasons: "
        "%(url)s",
        **told,
    )


def _declined(told: dict[str, str]) -> tuple[str, str]:
    return _("No breach was found: %(number)s", **told), _(
        "The fund decided about the report %(number)s: no breach was found. Sign in to read the reasons: %(url)s",
        **told,
    )


def _ruled(told: dict[str, str]) -> tuple[str, str]:
    return _("A ruling about %(number)s", **told), _(
        "Someone who had no part in it ruled about %(number)s. Sign in to read the reasons: %(url)s", **told
    )


def _withdrawn(told: dict[str, str]) -> tuple[str, str]:
    return _("A report was taken back: %(number)s", **told), _(
        "The fund took its report %(number)s back. Sign in to read why: %(url)s", **told
    )


WORDS: dict[str, Callable[[dict[str, str]], tuple[str, str]]] = {
    "reported": _reported,
    "decided": _declined,
    "ruled": _ruled,
    "withdrawn": _withdrawn,
}
