"""What the fund asks for: a tender, its lots with services and volumes, its criteria, the people who carry it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import clock
from core.db import BigId, Instant, Json, Model
from core.steps import guard
from procurement.models.choosing import ChoosingColumns
from procurement.scoring.formulas import PriceFormula
from procurement.scoring.ranking import Criterion as WeighedCriterion
from procurement.scoring.record import RECORD
from procurement.scoring.social import Measure, MeasureKind
from procurement.states.tender import LOT, TENDER

BLOCKS = ("price", "quality", "social", RECORD)


class Tender(ChoosingColumns, Model):
    """One call for bids. Author and approver are persons; keys hold no private half in clear."""

    __tablename__ = "tender"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, T-2026-014-K")
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    lang: Mapped[str] = mapped_column(String(5), default="en")
    service_line: Mapped[str] = mapped_column(ForeignKey("service_line.code"))
    state: Mapped[str] = mapped_column(String(20), default=TENDER.initial, index=True)
    notice_version: Mapped[int] = mapped_column(Integer, default=1)
    questions_until: Mapped[dt.datetime] = mapped_column(Instant)
    closes_at: Mapped[dt.datetime] = mapped_column(Instant, comment="received at this microsecond is in time")
    starts_on: Mapped[dt.date] = mapped_column(Date)
    ends_on: Mapped[dt.date] = mapped_column(Date)
    price_formula: Mapped[str] = mapped_column(String(20), default="absolute")
    combination: Mapped[str] = mapped_column(String(10), default="mean", comment="how evaluators' marks become one")
    quality_minimum: Mapped[Decimal | None] = mapped_column(Numeric(5, 2), comment="points of the quality block")
    draw_source: Mapped[str] = mapped_column(String(200), default="", comment="future public value for a draw")
    draw_value: Mapped[str] = mapped_column(String(200), default="", comment="that value, once it is known")
    labour_floor: Mapped[Any | None] = mapped_column(Json, comment="wage, contributions …: texts of decimals")
    threshold: Mapped[int] = mapped_column(Integer, default=2, comment="officers needed to open")
    one_lot_reason: Mapped[str] = mapped_column(Text, default="", server_default="", comment="why not in lots")
    most_lots_bid: Mapped[int | None] = mapped_column(Integer, comment="lots one bidder may bid for")
    most_lots_won: Mapped[int | None] = mapped_column(Integer, comment="lots one bidder may win")
    clauses: Mapped[Any | None] = mapped_column(Json, comment="[{code, title, text, basis}] as they stood at approval")
    author: Mapped[str] = mapped_column(String(60), comment="person")
    author_name: Mapped[str] = mapped_column(String(120))
    approver: Mapped[str | None] = mapped_column(String(60), comment="another person")
    approver_name: Mapped[str] = mapped_column(String(120), default="")
    approved_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    published_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    keys: Mapped[Any | None] = mapped_column(Json, comment="public keys, wrapped private keys, one wrap per subset")
    receipt_key: Mapped[str] = mapped_column(String(64), default="", comment="public Ed25519 key of receipts, hex")
    rehearsal: Mapped[Any | None] = mapped_column(Json, comment="keys, halves and sealed dummy bid of the rehearsal")
    rehearsed_at: Mapped[dt.datetime | None] = mapped_column(Instant, comment="enough officers opened the dummy bid")
    manifest: Mapped[Any | None] = mapped_column(Json, comment="latest receipts and their Merkle root")
    quality_opened_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    locked_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    price_opened_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    ended_reason: Mapped[str] = mapped_column(Text, default="")
    cancelled_at: Mapped[dt.datetime | None] = mapped_column(Instant, comment="takes effect after its complaint days")
    created_at: Mapped[dt.datetime] = mapped_column(Instant)

    lots: Mapped[list[Lot]] = relationship(
        back_populates="tender", order_by="Lot.number", cascade="all, delete-orphan", lazy="selectin"
    )
    criteria: Mapped[list[Criterion]] = relationship(
        back_populates="tender", order_by="Criterion.position", cascade="all, delete-orphan", lazy="selectin"
    )
    people: Mapped[list[TenderPerson]] = relationship(
        back_populates="tender", order_by="TenderPerson.id", cascade="all, delete-orphan", lazy="selectin"
    )

    __table_args__ = (
        CheckConstraint(TENDER.check_sql(), name="state"),
        CheckConstraint("approver IS NULL OR approver <> author", name="four_eyes"),
        CheckConstraint("state IN ('draft', 'submitted', 'cancelled') OR approver IS NOT NULL", name="approved"),
        CheckConstraint("questions_until < closes_at", name="questions"),
        CheckConstraint("ends_on >= starts_on", name="dates"),
        CheckConstraint(f"price_formula IN {tuple(formula.value for formula in PriceFormula)!r}", name="formula"),
        CheckConstraint("threshold >= 2", name="threshold"),
        CheckConstraint("framework IN ('', 'ranking', 'choice')", name="framework"),
    )

    @property
    def stream(self) -> str:
        """The audit stream of everything about this tender."""
        return f"tender:{self.number}"

    @property
    def value(self) -> int:
        """Σ of the lots' ceilings, minor units."""
        return sum(lot.ceiling for lot in self.lots)

    def is_closed(self, at: dt.datetime) -> bool:
        """Whether the deadline has passed: equal is still open."""
        return clock.microseconds(at) > clock.microseconds(self.closes_at)

    def phase(self, at: dt.datetime) -> str:
        """The stored state, or what the clock made of it."""
        if self.state == "published" and self.is_closed(at):
            return "sealed"
        if self.state == "published" and at > self.questions_until:
            return "questions_closed"
        if self.state == "contracted" and at.date() >= self.starts_on:
            return "performing"
        return self.state

    def people_as(self, *duties: str) -> list[TenderPerson]:
        return [person for person in self.people if person.duty in duties]

    @property
    def key_holders(self) -> list[TenderPerson]:
        """Those whose passphrases open the envelopes: the officers, and an extra holder should one be lost."""
        return self.people_as("officer", "holder")

    def criteria_of(self, block: str) -> list[Criterion]:
        return [criterion for criterion in self.criteria if criterion.block == block]

    def lot(self, number: int) -> Lot | None:
        return next((lot for lot in self.lots if lot.number == number), None)


