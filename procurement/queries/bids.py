"""Bids as their bidder sees them, and who may bid. Scoped in the query: other people's bids do not exist."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.db import db
from core.errors import NotFound
from core.files import StoredFile
from core.organisations import Organisation
from core.words import _l
from procurement.models.bid import Bid, BidReceipt
from procurement.models.evaluation import Award, AwardLetter, Mark, Moderation
from procurement.models.tender import Criterion, Tender, TenderPerson
from providers.models import Accreditation, ProviderDocument, ProviderServiceLine


def own_bid(tender: Tender, organisation_id: int | None) -> Bid | None:
    """The bid of this organisation, if it began one."""
    query = select(Bid).where(Bid.tender_id == tender.id, Bid.organisation_id == organisation_id)
    return db.session.execute(query).scalar_one_or_none()


def own_bids(organisation_id: int | None) -> Sequence[Bid]:
    query = select(Bid).where(Bid.organisation_id == organisation_id).order_by(Bid.id.desc())
    return db.session.execute(query).scalars().all()


def own_receipt(number: str, organisation_id: int | None) -> BidReceipt:
    query = select(BidReceipt).join(Bid).where(BidReceipt.number == number, Bid.organisation_id == organisation_id)
    row = db.session.execute(query).scalar_one_or_none()
    if row is None:
        raise NotFound(_l("There is no receipt %(number)s here.", number=number))
    return row


def own_letter(letter_id: int, organisation_id: int | None) -> AwardLetter:
    query = select(AwardLetter).where(AwardLetter.id == letter_id, AwardLetter.organisation_id == organisation_id)
    row = db.session.execute(query).scalar_one_or_none()
    if row is None:
        raise NotFound(_l("There is no such letter here."))
    return row


def own_letter_about(award_number: str, organisation_id: int | None) -> AwardLetter | None:
    """The letter of this organisation about an award."""
    query = select(AwardLetter).join(AwardLetter.award)
    query = query.where(Award.number == award_number, AwardLetter.organisation_id == organisation_id)
    return db.session.execute(query).scalar_one_or_none()


def own_letters(organisation_id: int | None) -> Sequence[AwardLetter]:
    query = select(AwardLetter).where(AwardLetter.organisation_id == organisation_id).order_by(AwardLetter.id)
    return db.session.execute(query).scalars().all()


def last_receipt(tender: Tender) -> BidReceipt | None:
    """The end of the tender's chain of receipts."""
    query = select(BidReceipt).where(BidReceipt.tender_id == tender.id).order_by(BidReceipt.sequence.desc()).limit(1)
    return db.session.execute(query).scalar_one_or_none()


def receipts_of(tender: Tender) -> Sequence[BidReceipt]:
    query = select(BidReceipt).where(BidReceipt.tender_id == tender.id).order_by(BidReceipt.sequence)
    return db.session.execute(query).scalars().all()


def bid_for_reader(tender: Tender, public_id: str, person: str) -> Bid:
    """An opened bid, only for an evaluator who denied an interest: else it is not there."""
    query = (
        select(Bid)
        .join(TenderPerson, TenderPerson.tender_id == Bid.tender_id)
        .where(
            Bid.tender_id == tender.id,
            Bid.public_id == public_id,
            Bid.state.in_(("opened", "below_minimum")),
            TenderPerson.person == person,
            TenderPerson.duty == "evaluator",
            TenderPerson.interest.in_(("none", "potential")),
            TenderPerson.left_at.is_(None),
        )
    )
    row = db.session.execute(query).scalars().first()
    if row is None:
        raise NotFound(_l("There is no such bid here, or you have not yet declared that you have no interest in it."))
    return row


def opened_file(bid: Bid, document: int) -> StoredFile:
    """An attachment after the opening; while it is sealed, or could not be read, it is not there."""
    found = [part.content for part in bid.parts if part.envelope == "quality" and part.document == document]
    row = db.session.get(StoredFile, found[0]["file"]) if found and found[0] and "file" in found[0] else None
    if row is None:
        raise NotFound(_l("This file is not open."))
    return row


