"""The contract on paper, filled from its rows."""

from __future__ import annotations

from dataclasses import replace

from core import clock, codes
from core.config import fund
from core.documents import in_house_language, letterhead
from core.money import to_decimal
from core.words import _, _l
from procurement.contract_document import (
    ContractPaper,
    PaperAmendment,
    PaperLine,
    PaperPromise,
    contract_pdf,
    rate_text,
)
from procurement.kpi.words import follow_up_words
from procurement.models.contract import Contract
from procurement.queries.signatures import signatures_of
from procurement.signature_words import how_signed

ORIGIN_WORDS = {
    "award": _l("Award of a tender"),
    "award_elsewhere": _l("Award on another portal"),
    "open_list": _l("Open list"),
    "agreement_by_law": _l("Agreement by law"),
    "direct_award": _l("Direct award"),
    "opening_import": _l("Running when the fund started"),
}


@in_house_language
def contract_paper(contract: Contract, check_code: str = "") -> bytes:
    """The same bytes at every print, as long as the contract stands unchanged."""
    return contract_pdf(_filled(contract, check_code), letterhead())


@in_house_language
def paper_to_sign(contract: Contract, check_code: str) -> bytes:
    """The same terms with a line for each signature, and open to signatures by certificate."""
    return contract_pdf(replace(_filled(contract, check_code), is_to_sign=True), letterhead())


def _filled(contract: Contract, check_code: str) -> ContractPaper:
    currency = fund().currency
    promises = [
        PaperPromise(
            row.code,
            row.name,
            f"{row.committed.normalize():f} {row.unit}",
            row.evidence,
            follow_up_words(row, row.unit) if row.followed_from else "",
        )
        for row in contract.indicators
    ]
    amendments = [
        PaperAmendment(row.place, row.code, row.effective_from, [_difference(change) for change in row.changes])
        for row in contract.amendments
        if row.state == "in_force"
    ]
    drawn_on = clock.local_day(contract.signed_at or contract.created_at, fund().zone)
    return ContractPaper(
        number=contract.number, title=contract.title, provider=contract.contractor,
        origin=str(ORIGIN_WORDS[contract.origin]), drawn_on=drawn_on,
        valid_from=contract.valid_from, valid_until=contract.valid_until, currency=currency,
        lines=_lines(contract), promises=promises, budget=contract.budget, amendments=amendments,
        signatures=_signed(contract),
        check_code=check_code, penalty=penalty_words(contract), scores=contract.agreed_scores,
    )  # fmt: skip


def _lines(contract: Contract) -> list[PaperLine]:
    catalogue = {row.code: row for row in codes.services(contract.service_line)}
    return [
        PaperLine(
            line.service,
            catalogue[line.service].name if line.service in catalogue else line.service,
            catalogue[line.service].unit if line.service in catalogue else "",
            rate_text(line.rate, fund().currency.exponent),
            line.valid_from,
            line.valid_until,
        )
        for line in contract.lines
    ]


def _signed(contract: Contract) -> list[str]:
    """How each side signed; a contract from before says where it was brought in from."""
    signed = [how_signed(row) for row in signatures_of(contract) if row.state == "counts"]
    if contract.opened_from:
        words = {"number": contract.paper_number or "–", "source": contract.opened_from}
        signed.append(_("Signed on paper before; number %(number)s, brought in from %(source)s.", **words))
    elif contract.signed_at and not signed:
        signed_on = clock.local_day(contract.signed_at, fund().zone).isoformat()
        signed.append(_("Signed electronically by both sides, last on %(day)s.", day=signed_on))
    return signed


def penalty_words(contract: Contract) -> str:
    """What a found breach costs, as agreed; empty: nothing."""
    row = contract.penalty
    if row is None:
        return ""
    most = f"{row.most.normalize():f}"
    if row.share is not None:
        one = f"{row.share.normalize():f}"
        return _(
            "A breach that was found costs %(one)s %% of the contract’s value; all together at most %(most)s %%.",
            one=one,
            most=most,
        )
    one = f"{to_decimal(row.fixed or 0, fund().currency.exponent)} {fund().currency.code}"
    return _(
        "A breach that was found costs %(one)s; all together at most %(most)s %% of the contract’s value.",
        one=one,
        most=most,
    )


def _difference(change: dict[str, str]) -> str:
    words = {"what": change["label"], "before": change["before"] or _("nothing"), "after": change["after"]}
    return _("%(what)s: %(before)s before, %(after)s now", **words)
