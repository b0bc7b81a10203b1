"""What court files are read from, and the files themselves."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from core.db import db
from core.errors import NotFound
from core.files import StoredFile
from core.organisations import Organisation
from core.words import _l
from procurement.models.bid import Bid
from procurement.models.contract import Contract
from procurement.models.court import CourtFile
from procurement.models.evaluation import Award
from procurement.models.opening import OpeningMinutes
from procurement.models.tender import Lot, Tender
from procurement.queries.outcomes import partners


def attachments(bid: Bid) -> list[tuple[int, StoredFile]]:
    """The opened files of a bid, by their number in it."""
    ids = {part.content["file"]: part.document for part in bid.parts if part.content and "file" in part.content}
    rows = db.session.execute(select(StoredFile).where(StoredFile.id.in_(ids))).scalars()
    return sorted(((ids[row.id], row) for row in rows), key=lambda pair: pair[0])


def all_awards(tender: Tender) -> list[Award]:
    """Also those that were sent back."""
    query = select(Award).join(Lot, Lot.id == Award.lot_id).where(Lot.tender_id == tender.id).order_by(Award.id)
    return list(db.session.execute(query).scalars().unique())


def contracts_of(tender: Tender) -> Sequence[Contract]:
    """Drawn from its awards, or after an award elsewhere in its name."""
    awards = [row.id for row in all_awards(tender)]
    of_tender = Contract.origin_reference.like(f"{tender.number} %")
    query = select(Contract).where(Contract.award_id.in_(awards) | of_tender).order_by(Contract.number)
    return db.session.execute(query).scalars().all()


def court_file(number: str) -> CourtFile:
    row = db.session.execute(select(CourtFile).where(CourtFile.number == number)).scalar_one_or_none()
    if row is None:
        raise NotFound(_l("There is no %(number)s here.", number=number))
    return row


def court_file_by_id(key: int) -> CourtFile:
    return db.session.execute(select(CourtFile).where(CourtFile.id == key)).scalar_one()


def court_files(tender: Tender) -> Sequence[CourtFile]:
    query = select(CourtFile).where(CourtFile.tender_id == tender.id).order_by(CourtFile.id.desc())
    return db.session.execute(query).scalars().all()


def minutes_of(tender: Tender) -> Sequence[OpeningMinutes]:
    """Of both openings, as far as they were written."""
    query = select(OpeningMinutes).where(OpeningMinutes.tender_id == tender.id).order_by(OpeningMinutes.id)
    return db.session.execute(query).scalars().all()


def stored_files(ids: Sequence[int]) -> dict[int, StoredFile]:
    rows = db.session.execute(select(StoredFile).where(StoredFile.id.in_(ids))).scalars()
    return {row.id: row for row in rows}


def parties(tender: Tender) -> dict[int, frozenset[int]]:
    """Whom a redacted copy can be made for, and the leads of the bids that it sent or joined."""
    query = select(Bid).where(Bid.tender_id == tender.id, Bid.version > 0).order_by(Bid.id)
    found: dict[int, frozenset[int]] = {}
    bids = db.session.execute(query).scalars().all()
    joined = partners(bids)
    for bid in bids:
        for unit in (bid.organisation, *joined.get(bid.id, ())):
            found[unit.id] = found.get(unit.id, frozenset()) | {unit.id, bid.organisation_id}
    return found


def named_parties(tender: Tender) -> dict[int, str]:
    """The same with their names."""
    query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(parties(tender)))
    return {row.id: row.name for row in db.session.execute(query.order_by(Organisation.name))}
