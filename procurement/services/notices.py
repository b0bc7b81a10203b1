"""A published notice and its versions: kept whole, changed by two persons, told to everybody who bid."""

from __future__ import annotations

import datetime as dt
from functools import partial

from core import audit, clock
from core.accounts.readers import readers_of, tell
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import database_now, db
from core.errors import DomainError, InputErrors
from core.words import _, _l
from procurement import noting
from procurement.clauses import chosen
from procurement.models.notice import Amendment, NoticeVersion
from procurement.models.tender import Tender
from procurement.queries import notices as queries
from procurement.queries.tenders import bids_in, locked_tender
from procurement.readiness import check_complete
from procurement.services.keeping import keep_version
from procurement.services.rules import clause_library, periods, publication
from procurement.services.tenders import fill, reason_given, refuse_impossible
from procurement.states.notice import AMENDMENT
from procurement.states.tender import BID, LOT
from procurement.terms import TenderTerms


def propose_amendment(tender: Tender, terms: TenderTerms, *, reason: str, by: Actor) -> Amendment:
    """Write down how the notice shall read; a second person publishes it. None after the deadline."""
    tender = locked_tender(tender.number)
    refuse_closed(tender)
    if queries.proposed_amendment(tender):
        raise DomainError(_l("Another change waits for approval already."), code="amendment_waits")
    refuse_impossible(terms)
    reason = reason_given(reason)
    before = noting.noted(noting.terms_of(tender))
    after = noting.noted(_kept_people(tender, terms))
    found = noting.changes(before, after)
    if not found:
        raise InputErrors.at("reason", _l("Nothing differs from the notice as it stands."))
    row = Amendment(
        tender_id=tender.id,
        state=AMENDMENT.initial,
        terms=after,
        reason=reason,
        proposer=by.person,
        proposer_name=by.name,
        proposed_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    changed = {"changes": [change["where"] for change in found]}
    audit.record(tender.stream, Act.AMENDMENT_PROPOSED, tender.number, by=by, reason=reason, after=changed)
    return row


def drop_amendment(amendment: Amendment, *, reason: str, by: Actor) -> None:
    """The second person, or the proposer, takes the change off the table."""
    amendment.answer = reason_given(reason)
    amendment.state, amendment.decided_at = AMENDMENT.after(amendment.state, "drop"), clock.now()
    if by.person != amendment.proposer:
        amendment.decider = by.person
    db.session.flush()
    tender = amendment.tender
    audit.record(tender.stream, Act.AMENDMENT_DROPPED, tender.number, by=by, reason=reason)


def publish_amendment(amendment: Amendment, *, by: Actor) -> NoticeVersion:
    """The notice changes: a new version with its differences, time left for bidders, every sealed bid to confirm."""
    tender = locked_tender(amendment.tender.number)
    refuse_closed(tender)
    by.must_differ_from([amendment.proposer], _l("You proposed this change, so someone else must publish it."))
    state = AMENDMENT.after(amendment.state, "publish")
    terms = noting.read(amendment.terms)
    before = _before(tender, by)
    _apply(tender, terms, clock.now())
    amendment.state, amendment.decider, amendment.decided_at = state, by.person, clock.now()
    version = _next_version(tender, before, amendment.reason, amendment.proposer_name, by)
    if not version.is_extension:
        _unsettle(tender)
    return version


def extend(tender: Tender, closes_at: dt.datetime, *, reason: str, by: Actor) -> NoticeVersion:
    """A later deadline, for an answer that came late. After the deadline it opens the door again; bids stay sealed."""
    tender = locked_tender(tender.number)
    if tender.state != "published":
        raise DomainError(_l("This tender is opened or ended: its deadline stands."), code="closed")
    if closes_at <= max(tender.closes_at, database_now()):
        raise InputErrors.at("closes_on", _l("The new deadline lies after the old one and after now."))
    before = _before(tender, by)
    tender.closes_at = closes_at
    _take_up_again(tender, by)
    return _next_version(tender, before, reason, by.name, by)


def refuse_closed(tender: Tender) -> None:
    if tender.state != "published" or tender.is_closed(database_now()):
        raise DomainError(_l("The notice changes no more: bids have closed."), code="closed")


def _before(tender: Tender, by: Actor) -> NoticeVersion:
    """The version that stands; a tender published before versions were kept gets its first now."""
    known = queries.versions(tender)
    return known[0] if known else keep_version(tender, by=by)


def _apply(tender: Tender, terms: TenderTerms, at: dt.datetime) -> None:
    """The new text, with the days that a change must leave."""
    rules = periods(clock.local_day(at, fund().zone))
    local = terms.closes_at.astimezone(fund().zone)
    least = rules.extended(at, rules.amendment_days, local)
    tender.lots.clear()
    tender.criteria.clear()
    db.session.flush()
    fill(tender, terms)
    tender.closes_at = max(terms.closes_at, least)
    db.session.flush()
    check_complete(tender, at, publication(clock.local_day(at, fund().zone)), is_published=True)


def _next_version(tender: Tender, before: NoticeVersion, reason: str, proposer: str, by: Actor) -> NoticeVersion:
    terms = noting.noted(noting.terms_of(tender))
    found = noting.changes(before.terms, terms)
    tender.notice_version = before.version + 1
    row = NoticeVersion(
        tender_id=tender.id,
        version=tender.notice_version,
        terms=terms,
        changes=found,
        reason=reason,
        is_extension=noting.only_dates(found),
        published_at=clock.now(),
        proposed_by=proposer,
        published_by=by.name,
    )
    db.session.add(row)
    db.session.flush()
    after = {"version": row.version, "changes": [change["where"] for change in found]}
    audit.record(tender.stream, Act.NOTICE_AMENDED, tender.number, by=by, reason=reason, after=after)
    tell_bidders(tender, "notice_amended")
    return row


def _unsettle(tender: Tender) -> None:
    """What was bid answers another text now: each bidder confirms or replaces it, else it falls at the deadline."""
    for bid in bids_in(tender, "sealed", "unconfirmed"):
        bid.state = BID.after(bid.state, "unsettle")
    db.session.flush()


def _take_up_again(tender: Tender, by: Actor) -> None:
    """Undo what the passed deadline did: its manifest, lapsed drafts, lots that nobody had bid for."""
    if tender.manifest is None:
        return
    root = tender.manifest.get("root", "")
    tender.manifest = None
    for bid in bids_in(tender, "lapsed"):
        bid.state = BID.after(bid.state, "take_up_again")
    for lot in tender.lots:
        if lot.state == "unsuccessful" and lot.ended_code == "no-rece":
            lot.state, lot.ended_code, lot.ended_reason = LOT.after(lot.state, "take_up_again"), "", ""
    db.session.flush()
    audit.record(tender.stream, Act.MANIFEST_WITHDRAWN, tender.number, by=by, before={"root": root})


def _said(template: str, tender: Tender) -> tuple[str, str]:
    """The mail: what to look at and until when."""
    closes = tender.closes_at.astimezone(fund().zone).strftime("%Y-%m-%d %H:%M UTC%z")
    words = {"number": tender.number, "closes": closes}
    if template == "notice_amended":
        return _("The notice %(number)s changed", **words), _(
            "The notice %(number)s has a new version. Bids close %(closes)s. Sign in to read what changed.", **words
        )
    return _("An answer about %(number)s", **words), _(
        "A question about %(number)s was answered for everybody. Bids close %(closes)s.", **words
    )


def tell_bidders(tender: Tender, template: str) -> None:
    """Everybody who began or sent a bid; a number and a link, no content."""
    bids = bids_in(tender, "draft", "sealed", "unconfirmed", "withdrawn")
    arguments = {"tender": tender.number, "version": tender.notice_version}
    for reader in readers_of([bid.organisation_id for bid in bids]).values():
        tell(reader, template, partial(_said, template, tender), purpose="tender", arguments=arguments)


def _kept_people(tender: Tender, terms: TenderTerms) -> TenderTerms:
    """Keys are made and evaluators named: a change of the text leaves them."""
    from dataclasses import replace

    standing = noting.terms_of(tender)
    library = clause_library(clock.local_day(clock.now(), fund().zone))
    return replace(
        terms,
        officers=standing.officers,
        evaluators=standing.evaluators,
        threshold=standing.threshold,
        combination=standing.combination,
        low_price_rules=standing.low_price_rules if terms.low_price_rules is None else terms.low_price_rules,
        clauses=[row.code for row in chosen(library, terms.clauses, terms.service_line)],
        lots=[replace(lot, reservation=lot.kind, is_reserved=bool(lot.kind)) for lot in terms.lots],
    )
