"""Irregularities that a tender's own data shows, in the codes of eForms. A flag asks to look; it decides nothing.

Of the codes that the reference names, `ar-split` is not here: the fund's plan knows no value from which a tender is
due, so nothing could be said to lie below it on purpose.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.words import _, _l, ngettext
from procurement.calendar import Periods
from procurement.models.admission import AdmissionCheck
from procurement.models.contract import Contract
from procurement.models.evaluation import Award, LotResult
from procurement.models.notice import PublishedAnswer
from procurement.models.opening import OpeningMinutes
from procurement.models.tender import Tender

CODES = {
    "ab-low": _l("A low price was kept without asking"),
    "conf-int": _l("A possible interest, and still part of it"),
    "eva-add-crit": _l("Scored by a criterion that was not published"),
    "eva-diff-crit": _l("Scored by weights that were not published"),
    "ins-audit": _l("Minutes are not signed by all who came"),
    "insuf-timl": _l("Too little time to bid"),
    "mod-inco": _l("Prices rose after the award"),
    "ncompl-com": _l("Not every bidder got a letter"),
    "noex-addinfo": _l("A late answer without more time"),
    "nojust-nolots": _l("Not in lots, and no reason why"),
    "unj-nrl": _l("Awarded on evidence that had expired"),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the flags of one tender are computed from. `asked`: (bid, lot) whose low price was asked about; `letters`:
    award id → letters sent; `notice`: the last published version, as `noting` writes it; `periods`: of its day."""

    tender: Tender
    periods: Periods | None
    notice: dict[str, Any] | None
    answers: Sequence[PublishedAnswer]
    results: Sequence[LotResult]
    asked: frozenset[tuple[int, int | None]]
    minutes: Sequence[OpeningMinutes]
    awards: Sequence[Award]
    letters: dict[int, int]
    checks: Sequence[AdmissionCheck]
    contracts: Sequence[Contract]


@dataclass(frozen=True, slots=True)
class RedFlag:
    """`figure` is what was counted, in words; `endpoint` the page that shows it, `lot` where it needs one."""

    code: str
    figure: str
    explanation: str
    endpoint: str
    tender: Tender


Rule = Callable[[Facts], Iterator[tuple[str, str]]]
_rules: list[tuple[str, str, Rule]] = []


def _flag(code: str, endpoint: str) -> Callable[[Rule], Rule]:
    def register(rule: Rule) -> Rule:
        _rules.append((code, endpoint, rule))
        return rule

    return register


def flags(facts: Facts) -> list[RedFlag]:
    """In the order of the road."""
    return [
        RedFlag(code, figure, explanation, endpoint, facts.tender)
        for code, endpoint, rule in _rules
        for figure, explanation in rule(facts)
    ]


@_flag("nojust-nolots", "tenders.show")
def one_lot(facts: Facts) -> Iterator[tuple[str, str]]:
    if facts.tender.published_at and len(facts.tender.lots) == 1 and not facts.tender.one_lot_reason.strip():
        yield _("1 lot"), _("A tender that is not parted into lots says why.")


@_flag("insuf-timl", "tenders.show")
def short_time(facts: Facts) -> Iterator[tuple[str, str]]:
    tender, periods = facts.tender, facts.periods
    if tender.published_at is None or periods is None:
        return
    days = (tender.closes_at - tender.published_at).days
    if days < periods.least_bid_days:
        figure = ngettext("%(num)s day", "%(num)s days", days)
        yield figure, _("The plan of that day asks for at least %(least)s days to bid.", least=periods.least_bid_days)


@_flag("noex-addinfo", "questions.index")
def late_answer(facts: Facts) -> Iterator[tuple[str, str]]:
    """By the deadline that stands now: an extension moved it."""
    if facts.periods is None or not facts.periods.answer_days:
        return
    limit = facts.periods.answers_by(facts.tender.closes_at)
    late = [row for row in facts.answers if row.version == 1 and row.published_at > limit]
    if late:
        figure = ngettext("%(num)s answer", "%(num)s answers", len(late))
        yield (
            figure,
            _(
                "Answered less than %(days)s days before bids closed, and the deadline was not moved.",
                days=facts.periods.answer_days,
            ),
        )


