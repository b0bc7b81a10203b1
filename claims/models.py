"""What was claimed, which never changes, and what was decided on it: one version after the other (DECISIONS 28).

Every table begins its key with `partition`, the household's hash at submission (0 when unknown); it never moves.
The live decision of a claim is its highest version; versions count 1, 2, 3 … without gaps.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from claims.states import CLAIM, LINE_STATES
from core.db import BigId, Instant, Json, Model
from core.files import StoredFile
from core.json_text import TextJson
from core.references import SetReference
from core.states import one_of

CHANNELS = ("form", "api", "file", "opening")


class Claim(Model):
    """One claim as it was sent. Rows are only inserted."""

    __tablename__ = "claim"
    partition: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    number: Mapped[str] = mapped_column(String(24), comment="2026-11-00112-K: month of receipt, id, check character")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    provider_claim_no: Mapped[str] = mapped_column(String(40), comment="the provider's own number")
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32), comment="SHA-256 of the canonical content")
    member_number: Mapped[str] = mapped_column(String(40), comment="as sent")
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), comment="null: not found")
    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"), comment="at submission")
    service_line: Mapped[str] = mapped_column(String(30), default="")
    service_from: Mapped[dt.date] = mapped_column(Date, comment="first day of care on any line, else day of receipt")
    service_until: Mapped[dt.date] = mapped_column(Date)
    lines: Mapped[int] = mapped_column(SmallInteger, comment="how many")
    amount: Mapped[int] = mapped_column(BigId, comment="minor units asked, all lines")
    replaces_claim_id: Mapped[int | None] = mapped_column(BigId, comment="the claim that this one corrects")
    channel: Mapped[str] = mapped_column(String(8))
    receipt_id: Mapped[int | None] = mapped_column(BigId, comment="the file it came in")
    received_at: Mapped[dt.datetime] = mapped_column(Instant)
    sent_by: Mapped[str] = mapped_column(String(60), comment="person")
    note: Mapped[str] = mapped_column(Text, default="")
    referral_no: Mapped[str] = mapped_column(String(40), default="", server_default="")
    visit_type: Mapped[str] = mapped_column(
        String(10), default="", server_default="", comment="emergency, referral, other or not said"
    )
    stated_total: Mapped[int | None] = mapped_column(BigId, comment="minor units, as written on the claim")
    is_restricted: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="with a service that nobody outside may infer"
    )

    __table_args__ = (
        Index(None, "id"),
        Index(None, "organisation_id", "received_at"),
        Index(None, "member_id"),
        Index(None, "household_id"),
        CheckConstraint("partition BETWEEN 0 AND 63", name="partition"),
        CheckConstraint(f"channel IN {CHANNELS!r}", name="channel"),
        CheckConstraint("service_until >= service_from", name="dates"),
    )


class ClaimLine(Model):
    """One line as it was sent; a blank element is kept as blank and named in `unreadable`."""

    __tablename__ = "claim_line"
    partition: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    claim_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    line_no: Mapped[int] = mapped_column(Integer, primary_key=True)
    code_system: Mapped[str] = mapped_column(String(30))
    service: Mapped[str] = mapped_column(String(30), comment="service code; empty: none was sent")
    service_from: Mapped[dt.date | None] = mapped_column(Date)
    service_until: Mapped[dt.date | None] = mapped_column(Date)
    starts_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    ends_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    quantity_milli: Mapped[int] = mapped_column(BigId, comment="thousandths of the unit")
    unit_price: Mapped[int] = mapped_column(BigId, comment="minor units")
    amount: Mapped[int] = mapped_column(BigId, comment="minor units")
    practitioner: Mapped[str] = mapped_column(String(40))
    authorisation_no: Mapped[str] = mapped_column(String(40))
    visit_no: Mapped[str] = mapped_column(String(40))
    diagnoses: Mapped[str] = mapped_column(String(80), comment="codes, separated by blanks")
    unreadable: Mapped[str] = mapped_column(String(200), comment="names of elements, separated by blanks")

    __table_args__ = (ForeignKeyConstraint(["partition", "claim_id"], ["claim.partition", "claim.id"]),)


class ClaimNumber(Model):
    """Who holds a provider's claim number: the one place where it is unique, whatever the partition.

    A returned, withdrawn or replaced claim gives its number free; the row then moves to the next claim.
    """

    __tablename__ = "claim_number"
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    provider_claim_no: Mapped[str] = mapped_column(String(40), primary_key=True)
    partition: Mapped[int] = mapped_column(SmallInteger)
    claim_id: Mapped[int] = mapped_column(BigId)


class ClaimVersion(Model):
    """One decision on a claim: sums of its lines, why, by whom. Rows are only inserted."""

    __tablename__ = "claim_decision"
    partition: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    claim_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    headline: Mapped[str] = mapped_column(String(8), comment="reason code that decided; empty: none")
    submitted: Mapped[int] = mapped_column(BigId)
    undecided: Mapped[int] = mapped_column(BigId)
    benefit: Mapped[int] = mapped_column(BigId)
    member_share: Mapped[int] = mapped_column(BigId)
    write_off: Mapped[int] = mapped_column(BigId)
    cause: Mapped[str] = mapped_column(String(12), comment="submission, redecision, review, void, replacement")
    reason: Mapped[str] = mapped_column(Text, default="", comment="what the deciding person wrote")
    due_on: Mapped[dt.date | None] = mapped_column(Date, comment="sent back: act by; in review: answer due")
    waived: Mapped[str] = mapped_column(String(80), default="", comment="reasons a reviewer cleared, by blanks")
    decided_by: Mapped[str] = mapped_column(String(60), comment="person; system when no person changed it")
    decided_at: Mapped[dt.datetime] = mapped_column(Instant)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), comment="SHA-256 of what was decided, lines included")

    __table_args__ = (
        SetReference(["partition", "claim_id"], ["claim.partition", "claim.id"]),
        Index(None, "state"),
        CheckConstraint(CLAIM.check_sql(), name="state"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("submitted = undecided + benefit + member_share + write_off", name="identity"),
    )


class LineVersion(Model):
    """One line's decision: amounts that add up, and as compact JSON its findings and trace, and its use of limits.

    `use` stands alone because the next decisions of the household read it.
    """

    __tablename__ = "line_decision"
    partition: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    claim_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    line_no: Mapped[int] = mapped_column(Integer, primary_key=True)
    state: Mapped[str] = mapped_column(String(8))
    headline: Mapped[str] = mapped_column(String(8))
    plan: Mapped[str] = mapped_column(String(40), comment="plan version in force on the service date")
    submitted: Mapped[int] = mapped_column(BigId)
    undecided: Mapped[int] = mapped_column(BigId)
    benefit: Mapped[int] = mapped_column(BigId)
    member_share: Mapped[int] = mapped_column(BigId)
    write_off: Mapped[int] = mapped_column(BigId)
    detail: Mapped[Any] = mapped_column(TextJson, comment="findings and trace: claims/encoding.py")
    use: Mapped[str] = mapped_column(Text, server_default="", comment="what it used of limits, as JSON; empty: nothing")

    __table_args__ = (
        SetReference(
            ["partition", "claim_id", "version"],
            ["claim_decision.partition", "claim_decision.claim_id", "claim_decision.version"],
        ),
        CheckConstraint(one_of("state", LINE_STATES), name="state"),
        CheckConstraint("submitted = undecided + benefit + member_share + write_off", name="identity"),
    )


class ClaimWaiting(Model):
    """A stored claim that a run has still to do with: to decide it, or to see whether its contract's budget reaches.

    The one table here whose rows go away. In the order of its key a run meets whole households; the household is the
    one the member lives in when the run begins, 0 for an unknown member.
    """

    __tablename__ = "claim_waiting"
    partition: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    household_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    claim_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    lines: Mapped[int] = mapped_column(SmallInteger, comment="how many, so that shards are equal in size")
    settles_with: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id"), comment="decided; its provider's contract has a budget or a volume"
    )

    __table_args__ = (Index(None, "claim_id"), Index(None, "settles_with", "claim_id"))


class ClaimDocument(Model):
    """A document that came in for a claim, under the name by which the plan asks for it."""

    __tablename__ = "claim_document"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    claim_id: Mapped[int] = mapped_column(BigId, index=True)
    partition: Mapped[int] = mapped_column(SmallInteger)
    name: Mapped[str] = mapped_column(String(60), comment="as in the plan’s row")
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    sent_by: Mapped[str] = mapped_column(String(60), comment="person")
    sent_at: Mapped[dt.datetime] = mapped_column(Instant)

    __table_args__ = (ForeignKeyConstraint(["partition", "claim_id"], ["claim.partition", "claim.id"]),)


class ClaimReceipt(Model):
    """Proof that something arrived: a file, or an attempt that could not be read as a claim."""

    __tablename__ = "claim_receipt"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    partition: Mapped[int] = mapped_column(SmallInteger, default=0)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    channel: Mapped[str] = mapped_column(String(8))
    filename: Mapped[str] = mapped_column(String(200), default="")
    mapping: Mapped[str] = mapped_column(String(80), default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    sha256: Mapped[str] = mapped_column(String(64), index=True, comment="of what was sent")
    rows_ready: Mapped[int] = mapped_column(Integer, default=0)
    rows_wrong: Mapped[int] = mapped_column(Integer, default=0)
    claims_new: Mapped[int] = mapped_column(Integer, default=0)
    claims_known: Mapped[int] = mapped_column(Integer, default=0)
    problems: Mapped[Any] = mapped_column(Json, comment="where and why, without what was typed")
    sent_by: Mapped[str] = mapped_column(String(60), comment="person")
    received_at: Mapped[dt.datetime] = mapped_column(Instant)

    file: Mapped[StoredFile | None] = relationship()


class ClaimDraft(Model):
    """A claim begun on the form and not sent yet: its writer's alone, in the organisation it was begun for."""

    __tablename__ = "claim_draft"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(20), comment="random; also the claim's number if none is given")
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    content: Mapped[bytes] = mapped_column(LargeBinary, comment="encrypted JSON: field name to what was typed")
    saved_at: Mapped[dt.datetime] = mapped_column(Instant)

    __table_args__ = (UniqueConstraint("account_id", "organisation_id", "key"),)
