"""Audit cases with what was gathered, what is to be followed up, and what is to be paid back."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Model
from core.files import StoredFile
from core.organisations import Organisation
from core.states import one_of
from core.steps import guard
from core.written_once import written_once
from quality.audit_cases.states import AUDIT_CASE, ENTRIES, FINDINGS, REFERRALS, SOURCES


class AuditCase(Model):
    """A question about one provider. Instants ending in `due_at` are the last at which the step is in time."""

    __tablename__ = "audit_case"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, K-2026-001-X")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    indicator: Mapped[str] = mapped_column(String(10), default="", comment="what raised it; empty: something else")
    period: Mapped[str] = mapped_column(String(8), default="")
    source: Mapped[str] = mapped_column(String(12), default="other")
    source_reference: Mapped[str] = mapped_column(String(60), default="", comment="number of complaint, screen, sample")
    is_safeguarding: Mapped[bool] = mapped_column(default=False, comment="someone’s safety: the fast lane")
    state: Mapped[str] = mapped_column(String(12), default=AUDIT_CASE.initial)
    question: Mapped[str] = mapped_column(Text)
    plan: Mapped[str] = mapped_column(Text, default="", comment="what is looked at, where, by whom")
    opened_by: Mapped[str] = mapped_column(String(60), comment="person")
    opened_by_name: Mapped[str] = mapped_column(String(120))
    opened_at: Mapped[dt.datetime] = mapped_column(Instant)
    conclude_due_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    provisional: Mapped[str | None] = mapped_column(String(12), comment="finding that the provider replies to")
    provisional_text: Mapped[str] = mapped_column(Text, default="")
    provisional_amount: Mapped[int] = mapped_column(BigId, default=0, comment="minor units to take back")
    rule: Mapped[str] = mapped_column(Text, default="", comment="how the amount was found, as the provider reads it")
    concluded_by: Mapped[str | None] = mapped_column(String(60), comment="person")
    concluded_by_name: Mapped[str] = mapped_column(String(120), default="")
    concluded_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    reply_due_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    reply: Mapped[str] = mapped_column(Text, default="")
    replied_by: Mapped[str | None] = mapped_column(String(60), comment="person of the provider")
    replied_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    decision_due_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    finding: Mapped[str | None] = mapped_column(String(12))
    finding_text: Mapped[str] = mapped_column(Text, default="", comment="reasons, as the provider reads them")
    amount: Mapped[int] = mapped_column(BigId, default=0, comment="minor units to take back, as decided")
    referred_to: Mapped[str] = mapped_column(String(20), default="")
    decided_by: Mapped[str | None] = mapped_column(String(60), comment="another person than who concluded")
    decided_by_name: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    accepted_at: Mapped[dt.datetime | None] = mapped_column(Instant, comment="the provider will not appeal")

    appeal_due_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    appeal: Mapped[str] = mapped_column(Text, default="")
    appealed_by: Mapped[str | None] = mapped_column(String(60), comment="person of the provider")
    appealed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    ruling: Mapped[str] = mapped_column(Text, default="")
    amount_before: Mapped[int] = mapped_column(BigId, default=0, comment="minor units that the ruling found")
    ruled_by: Mapped[str | None] = mapped_column(String(60), comment="a third person")
    ruled_by_name: Mapped[str] = mapped_column(String(120), default="")
    ruled_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    closed_by: Mapped[str | None] = mapped_column(String(60), comment="person")
    closed_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    entries: Mapped[list[AuditCaseEntry]] = relationship(back_populates="case", order_by="AuditCaseEntry.id")
    recommendations: Mapped[list[Recommendation]] = relationship(back_populates="case", order_by="Recommendation.place")
    instalments: Mapped[list[Instalment]] = relationship(
        back_populates="case", order_by="Instalment.place", cascade="all, delete-orphan"
    )

    def is_final(self, at: dt.datetime) -> bool:
        """Accepted, ruled upon, or past the time to appeal; `queries.final_at` says the same of a set."""
        if self.state not in ("decided", "closed"):
            return False
        is_over = self.appeal_due_at is not None and self.appeal_due_at < at
        return self.accepted_at is not None or self.ruled_at is not None or is_over

    @property
    def due_at(self) -> dt.datetime | None:
        """The deadline of the step that is next."""
        return {
            "opened": self.conclude_due_at,
            "provisional": self.reply_due_at,
            "replied": self.decision_due_at,
            "decided": self.appeal_due_at,
        }.get(self.state)

    __table_args__ = (
        CheckConstraint(AUDIT_CASE.check_sql(), name="state"),
        CheckConstraint(one_of("source", SOURCES), name="source"),
        CheckConstraint(f"finding IS NULL OR {one_of('finding', FINDINGS)}", name="finding"),
        CheckConstraint(f"referred_to = '' OR {one_of('referred_to', REFERRALS)}", name="referred_to"),
        CheckConstraint("state <> 'closed' OR (finding IS NOT NULL AND closed_at IS NOT NULL)", name="closed"),
        CheckConstraint("state = 'opened' OR closed_at IS NOT NULL OR provisional IS NOT NULL", name="provisional"),
        CheckConstraint("state <> 'decided' OR (finding IS NOT NULL AND decided_by IS NOT NULL)", name="decided"),
        CheckConstraint("decided_by IS NULL OR decided_by <> concluded_by", name="four_eyes"),
        CheckConstraint(
            "ruled_by IS NULL OR (ruled_by <> decided_by AND ruled_by <> concluded_by)", name="third_person"
        ),
        CheckConstraint("state <> 'appealed' OR appealed_at IS NOT NULL", name="appealed"),
        CheckConstraint("amount >= 0 AND provisional_amount >= 0", name="amount"),
        CheckConstraint("amount = 0 OR finding = 'recover'", name="recover"),
    )


class AuditCaseEntry(Model):
    """Something gathered: a document, an interview, a note. Never changed; the provider sees what is shared."""

    __tablename__ = "audit_case_entry"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("audit_case.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    side: Mapped[str] = mapped_column(String(8), comment="fund, provider")
    happened_on: Mapped[dt.date] = mapped_column(Date)
    text: Mapped[str] = mapped_column(Text)
    is_shared: Mapped[bool] = mapped_column()
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    written_by: Mapped[str] = mapped_column(String(60), comment="person")
    written_by_name: Mapped[str] = mapped_column(String(120))
    written_at: Mapped[dt.datetime] = mapped_column(Instant)

    case: Mapped[AuditCase] = relationship(back_populates="entries")
    file: Mapped[StoredFile | None] = relationship(lazy="joined")

    __table_args__ = (
        CheckConstraint(one_of("kind", ENTRIES), name="kind"),
        CheckConstraint(one_of("side", ("fund", "provider")), name="side"),
        CheckConstraint("text <> '' OR file_id IS NOT NULL", name="something"),
    )


class Recommendation(Model):
    """What the provider is to change, by when, and whether it did. It reports; an auditor says if that is enough."""

    __tablename__ = "audit_recommendation"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("audit_case.id"))
    place: Mapped[int] = mapped_column(SmallInteger, comment="1, 2, 3 … within the case")
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[dt.date] = mapped_column(Date)
    report: Mapped[str] = mapped_column(Text, default="", comment="what the provider says it did")
    reported_by: Mapped[str | None] = mapped_column(String(60), comment="person of the provider")
    reported_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    is_met: Mapped[bool | None] = mapped_column(comment="null: not checked since the last report")
    checked_by: Mapped[str | None] = mapped_column(String(60), comment="person")
    checked_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    case: Mapped[AuditCase] = relationship(back_populates="recommendations")

    __table_args__ = (
        UniqueConstraint("case_id", "place"),
        CheckConstraint("text <> ''", name="text"),
        CheckConstraint("is_met IS NULL OR checked_by IS NOT NULL", name="checked"),
    )


class Instalment(Model):
    """A part of what is taken back, posted on its day and never before the decision is final."""

    __tablename__ = "audit_instalment"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("audit_case.id"))
    place: Mapped[int] = mapped_column(SmallInteger, comment="1, 2, 3 … within the case")
    due_on: Mapped[dt.date] = mapped_column(Date, index=True)
    amount: Mapped[int] = mapped_column(BigId, comment="minor units")
    posted_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    case: Mapped[AuditCase] = relationship(back_populates="instalments")

    __table_args__ = (UniqueConstraint("case_id", "place"), CheckConstraint("amount > 0", name="amount"))


guard(AuditCase.__table__, AUDIT_CASE)
written_once(AuditCaseEntry.__table__)
