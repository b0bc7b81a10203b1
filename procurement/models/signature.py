"""How each side of a contract signed: one row per signature, kept also when it was refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Json, Model
from core.files import StoredFile
from core.states import one_of
from core.steps import guard
from procurement.models.contract import Contract
from procurement.states.contract import SIGNATURE

SIDES = ("provider", "fund")
METHODS = ("second_factor", "demo", "scan", "signed_pdf", "open_list")
_LIVE = text(one_of("state", ("waiting", "counts")))


class ContractSignature(Model):
    """At most one of a side waits or counts. What came as a file was compared by another person, or verified."""

    __tablename__ = "contract_signature"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    side: Mapped[str] = mapped_column(String(8), comment="provider or fund")
    method: Mapped[str] = mapped_column(String(14), comment="demo: one click; open_list: application and admission")
    state: Mapped[str] = mapped_column(String(8), default=SIGNATURE.initial)
    person: Mapped[str] = mapped_column(String(60), comment="who signed or handed in, as four eyes compares")
    name: Mapped[str] = mapped_column(String(200), comment="whose signature it is, as typed or in the certificate")
    at: Mapped[dt.datetime] = mapped_column(Instant, comment="signed in the house, or handed in")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), comment="scan or signed PDF")
    reading: Mapped[Any | None] = mapped_column(Json, comment="of a signed PDF: verdict, signer, issuer, days, instant")
    answered_by: Mapped[str | None] = mapped_column(String(60), comment="another person, of the fund")
    answered_name: Mapped[str] = mapped_column(String(120), default="")
    answered_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(Text, default="", comment="why refused, or why an unknown issuer is accepted")

    contract: Mapped[Contract] = relationship()
    file: Mapped[StoredFile | None] = relationship()

    __table_args__ = (
        CheckConstraint(SIGNATURE.check_sql(), name="state"),
        CheckConstraint(one_of("side", SIDES), name="side"),
        CheckConstraint(one_of("method", METHODS), name="method"),
        CheckConstraint("answered_by IS NULL OR answered_by <> person", name="four_eyes"),
        CheckConstraint("(file_id IS NOT NULL) = (method IN ('scan', 'signed_pdf'))", name="file"),
        CheckConstraint("method <> 'scan' OR state <> 'counts' OR answered_by IS NOT NULL", name="compared"),
        CheckConstraint("state <> 'refused' OR (answered_by IS NOT NULL AND reason <> '')", name="refused"),
        Index(
            "uq_contract_signature_live", "contract_id", "side", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE
        ),
    )


guard(ContractSignature.__table__, SIGNATURE)