@_flag("ins-audit", "tenders.show")
def unsigned_minutes(facts: Facts) -> Iterator[tuple[str, str]]:
    came = sum(len(row.content["officers"]) for row in facts.minutes)
    signed = sum(len(row.signatures) for row in facts.minutes)
    if signed < came:
        figure = _("%(signed)s of %(came)s signatures", signed=signed, came=came)
        yield figure, _("Whoever comes to an opening signs its minutes.")


@_flag("conf-int", "tenders.show")
def possible_interest(facts: Facts) -> Iterator[tuple[str, str]]:
    """Counted, not named: what was declared is for those who may read it."""
    found = {row.person for row in facts.tender.people if "potential" in (row.interest, row.price_interest)}
    if found:
        figure = ngettext("%(num)s person", "%(num)s people", len(found))
        yield figure, _("Declared a possible interest in a bidder and was not replaced.")


@_flag("eva-add-crit", "tenders.show")
def unpublished_criterion(facts: Facts) -> Iterator[tuple[str, str]]:
    known = {row["code"] for row in (facts.notice or {}).get("criteria", ())}
    added = sorted({code for row in facts.results for code in row.sheet} - known)
    if facts.notice and added:
        yield ", ".join(added), _("Points were given for what the last published notice does not name.")


@_flag("eva-diff-crit", "tenders.show")
def other_weights(facts: Facts) -> Iterator[tuple[str, str]]:
    published = {row["code"]: Decimal(row["weight"]) for row in (facts.notice or {}).get("criteria", ())}
    other = {
        code
        for row in facts.results
        for code, points in row.sheet.items()
        if code in published and Decimal(points["maximum"]) != published[code]
    }
    if other:
        yield ", ".join(sorted(other)), _("The most points that were given differ from the published weight.")


@_flag("ab-low", "ranking.show")
def unasked_low_price(facts: Facts) -> Iterator[tuple[str, str]]:
    low = [row for row in facts.results if row.flags and row.flag_decision == "kept"]
    unasked = [row for row in low if (row.bid_id, row.lot_id) not in facts.asked]
    if unasked:
        figure = _("%(unasked)s of %(low)s low prices", unasked=len(unasked), low=len(low))
        yield figure, _("Kept, and the bidder was never asked how the price is possible.")


@_flag("unj-nrl", "ranking.show")
def expired_evidence(facts: Facts) -> Iterator[tuple[str, str]]:
    winners = {row.bid_id: row.decided_at for row in facts.awards if row.decided_at}
    old = [row for row in facts.checks if _has_expired(row, winners.get(row.bid_id))]
    if old:
        figure = ngettext("%(num)s paper", "%(num)s papers", len(old))
        yield figure, _("A paper that the winner was admitted on had expired on the day of the award.")


@_flag("ncompl-com", "ranking.show")
def untold_bidder(facts: Facts) -> Iterator[tuple[str, str]]:
    for award in facts.awards:
        bidders = sum(row.lot_id == award.lot_id for row in facts.results)
        sent = facts.letters.get(award.id, 0)
        if award.decided_at and award.lead_id is None and sent < bidders:
            figure = _("lot %(lot)s: %(sent)s of %(bidders)s letters", lot=award.lot.number, sent=sent, bidders=bidders)
            yield figure, _("Every bidder of a lot gets its letter when the lot is decided.")


@_flag("mod-inco", "contracts.index")
def raised_rates(facts: Facts) -> Iterator[tuple[str, str]]:
    for contract in facts.contracts:
        rises = [rise for rise in _rises(contract) if rise > 0]
        if rises:
            figure = _("%(contract)s: up to %(rise)s %% more", contract=contract.number, rise=f"{max(rises):.1f}")
            yield figure, _("A rate agreed later is above the one that won. An agreed index may explain it.")


def _rises(contract: Contract) -> Iterator[Decimal]:
    """Per cent by which each later rate lies above the first of its service and site."""
    first: dict[tuple[str, int | None], Decimal] = {}
    for line in sorted(contract.lines, key=lambda line: line.valid_from):
        if line.rate:
            start = first.setdefault((line.service, line.site_id), line.rate)
            yield (line.rate - start) * 100 / start


def _has_expired(row: AdmissionCheck, decided_at: dt.datetime | None) -> bool:
    return decided_at is not None and row.expires_on is not None and row.expires_on < decided_at.date()
