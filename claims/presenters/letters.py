"""The decision letter of a claim."""

from __future__ import annotations

from collections.abc import Mapping

from claims import encoding
from claims.letters import DecidedLine, Decision, decision_letter_pdf
from claims.models import Claim, ClaimLine, ClaimVersion, LineVersion
from claims.presenters.reasoning import reasons_of
from claims.presenters.wording import quantity_words
from claims.queries import records
from core.codes import service_names
from core.config import fund
from core.documents import in_house_language, letterhead
from core.words import _


@in_house_language
def letter(claim: Claim, version: ClaimVersion, check_code: str = "") -> bytes:
    """The decision letter to the provider, from the stored decision alone."""
    lines = {line.line_no: line for line in records.lines_of(claim)}
    names = service_names({line.service for line in lines.values()})
    decided = records.decided_lines(claim, version.version)
    zone = fund().zone
    paper = Decision(
        number=f"{claim.number}/{version.version}",
        claim=claim.number,
        member=claim.member_number,
        provider=records.organisation_name(claim.organisation_id),
        decided_on=version.decided_at.astimezone(zone).date(),
        plan=decided[0].plan if decided else "",
        decided_by=_("the rules") if version.cause in ("submission", "redecision") else version.decided_by,
        currency=fund().currency,
        lines=[_letter_line(lines[row.line_no], row, names, claim) for row in decided if not row.undecided],
        appeal_until=version.due_on,
        appeal_address=fund().help_phone,
        check_code=check_code,
    )
    return decision_letter_pdf(paper, letterhead())


def _letter_line(line: ClaimLine, row: LineVersion, names: Mapping[str, str], claim: Claim) -> DecidedLine:
    on = line.service_until or line.service_from or claim.service_until
    return DecidedLine(
        service=names.get(line.service, line.service),
        served_on=on,
        quantity=quantity_words(line.quantity_milli),
        agreed_price=encoding.line_of(row).unit_price or None,
        asked=row.submitted,
        fund_pays=row.benefit,
        member_pays=row.member_share,
        written_off=row.write_off,
        reasons=reasons_of(row, on, "provider"),
    )
