"""Admission of bidders, questions about low prices, complaints, results ranked again."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def _states(*names):
    return " OR ".join(f"state = '{name}'" for name in names)


TENDER = (
    "draft", "submitted", "approved", "published", "opened_quality", "admin_review", "quality_scored", "opened_price",
    "abnormal_review", "ranked", "awarded", "contracted", "closed", "unsuccessful", "cancelled",
)  # fmt: skip
BID = (
    "draft", "sealed", "unconfirmed", "withdrawn", "lapsed", "opened", "unreadable", "below_minimum", "excluded",
)  # fmt: skip
AWARD = ("proposed", "decided", "sent_back", "annulled", "contracted")
COMPLAINT = (
    "claim", "draft", "pending", "accepted", "satisfied", "declined", "invalid", "stopped", "mistaken", "resolved",
)  # fmt: skip
BEFORE = {
    "tender": tuple(name for name in TENDER if name not in ("admin_review", "abnormal_review", "closed")),
    "bid": tuple(name for name in BID if name != "excluded"),
    "award": tuple(name for name in AWARD if name != "annulled"),
}
AFTER = {"tender": TENDER, "bid": BID, "award": AWARD}
LIVING_BEFORE = sa.text("state <> 'sent_back'")
LIVING_AFTER = sa.text("state <> 'sent_back' AND state <> 'annulled'")


def _check_states(machines):
    for table, names in machines.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(op.f(f"ck_{table}_state"), type_="check")
            batch_op.create_check_constraint(op.f(f"ck_{table}_state"), _states(*names))


def _living(where):
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.drop_index("uq_award_living")
        batch_op.create_index(
            "uq_award_living", ["lot_id"], unique=True, sqlite_where=where, postgresql_where=where
        )


def upgrade():
    _check_states(AFTER)
    with op.batch_alter_table("tender", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("cancelled_at", INSTANT, nullable=True, comment="takes effect after its complaint days")
        )
    _living(LIVING_AFTER)
    with op.batch_alter_table("lot_result", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "version",
                sa.Integer(),
                nullable=False,
                server_default="1",
                comment="counts up when the lot is ranked again",
            )
        )
    op.create_table(
        "past_result",
        sa.Column("lot_id", BIG, nullable=False),
        sa.Column("bid_id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "content", JSON, nullable=False, comment="price, sheet, total, rank, what was excluded and flagged"
        ),
        sa.Column("ended_at", INSTANT, nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=False, comment="what it was ranked again for"),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_past_result_bid_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_past_result_lot_id")),
        sa.PrimaryKeyConstraint("lot_id", "bid_id", "version", name=op.f("pk_past_result")),
    )
    op.create_table(
        "admission_check",
        sa.Column("id", BIG, nullable=False),
        sa.Column("bid_id", BIG, nullable=False),
        sa.Column(
            "code", sa.String(length=40), nullable=False, comment="eForms: slc- selection criterion, exg- exclusion ground"
        ),
        sa.Column("finding", sa.String(length=8), nullable=False),
        sa.Column(
            "evidence", sa.Text(), nullable=False, comment="what was seen; of self-cleaning, which measures"
        ),
        sa.Column("expires_on", sa.Date(), nullable=True, comment="last day of the evidence"),
        sa.Column("checked_by", sa.String(length=120), nullable=False),
        sa.Column("checked_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "finding = 'met' OR finding = 'not_met' OR finding = 'applies' OR finding = 'cured' OR finding = 'absent'",
            name=op.f("ck_admission_check_finding"),
        ),
        sa.CheckConstraint(
            "finding IN ('met', 'absent') OR evidence <> ''", name=op.f("ck_admission_check_evidence")
        ),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_admission_check_bid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admission_check")),
        sa.UniqueConstraint("bid_id", "code", name=op.f("uq_admission_check_bid_id_code")),
    )
    op.create_table(
        "admission",
        sa.Column("bid_id", BIG, nullable=False),
        sa.Column("decision", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=60), nullable=False, comment="person"),
        sa.Column("decided_by_name", sa.String(length=120), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.CheckConstraint("decision = 'admitted' OR decision = 'excluded'", name=op.f("ck_admission_decision")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_admission_reason")),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_admission_bid_id")),
        sa.PrimaryKeyConstraint("bid_id", name=op.f("pk_admission")),
    )
    op.create_table(
        "bid_request",
        sa.Column("id", BIG, nullable=False),
        sa.Column("bid_id", BIG, nullable=False),
        sa.Column("lot_id", BIG, nullable=True, comment="of a low price"),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="completion, low_price"),
        sa.Column("asked", sa.Text(), nullable=False, comment="what is asked, as the bidder reads it"),
        sa.Column("asked_by", sa.String(length=120), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False, comment="answered at this microsecond is in time"),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("file_id", BIG, nullable=True),
        sa.Column("answered_by", sa.String(length=120), nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.CheckConstraint("kind IN ('completion', 'low_price')", name=op.f("ck_bid_request_kind")),
        sa.CheckConstraint("(kind = 'low_price') = (lot_id IS NOT NULL)", name=op.f("ck_bid_request_lot")),
        sa.CheckConstraint("answered_at IS NULL OR answer <> ''", name=op.f("ck_bid_request_answer")),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_bid_request_bid_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_bid_request_lot_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_bid_request_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bid_request")),
    )
    op.create_index(op.f("ix_bid_request_bid_id"), "bid_request", ["bid_id"])
    op.create_table(
        "complaint",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False, comment="public number, K-2026-014-K"),
        sa.Column("tender_id", BIG, nullable=False),
        sa.Column("lot_id", BIG, nullable=True, comment="null: the whole tender"),
        sa.Column("organisation_id", BIG, nullable=False),
        sa.Column("about", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=120), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("lodged_at", INSTANT, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False, comment="of the fund to a claim, before any review"),
        sa.Column(
            "reviewer", sa.String(length=60), nullable=True, comment="person; nobody who worked on the tender"
        ),
        sa.Column("reviewer_name", sa.String(length=120), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False, comment="eForms review decision"),
        sa.Column("remedy", sa.String(length=16), nullable=False, comment="eForms remedy"),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("redo", sa.String(length=8), nullable=False, comment="upheld: what is done again"),
        sa.Column("redone", sa.Text(), nullable=False, comment="what the fund did then"),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint(_states(*COMPLAINT), name=op.f("ck_complaint_state")),
        sa.CheckConstraint(
            "about = 'notice' OR about = 'decision' OR about = 'cancellation'", name=op.f("ck_complaint_about")
        ),
        sa.CheckConstraint(
            "redo = 'nothing' OR redo = 'ranking' OR redo = 'other'", name=op.f("ck_complaint_redo")
        ),
        sa.CheckConstraint(
            "state NOT IN ('satisfied', 'declined', 'invalid') OR (reviewer IS NOT NULL AND decision <> '')",
            name=op.f("ck_complaint_decided"),
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_complaint_lot_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_complaint_organisation_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_complaint_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("number", name=op.f("uq_complaint_number")),
    )
    op.create_index(op.f("ix_complaint_organisation_id"), "complaint", ["organisation_id"])
    op.create_index(op.f("ix_complaint_tender_id"), "complaint", ["tender_id"])


def downgrade():
    for table in ("complaint", "bid_request", "admission", "admission_check", "past_result"):
        op.drop_table(table)
    with op.batch_alter_table("lot_result", schema=None) as batch_op:
        batch_op.drop_column("version")
    with op.batch_alter_table("tender", schema=None) as batch_op:
        batch_op.drop_column("cancelled_at")
    _living(LIVING_BEFORE)
    _check_states(BEFORE)
