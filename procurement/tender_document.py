"""The tender document on paper: what is asked, who may bid, how bids are compared, the price sheet and the clauses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from core import clock
from core.codes import service_names
from core.config import fund
from core.documents import Cell, Column, Document, Letterhead, code, day, in_its_language, letterhead, money, typed
from core.words import _, _l
from procurement import choosing_words
from procurement.clauses import CHAPTERS
from procurement.criterion_words import measured_by, plain
from procurement.kpi.words import follow_up_words
from procurement.models.tender import Lot, Tender
from procurement.papers import said
from procurement.readiness import cpv_of
from procurement.reserving import KINDS
from procurement.score_paper import score_section
from procurement.scored import read
from procurement.services import rules
from procurement.services.tenders import fingerprints

ENVELOPE_KEYS = {"quality": _l("Key of the quality envelope"), "price": _l("Key of the price envelope")}


def document(tender: Tender, locale: str = "en") -> bytes:
    """The whole document as PDF; of a draft, as it would read."""
    return _document(tender, letterhead(locale))


@in_its_language
def _document(tender: Tender, head: Letterhead) -> bytes:
    published_at = tender.published_at or tender.created_at
    paper = Document(
        head,
        kind=_("Tender document"),
        number=tender.number,
        title=typed(tender.title),
        issued_on=clock.local_day(published_at, fund().zone),
    )
    paper.lead(typed(tender.summary or tender.title))
    paper.facts(_dates(tender, head.locale))
    paper.heading(_("1. What is asked"))
    for lot in tender.lots:
        _lot(paper, tender, lot, head.locale)
    paper.heading(_("2. How bids are compared"))
    _criteria(paper, tender)
    if terms := read(tender.score_terms):
        score_section(paper, terms, tender.starts_on)
    chapters = [key for key in CHAPTERS if any(row["chapter"] == key for row in tender.clauses or ())]
    for number, chapter in enumerate(chapters, 3):
        paper.heading(_("%(number)s. %(chapter)s", number=number, chapter=CHAPTERS[chapter]))
        _clauses(paper, (row for row in tender.clauses or () if row["chapter"] == chapter))
    for envelope, key in _fingerprints(tender):
        paper.fingerprint(str(ENVELOPE_KEYS[envelope]), key)
    return paper.render()


def _dates(tender: Tender, language: str) -> list[tuple[str, str]]:
    found = [
        (_("Version of the notice"), code(str(tender.notice_version))),
        (_("Questions until"), said(tender.questions_until)),
        (_("Bids until"), said(tender.closes_at)),
        (_("Contract"), _("%(first)s to %(last)s, both days included",
                          first=day(tender.starts_on, language), last=day(tender.ends_on, language))),
        (_("Officers needed to open"), code(str(tender.threshold))),
    ]  # fmt: skip
    if tender.most_lots_bid:
        found.append((_("Lots one bidder may bid for"), code(str(tender.most_lots_bid))))
    if tender.most_lots_won:
        rule = _("Lots are awarded in the order of their numbers. Who holds that many, alone or in a joint bid, is "
                 "passed over for the next of the ranking.")  # fmt: skip
        found.append((_("Lots one bidder may win"), f"{code(str(tender.most_lots_won))}. {rule}"))
    if tender.one_lot_reason:
        found.append((_("Why one lot"), typed(tender.one_lot_reason)))
    return found


def _lot(paper: Document, tender: Tender, lot: Lot, language: str) -> None:
    """Each lot with its empty price sheet."""
    names = service_names()
    paper.subheading(_("Lot %(number)s, %(title)s", number=lot.number, title=typed(lot.title)))
    ceiling = money(lot.ceiling, fund().currency, language)
    members = [(_("Members at most"), code(str(lot.members)))] if tender.framework else []
    paper.facts(
        [
            (_("Where"), typed(lot.place) or "–"),
            (_("Object code (CPV)"), code(cpv_of(tender, lot) or "–")),
            (_("Ceiling for the whole term"), ceiling),
            (_("Who may bid"), str(KINDS[lot.reservation])),
            *members,
        ]
    )
    columns = [
        Column(_("Service"), 3.4, is_bold=True),
        Column(_("Units of the whole term"), 1.6, is_amount=True),
        Column(_("Your rate, %(currency)s", currency=code(fund().currency.code)), 1.6, is_amount=True),
    ]
    rows: Sequence[tuple[Any, ...]] = [
        (Cell(typed(names.get(row.service, row.service)), code(row.service)), code(f"{row.volume:,}"), "")
        for row in lot.services
    ]
    paper.table(columns, rows)


def _criteria(paper: Document, tender: Tender) -> None:
    columns = [
        Column(_("Criterion"), 4.4, is_bold=True),
        Column(_("Proved by"), 2.2),
        Column(_("Points"), 0.8, is_amount=True),
    ]
    rows = [
        (Cell(typed(row.name), typed(measured_by(row))), typed(row.evidence) or "–", code(plain(row.weight)))
        for row in tender.criteria
    ]
    total = sum((row.weight for row in tender.criteria), Decimal(0))
    paper.table(columns, rows, (_("Together"), "", code(plain(total))))
    paper.facts([(what, typed(how)) for what, how in choosing_words.told(tender)])
    if promised := _promises(tender):
        paper.heading(_("Promises in the contract"), _("what a bidder promises is followed up"))
        paper.facts(promised)


def _promises(tender: Tender) -> list[tuple[str, str]]:
    """What is reported how often, and what hangs on it."""
    named = {row["code"]: (row["name"], row["unit"]) for row in tender.performance}
    named |= {row.code: (row.name, row.unit) for row in tender.criteria_of("social")}
    follows = rules.follow_ups_of(tender)
    return [(typed(name), follow_up_words(follows[key], typed(unit))) for key, (name, unit) in named.items()]


def _clauses(paper: Document, rows: Iterable[dict[str, str]]) -> None:
    for row in rows:
        paper.subheading(_("%(code)s  %(title)s", code=code(row["code"]), title=typed(row["title"])))
        paper.paragraph(typed(row["text"]))
        paper.paragraph(typed(row["basis"]), is_soft=True)


def _fingerprints(tender: Tender) -> list[tuple[str, str]]:
    return list(fingerprints(tender).items())
