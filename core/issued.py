"""Papers that anyone can check: each carries a code, and `/verify/<code>` says what it is and whether it still stands.

The page shows kind, number, day, amount and the start of the file's SHA-256; never a person.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import CheckConstraint, Date, Index, String, select, text
from sqlalchemy.orm import Mapped, mapped_column

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import BigId, Model, db
from core.money import to_decimal
from core.numbers import random_id
from core.roles import SIGNED_IN
from core.states import StateMachine, step
from core.words import _l

DOCUMENT = StateMachine(
    "document",
    "valid",
    {"valid": _l("valid"), "withdrawn": _l("withdrawn")},
    (step("withdraw", "valid", "withdrawn", *SIGNED_IN, label=_l("Withdraw")),),
)


class IssuedDocument(Model):
    """One paper that left the house. A newer paper of the same kind and number withdraws the one before."""

    __tablename__ = "issued_document"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True, comment="printed on the paper, random")
    kind: Mapped[str] = mapped_column(String(40), comment="award_letter, contract, remittance, decision …")
    number: Mapped[str] = mapped_column(String(60), comment="public number of what the paper is about")
    issued_on: Mapped[dt.date] = mapped_column(Date)
    amount: Mapped[str] = mapped_column(String(60), default="", comment="as printed, with its currency")
    sha256: Mapped[str] = mapped_column(String(64), comment="of the file as issued")
    state: Mapped[str] = mapped_column(String(10), default=DOCUMENT.initial)

    __table_args__ = (
        CheckConstraint(DOCUMENT.check_sql(), name="state"),
        Index(
            "uq_issued_document_valid",
            "kind",
            "number",
            unique=True,
            sqlite_where=text("state = 'valid'"),
            postgresql_where=text("state = 'valid'"),
        ),
    )


@dataclass(frozen=True, slots=True)
class Issued:
    """The paper's bytes beside the row that vouches for them."""

    document: IssuedDocument
    content: bytes


def issue(kind: str, number: str, write: Callable[[str], bytes], *, by: Actor, amount: str = "") -> Issued:
    """Print by `write(code) -> bytes` and vouch for it; the same content again is the same paper.

    Other content under the same kind and number withdraws the earlier paper.
    """
    standing = valid_document(kind, number)
    if standing is not None:
        content = write(standing.code)
        if _digest(content) == standing.sha256:
            return Issued(standing, content)
        withdraw(standing, by=by, reason="replaced")
    code = _new_code()
    content = write(code)
    document = IssuedDocument(
        code=code,
        kind=kind,
        number=number,
        issued_on=clock.today(fund().zone),
        amount=amount,
        sha256=_digest(content),
        state=DOCUMENT.initial,
    )
    db.session.add(document)
    db.session.flush()
    audit.record("documents", Act.DOCUMENT_ISSUED, number, by=by, after={"kind": kind, "sha256": document.sha256})
    return Issued(document, content)


def printed(minor: int) -> str:
    """Minor units as the check page shows them, with the currency."""
    currency = fund().currency
    return f"{to_decimal(minor, currency.exponent)} {currency.code}"


def code_of(kind: str, number: str) -> str:
    """The code of the paper that stands, to print it again; empty: none was issued."""
    standing = valid_document(kind, number)
    return standing.code if standing is not None else ""


def withdraw_all(kind: str, numbers: Collection[str], *, by: Actor, reason: str) -> None:
    """Papers about these numbers no longer stand: what they say was changed."""
    query = select(IssuedDocument).where(
        IssuedDocument.kind == kind, IssuedDocument.state == "valid", IssuedDocument.number.in_(numbers)
    )
    for document in db.session.execute(query.order_by(IssuedDocument.id)).scalars():
        withdraw(document, by=by, reason=reason)


def withdraw(document: IssuedDocument, *, by: Actor, reason: str) -> None:
    """The paper no longer stands; its page says so from now on."""
    document.state = DOCUMENT.after(document.state, "withdraw")
    db.session.flush()
    after = {"kind": document.kind, "sha256": document.sha256}
    audit.record("documents", Act.DOCUMENT_WITHDRAWN, document.number, by=by, reason=reason, after=after)


def valid_document(kind: str, number: str) -> IssuedDocument | None:
    """The paper of this kind that stands for `number` now: reprint it with its own code."""
    query = select(IssuedDocument).where(
        IssuedDocument.kind == kind, IssuedDocument.number == number, IssuedDocument.state == "valid"
    )
    return db.session.execute(query).scalar_one_or_none()


def document_by_code(code: str) -> IssuedDocument | None:
    """What was printed under `code`, typed in any way people type: small letters, spaces, no hyphens."""
    query = select(IssuedDocument).where(IssuedDocument.code == plain_code(code))
    return db.session.execute(query).scalar_one_or_none()


def plain_code(typed: str) -> str:
    """K7M2-9QRT-4XYZ, whatever stands between the signs."""
    signs = "".join(sign for sign in typed.upper() if sign.isalnum())
    return "-".join(signs[at : at + 4] for at in range(0, len(signs), 4))


def _new_code() -> str:
    return plain_code(random_id(12))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
