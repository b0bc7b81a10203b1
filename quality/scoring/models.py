"""Scores, version by version, what a provider says against them, and what they are worth. A recomputation is a new
version; the old one stays."""

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
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Json, Model
from core.files import StoredFile
from core.organisations import Organisation
from core.states import one_of
from core.steps import guard
from procurement.models.contract import Contract
from quality.scoring.states import FINAL, GROUNDS, OUTCOMES, SCORE, SETTLEMENT, WITHHELD

_SIMULATED = text("state = 'simulated'")


class QualityScore(Model):
    """A provider's score of a period. The provider reads it first; `contest_until` is the last day to answer."""

    __tablename__ = "quality_score"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    period: Mapped[str] = mapped_column(String(8))
    period_until: Mapped[dt.date] = mapped_column(Date)
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10), default=SCORE.initial, server_default=SCORE.initial, index=True)
    score: Mapped[Decimal | None] = mapped_column(Numeric(6, 3), comment="published; null: insufficient data")
    uncapped: Mapped[Decimal | None] = mapped_column(Numeric(6, 3))
    reportable: Mapped[Decimal] = mapped_column(Numeric(6, 4), comment="share of the weight")
    limiters: Mapped[Any] = mapped_column(Json)
    components: Mapped[Any] = mapped_column(Json, comment="one per indicator, with its run")
    terms: Mapped[Any | None] = mapped_column(Json, comment="plan version it was reckoned by, and since when it holds")
    accepted: Mapped[int] = mapped_column(BigId, comment="minor units: accepted tariff value of the period")
    effect: Mapped[int] = mapped_column(BigId, comment="minor units against the accepted value")
    cause: Mapped[str] = mapped_column(String(200), default="", server_default="", comment="why it was computed again")
    created_by: Mapped[str] = mapped_column(String(60), comment="person")
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    notified_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    contest_until: Mapped[dt.date | None] = mapped_column(Date, comment="last day to accept or contest")
    answered_by: Mapped[str | None] = mapped_column(String(60), comment="person of the provider")
    answered_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    review_until: Mapped[dt.date | None] = mapped_column(Date, comment="last day of the fund to decide")
    reviewed_by: Mapped[str | None] = mapped_column(String(60), comment="not the person who computed it")
    reviewed_by_name: Mapped[str] = mapped_column(String(120), default="", server_default="")
    reviewed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    decision: Mapped[str] = mapped_column(Text, default="", server_default="", comment="reasons, as the provider reads")
    decided_by: Mapped[str | None] = mapped_column(String(60), comment="not the person who computed it")
    decided_by_name: Mapped[str] = mapped_column(String(120), default="", server_default="")
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    final_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    published_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    objections: Mapped[list[ScoreObjection]] = relationship(back_populates="score", order_by="ScoreObjection.id")

    __table_args__ = (
        UniqueConstraint("organisation_id", "period", "version"),
        CheckConstraint(SCORE.check_sql(), name="state"),
        CheckConstraint("reviewed_by IS NULL OR reviewed_by <> created_by", name="reviewed_by_another"),
        CheckConstraint("decided_by IS NULL OR decided_by <> created_by", name="decided_by_another"),
        CheckConstraint("(decided_at IS NULL) = (decision = '')", name="reasons"),
        CheckConstraint("state = 'computed' OR state = 'superseded' OR contest_until IS NOT NULL", name="told"),
        CheckConstraint(f"NOT ({one_of('state', FINAL)}) OR final_at IS NOT NULL", name="final"),
    )

    @property
    def is_final(self) -> bool:
        return self.state in FINAL


class ScoreObjection(Model):
    """A component, or one case row of it, that the provider contests."""

    __tablename__ = "score_objection"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    score_id: Mapped[int] = mapped_column(ForeignKey("quality_score.id"), index=True)
    indicator: Mapped[str] = mapped_column(String(10))
    case_reference: Mapped[str] = mapped_column(String(60), default="", comment="of the case row; empty: the component")
    ground: Mapped[str] = mapped_column(String(16))
    statement: Mapped[str] = mapped_column(Text)
    filed_by: Mapped[str] = mapped_column(String(60), comment="person of the provider")
    filed_at: Mapped[dt.datetime] = mapped_column(Instant)
    outcome: Mapped[str] = mapped_column(String(10), default="", comment="empty: not reviewed")
    finding: Mapped[str] = mapped_column(Text, default="", comment="what the review found")

    score: Mapped[QualityScore] = relationship(back_populates="objections")
    files: Mapped[list[ScoreObjectionFile]] = relationship(order_by="ScoreObjectionFile.id")

    __table_args__ = (
        CheckConstraint(one_of("ground", GROUNDS), name="ground"),
        CheckConstraint(one_of("outcome", ("", *OUTCOMES)), name="outcome"),
        CheckConstraint("statement <> ''", name="statement"),
        CheckConstraint("(outcome = '') = (finding = '')", name="finding"),
    )


