"""A small fund that buys home care: people, cooperatives, a tender, and the steps of its road."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from core import clock, plan
from core.actors import Actor
from core.codes import Service, ServiceLine
from core.db import database_clock, db, unit_of_work
from core.organisations import Organisation
from core.roles import Role
from procurement.models.bid import Bid
from procurement.models.tender import Tender
from procurement.queries import tenders as queries
from procurement.queries.joint import members_of
from procurement.scoring.abnormal import LabourFloor
from procurement.securities import Security
from procurement.services import admission, award, bids, evaluation, keys, opening, securing, tenders
from procurement.terms import CriterionTerms, LotTerms, TenderTerms
from providers.models import Accreditation, Provider, ProviderServiceLine
from tests.accounts import actor_with

PLAN = Path(__file__).resolve().parents[2] / "plan"
PARTS = ("procurement", "reservations", "criteria", "clauses")
START = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)
CLOSES = START + dt.timedelta(days=30)
DAY = dt.timedelta(days=1)
SECRET_RATE = "7123457"  # minor units: found nowhere on disk before the opening
PASSPHRASES = ("saffron and indigo 1", "six knots on a thread")


@contextmanager
def at(instant: dt.datetime) -> Iterator[None]:
    """Everything inside happens at `instant`, by the fund's clock and the database's, in one transaction."""
    with clock.frozen(instant), database_clock(lambda: instant), unit_of_work():
        yield


@dataclass
class House:
    officer: Actor
    second: Actor
    chair: Actor
    evaluators: tuple[Actor, ...]
    bidders: tuple[Actor, ...]


UNITS = {"Unit 1": "cooperative", "Unit 2": "worker_cooperative", "Unit 3": "company"}


def house(units: Mapping[str, str] = UNITS) -> House:
    """People of the fund; units (name → legal form) accredited for home care: two cooperatives and a company."""
    with at(START - dt.timedelta(days=100)):
        db.session.add(ServiceLine(code="home_care", name="Home care", position=1))
        db.session.flush()
        db.session.add(Service(code="HC-VISIT", service_line="home_care", name="Visit by day", unit="visit"))
        db.session.add(Service(code="HC-NIGHT", service_line="home_care", name="Visit at night", unit="visit"))
        _plan()
    organisations = [_provider(number, *unit) for number, unit in enumerate(units.items(), start=1)]
    return House(
        actor_with(Role.PROCUREMENT_OFFICER, name="A. Tiriel"),
        actor_with(Role.PROCUREMENT_OFFICER, name="M. Oussane"),
        actor_with(Role.PROCUREMENT_CHAIR, name="S. Idir"),
        tuple(actor_with(Role.EVALUATOR, name=name) for name in ("E. One", "E. Two", "E. Three")),
        tuple(actor_with(Role.PROVIDER_MANAGER, organisation_id=key) for key in organisations),
    )


def _plan() -> None:
    author, approver = actor_with(Role.PLAN_MANAGER), actor_with(Role.PLAN_MANAGER)
    for part in PARTS:
        text = (PLAN / f"{part}.toml").read_text()
        plan.approve(plan.prepare(part, text, valid_from=dt.date(2020, 1, 1), by=author), by=approver)


def _provider(number: int, name: str, form: str) -> int:
    with at(START - dt.timedelta(days=90)):
        organisation = Organisation(
            number=f"O-{number}",
            name=name,
            legal_form=form,
            register_scheme="tz.register",
            register_number=str(number),
            district="Salt Coast",
            created_at=clock.now(),
        )
        db.session.add(organisation)
        db.session.flush()
        provider = Provider(organisation_id=organisation.id, number=f"P-{number}", state="accredited", lang="en")
        provider.service_lines = [ProviderServiceLine(service_line="home_care")]
        provider.accreditations = [
            Accreditation(
                valid_from=dt.date(2026, 1, 1),
                valid_until=dt.date(2028, 12, 31),
                decided_by="person-r",
                decided_at=clock.now(),
                reason="All documents are there.",
            )
        ]
        db.session.add(provider)
        db.session.flush()
        return organisation.id


def criteria(price: str = "40") -> list[CriterionTerms]:
    return [
        CriterionTerms("PRICE", "price", "Price", Decimal(price)),
        CriterionTerms("Q1", "quality", "Care quality", Decimal(35), question="How do you plan care?"),
        CriterionTerms(
            "C6", "social", "Permanent contracts", Decimal(25), question="Share of permanent contracts",
            measure="lin_up", zero_at=Decimal(50), full_at=Decimal(95), unit="%", evidence="social security list",
        ),
    ]  # fmt: skip


def terms(people: House, **changes: object) -> TenderTerms:
    value = TenderTerms(
        title="Home care, Salt Coast",
        service_line="home_care",
        questions_until=CLOSES - dt.timedelta(days=10),
        closes_at=CLOSES,
        starts_on=dt.date(2027, 1, 1),
        ends_on=dt.date(2028, 12, 31),
        lots=[
            LotTerms("Coast towns", 100_000_000_000, [("HC-VISIT", 10_000)], floor=40_000_000_000),
            LotTerms("Islands", 60_000_000_000, [("HC-NIGHT", 5_000)], floor=20_000_000_000, is_reserved=True),
        ],
        criteria=criteria(),
        officers=[people.officer.account_id, people.second.account_id],  # type: ignore[list-item]
        evaluators=[row.account_id for row in people.evaluators],  # type: ignore[misc]
        labour_floor=LabourFloor(Decimal(3_000_000), Decimal("0.2"), Decimal("0.1")),
    )
    return replace(value, **changes)  # type: ignore[arg-type]


def officers(people: House) -> list[tuple[Actor, str]]:
    """Each opening officer with their passphrase."""
    return list(zip((people.officer, people.second), PASSPHRASES, strict=True))


def approved(people: House, **changes: object) -> Tender:
    """A tender whose keys are made; the opening was not yet rehearsed."""
    with at(START):
        tender = tenders.draft_tender(terms(people, **changes), by=people.officer)
        tenders.send_for_approval(tender, by=people.officer)
        for who, passphrase in officers(people):
            keys.choose_passphrase(tender, passphrase, by=who)
        tenders.approve(tender, by=people.second)
    return tender


def published(people: House, **changes: object) -> Tender:
    """A tender whose notice is out."""
    tender = approved(people, **changes)
    for who, passphrase in officers(people):
        with at(START):
            keys.rehearse(tender, passphrase, by=who)
    with at(START):
        tenders.publish(tender, by=people.second)
    return tender


def drafted_bid(
    tender: Tender, by: Actor, lots: tuple[int, ...] = (1,), rate: str = "8000000", promise: str = "80"
) -> Bid:
    """A bid ready to be sealed."""
    with at(CLOSES - dt.timedelta(days=5)):
        bid = bids.start_bid(tender, by=by)
        fill(bid, by, lots, rate, promise)
    return bid


def fill(bid: Bid, by: Actor, lots: tuple[int, ...] = (1,), rate: str = "8000000", promise: str = "80") -> None:
    """Every task of a draft done."""
    bids.save_draft(
        bid,
        by=by,
        is_confirmed=True,
        lots=lots,
        answers={"Q1": "One carer plans with each member."},
        promises={"C6": promise},
        has_documents=True,
        rates={n: {"HC-VISIT" if n == 1 else "HC-NIGHT": Decimal(rate)} for n in lots},
    )


def sent_bid(
    tender: Tender, by: Actor, lots: tuple[int, ...] = (1,), rate: str = "8000000", promise: str = "80"
) -> Bid:
    bid = drafted_bid(tender, by, lots, rate, promise)
    with at(CLOSES - dt.timedelta(days=1)):
        secure(bid, by)
        bids.submit_bid(bid, by=by)
    return bid


def secure(bid: Bid, by: Actor) -> None:
    """Guarantee and insurance as far as they are due: a company shows both, a cooperative none."""
    due = securing.sums_due(bid, bids.read_draft(bid, by=by))
    shown = {kind: Security("Bank", f"{kind}-1", amount, dt.date(2027, 12, 31)) for kind, amount in due.items()}
    bids.save_draft(bid, by=by, securities=shown)


def opened(tender: Tender, people: House, envelope: str, when: dt.datetime) -> None:
    """Both officers declare no interest and come; before prices the chair declares too."""
    with at(when):
        opening.publish_manifest(tender)
        if envelope == "price":
            opening.declare_interest(tender, "none", by=people.chair)
    for who, text in officers(people):
        with at(when):
            opening.publish_manifest(tender)
            opening.declare_interest(tender, "none", by=who)
            opening.join_opening(tender, envelope, text, by=who)


def scored(tender: Tender, people: House, marks: dict[str, int], when: dt.datetime) -> None:
    """Every evaluator denies an interest, marks every bid and hands in; the chair locks."""
    for who in people.evaluators:
        with at(when):
            opening.declare_interest(tender, "none", by=who)
            for bid in queries.bids_in(tender, "opened"):
                evaluation.save_marks(
                    tender, bid.public_id, {"Q1": (marks[bid.organisation.name], "Clear plan.")}, by=who
                )
            evaluation.submit_marks(tender, by=who)
    with at(when):
        admitted(tender, people.officer)
        opening.declare_interest(tender, "none", by=people.chair)
        evaluation.lock_scores(tender, by=people.chair)


def admitted(tender: Tender, by: Actor) -> None:
    """Every opened bidder is checked and admitted; `by` has declared before."""
    for bid in queries.bids_in(tender, "opened"):
        for member in members_of(bid):
            known = admission.prefilled(bid, member)
            found = {code: row if row.finding else whole(code) for code, row in known.items()}
            admission.check(bid, found, by=by, member=member)
        admission.decide(bid, "admitted", "All papers are in order.", by=by)


def whole(code: str) -> admission.Found:
    """A line of the checklist with nothing against the bidder."""
    return admission.Found("met" if code.startswith(("slc-", "res-")) else "absent")


def ranked(people: House, **changes: object) -> Tender:
    """A tender with two bids, ranked."""
    tender = published(people, **changes)
    sent_bid(tender, people.bidders[0], (1, 2), SECRET_RATE, "90")
    sent_bid(tender, people.bidders[1], (1, 2), "8500000", "60")
    opened(tender, people, "quality", CLOSES + dt.timedelta(hours=1))
    scored(tender, people, {"Unit 1": 4, "Unit 2": 3}, CLOSES + dt.timedelta(days=3))
    opened(tender, people, "price", CLOSES + dt.timedelta(days=4))
    with at(CLOSES + dt.timedelta(days=5)):
        evaluation.rank(tender, by=people.chair)
    return tender


def awarded(people: House) -> Tender:
    """Both lots awarded; the standstill has begun."""
    tender = ranked(people)
    for lot in tender.lots:
        with at(CLOSES + dt.timedelta(days=6)):
            reasons = {row.bid.public_id: f"Reason for {row.bid.organisation.name}" for row in queries.results_of(lot)}
            proposal = award.propose_award(lot, reasons, by=people.officer)
        with at(CLOSES + dt.timedelta(days=7)):
            award.decide_award(proposal, by=people.chair)
    return tender
