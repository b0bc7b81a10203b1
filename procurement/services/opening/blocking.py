"""What keeps envelopes shut although the deadline has passed: an unanswered question, a complaint that stops."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from core.words import _l
from procurement.models.tender import Tender
from procurement.queries.questions import unanswered
from procurement.services.complaining import stops_opening


def _questions(tender: Tender) -> Iterable[Any]:
    """Before the first opening, every question was answered, or declined with reasons."""
    if tender.state == "published" and (waiting := unanswered(tender)):
        yield _l(
            "Question %(number)s has no answer. Answer it with more time for bidders, or decline it with reasons.",
            number=waiting[0].number,
        )


_BLOCKS: list[Callable[[Tender], Iterable[Any]]] = [_questions, stops_opening]


def add_block(ask: Callable[[Tender], Iterable[Any]]) -> None:
    """`ask(tender)` gives the sentences that keep its envelopes shut, none if nothing does."""
    if ask not in _BLOCKS:
        _BLOCKS.append(ask)


def blocks(tender: Tender) -> list[Any]:
    """All reasons why the envelopes stay shut now."""
    return [sentence for ask in _BLOCKS for sentence in ask(tender)]
