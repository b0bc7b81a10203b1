"""A claim that could be read: the one shape that form, API and file rows become before anything is decided."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, replace

from claims.case import Approval

OWN_CODES = "fund"  # the code system of the fund's own service catalogue


@dataclass(slots=True)
class LineInput:
    """Quantities in thousandths, money in minor units. `unreadable` names elements that were blank or strange."""

    line_no: int
    service: str
    service_from: dt.date | None
    service_until: dt.date | None
    quantity_milli: int
    unit_price: int
    amount: int
    code_system: str = OWN_CODES
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    practitioner: str = ""
    authorisation_no: str = ""
    visit_no: str = ""
    diagnoses: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    approved: Approval | None = None  # by a reviewer, of a stored line


@dataclass(slots=True)
class ClaimInput:
    """`received_at` is set only by who brings claims in from the past; otherwise the service's own instant counts."""

    organisation_id: int
    provider_claim_no: str
    member_number: str
    lines: list[LineInput]
    site_id: int | None = None
    service_line: str = ""
    replaces_no: str = ""
    note: str = ""
    channel: str = "form"
    referral_no: str = ""
    visit_type: str = ""
    stated_total: int | None = None
    received_at: dt.datetime | None = None
    row: int = 0  # of the file, for its report
    eligibility_no: str = ""  # lets a provider ask before it sends; no part of what is claimed
    unreadable: tuple[str, ...] = ()

    @property
    def amount(self) -> int:
        return sum(line.amount for line in self.lines)

    @property
    def content_hash(self) -> bytes:
        """SHA-256 of what was claimed, whatever the channel, the order of lines or the way numbers were written."""
        content: list[object] = [
            self.member_number,
            self.site_id,
            self.replaces_no,
            [_content(line) for line in sorted(self.lines, key=lambda line: line.line_no)],
        ]
        said = [self.referral_no, self.visit_type, self.stated_total]
        if said != ["", "", None]:
            content.append(said)
        return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).digest()


def _content(line: LineInput) -> list[object]:
    return [
        line.line_no,
        line.code_system,
        line.service,
        _text(line.service_from),
        _text(line.service_until or line.service_from),
        _text(line.starts_at),
        _text(line.ends_at),
        line.quantity_milli,
        line.unit_price,
        line.amount,
        line.practitioner,
        line.authorisation_no,
        line.visit_no,
        line.diagnoses,
    ]


def _text(value: dt.date | dt.datetime | None) -> str:
    if isinstance(value, dt.datetime):
        value = value.astimezone(dt.UTC)
    return value.isoformat() if value is not None else ""


def numbered(claim: ClaimInput) -> ClaimInput:
    """Lines without a usable number get one; a number twice is kept once and the other counted on."""
    seen: set[int] = set()
    lines = []
    for line in claim.lines:
        number = line.line_no if line.line_no > 0 and line.line_no not in seen else max(seen, default=0) + 1
        seen.add(number)
        lines.append(line if number == line.line_no else replace(line, line_no=number))
    claim.lines = lines
    return claim
