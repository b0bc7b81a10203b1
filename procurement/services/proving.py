"""Evidence for reserved lots, for the officer to verify: what each bidder named, line by line of the checklist."""

from __future__ import annotations

from core.words import _
from procurement.criterion_words import plain
from procurement.grounds import RESERVED_PREFIX
from procurement.models.bid import Bid
from procurement.models.participation import ParticipationEvidence
from procurement.models.tender import Lot
from procurement.queries.joint import members_of
from procurement.queries.participation import evidence_of
from procurement.reserving import KINDS_OF


def proofs_of(lot: Lot) -> tuple[str, ...]:
    """Codes of the lines that a reserved lot adds to a checklist."""
    return tuple(RESERVED_PREFIX + kind for kind in KINDS_OF.get(lot.reservation, ()))


def proofs(bid: Bid) -> dict[str, str]:
    """Code → what was named, for every reserved lot of the bid; of a joint bid, by each member."""
    numbers = bid.content("quality").get("lots", ())
    codes = dict.fromkeys(code for lot in bid.tender.lots if lot.number in numbers for code in proofs_of(lot))
    if not codes:
        return {}
    rows = [(member.name, {row.kind: row for row in evidence_of(member.id)}) for member in members_of(bid)]
    return {
        code: "; ".join(f"{name}: {_named(found.get(code.removeprefix(RESERVED_PREFIX)))}" for name, found in rows)
        for code in codes
    }


def _named(row: ParticipationEvidence | None) -> str:
    """Certificate, count, heads or full-time equivalents, days: never names."""
    if row is None:
        return _("nothing on record")
    said = [row.certificate, row.statement]
    if row.people is not None and row.total is not None:
        unit = _("heads") if row.counted_in == "heads" else _("full-time equivalents")
        said.append(_("%(people)s of %(total)s %(unit)s", people=plain(row.people), total=plain(row.total), unit=unit))
    if row.counted_on:
        said.append(_("counted on %(day)s", day=row.counted_on.isoformat()))
    said.append(_("valid until %(day)s", day=row.valid_until.isoformat()))
    return ", ".join(text for text in said if text)
