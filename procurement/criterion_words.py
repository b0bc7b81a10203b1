"""A criterion in words: how it turns into points."""

from __future__ import annotations

from core.texts import said
from core.words import _
from procurement.models.tender import Criterion
from procurement.scoring.record import RECORD


def measured_by(criterion: Criterion) -> str:
    """How a criterion turns into points, in one line; with its least points and what must be reached."""
    told = [_scale(criterion)]
    if criterion.gate is not None:
        bound = plain(criterion.gate)
        is_most = criterion.measure == "lin_down"
        told.append(_("at most %(bound)s may be promised", bound=bound) if is_most
                    else _("at least %(bound)s must be promised", bound=bound))  # fmt: skip
    if criterion.minimum is not None:
        told.append(_("under %(least)s points the price stays shut", least=plain(criterion.minimum)))
    return "; ".join(told)


def _scale(criterion: Criterion) -> str:
    if criterion.block == "social" and criterion.measure == "bool":
        return _("yes or no; yes earns all points")
    if criterion.block == "social" and criterion.measure == "steps":
        return _("in steps; %(unit)s", unit=said(criterion.unit))
    if criterion.block == "social" and criterion.measure == "parity":
        return _("as large a share as among all staff, or half, earns all points")
    if criterion.block == "social":
        return _(
            "%(zero)s %(unit)s earns nothing, %(full)s %(unit)s earns all points",
            unit=said(criterion.unit),
            zero=plain(criterion.zero_at),
            full=plain(criterion.full_at),
        )
    if criterion.block == RECORD:
        return _("the bidder’s record when bids are opened, the mean of its published quality scores: 100 earns all "
                 "points, 0 nothing; a joint bid by its shares of the work; who is new has the mean of those who give "
                 "this care; where nobody has a record, nobody earns points")  # fmt: skip
    return criterion.question if criterion.block == "quality" else _("the price for the whole term")


def plain(value: object) -> str:
    """A stored decimal without useless zeros."""
    text = f"{value:f}" if value is not None else ""
    return text.rstrip("0").rstrip(".") if "." in text else text
