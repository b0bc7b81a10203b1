"""The receipt of a bid on paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from core.documents import (
    Document,
    Knot,
    Letterhead,
    code,
    count,
    in_its_language,
    typed,
)
from core.words import _, ngettext


@dataclass(frozen=True, slots=True)
class BidReceipt:
    """`received_at` and `closes_at` in words with microseconds and zone; `envelope_sha256` in hex."""

    number: str
    tender_number: str
    tender_title: str
    bidder: str
    sent_by: str
    received_at: str
    closes_at: str
    opens_at: str
    issued_on: dt.date
    lots: Sequence[str]
    file_count: int
    byte_count: int
    envelope_sha256: str
    signature: str = ""
    check_code: str = ""


@in_its_language
def bid_receipt_pdf(receipt: BidReceipt, head: Letterhead) -> bytes:
    """Proof that an envelope arrived in time and unopened."""
    paper = Document(
        head,
        kind=_("Receipt for an offer"),
        number=receipt.number,
        title=_("Your offer arrived in time"),
        issued_on=receipt.issued_on,
        check_code=receipt.check_code,
    )
    paper.lead(
        _("The envelope is sealed. Nobody at the fund can read it before %(opens_at)s.", opens_at=receipt.opens_at)
    )
    paper.facts(
        [
            (_("Tender"), f"{code(receipt.tender_number)} {typed(receipt.tender_title)}"),
            (_("Offer of"), typed(receipt.bidder)),
            (_("Sent by"), typed(receipt.sent_by)),
            (_("Lots"), "\n".join(typed(lot) for lot in receipt.lots)),
            (_("Files"), _contents(receipt, head.locale)),
        ]
    )
    paper.heading(_("What happens when"))
    paper.timeline(
        [
            Knot(_("Received"), receipt.received_at, "done"),
            Knot(_("Until closing"), _("You may replace or withdraw it until %(at)s.", at=receipt.closes_at), "now"),
            Knot(_("Opening"), _("The envelopes are opened on %(at)s.", at=receipt.opens_at), "ahead"),
        ]
    )
    paper.fingerprint(_("Fingerprint of the envelope (SHA-256)"), receipt.envelope_sha256)
    if receipt.signature:
        paper.fingerprint(_("Signature of the fund (Ed25519)"), receipt.signature)
    paper.paragraph(
        _("Keep this paper. If the envelope were changed later, its fingerprint would no longer match."), is_soft=True
    )
    return paper.render()


def _contents(receipt: BidReceipt, language: str) -> str:
    size = count(receipt.byte_count, language)
    return ngettext("%(num)s file, %(bytes)s bytes", "%(num)s files, %(bytes)s bytes", receipt.file_count, bytes=size)
