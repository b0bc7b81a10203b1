"""One entry per reason, in the order of the table of reasons: what it says, does, and who can act."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from claims.advice import ADVICE
from claims.explanation import ALL_RULES
from claims.figures import Figures, Sentences
from claims.handbook.examples import figures_of
from claims.reasons import Effect, Liable, Reason
from claims.rule import Rule
from core.words import _, _l

EFFECTS: dict[Effect, Any] = {
    Effect.RETURNED: _l("The line goes back and is sent again"),
    Effect.DENIED: _l("The line is not paid"),
    Effect.PENDING: _l("The line waits"),
    Effect.REDUCED: _l("The amount is reduced"),
    Effect.INFORMED: _l("Nothing; it informs"),
}
SHAPES = {
    Effect.RETURNED: "sent_back",
    Effect.DENIED: "denied",
    Effect.PENDING: "half",
    Effect.REDUCED: "reduced",
    Effect.INFORMED: "open",
}
ACTORS: dict[str, Any] = {
    "provider": _l("the provider"),
    "member": _l("the member"),
    "fund": _l("the fund"),
    "nobody": _l("nobody"),
}
LIABLE: dict[Liable, Any] = {
    Liable.PROVIDER: _l("the provider writes it off"),
    Liable.MEMBER: _l("the member pays it"),
    Liable.OTHER: _l("another payer"),
    Liable.PAYER: _l("the fund"),
    Liable.NOBODY: _l("nobody yet"),
}
ROOMS: dict[str, Any] = {
    "ADM": _l("Sending a claim"),
    "MEM": _l("Member and cover"),
    "PRV": _l("Provider and contract"),
    "BEN": _l("Benefits and limits"),
    "PRC": _l("Price and share"),
    "CLI": _l("Codes and diagnosis"),
    "CAR": _l("Care and attendance"),
    "REV": _l("Review"),
}
SAID_BY: dict[str, Any] = {"review": _l("Said by a person, or by the selection for review.")}
ALWAYS = date(2000, 1, 1)  # a rule without a date of its own


@dataclass(frozen=True, slots=True)
class Saying:
    """One sentence of a reason with its legal basis and its days, filled with example figures."""

    sentence: str
    basis: str
    valid_from: date | None
    valid_until: date | None
    what: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    reason: Reason
    sayings: list[Saying]
    advice: str
    cases: list[str]

    @property
    def room(self) -> str:
        return str(ROOMS[self.reason.code[:3]])

    @property
    def said_by(self) -> str:
        """For a reason that no sentence of a rule says."""
        return str(SAID_BY.get(self.reason.module.split()[0], _("No rule in force says it.")))

    @property
    def effect(self) -> str:
        return str(EFFECTS[self.reason.effect])

    @property
    def shape(self) -> str:
        return SHAPES[self.reason.effect]

    @property
    def actor(self) -> str:
        return str(ACTORS.get(self.reason.actor, self.reason.actor))

    @property
    def liable(self) -> str:
        return str(LIABLE[self.reason.liable])


def entries(figures: Figures, exponent: int, cases: Mapping[str, Sequence[str]]) -> list[Entry]:
    """Every reason, whoever produces it. `cases`: reason → names of worked cases."""
    found = []
    for reason in Reason:
        sayings = list(_sayings(reason.code, figures, exponent))
        advice = ADVICE.get(reason.code)
        words = Sentences(figures).filled(str(advice[2]), figures_of(str(advice[2]), exponent)) if advice else ""
        told = f"{advice[1]}. {words}" if advice else ""
        found.append(Entry(reason, sayings, told, list(cases.get(reason.code, ()))))
    return found


def by_room(found: Sequence[Entry]) -> dict[str, list[Entry]]:
    """In the order of ROOMS."""
    rooms: dict[str, list[Entry]] = {str(word): [] for word in ROOMS.values()}
    for entry in found:
        rooms[entry.room].append(entry)
    return {room: inside for room, inside in rooms.items() if inside}


def _sayings(code: str, figures: Figures, exponent: int) -> Iterator[Saying]:
    for rule in ALL_RULES:
        if rule.code == code:
            first = None if rule.valid_from <= ALWAYS else rule.valid_from
            yield Saying(_sentence(rule, figures, exponent), rule.basis, first, rule.valid_until, rule.part)


def _sentence(rule: Rule, figures: Figures, exponent: int) -> str:
    text = str(rule.text)
    return Sentences(figures).filled(text, figures_of(text, exponent))


def source_words(saying: Saying, figures: Figures) -> str:
    """The article, and “since 1 March 2026” or “until …” where the rule did not always hold."""
    if saying.valid_from and saying.valid_until:
        first, last = figures.day(saying.valid_from), figures.day(saying.valid_until)
        return _("%(basis)s, %(first)s to %(last)s", basis=saying.basis, first=first, last=last)
    if saying.valid_from:
        return _("%(basis)s, since %(day)s", basis=saying.basis, day=figures.day(saying.valid_from))
    if saying.valid_until:
        return _("%(basis)s, until %(day)s", basis=saying.basis, day=figures.day(saying.valid_until))
    return saying.basis