class Lot(Model):
    """What one contract will cover: services with volumes, a ceiling, perhaps reserved to SSE units."""

    __tablename__ = "lot"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    number: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(120), default="")
    is_reserved: Mapped[bool] = mapped_column(default=False, comment="to SSE units, by legal form")
    reservation: Mapped[str] = mapped_column(
        String(12), default="", server_default="", comment="eForms BT-71, or res-sse by national law; empty: open"
    )
    cpv: Mapped[str] = mapped_column(String(8), default="", server_default="", comment="object code; empty: the line’s")
    ceiling: Mapped[int] = mapped_column(BigId, comment="minor units for the whole term; above it a bid is out")
    floor: Mapped[int] = mapped_column(BigId, default=0, comment="minor units; below it no bid gains")
    members: Mapped[int] = mapped_column(
        Integer, default=1, server_default="1", comment="most bidders that may win it; above 1 in a framework only"
    )
    price_field: Mapped[Any | None] = mapped_column(Json, comment="lowest, highest and mean price, where kept frozen")
    state: Mapped[str] = mapped_column(String(14), default=LOT.initial)
    ended_code: Mapped[str] = mapped_column(String(14), default="", comment="eForms BT-144, when without result")
    ended_reason: Mapped[str] = mapped_column(Text, default="")

    tender: Mapped[Tender] = relationship(back_populates="lots")
    services: Mapped[list[LotService]] = relationship(
        back_populates="lot", order_by="LotService.service", cascade="all, delete-orphan", lazy="selectin"
    )

    __table_args__ = (
        UniqueConstraint("tender_id", "number"),
        UniqueConstraint("id", "members"),  # awards name both: none has a place that its lot does not have
        CheckConstraint("members >= 1", name="members"),
        CheckConstraint(LOT.check_sql(), name="state"),
        CheckConstraint("ceiling > 0 AND floor >= 0 AND floor < ceiling", name="ceiling"),
        CheckConstraint("state <> 'unsuccessful' OR ended_reason <> ''", name="ended"),
    )

    @property
    def volumes(self) -> dict[str, Decimal]:
        """Service code → published units for the whole term."""
        return {row.service: Decimal(row.volume) for row in self.services}

    @property
    def units(self) -> Decimal:
        return sum(self.volumes.values(), Decimal(0))


class LotService(Model):
    """One priced line of a lot's price sheet."""

    __tablename__ = "lot_service"
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True)
    service: Mapped[str] = mapped_column(ForeignKey("service.code"), primary_key=True)
    volume: Mapped[int] = mapped_column(Integer, comment="units for the whole term")

    lot: Mapped[Lot] = relationship(back_populates="services")

    __table_args__ = (CheckConstraint("volume > 0", name="volume"),)


