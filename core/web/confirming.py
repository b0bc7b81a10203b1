"""An act that is said back before it counts: tried and taken back, shown in words, then done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import request

from core import events
from core.actors import Actor
from core.db import db
from core.errors import InputErrors
from core.web.access import actor
from core.web.forms import page

Answers = Sequence[dict[str, Any]]
Foresight = Callable[[int, Actor], Answers]
_foresights: list[Foresight] = []
STEPS = ("confirmed", "change", "csrf_token")


def add_foresight(foresight: Foresight) -> None:
    """A higher room says what an act would bring about, from the events that it tells (after an id, for a reader)."""
    if foresight not in _foresights:
        _foresights.append(foresight)


def said_back(
    act: Callable[[], Any], form: Callable[[InputErrors | None], Any], answers: Callable[[], Answers], **words: Any
) -> Any:
    """None once the person has confirmed and `act` is done; before that the page that answers.

    `form(errors)` is the page it was typed into. `words`: title, sentence, label of the button, back (words, url).
    """
    if "change" in request.form:
        return form(None)
    try:
        if request.form.get("confirmed") == "yes":
            act()
            return None
        before, foreseen = events.last_id(), []
        with db.session.begin_nested() as trial:
            act()
            db.session.flush()
            foreseen = [answer for foresight in _foresights for answer in foresight(before, actor())]
            trial.rollback()
    except InputErrors as errors:
        return form(errors)
    typed = {name: text for name, text in request.form.items() if name not in STEPS}
    return page("house/confirm.html", answers=[*answers(), *foreseen], typed=typed, **words)
