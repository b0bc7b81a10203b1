"""Questions and versions of notices."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


BEFORE = ("draft", "sealed", "withdrawn", "lapsed", "opened", "unreadable", "below_minimum")
AFTER = ("draft", "sealed", "unconfirmed", "withdrawn", "lapsed", "opened", "unreadable", "below_minimum")


def states(names):
    return " OR ".join(f"state = {name!r}" for name in names)


def upgrade():
    with op.batch_alter_table("bid", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_bid_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_bid_state"), states(AFTER))
    op.create_table(
        "amendment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tender_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column(
            "terms",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="the whole notice as it would read",
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposer", sa.String(length=60), nullable=False, comment="person"),
        sa.Column("proposer_name", sa.String(length=120), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decider", sa.String(length=60), nullable=True, comment="another person"),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False, comment="why it was sent back"),
        sa.CheckConstraint("state <> 'published' OR decider IS NOT NULL", name=op.f("ck_amendment_approved")),
        sa.CheckConstraint(
            "state = 'proposed' OR state = 'published' OR state = 'dropped'", name=op.f("ck_amendment_state")
        ),
        sa.CheckConstraint("decider IS NULL OR decider <> proposer", name=op.f("ck_amendment_four_eyes")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_amendment_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
    )
    with op.batch_alter_table("amendment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_amendment_tender_id"), ["tender_id"], unique=False)
        batch_op.create_index(
            "uq_amendment_proposed",
            ["tender_id"],
            unique=True,
            sqlite_where=sa.text("state = 'proposed'"),
            postgresql_where=sa.text("state = 'proposed'"),
        )

    op.create_table(
        "notice_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tender_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "terms",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="the whole notice, as `procurement.noting` writes it",
        ),
        sa.Column(
            "changes",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="[{where, label, before, after}], empty for the first",
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("is_extension", sa.Boolean(), nullable=False, comment="dates alone: bids stand as they are"),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.String(length=120), nullable=False),
        sa.Column("published_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_notice_version_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_version")),
        sa.UniqueConstraint("tender_id", "version", name=op.f("uq_notice_version_tender_id_version")),
    )
    op.create_table(
        "tender_question",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tender_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, … within the tender"),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False, comment="as it was asked"),
        sa.Column("lang", sa.String(length=5), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state = 'asked' OR state = 'answered' OR state = 'declined'", name=op.f("ck_tender_question_state")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_tender_question_organisation_id")
        ),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_tender_question_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender_question")),
        sa.UniqueConstraint("tender_id", "number", name=op.f("uq_tender_question_tender_id_number")),
    )
    with op.batch_alter_table("tender_question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tender_question_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "published_answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("question_text", sa.Text(), nullable=False, comment="without what would tell who asked"),
        sa.Column("answer", sa.Text(), nullable=False, comment="the answer, or why there is none"),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(length=60), nullable=False, comment="person"),
        sa.Column("published_name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["tender_question.id"], name=op.f("fk_published_answer_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_answer")),
        sa.UniqueConstraint("question_id", "version", name=op.f("uq_published_answer_question_id_version")),
    )


def downgrade():
    with op.batch_alter_table("bid", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_bid_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_bid_state"), states(BEFORE))
    op.drop_table("published_answer")
    with op.batch_alter_table("tender_question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tender_question_organisation_id"))

    op.drop_table("tender_question")
    op.drop_table("notice_version")
    with op.batch_alter_table("amendment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_amendment_proposed",
            sqlite_where=sa.text("state = 'proposed'"),
            postgresql_where=sa.text("state = 'proposed'"),
        )
        batch_op.drop_index(batch_op.f("ix_amendment_tender_id"))

    op.drop_table("amendment")
