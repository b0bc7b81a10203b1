"""Drafting, approving, publishing and cancelling a tender."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core import audit, clock, events
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import DomainError, InputErrors, Problem
from core.numbers import next_number
from core.words import _l
from procurement import catalogue, clauses, scored
from procurement.choosing import record_problems
from procurement.models.tender import Criterion, Lot, LotService, Tender, TenderPerson
from procurement.queries import tenders as queries
from procurement.readiness import check_complete
from procurement.sealing import TenderKeys
from procurement.services import rules
from procurement.services.keeping import keep_version
from procurement.services.keys import make_tender_keys
from procurement.services.procedures import refuse_switched_off
from procurement.services.rules import periods as periods
from procurement.states.tender import AWARD, TENDER
from procurement.terms import COLUMNS, CriterionTerms, LotTerms, TenderTerms


def draft_tender(terms: TenderTerms, *, by: Actor) -> Tender:
    """A draft with its own number; it may still be incomplete, but nothing in it contradicts itself."""
    refuse_impossible(terms)
    now = clock.now()
    tender = Tender(
        number=next_number("T", clock.local_day(now, fund().zone).year),
        state=TENDER.initial,
        author=by.person,
        author_name=by.name,
        created_at=now,
    )
    fill(tender, terms)
    _refuse_heavy_record(tender)
    db.session.add(tender)
    db.session.flush()
    audit.record(tender.stream, Act.TENDER_DRAFTED, tender.number, by=by, after=_summary(tender))
    return tender


def change_tender(tender: Tender, terms: TenderTerms, *, by: Actor) -> None:
    """Write a draft anew; only while it is a draft."""
    if tender.state != "draft":
        TENDER.after(tender.state, "send_for_approval")
    refuse_impossible(terms)
    before = _summary(tender)
    tender.lots.clear()
    tender.criteria.clear()
    tender.people.clear()
    db.session.flush()
    fill(tender, terms)
    _refuse_heavy_record(tender)
    db.session.flush()
    audit.record(tender.stream, Act.TENDER_CHANGED, tender.number, by=by, before=before, after=_summary(tender))


def send_for_approval(tender: Tender, *, by: Actor) -> None:
    """Refuses, in words, whatever is missing: weights that are not 100, a lot without services, unlawful periods."""
    target = TENDER.after(tender.state, "send_for_approval")
    at = clock.now()
    check_complete(tender, at, rules.publication(clock.local_day(at, fund().zone)))
    tender.state, tender.score_terms = target, scored.noted(rules.score_terms_of(tender))
    db.session.flush()
    audit.record(tender.stream, Act.TENDER_CHANGED, tender.number, by=by, after={"state": target})


def send_back(tender: Tender, *, reason: str, by: Actor) -> None:
    """Give the draft back to its author with the reason."""
    target = TENDER.after(tender.state, "send_back")
    _refuse_own(tender, by)
    tender.state, tender.ended_reason = target, reason_given(reason)
    db.session.flush()
    audit.record(tender.stream, Act.TENDER_CHANGED, tender.number, by=by, reason=reason, after={"state": target})


def approve(tender: Tender, *, by: Actor) -> None:
    """Second person. Every key holder has chosen a passphrase in their own session; the key pairs are made now."""
    target = TENDER.after(tender.state, "approve")
    _refuse_own(tender, by)
    at = clock.now()
    check_complete(tender, at, rules.publication(clock.local_day(at, fund().zone)))
    make_tender_keys(tender)
    tender.state, tender.approver, tender.approver_name, tender.approved_at = target, by.person, by.name, at
    db.session.flush()
    after = {"keys": fingerprints(tender), "receipt_key": tender.receipt_key}
    audit.record(tender.stream, Act.TENDER_APPROVED, tender.number, by=by, after=after)


def publish(tender: Tender, *, by: Actor) -> None:
    """The notice goes out, with the public keys, once the opening was rehearsed."""
    target = TENDER.after(tender.state, "publish")
    refuse_switched_off(tender, "publish")
    _refuse_own(tender, by)
    if tender.rehearsed_at is None:
        raise DomainError(_l("Rehearse the opening first: officers open a dummy bid."), code="not_rehearsed")
    tender.state, tender.published_at = target, clock.now()
    db.session.flush()
    keep_version(tender, by=by)
    audit.record(tender.stream, Act.TENDER_PUBLISHED, tender.number, by=by, after=_summary(tender))
    events.publish(
        "tender.published",
        tender.number,
        effective_from=clock.local_day(tender.published_at, fund().zone),
        data={"service_line": tender.service_line},
    )


def cancel(tender: Tender, *, reason: str, by: Actor) -> None:
    """End the tender before an award; the reason is public, and what was only proposed falls with it."""
    target = TENDER.after(tender.state, "cancel")
    proposed = queries.awards_of(tender)
    if any(award.state != "proposed" for award in proposed):
        raise DomainError(_l("A lot is awarded: its letters are out. End the other lots instead."), code="awarded")
    tender.state, tender.ended_reason, tender.cancelled_at = target, reason_given(reason), clock.now()
    for award in proposed:
        award.state = AWARD.after(award.state, "annul")
    db.session.flush()
    after = {"awards": [award.number for award in proposed]} if proposed else None
    audit.record(tender.stream, Act.TENDER_CANCELLED, tender.number, by=by, reason=reason, after=after)


def keys_of(tender: Tender) -> TenderKeys:
    return TenderKeys.from_json(tender.keys or {})


def fingerprints(tender: Tender) -> dict[str, str]:
    """Envelope → SHA-256 of its public key, as printed in the notice."""
    return {key.envelope.value: key.fingerprint for key in keys_of(tender).keys} if tender.keys else {}


def fill(tender: Tender, terms: TenderTerms) -> None:
    """Write terms over an emptied tender; people only where nobody is named yet, as keys are theirs."""
    is_frozen = tender.published_at is not None and tender.service_line == terms.service_line
    for name in COLUMNS:
        setattr(tender, name, getattr(terms, name))
    library = rules.clause_library(clock.local_day(clock.now(), fund().zone))
    tender.clauses = [row.to_json() for row in clauses.chosen(library, terms.clauses, terms.service_line)]
    tender.tie_ladder = list(terms.tie_ladder)
    today = clock.local_day(clock.now(), fund().zone)
    tender.performance = catalogue.performance(terms.performance, rules.criteria_catalogue(today))
    low_price = rules.low_price(clock.local_day(clock.now(), fund().zone))
    chosen = low_price.at_first if terms.low_price_rules is None else terms.low_price_rules
    tender.low_price_rules = [row.to_json() for row in chosen]
    floor = terms.labour_floor
    tender.labour_floor = {name: str(getattr(floor, name)) for name in floor.__slots__} if floor else None
    tender.lots = [_lot(number, lot) for number, lot in enumerate(terms.lots, start=1)]
    tender.criteria = [_criterion(position, row) for position, row in enumerate(terms.criteria, start=1)]
    if not is_frozen:
        tender.score_terms = scored.noted(rules.score_terms_of(tender))
    if not tender.people:
        tender.people = [
            *_people(terms.officers, "officer"),
            *_people(terms.holders, "holder"),
            *_people(terms.evaluators, "evaluator"),
        ]


def _lot(number: int, terms: LotTerms) -> Lot:
    services = [LotService(service=code, volume=volume) for code, volume in terms.services]
    return Lot(
        number=number,
        title=terms.title,
        place=terms.place,
        is_reserved=bool(terms.kind),
        reservation=terms.kind,
        cpv=terms.cpv,
        ceiling=terms.ceiling,
        floor=terms.floor,
        members=terms.members,
        state="open",
        services=services,
    )


def _criterion(position: int, terms: CriterionTerms) -> Criterion:
    names = ("code", "block", "name", "question", "weight", "measure", "zero_at", "full_at", "unit", "evidence",
             "catalogue", "gate")  # fmt: skip
    values = {name: getattr(terms, name) for name in names}
    steps = [[str(start), str(share)] for start, share in terms.steps]
    return Criterion(position=position, minimum=terms.minimum, steps=steps or None, **values)


def _people(ids: Sequence[int], duty: str) -> Iterable[TenderPerson]:
    accounts = queries.accounts_by_id(list(ids))
    return [
        TenderPerson(account_id=account.id, person=account.person, name=account.name, duty=duty)
        for account in (accounts[key] for key in dict.fromkeys(ids) if key in accounts)
    ]


def refuse_impossible(terms: TenderTerms) -> None:
    """What the database would refuse, said at the field."""
    problems = []
    if not terms.title.strip():
        problems.append(Problem("title", _l("Give the tender a title.")))
    if terms.questions_until >= terms.closes_at:
        problems.append(Problem("questions_on", _l("Questions end before the bids close.")))
    if terms.ends_on < terms.starts_on:
        problems.append(Problem("ends_on", _l("The last day lies before the first."), terms.ends_on.isoformat()))
    for number, lot in enumerate(terms.lots, start=1):
        if lot.ceiling <= 0 or not 0 <= lot.floor < lot.ceiling:
            message = _l("Lot %(lot)s: the ceiling is above zero and above the floor.", lot=number)
            problems.append(Problem(f"lots.{number}.ceiling", message, str(lot.ceiling)))
        if lot.members < 1:
            message = _l("Lot %(lot)s: at least one bidder wins it.", lot=number)
            problems.append(Problem(f"lots.{number}.members", message, str(lot.members)))
    codes = [row.code for row in terms.criteria]
    problems += [
        Problem(f"criteria.{position}.weight", _l("A weight is above 0 and at most 100."), str(row.weight))
        for position, row in enumerate(terms.criteria, start=1)
        if not 0 < row.weight <= 100
    ]
    if len(set(codes)) < len(codes):
        problems.append(Problem("criteria", _l("Two criteria have the same code.")))
    if problems:
        raise InputErrors(problems)


def _refuse_heavy_record(tender: Tender) -> None:
    """At the first draft already: what it may weigh at most is no matter of a later check."""
    bounds = rules.periods(clock.local_day(clock.now(), fund().zone)).weights
    if problems := list(record_problems([row.weighed() for row in tender.criteria], bounds)):
        raise InputErrors(problems)


def _refuse_own(tender: Tender, by: Actor) -> None:
    by.must_differ_from([tender.author], _l("You drafted this tender, so someone else must approve it."))


def reason_given(text: str) -> str:
    """The reason without its edges; none is refused."""
    if not text.strip():
        raise InputErrors.at("reason", _l("Say why. The reason stays with the tender."))
    return text.strip()


def _summary(tender: Tender) -> dict[str, object]:
    return {
        "lots": len(tender.lots),
        "value": tender.value,
        "closes_at": tender.closes_at.isoformat(),
        "weights": {row.code: str(row.weight) for row in tender.criteria},
    }
