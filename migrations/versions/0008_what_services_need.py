"""What services need."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "professional",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False, comment="as claims name the practitioner"),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=80), nullable=False, comment="register or file that says so"),
        sa.CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_professional_dates")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_professional")),
        sa.UniqueConstraint("number", "valid_from", name=op.f("uq_professional_number_valid_from")),
    )
    op.create_table(
        "other_cover",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("payer", sa.String(length=80), nullable=False, comment="name of the insurer or scheme"),
        sa.Column("service_line", sa.String(length=30), nullable=False, comment="empty: every service line"),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_other_cover_dates")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_other_cover_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_other_cover")),
    )
    with op.batch_alter_table("other_cover", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_other_cover_member_id"), ["member_id"], unique=False)

    op.create_table(
        "claim_document",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("partition", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False, comment="as in the plan’s row"),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sent_by", sa.String(length=60), nullable=False, comment="person"),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_claim_document_file_id")),
        sa.ForeignKeyConstraint(
            ["partition", "claim_id"],
            ["claim.partition", "claim.id"],
            name=op.f("fk_claim_document_partition_claim_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_document")),
    )
    with op.batch_alter_table("claim_document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_document_claim_id"), ["claim_id"], unique=False)

    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.add_column(sa.Column("referral_no", sa.String(length=40), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column(
                "visit_type",
                sa.String(length=10),
                server_default="",
                nullable=False,
                comment="emergency, referral, other or not said",
            )
        )
        batch_op.add_column(
            sa.Column(
                "stated_total",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                nullable=True,
                comment="minor units, as written on the claim",
            )
        )

    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "facility",
                sa.String(length=10),
                server_default="",
                nullable=False,
                comment="licensed for outpatient or inpatient care; empty: both",
            )
        )



def downgrade():
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.drop_column("facility")

    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.drop_column("stated_total")
        batch_op.drop_column("visit_type")
        batch_op.drop_column("referral_no")

    with op.batch_alter_table("claim_document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_claim_document_claim_id"))

    op.drop_table("claim_document")
    with op.batch_alter_table("other_cover", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_other_cover_member_id"))

    op.drop_table("other_cover")
    op.drop_table("professional")
