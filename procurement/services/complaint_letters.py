"""Who is told of a complaint's end: who complained, and every bidder of its lots, each in its own language."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from core import clock, files, issued
from core.accounts.readers import Reader, readers_of, tell
from core.actors import Actor
from core.db import db
from core.words import _
from procurement.complaint_paper import complaint_paper
from procurement.models.complaint import Complaint, ComplaintLetter
from procurement.queries import complaints as queries

PAPER = "complaint_decision"


def send_decision(row: Complaint, *, by: Actor) -> None:
    """The paper and a mail to each; the page of the decision shows the same."""
    for place, reader in enumerate(_readers(row), start=1):
        is_own = reader.organisation_id == row.organisation_id
        write = partial(_written, row, reader.language, is_own)
        paper = issued.issue(PAPER, f"{row.number}/{place}", write, by=by)
        stored = files.store(
            paper.content,
            filename=f"{row.number}.pdf",
            media_type="application/pdf",
            organisation_id=reader.organisation_id,
            by=by,
        )
        letter = ComplaintLetter(organisation_id=reader.organisation_id, file_id=stored.id, sent_at=clock.now())
        row.letters.append(letter)
        _tell(row, reader, "complaint_decided", _decided)
    db.session.flush()


def tell_redone(row: Complaint) -> None:
    """The fund has begun to do it again."""
    for reader in _readers(row):
        _tell(row, reader, "complaint_redone", _begun)


def _readers(row: Complaint) -> list[Reader]:
    """Who complained first, then the others by their number."""
    found = readers_of([row.organisation_id, *queries.bidders_concerned(row)])
    return [found.pop(row.organisation_id), *(found[key] for key in sorted(found))]


def _written(row: Complaint, language: str, is_own: bool, check_code: str) -> bytes:
    return complaint_paper(row, language, check_code, is_own=is_own)


def _tell(row: Complaint, reader: Reader, template: str, words: Callable[[dict[str, str]], tuple[str, str]]) -> None:
    told = {"complaint": row.number, "tender": row.tender.number}
    tell(reader, template, partial(words, told), purpose="complaint", arguments=told)


def _decided(told: dict[str, str]) -> tuple[str, str]:
    return _("Complaint %(complaint)s is decided", **told), _(
        "A complaint about %(tender)s is decided. Sign in to read the decision, its reasons and what follows.", **told
    )


def _begun(told: dict[str, str]) -> tuple[str, str]:
    return _("%(tender)s: something is done again", **told), _(
        "What complaint %(complaint)s upheld is now done again. Sign in to read what the fund does.", **told
    )