class Criterion(Model):
    """One published award criterion: the price, a rubric question, a promise with anchors, or the bidder’s record."""

    __tablename__ = "criterion"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    position: Mapped[int] = mapped_column(Integer)
    code: Mapped[str] = mapped_column(String(20), comment="PRICE, Q1, C6 …")
    block: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(160))
    question: Mapped[str] = mapped_column(Text, default="", comment="asked of the bidder; link to the subject matter")
    weight: Mapped[Decimal] = mapped_column(Numeric(6, 3))
    measure: Mapped[str] = mapped_column(String(10), default="", comment="bool, lin_up, lin_down, steps")
    zero_at: Mapped[Decimal | None] = mapped_column(Numeric(18, 6), comment="the promise that earns nothing")
    full_at: Mapped[Decimal | None] = mapped_column(Numeric(18, 6), comment="the promise that earns everything")
    steps: Mapped[Any | None] = mapped_column(Json, comment="[[from, share], …] as texts")
    unit: Mapped[str] = mapped_column(String(40), default="")
    evidence: Mapped[str] = mapped_column(Text, default="")
    minimum: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    gate: Mapped[Decimal | None] = mapped_column(Numeric(18, 6), comment="least (or most) that may be promised")
    catalogue: Mapped[str] = mapped_column(
        String(4), default="", server_default="", comment="C1–C26, when it comes from the catalogue"
    )

    tender: Mapped[Tender] = relationship(back_populates="criteria")

    __table_args__ = (
        UniqueConstraint("tender_id", "code"),
        CheckConstraint(f"block IN {BLOCKS!r}", name="block"),
        CheckConstraint("weight > 0 AND weight <= 100", name="weight"),
    )

    def weighed(self) -> WeighedCriterion:
        """For the pure arithmetic."""
        weight = self.weight.quantize(Decimal("0.01")) if self.weight == round(self.weight, 2) else self.weight
        return WeighedCriterion(self.code, self.block, weight, self.minimum)

    def scale(self) -> Measure:
        """The published marks of a promise."""
        steps = tuple((Decimal(start), Decimal(share)) for start, share in self.steps or ())
        return Measure(MeasureKind(self.measure), self.zero_at, self.full_at, steps, self.gate)


DUTIES = ("officer", "holder", "evaluator", "desk")
INTERESTS = ("", "none", "potential", "yes")


class TenderPerson(Model):
    """An opening officer, an extra key holder, an evaluator or someone else at the desk; and what they declared."""

    __tablename__ = "tender_person"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    person: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(120))
    duty: Mapped[str] = mapped_column(String(10), comment="officer, holder (a key for the worst case), evaluator, desk")
    share: Mapped[Any | None] = mapped_column(
        Json, comment="officer, holder: salt, cost, public half of the passphrase"
    )
    enrolled_at: Mapped[dt.datetime | None] = mapped_column(Instant, comment="when the passphrase was chosen")
    interest: Mapped[str] = mapped_column(String(10), default="", comment="empty until declared: none, potential, yes")
    interest_text: Mapped[str] = mapped_column(Text, default="")
    declared_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    price_interest: Mapped[str] = mapped_column(
        String(10), default="", comment="declared again before prices are shown"
    )
    price_interest_text: Mapped[str] = mapped_column(Text, default="")
    price_declared_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    replaces: Mapped[str] = mapped_column(String(120), default="", comment="name of whose place it took")
    left_at: Mapped[dt.datetime | None] = mapped_column(Instant, comment="evaluator: replaced; its marks do not count")
    left_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    submitted_at: Mapped[dt.datetime | None] = mapped_column(Instant, comment="evaluator: all marks handed in")

    tender: Mapped[Tender] = relationship(back_populates="people")

    __table_args__ = (
        UniqueConstraint("tender_id", "person", "duty"),
        CheckConstraint(f"duty IN {DUTIES!r}", name="duty"),
        CheckConstraint(f"interest IN {INTERESTS!r}", name="interest"),
        CheckConstraint(f"price_interest IN {INTERESTS!r}", name="price_interest"),
    )

    @property
    def is_recused(self) -> bool:
        return "yes" in (self.interest, self.price_interest)

    @property
    def may_read(self) -> bool:
        """Content is withheld until an interest was denied."""
        return self.interest in ("none", "potential") and self.is_active

    @property
    def is_active(self) -> bool:
        """Neither withdrawn nor replaced."""
        return not self.is_recused and self.left_at is None

    @property
    def may_read_prices(self) -> bool:
        """Prices are withheld until it was denied again."""
        return self.may_read and self.price_interest in ("none", "potential")


guard(Tender.__table__, TENDER)
guard(Lot.__table__, LOT)
