"""Returns of providers and answers of members."""

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "quality_return",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "number", sa.String(length=24), nullable=False, comment="public number, QR-2026-001-X; of all versions"
        ),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("indicator", sa.String(length=10), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column(
            "due_at", sa.DateTime(timezone=True), nullable=False, comment="received later: it does not count by itself"
        ),
        sa.Column("reminders", sa.SmallInteger(), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, comment="why a newer version was begun"),
        sa.Column("note", sa.Text(), nullable=False, comment="the provider’s words"),
        sa.Column("stated_by_name", sa.String(length=120), nullable=False, comment="under the statement, as typed"),
        sa.Column("sent_by", sa.String(length=60), nullable=True, comment="person"),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("numerator", sa.Numeric(precision=20, scale=6), nullable=True, comment="as sent, of its rows"),
        sa.Column("denominator", sa.Numeric(precision=20, scale=6), nullable=True),
        sa.Column(
            "verified_numerator",
            sa.Numeric(precision=20, scale=6),
            nullable=True,
            comment="as seen, before a deduction",
        ),
        sa.Column("verified_denominator", sa.Numeric(precision=20, scale=6), nullable=True),
        sa.Column(
            "deduction", sa.Numeric(precision=9, scale=6), nullable=True, comment="share cut from each row that counts"
        ),
        sa.Column("excused", sa.Text(), nullable=False, comment="why it counts although it came late"),
        sa.Column("decision", sa.Text(), nullable=False, comment="what was looked at, or what is wrong"),
        sa.Column("decided_by", sa.String(length=60), nullable=True, comment="person"),
        sa.Column("decided_by_name", sa.String(length=120), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'draft') = (numerator IS NULL)", name=op.f("ck_quality_return_counted")),
        sa.CheckConstraint("(state = 'draft') = (sent_by IS NULL)", name=op.f("ck_quality_return_sent")),
        sa.CheckConstraint(
            "state = 'draft' OR state = 'sent' OR state = 'returned' OR state = 'verified' OR state = 'rejected'"
            " OR state = 'replaced'",
            name=op.f("ck_quality_return_state"),
        ),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> sent_by", name=op.f("ck_quality_return_four_eyes")),
        sa.CheckConstraint(
            "deduction IS NULL OR (deduction >= 0 AND deduction <= 1)", name=op.f("ck_quality_return_deduction")
        ),
        sa.CheckConstraint("valid_until >= valid_from AND version >= 1", name=op.f("ck_quality_return_dates")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_quality_return_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_return")),
        sa.UniqueConstraint("number", "version", name=op.f("uq_quality_return_number_version")),
        sa.UniqueConstraint(
            "organisation_id",
            "indicator",
            "valid_from",
            "version",
            name=op.f("uq_quality_return_organisation_id_indicator_valid_from_version"),
        ),
    )
    with op.batch_alter_table("quality_return", schema=None) as batch_op:
        batch_op.create_index("ix_quality_return_state", ["state", "due_at"], unique=False)
        batch_op.create_index(
            "uq_quality_return_under_way",
            ["organisation_id", "indicator", "valid_from"],
            unique=True,
            sqlite_where=sa.text("state = 'draft' OR state = 'sent'"),
            postgresql_where=sa.text("state = 'draft' OR state = 'sent'"),
        )

    op.create_table(
        "survey_answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "code",
            sa.String(length=40),
            nullable=False,
            comment="of the answer, given by who asked; never a member’s number",
        ),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("mode", sa.String(length=5), nullable=False),
        sa.Column("is_proxy", sa.Boolean(), nullable=False, comment="somebody answered for the member"),
        sa.Column("age_band", sa.String(length=10), nullable=False),
        sa.Column("need", sa.String(length=10), nullable=False),
        sa.Column("access", sa.SmallInteger(), nullable=True),
        sa.Column("dignity", sa.SmallInteger(), nullable=True),
        sa.Column("same_carer", sa.SmallInteger(), nullable=True),
        sa.Column("told_of_change", sa.SmallInteger(), nullable=True),
        sa.Column("would_recommend", sa.SmallInteger(), nullable=True),
        sa.Column("source", sa.String(length=60), nullable=False, comment="number of the file"),
        sa.CheckConstraint(
            "mode = 'sms' OR mode = 'ussd' OR mode = 'phone' OR mode = 'paper'", name=op.f("ck_survey_answer_mode")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_survey_answer_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answer")),
        sa.UniqueConstraint("organisation_id", "code", name=op.f("uq_survey_answer_organisation_id_code")),
    )
    with op.batch_alter_table("survey_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_answer_answered_on"), ["answered_on"], unique=False)

    op.create_table(
        "quality_return_paper",
        sa.Column("return_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_quality_return_paper_file_id")),
        sa.ForeignKeyConstraint(["return_id"], ["quality_return.id"], name=op.f("fk_quality_return_paper_return_id")),
        sa.PrimaryKeyConstraint("return_id", "file_id", name=op.f("pk_quality_return_paper")),
    )
    op.create_table(
        "quality_return_row",
        sa.Column("return_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False, comment="the provider’s own code; never a name"),
        sa.Column(
            "whole", sa.Numeric(precision=14, scale=4), nullable=False, comment="hours, baseline hours, or the figure"
        ),
        sa.Column(
            "part", sa.Numeric(precision=14, scale=4), nullable=False, comment="hours that count, or days without pay"
        ),
        sa.Column("leave_days", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False, comment="of an incident"),
        sa.Column("reference", sa.String(length=60), nullable=False, comment="certificate, page of the payroll"),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True, comment="to the fund"),
        sa.Column("is_sampled", sa.Boolean(), nullable=False, comment="drawn when it was sent, to be looked at"),
        sa.Column("seen_part", sa.Numeric(precision=14, scale=4), nullable=True, comment="null: taken as said"),
        sa.CheckConstraint(
            "whole >= 0 AND part >= 0 AND (seen_part IS NULL OR seen_part >= 0)",
            name=op.f("ck_quality_return_row_figures"),
        ),
        sa.ForeignKeyConstraint(["return_id"], ["quality_return.id"], name=op.f("fk_quality_return_row_return_id")),
        sa.PrimaryKeyConstraint("return_id", "place", name=op.f("pk_quality_return_row")),
        sa.UniqueConstraint("return_id", "subject", name=op.f("uq_quality_return_row_return_id_subject")),
    )


def downgrade():
    for name in ("quality_return_row", "quality_return_paper", "survey_answer", "quality_return"):
        op.drop_table(name)
