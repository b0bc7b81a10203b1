"""On what ground a unit takes part: its evidence, and each condition of a reserved lot with its answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import Forbidden, InputErrors, Problem
from core.words import _l
from procurement import reserving
from procurement.models.participation import KINDS, ParticipationEvidence
from procurement.models.tender import Lot, Tender
from procurement.queries import bids as bid_queries
from procurement.queries import participation as queries
from procurement.reserving import Condition, Facts, Integration
from procurement.services import rules
from providers.facts import catalogue_on
from providers.queries import sse
from providers.services.facts import Source, Statement, state


@dataclass(frozen=True, slots=True)
class EvidenceTerms:
    """`people` of `total` only for integration, `counted_in` heads or fte."""

    kind: str
    statement: str
    valid_until: dt.date
    certificate: str = ""
    people: Decimal | None = None
    total: Decimal | None = None
    counted_in: str = ""
    counted_on: dt.date | None = None


def record_evidence(terms: EvidenceTerms, *, by: Actor) -> ParticipationEvidence:
    """Counts and numbers of certificates, never names. The newer of its kind replaces the older."""
    if by.organisation_id is None:
        raise Forbidden(_l("Evidence belongs to an organisation."))
    if problems := _problems(terms):
        raise InputErrors(problems)
    now = clock.now()
    for row in queries.evidence_of(by.organisation_id):
        if row.kind == terms.kind:
            row.replaced_at = now
    db.session.flush()
    values = {name: getattr(terms, name) for name in terms.__slots__}
    row = ParticipationEvidence(organisation_id=by.organisation_id, recorded_at=now, recorded_by=by.person, **values)
    db.session.add(row)
    db.session.flush()
    _say(terms, by)
    after = {"kind": row.kind, "valid_until": row.valid_until.isoformat()}
    audit.record("providers", Act.EVIDENCE_RECORDED, str(by.organisation_id), by=by, after=after)
    return row


def _say(terms: EvidenceTerms, by: Actor) -> None:
    """The counts of a work-integration unit are figures of the record too, so nobody types them again."""
    counted = {"workers": terms.total, "disabled_or_excluded": terms.people}
    asked, organisation = catalogue_on(clock.today(fund().zone)).facts, bid_queries.organisation(by.organisation_id)
    if organisation is None or terms.counted_on is None:
        return
    said = [
        Statement(code, figure, terms.counted_on, terms.certificate)
        for code, figure in counted.items()
        if figure is not None and code in asked
    ]
    try:
        state(organisation, said, source=Source("own", "reserved lots"), by=by)
    except InputErrors as errors:
        raise InputErrors(replace(problem, where="people") for problem in errors.problems) from errors


def facts_of(organisation_id: int | None, tender: Tender, on: dt.date) -> Facts:
    """What the register, the evidence and the award register say."""
    organisation = bid_queries.organisation(organisation_id)
    rows = {row.kind: row for row in queries.evidence_of(organisation_id)}
    counted, last = rows.get("integration"), queries.last_reserved_award(organisation_id, tender)
    share = None
    if counted is not None and counted.people is not None and counted.total is not None:
        share = Integration(counted.people, counted.total, counted.valid_until)
    return Facts(
        organisation.legal_form if organisation else "",
        {kind: row.valid_until for kind, row in rows.items()},
        share,
        clock.local_day(last, fund().zone) if last else None,
        sse(organisation_id, on),
    )


def conditions(tender: Tender, lot: Lot, organisation_id: int | None, on: dt.date | None = None) -> Sequence[Condition]:
    """Of a reserved lot, for one bidder: on the day bids close, or on `on` (the award looks again)."""
    if not lot.reservation:
        return ()
    day = on or clock.local_day(tender.closes_at, fund().zone)
    return reserving.bidder_conditions(
        lot.reservation, facts_of(organisation_id, tender, day), day, rules.reservations(day)
    )


def _problems(terms: EvidenceTerms) -> list[Problem]:
    found = []
    if terms.kind not in KINDS:
        found.append(Problem("kind", _l("Choose one of the list."), terms.kind))
    if not terms.statement.strip():
        found.append(Problem("statement", _l("Say where it is proved: article, page, certificate.")))
    if terms.kind == "integration":
        found += _count_problems(terms)
    return found


def _count_problems(terms: EvidenceTerms) -> list[Problem]:
    found = []
    people, total = terms.people, terms.total
    if people is None or total is None or total <= 0 or not 0 <= people <= total:
        found.append(Problem("people", _l("Count the workers: how many of how many, like 3 of 10.")))
    if terms.counted_in not in ("heads", "fte"):
        found.append(Problem("counted_in", _l("Say whether you counted heads or full-time equivalents.")))
    if not terms.certificate.strip():
        found.append(Problem("certificate", _l("Give the number of the certificate.")))
    if terms.counted_on is None:
        found.append(Problem("counted_on", _l("Say on which day you counted.")))
    return found