def bids_for_reader(tender: Tender, person: str) -> Sequence[Bid]:
    """Opened bids, none at all while `person` has not declared."""
    query = (
        select(Bid)
        .join(TenderPerson, TenderPerson.tender_id == Bid.tender_id)
        .where(
            Bid.tender_id == tender.id,
            Bid.state.in_(("opened", "below_minimum")),
            TenderPerson.person == person,
            TenderPerson.duty == "evaluator",
            TenderPerson.interest.in_(("none", "potential")),
            TenderPerson.left_at.is_(None),
        )
    )
    return db.session.execute(query.order_by(Bid.id)).scalars().unique().all()


def marks_by(tender: Tender, evaluator: TenderPerson) -> Sequence[Mark]:
    """One evaluator's own marks."""
    query = select(Mark).join(Bid).where(Bid.tender_id == tender.id, Mark.evaluator_id == evaluator.id)
    return db.session.execute(query).scalars().all()


def submitted_marks(tender: Tender) -> Sequence[Mark]:
    """Marks handed in by evaluators without an interest: before that they are blind to everybody else."""
    query = (
        select(Mark)
        .join(Bid, Bid.id == Mark.bid_id)
        .join(TenderPerson, TenderPerson.id == Mark.evaluator_id)
        .where(Bid.tender_id == tender.id, TenderPerson.submitted_at.is_not(None))
        .where(TenderPerson.interest != "yes", TenderPerson.left_at.is_(None))
    )
    return db.session.execute(query.order_by(Mark.id)).scalars().all()


def marks_set_aside(tender: Tender) -> Sequence[Mark]:
    """Marks that were handed in by evaluators who then withdrew or were replaced: on record, and not counted."""
    query = (
        select(Mark)
        .join(Bid, Bid.id == Mark.bid_id)
        .join(TenderPerson, TenderPerson.id == Mark.evaluator_id)
        .where(Bid.tender_id == tender.id, TenderPerson.submitted_at.is_not(None))
        .where((TenderPerson.interest == "yes") | TenderPerson.left_at.is_not(None))
    )
    return db.session.execute(query.order_by(Mark.id)).scalars().all()


def shut_prices(tender: Tender) -> list[Bid]:
    """Bids that count and whose price envelope nobody has opened yet."""
    query = select(Bid).where(Bid.tender_id == tender.id, Bid.state == "opened").order_by(Bid.id)
    bids = db.session.execute(query).scalars().unique()
    return [bid for bid in bids if not any(part.envelope == "price" and part.opened_at for part in bid.parts)]


def moderations_of(tender: Tender) -> Sequence[Moderation]:
    query = select(Moderation).join(Criterion).where(Criterion.tender_id == tender.id)
    return db.session.execute(query).scalars().all()


def organisation(organisation_id: int | None) -> Organisation | None:
    return db.session.execute(select(Organisation).where(Organisation.id == organisation_id)).scalar_one_or_none()


def sent_in(tender_id: int) -> Sequence[Bid]:
    """Sent and not taken back, in the order they were begun."""
    query = select(Bid).where(Bid.tender_id == tender_id, Bid.state.not_in(("draft", "withdrawn")), Bid.version > 0)
    return db.session.execute(query.options(joinedload(Bid.agent)).order_by(Bid.id)).scalars().all()


def sent_by(tender_id: int, agent_id: int) -> list[Bid]:
    """Those that a person of this organisation sent, for another unit or for itself."""
    return [row for row in sent_in(tender_id) if agent_id in (row.agent_id, row.organisation_id)]


def accredited_until(organisation_id: int | None, on: dt.date) -> dt.date | None:
    """The last day of the accreditation that holds on `on`."""
    query = select(Accreditation.valid_until).where(
        Accreditation.organisation_id == organisation_id,
        Accreditation.valid_from <= on,
        Accreditation.valid_until >= on,
    )
    found: dt.date | None = db.session.execute(query.order_by(Accreditation.valid_until.desc()).limit(1)).scalar()
    return found


def gives_service_line(organisation_id: int | None, service_line: str) -> bool:
    query = select(ProviderServiceLine).where(
        ProviderServiceLine.organisation_id == organisation_id, ProviderServiceLine.service_line == service_line
    )
    return db.session.execute(query).first() is not None


def register_documents(organisation_id: int | None) -> Sequence[ProviderDocument]:
    """What already lies in the register and need not be sent again."""
    query = select(ProviderDocument).where(ProviderDocument.organisation_id == organisation_id)
    return db.session.execute(query.order_by(ProviderDocument.id)).scalars().all()
