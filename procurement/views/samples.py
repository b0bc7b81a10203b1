"""Sample bids before publication: typed or generated, with what would turn the ranking. Hangs on the tenders."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask import request, url_for

from core.config import fund
from core.errors import InputErrors, Problem
from core.money import to_decimal
from core.permissions import Permission, may
from core.tables.values import BadValue, parse_money, parse_quantity
from core.web import actor, allow, done, page
from core.words import _, _l
from procurement.criterion_words import plain
from procurement.models.tender import Lot, Tender
from procurement.services import samples as verbs
from procurement.services.samples import Sample, Trial
from procurement.views.tenders import blueprint, staff_tender

ROWS = 6


@blueprint.get("/<number>/samples")
@allow(Permission.READ_TENDERS)
def samples(number: str) -> Any:
    tender = staff_tender(number)
    return _samples(tender, verbs.samples_of(tender))


@blueprint.post("/<number>/samples")
@allow(Permission.DRAFT_TENDER)
def try_samples(number: str) -> Any:
    """Keep the typed bids, or examples, and show what they do."""
    tender = staff_tender(number)
    try:
        is_generated = request.form.get("answer") == "examples"
        verbs.keep_samples(tender, verbs.examples(tender) if is_generated else _typed(tender), by=actor())
    except InputErrors as errors:
        return _samples(tender, verbs.samples_of(tender), errors)
    return done(url_for("tenders.samples", number=number), _("Tried on sample bids; the result stands below."))


def _samples(tender: Tender, kept: Sequence[Sample], errors: InputErrors | None = None) -> Any:
    trials = {lot.number: _trial(lot, kept) for lot in tender.lots}
    may_try = may(Permission.DRAFT_TENDER, actor().roles) and tender.state in verbs.BEFORE
    return page(
        "tenders/samples.html", errors=errors, tender=tender, trials=trials, rows=range(1, ROWS + 1), may_try=may_try,
        values=request.form if errors else _texts(kept),
    )  # fmt: skip


def _trial(lot: Lot, kept: Sequence[Sample]) -> Trial | None:
    """None as well where the draft has become such that its formula gives no points."""
    try:
        return verbs.trial(lot, kept)
    except InputErrors:
        return None


def _texts(kept: Sequence[Sample]) -> dict[str, str]:
    """The kept bids as they would have been typed."""
    found: dict[str, str] = {}
    for lot in {row.lot for row in kept}:
        for place, row in enumerate((row for row in kept if row.lot == lot), 1):
            found |= {
                f"lots.{lot}.name.{place}": row.name,
                f"lots.{lot}.price.{place}": to_decimal(row.price, fund().currency.exponent),
                f"lots.{lot}.points.{place}": plain(row.points),
            }
    return found


def _typed(tender: Tender) -> list[Sample]:
    problems: list[Problem] = []
    found = [
        Sample(lot.number, name, *_numbers(lot.number, place, problems))
        for lot in tender.lots
        for place in range(1, ROWS + 1)
        if (name := request.form.get(f"lots.{lot.number}.name.{place}", "").strip())
    ]
    if problems:
        raise InputErrors(problems)
    if not found:
        raise InputErrors.at(f"lots.{tender.lots[0].number}.name.1" if tender.lots else "lots", _l("Name a bid."))
    return found


def _numbers(lot: int, place: int, problems: list[Problem]) -> tuple[int, Decimal]:
    """Price in minor units and points; what is none is said at its field."""
    exponent, price, points = fund().currency.exponent, 0, Decimal(0)
    for name in ("price", "points"):
        where = f"lots.{lot}.{name}.{place}"
        text = request.form.get(where, "")
        try:
            if name == "price":
                price = parse_money(text, exponent)
            else:
                points = parse_quantity(text)
        except BadValue as error:
            problems.append(Problem(where, error.reason, text))
    return price, points
