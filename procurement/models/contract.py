"""Contracts: what was agreed. Claims price from their lines by service date, whatever the contract's origin."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Json, Model
from core.files import StoredFile
from core.organisations import Organisation
from core.states import one_of
from core.steps import forbid, guard
from procurement.amending import KINDS
from procurement.capitation import Band
from procurement.models.capitation import CapitationRate
from procurement.models.contract_indicator import ContractIndicator as ContractIndicator
from procurement.models.contract_score import ContractScore
from procurement.models.indexation import ContractIndexation
from procurement.models.penalty import ContractPenalty
from procurement.scored import ScoreTerms, read
from procurement.states.complaint import STOPS_SIGNING
from procurement.states.contract import AMENDMENT, CONTRACT

ORIGINS = ("award", "award_elsewhere", "open_list", "agreement_by_law", "direct_award", "opening_import")
SIGNED = ("active", "ended", "terminated")  # its lines price the days they name
OPEN = ("drafted", "approved")  # amendments on their way
_OPEN = text(one_of("state", OPEN))
_OPENED = text("opened_from <> ''")


class Contract(Model):
    """One provider, one period; `award_id` points at the award when that is the origin."""

    __tablename__ = "contract"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, C-2026-014-K")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    origin: Mapped[str] = mapped_column(String(20))
    origin_reference: Mapped[str] = mapped_column(String(80), default="", comment="lot, open list, law or file")
    opened_from: Mapped[str] = mapped_column(
        String(80), default="", server_default="", comment="opening file and its source; empty: agreed here"
    )
    paper_number: Mapped[str] = mapped_column(
        String(40), default="", server_default="", comment="its own number in that source"
    )
    award_id: Mapped[int | None] = mapped_column(BigId, unique=True, comment="one contract per award")
    partners: Mapped[Any] = mapped_column(
        Json, default=list, server_default="[]", comment="[{name, share, delivers}]; each is liable for the whole"
    )
    follows_id: Mapped[int | None] = mapped_column(
        ForeignKey("contract.id"), unique=True, comment="the contract that it goes on with, of the provider before"
    )
    service_line: Mapped[str] = mapped_column(ForeignKey("service_line.code"))
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date] = mapped_column(Date)
    budget: Mapped[int | None] = mapped_column(BigId, comment="minor units for the whole period; null: no cap")
    state: Mapped[str] = mapped_column(
        String(12), default="drawn", comment="drawn, active, ended, terminated; lapsed: never signed"
    )
    signed_by_provider: Mapped[str | None] = mapped_column(String(60), comment="person")
    signed_by_fund: Mapped[str | None] = mapped_column(String(60), comment="person")
    signed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    signing_began_on: Mapped[dt.date | None] = mapped_column(Date, comment="the fund’s day of the first signature")
    to_sign_id: Mapped[int | None] = mapped_column(
        ForeignKey("stored_file.id"), comment="the paper as printed for signatures by hand or by certificate"
    )
    created_at: Mapped[dt.datetime] = mapped_column(Instant)

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    to_sign: Mapped[StoredFile | None] = relationship()
    follows: Mapped[Contract | None] = relationship(remote_side=[id])
    lines: Mapped[list[ContractLine]] = relationship(back_populates="contract", order_by="ContractLine.service")
    indicators: Mapped[list[ContractIndicator]] = relationship(back_populates="contract")
    penalty: Mapped[ContractPenalty | None] = relationship()
    amendments: Mapped[list[ContractAmendment]] = relationship(
        back_populates="contract", order_by="ContractAmendment.place"
    )
    indexation: Mapped[ContractIndexation | None] = relationship()
    scores: Mapped[list[ContractScore]] = relationship(order_by="ContractScore.place")
    capitation: Mapped[list[CapitationRate]] = relationship(
        order_by="(CapitationRate.valid_from, CapitationRate.age_from, CapitationRate.sex)"
    )

    __table_args__ = (
        CheckConstraint("valid_until >= valid_from", name="dates"),
        CheckConstraint(f"origin IN {ORIGINS!r}", name="origin"),
        CheckConstraint(CONTRACT.check_sql(), name="state"),
        CheckConstraint(
            "(award_id IS NOT NULL) = (origin = 'award' AND opened_from = '' AND follows_id IS NULL)", name="award"
        ),
        Index("ix_contract_opened_from", "opened_from", sqlite_where=_OPENED, postgresql_where=_OPENED),
        CheckConstraint(
            "state = 'drawn' OR state = 'lapsed' OR (signed_by_provider IS NOT NULL AND signed_by_fund IS NOT NULL)",
            name="signed",
        ),
    )

    @property
    def is_bounded(self) -> bool:
        """It has a budget or volumes of its own, so that its prices move by an amendment alone."""
        return self.budget is not None or any(line.volume is not None for line in self.lines)

    @property
    def contractor(self) -> str:
        """Who gives the care: the lead, and with a plus each partner."""
        return " + ".join([self.organisation.name, *(row["name"] for row in self.partners)])

    def score_on(self, day: dt.date) -> ScoreTerms | None:
        """What its quality score is made of on a day; of two tables from one day the later; None: none was agreed."""
        rows = [terms for valid_from, terms in self.agreed_scores if valid_from <= max(day, self.valid_from)]
        return rows[-1] if rows else None

    @property
    def agreed_scores(self) -> list[tuple[dt.date, ScoreTerms]]:
        """(first day of a contract year, what holds from then on), the oldest first."""
        rows = sorted(self.scores, key=lambda row: (row.valid_from, row.place))
        latest = {row.valid_from: row.terms for row in rows}
        return [(day, terms) for day, raw in latest.items() if (terms := read(raw))]

    def bands_on(self, day: dt.date) -> list[Band]:
        """What capitation pays by age and sex on a day."""
        return [row.band for row in self.capitation if row.valid_from <= day <= row.valid_until]


class ContractLine(Model):
    """The tariff: one service at one rate for dated days; a site's own line goes before the provider's."""

    __tablename__ = "contract_line"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    service: Mapped[str] = mapped_column(
        String(30), comment="service code; a code system's own code in an opening import"
    )
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    rate: Mapped[Decimal | None] = mapped_column(
        Numeric(18, 6), comment="minor units per unit; null: no agreed price yet"
    )
    volume: Mapped[int | None] = mapped_column(Integer, comment="units for the whole period; null: no cap")
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date] = mapped_column(Date)
    is_capitated: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="capitation pays for it, so nothing is paid per unit"
    )

    contract: Mapped[Contract] = relationship(back_populates="lines")

    __table_args__ = (
        UniqueConstraint("contract_id", "service", "site_id", "valid_from"),
        Index(None, "service", "valid_from"),
        CheckConstraint("rate IS NULL OR rate >= 0", name="rate"),
        CheckConstraint("valid_until >= valid_from", name="dates"),
    )


class ContractAmendment(Model):
    """Drafted by one officer, approved by another person, accepted by the provider; at most one is on its way."""

    __tablename__ = "contract_amendment"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    contract_id: Mapped[int] = mapped_column(
        ForeignKey("contract.id", name="fk_contract_amendment_contract_id_contract"), index=True
    )
    place: Mapped[int] = mapped_column(Integer, comment="1, 2, 3 … within the contract")
    code: Mapped[str] = mapped_column(String(8), comment="eForms code of its justification")
    cause: Mapped[str] = mapped_column(String(40), default="", comment="what it was drafted for with others, or empty")
    state: Mapped[str] = mapped_column(String(10), default=AMENDMENT.initial)
    terms: Mapped[Any] = mapped_column(Json, comment="as `procurement.amending` writes them")
    changes: Mapped[Any] = mapped_column(Json, comment="[{where, service, label, before, after}]")
    reason: Mapped[str] = mapped_column(Text)
    lowering_reason: Mapped[str] = mapped_column(Text, default="", comment="why a promise is lowered")
    effective_from: Mapped[dt.date] = mapped_column(Date)
    original_value: Mapped[int | None] = mapped_column(BigId, comment="of the contract as signed, minor units")
    value_change: Mapped[int | None] = mapped_column(BigId, comment="minor units; null: not known, no limit asks")
    drafted_by: Mapped[str] = mapped_column(String(60), comment="person")
    drafted_at: Mapped[dt.datetime] = mapped_column(Instant)
    approved_by: Mapped[str | None] = mapped_column(String(60), comment="another person")
    approved_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    accepted_by: Mapped[str | None] = mapped_column(String(60), comment="person of the provider")
    closed_at: Mapped[dt.datetime | None] = mapped_column(Instant, comment="accepted, declined or dropped")
    answer: Mapped[str] = mapped_column(Text, default="", comment="why it was declined or dropped")

    contract: Mapped[Contract] = relationship(back_populates="amendments", lazy="joined")

    __table_args__ = (
        UniqueConstraint("contract_id", "place"),
        CheckConstraint(AMENDMENT.check_sql(), name="state"),
        CheckConstraint(one_of("code", KINDS), name="code"),
        CheckConstraint("approved_by IS NULL OR approved_by <> drafted_by", name="four_eyes"),
        CheckConstraint(
            "state NOT IN ('approved', 'in_force', 'declined') OR approved_by IS NOT NULL", name="approved"
        ),
        CheckConstraint("(state = 'in_force') = (accepted_by IS NOT NULL)", name="accepted"),
        CheckConstraint(
            "accepted_by IS NULL OR (accepted_by <> drafted_by AND accepted_by <> approved_by)", name="both_sides"
        ),
        Index("uq_contract_amendment_open", "contract_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )


class ContractUse(Model):
    """Money and units that decided claims took from a contract; written by claims through a service."""

    __tablename__ = "contract_use"
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), primary_key=True)
    benefit: Mapped[int] = mapped_column(BigId, default=0, comment="minor units")
    lines: Mapped[int] = mapped_column(Integer, default=0)


class ContractServiceUse(Model):
    """Units of a service that decided claims took from a contract; written by claims through a service."""

    __tablename__ = "contract_service_use"
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), primary_key=True)
    service: Mapped[str] = mapped_column(String(30), primary_key=True)
    site_id: Mapped[int] = mapped_column(BigId, primary_key=True, comment="of the line; 0: the provider’s own line")
    quantity_milli: Mapped[int] = mapped_column(BigId, default=0, comment="thousandths of a unit")


guard(Contract.__table__, CONTRACT)
guard(ContractAmendment.__table__, AMENDMENT)
# Nobody is above this: no signature under an award before its standstill is over, nor with a complaint open.
forbid(
    Contract.__table__,
    "contract_signed_early",
    f"""NEW.award_id IS NOT NULL AND (NEW.signed_by_provider IS NOT NULL OR NEW.signed_by_fund IS NOT NULL)
    AND OLD.state = 'drawn' AND NEW.state <> 'lapsed' AND (NEW.signing_began_on IS NULL OR NOT EXISTS (
      SELECT 1 FROM award WHERE award.id = NEW.award_id AND award.state = 'contracted'
      AND award.standstill_until < NEW.signing_began_on
    ) OR EXISTS (
      SELECT 1 FROM award JOIN lot ON lot.id = award.lot_id JOIN complaint ON complaint.tender_id = lot.tender_id
      WHERE award.id = NEW.award_id AND (complaint.lot_id IS NULL OR complaint.lot_id = lot.id)
      AND complaint.state IN {STOPS_SIGNING!r}
    ))""",  # noqa: S608 - nothing typed goes into it
    "a contract is not signed before the standstill is over, nor with a complaint open",
)
