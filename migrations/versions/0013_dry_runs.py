"""Who asked what the fund would pay, and the numbers that let a provider ask."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "dry_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=60), nullable=False, comment="person"),
        sa.Column(
            "organisation_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="null: the fund itself",
        ),
        sa.Column(
            "member_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="null: nobody has the number",
        ),
        sa.Column("service_line", sa.String(length=30), nullable=False, comment="what for; empty: no known service"),
        sa.Column("claims", sa.Integer(), nullable=False, comment="how many were tried at once"),
        sa.Column("is_restricted", sa.Boolean(), nullable=False, comment="for a service that nobody outside may infer"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_dry_run_member_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_dry_run_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dry_run")),
    )
    with op.batch_alter_table("dry_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dry_run_asked_at"), ["asked_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_dry_run_member_id_dry_run_asked_at"), ["member_id", "asked_at"], unique=False
        )

    op.create_table(
        "eligibility_number",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False, comment="random, E-7K3MP2QX-K"),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("issued_by", sa.String(length=60), nullable=False, comment="person"),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_eligibility_number_dates")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_eligibility_number_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_eligibility_number")),
        sa.UniqueConstraint("number", name=op.f("uq_eligibility_number_number")),
    )
    with op.batch_alter_table("eligibility_number", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_eligibility_number_member_id"), ["member_id"], unique=False)



def downgrade():
    with op.batch_alter_table("eligibility_number", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_eligibility_number_member_id"))

    op.drop_table("eligibility_number")
    with op.batch_alter_table("dry_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dry_run_member_id_dry_run_asked_at"))
        batch_op.drop_index(batch_op.f("ix_dry_run_asked_at"))

    op.drop_table("dry_run")
