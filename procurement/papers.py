"""The room's PDFs, filled from its rows: notice, receipt, award letter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from flask_babel import force_locale

from core import clock
from core.codes import service_names
from core.config import fund
from core.documents import in_house_language, letterhead, typed
from core.words import _, _l, ngettext
from procurement import tie_words
from procurement.award_words import GROUNDS
from procurement.criterion_words import measured_by
from procurement.frameworks import HOW
from procurement.letters import (
    Award as AwardPaper,
)
from procurement.letters import (
    BidReceipt as ReceiptPaper,
)
from procurement.letters import (
    Criterion as CriterionPaper,
)
from procurement.letters import (
    NoticeLot,
    TenderNotice,
    award_letter_pdf,
    bid_receipt_pdf,
    tender_notice_pdf,
)
from procurement.models.bid import BidReceipt
from procurement.models.evaluation import Award, LotResult
from procurement.models.tender import Criterion, Lot, Tender
from procurement.withholding import FIELDS, Withheld

RESERVED = _l("Reserved for units of the social and solidarity economy")


def notice(tender: Tender, locale: str = "en") -> bytes:
    """The call for bids as PDF."""
    with force_locale(locale):
        return tender_notice_pdf(_notice(tender), letterhead(locale))


def _notice(tender: Tender) -> TenderNotice:
    names = service_names()
    published_at = tender.published_at or tender.created_at
    return TenderNotice(
        number=tender.number,
        title=tender.title,
        summary=tender.summary or tender.title,
        published_on=clock.local_day(published_at, fund().zone),
        questions_until=said(tender.questions_until),
        closes_at=said(tender.closes_at),
        opens_at=said(tender.closes_at),
        starts_on=tender.starts_on,
        ends_on=tender.ends_on,
        currency=fund().currency,
        lots=[_notice_lot(lot, names) for lot in tender.lots],
        criteria=[CriterionPaper(row.name, _whole(row), measured_by(row)) for row in tender.criteria],
        conditions=[
            *(_framework(lot) for lot in tender.lots if tender.framework),
            *(_("Lot %(lot)s: %(rule)s", lot=lot.number, rule=RESERVED) for lot in tender.lots if lot.is_reserved),
        ],
    )


@in_house_language
def receipt(row: BidReceipt, check_code: str = "") -> bytes:
    """Proof of arrival as PDF; the JSON beside it is what a machine checks."""
    bid, tender = row.bid, row.bid.tender
    signed = row.signed
    parts = signed["receipt"]["parts"]
    lots = {str(lot.number): lot.title for lot in tender.lots}
    paper = ReceiptPaper(
        number=row.number,
        tender_number=tender.number,
        tender_title=tender.title,
        bidder=bid.bidder,
        sent_by=row.sent_by,
        received_at=said(row.received_at, "%Y-%m-%d %H:%M:%S.%f"),
        closes_at=said(tender.closes_at),
        opens_at=said(tender.closes_at),
        issued_on=clock.local_day(row.received_at, fund().zone),
        lots=[f"{number} {lots[number]}" for number in signed["receipt"]["lot"].split(".")],
        file_count=len(parts),
        byte_count=sum(part["size"] for part in parts),
        envelope_sha256=row.sha256,
        signature=signed["signature"],
        check_code=check_code,
    )
    return bid_receipt_pdf(paper, letterhead())


def award_letter(
    members: Sequence[Award],
    own: LotResult,
    results: Sequence[LotResult],
    away: Withheld,
    language: str,
    check_code: str = "",
) -> bytes:
    """What one bidder reads, in its language: the ranking, who won, and the reason for this bidder.

    `members`: the award, in a framework those of all its members; the last decision keeps the reasons.
    """
    with force_locale(language):
        return award_letter_pdf(_award(members, own, results, away, check_code), letterhead(language))


def _award(
    members: Sequence[Award], own: LotResult, results: Sequence[LotResult], away: Withheld, check_code: str
) -> AwardPaper:
    award = max((row.decision for row in members), key=lambda row: row.id)
    lot, tender = award.lot, award.lot.tender
    decided_on = clock.local_day(award.decided_at, fund().zone) if award.decided_at else tender.starts_on
    ranked = [row for row in results if row.rank]
    winner = next(row for row in results if row.bid_id == award.bid_id)
    return AwardPaper(
        number=award.number,
        tender_number=tender.number,
        tender_title=tender.title,
        lot=_("lot %(number)s, %(title)s", number=lot.number, title=lot.title),
        winner=award.bid.bidder,
        amount=lot.ceiling
        if tender.framework
        else None
        if away.of(award.bid_id, "price", own.bid_id)
        else award.amount,
        currency=fund().currency,
        decided_on=decided_on,
        standstill_until=award.standstill_until or decided_on,
        starts_on=tender.starts_on,
        ends_on=tender.ends_on,
        ranking=[
            (row.bid.bidder, f"{row.total:.2f}", None if away.of(row.bid_id, "price", own.bid_id) else row.price or 0)
            for row in ranked
        ],
        reasons=_reasons(award, members, own, results, away),
        signed_by=award.decider_name,
        signer_role=_("For the fund"),
        complaint_address=f"{fund().address}/tenders/{tender.number}/complaints",
        check_code=check_code,
        place=_place(own, results),
        points=_points(own, winner, away),
        withheld=_withheld(own, results, away),
        members=[row.bid.bidder for row in members] if tender.framework else [],
    )


def _place(own: LotResult, results: Sequence[LotResult]) -> str:
    if own.rank is None:
        return ngettext("none, of %(num)s bidder", "none, of %(num)s bidders", len(results))
    return ngettext("%(rank)s of %(num)s bidder", "%(rank)s of %(num)s bidders", len(results), rank=own.rank)


def _points(own: LotResult, winner: LotResult, away: Withheld) -> list[tuple[str, str, str, str]]:
    names = {row.code: row.name for row in own.lot.tender.criteria}
    is_away = away.of(winner.bid_id, "points", own.bid_id) is not None
    return [
        (
            names[code],
            row["points"],
            _("withheld") if is_away else winner.sheet.get(code, {}).get("points", "–"),
            row["maximum"],
        )
        for code, row in own.sheet.items()
    ]


def _withheld(own: LotResult, results: Sequence[LotResult], away: Withheld) -> list[str]:
    """One sentence for each field that this reader does not read."""
    shown = [(row, field) for row in results for field in ("price", "points") if away.of(row.bid_id, field, own.bid_id)]
    return [
        _("%(bidder)s, %(field)s: %(words)s", bidder=typed(row.bid.bidder), field=FIELDS[field],
          words=away.words(row.bid_id, field, own.bid_id, typed))
        for row, field in shown
    ]  # fmt: skip


def said(instant: dt.datetime, form: str = "%Y-%m-%d %H:%M") -> str:
    """An instant with its zone, for paper."""
    local = instant.astimezone(fund().zone)
    return f"{local.strftime(form)} ({local.strftime('UTC%z')[:6]})"


def _reasons(
    award: Award, members: Sequence[Award], own: LotResult, results: Sequence[LotResult], away: Withheld
) -> list[str]:
    reasons = [*_passed_over(award, own, results)]
    if own.excluded_reason:
        reasons.append(_("Your bid could not win this lot: %(reason)s", reason=typed(own.excluded_reason)))
    reasons.append(typed(award.reasons[own.bid.public_id]))
    winners = [row.bid for row in members]
    for bid in winners if own.bid not in winners else ():
        about = away.words(bid.id, "reason", mark=typed) or typed(award.reasons[bid.public_id])
        reasons.append(_("About %(member)s: %(reason)s", member=typed(bid.bidder), reason=about)
                       if award.lot.tender.framework else _("About the winner: %(reason)s", reason=about))  # fmt: skip
    return [*reasons, *map(typed, tie_words.told(own, {row.bid.public_id: row.bid.bidder for row in results}))]


def _passed_over(award: Award, own: LotResult, results: Sequence[LotResult]) -> list[str]:
    """Who was ranked before the winner and may not take the lot; the details only to whom they concern."""
    names = {row.bid.public_id: row.bid.bidder for row in results}
    told = [
        (names[row["bid"]], row["why"] if row["bid"] == own.bid.public_id else GROUNDS[row["ground"]])
        for row in award.passed_over
    ]
    return [_("Passed over: %(bidder)s. %(why)s", bidder=typed(bidder), why=typed(str(why))) for bidder, why in told]


def _notice_lot(lot: Lot, names: dict[str, str]) -> NoticeLot:
    volume = "; ".join(f"{row.volume} {names.get(row.service, row.service)}" for row in lot.services)
    return NoticeLot(str(lot.number), lot.title, lot.place, volume, lot.ceiling)


def _framework(lot: Lot) -> str:
    return _("Lot %(lot)s: framework agreement with %(count)s members at most; the ceiling is common to all. %(how)s",
             lot=lot.number, count=lot.members, how=HOW[lot.tender.framework])  # fmt: skip


def _whole(criterion: Criterion) -> int:
    """Whole weights print as whole numbers."""
    weight = criterion.weighed().weight
    return int(weight) if weight == int(weight) else weight  # type: ignore[return-value]
