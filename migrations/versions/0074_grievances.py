"""Grievances of members."""

import sqlalchemy as sa
from alembic import op

revision = "0074"
down_revision = "0073"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def _among(column, *values):
    return " OR ".join(f"{column} = '{value}'" for value in values)


def upgrade():
    op.create_table(
        "grievance",
        sa.Column("id", KEY, nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False, comment="public number, GR-2026-001-X"),
        sa.Column(
            "member_number", sa.String(length=20), nullable=False, comment="random public id; empty: no name given"
        ),
        sa.Column("organisation_id", KEY, nullable=True, comment="whom it is about; null: the fund, or nobody known"),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column(
            "received_by", sa.String(length=60), nullable=False, comment="person who wrote it down; of a form the member"
        ),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("case_id", KEY, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False, comment="as the member reads it"),
        sa.Column("answered_by", sa.String(length=60), nullable=True, comment="person"),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.CheckConstraint(_among("state", "received", "taken_up", "answered"), name=op.f("ck_grievance_state")),
        sa.CheckConstraint(
            _among("kind", "safety", "dignity", "access", "billing", "fund", "other"), name=op.f("ck_grievance_kind")
        ),
        sa.CheckConstraint(_among("channel", "form", "phone", "letter", "visit"), name=op.f("ck_grievance_channel")),
        sa.CheckConstraint("state <> 'taken_up' OR case_id IS NOT NULL", name=op.f("ck_grievance_taken_up")),
        sa.CheckConstraint(
            "(state = 'answered') = (answered_at IS NOT NULL AND answer <> '')", name=op.f("ck_grievance_answered")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_grievance_case_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_grievance_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grievance")),
        sa.UniqueConstraint("number", name=op.f("uq_grievance_number")),
    )
    with op.batch_alter_table("grievance", schema=None) as batch_op:
        for column in ("case_id", "member_number", "organisation_id"):
            batch_op.create_index(batch_op.f(f"ix_grievance_{column}"), [column], unique=False)


def downgrade():
    op.drop_table("grievance")