class ScoreObjectionFile(Model):
    """Evidence of the provider."""

    __tablename__ = "score_objection_file"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    objection_id: Mapped[int] = mapped_column(ForeignKey("score_objection.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))

    file: Mapped[StoredFile] = relationship(lazy="joined")


class QualitySettlement(Model):
    """What scores of a period are worth, simulated first. Minor units; `pool` is what bonuses were paid from."""

    __tablename__ = "quality_settlement"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, Q-2026-001-X")
    period: Mapped[str] = mapped_column(String(8), index=True)
    state: Mapped[str] = mapped_column(String(10), default=SETTLEMENT.initial)
    carried: Mapped[int] = mapped_column(BigId, comment="left in the pool by settlements before")
    unreturned: Mapped[int] = mapped_column(BigId, comment="withholds that this settlement does not return")
    top_up: Mapped[int] = mapped_column(BigId, comment="what the fund adds")
    simulated_by: Mapped[str] = mapped_column(String(60), comment="person")
    simulated_by_name: Mapped[str] = mapped_column(String(120))
    simulated_at: Mapped[dt.datetime] = mapped_column(Instant)
    released_by: Mapped[str | None] = mapped_column(String(60), comment="another person")
    released_by_name: Mapped[str] = mapped_column(String(120), default="")
    released_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    lines: Mapped[list[SettlementLine]] = relationship(back_populates="settlement", order_by="SettlementLine.place")

    __table_args__ = (
        CheckConstraint(SETTLEMENT.check_sql(), name="state"),
        CheckConstraint("top_up >= 0", name="top_up"),
        CheckConstraint("released_by IS NULL OR released_by <> simulated_by", name="four_eyes"),
        CheckConstraint("(state = 'released') = (released_by IS NOT NULL)", name="released"),
        Index("uq_quality_settlement_simulated", "state", unique=True, sqlite_where=_SIMULATED,
              postgresql_where=_SIMULATED),
    )  # fmt: skip

    @property
    def pool(self) -> int:
        return max(0, self.carried + self.unreturned + self.top_up)

    @property
    def bonuses(self) -> int:
        return sum(line.bonus for line in self.lines)

    @property
    def left(self) -> int:
        """For the next settlement: the fund keeps no withhold as a saving."""
        return self.carried + self.unreturned + self.top_up - self.bonuses_drawn

    @property
    def bonuses_drawn(self) -> int:
        """What this settlement takes out of the pool: bonuses less those posted before for the same contracts."""
        return sum(line.bonus - line.bonus_before for line in self.lines)


class SettlementLine(Model):
    """One contract. `effect` is against the full payment; `difference` to what was posted before is posted."""

    __tablename__ = "quality_settlement_line"
    settlement_id: Mapped[int] = mapped_column(ForeignKey("quality_settlement.id"), primary_key=True)
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    score_id: Mapped[int] = mapped_column(ForeignKey("quality_score.id"), index=True)
    score: Mapped[Decimal | None] = mapped_column(Numeric(6, 3), comment="null: insufficient data")
    is_final: Mapped[bool] = mapped_column(comment="not final: no deduction, and the undisputed bonus")
    accepted: Mapped[int] = mapped_column(BigId, comment="accepted tariff value of the contract in the period")
    withheld: Mapped[int] = mapped_column(BigId, comment="hA")
    returned: Mapped[int] = mapped_column(BigId)
    suspended: Mapped[int] = mapped_column(BigId, comment="kept by a gate until cured")
    bonus_due: Mapped[int] = mapped_column(BigId, comment="before the pool is shared")
    bonus: Mapped[int] = mapped_column(BigId)
    promises: Mapped[int] = mapped_column(BigId, comment="what promises of the contract took or gave in the period")
    effect: Mapped[int] = mapped_column(BigId)
    posted_before: Mapped[int] = mapped_column(BigId)
    bonus_before: Mapped[int] = mapped_column(BigId)
    difference: Mapped[int] = mapped_column(BigId)
    state: Mapped[str] = mapped_column(String(10), default=WITHHELD.initial, comment="of a suspended withhold")
    cure_until: Mapped[dt.date | None] = mapped_column(Date)
    cured_on: Mapped[dt.date | None] = mapped_column(Date, comment="day on which the gate was cured; null: it was not")
    cured: Mapped[int] = mapped_column(BigId, default=0, comment="of the suspended part, given back")
    closed_by: Mapped[str | None] = mapped_column(String(60), comment="person who returned or forfeited")
    closed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(Text, default="")

    settlement: Mapped[QualitySettlement] = relationship(back_populates="lines")
    contract: Mapped[Contract] = relationship(lazy="joined")
    scored: Mapped[QualityScore] = relationship()

    __table_args__ = (
        UniqueConstraint("settlement_id", "contract_id"),
        CheckConstraint(WITHHELD.check_sql(), name="state"),
        CheckConstraint("cured BETWEEN 0 AND suspended", name="cured"),
        CheckConstraint("effect = returned + bonus - withheld", name="effect"),
        CheckConstraint("difference = effect - posted_before", name="difference"),
        CheckConstraint("bonus BETWEEN 0 AND bonus_due AND returned BETWEEN 0 AND withheld", name="parts"),
        CheckConstraint("(closed_by IS NULL) = (reason = '')", name="closed"),
        CheckConstraint("state <> 'returned' OR cured_on <= cure_until", name="cured_in_time"),
    )

    @property
    def contributed(self) -> int:
        """To the pool, in all: what is withheld, neither returned nor suspended."""
        return self.withheld - self.returned - self.suspended


guard(QualityScore.__table__, SCORE)
guard(QualitySettlement.__table__, SETTLEMENT)
guard(SettlementLine.__table__, WITHHELD)
