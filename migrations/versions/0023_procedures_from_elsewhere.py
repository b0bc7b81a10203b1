"""Procedures that were published elsewhere."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade():
    op.create_table(
        "elsewhere_procedure",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False, comment="public number, E-2026-014-K"),
        sa.Column("ocid", sa.String(length=200), nullable=False),
        sa.Column("release_id", sa.String(length=200), nullable=False),
        sa.Column("publisher", sa.String(length=200), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("original", sa.Text(), nullable=False, comment="the release as JSON, every digit as it came"),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="of the original"),
        sa.Column("content", JSON, nullable=False, comment="what we read of it, as texts"),
        sa.Column("faults", JSON, nullable=False, comment="path and message; none keeps it from being a draft"),
        sa.Column("linked_id", BIG, nullable=True, comment="the same procedure under another ocid"),
        sa.Column("tender_id", BIG, nullable=True, comment="our tender that came of it"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.CheckConstraint("linked_id IS NULL OR linked_id <> id", name=op.f("ck_elsewhere_procedure_linked")),
        sa.CheckConstraint("state IN ('checked', 'kept', 'led', 'dropped')", name=op.f("ck_elsewhere_procedure_state")),
        sa.ForeignKeyConstraint(
            ["linked_id"], ["elsewhere_procedure.id"], name=op.f("fk_elsewhere_procedure_linked_id")
        ),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_elsewhere_procedure_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_elsewhere_procedure")),
        sa.UniqueConstraint("number", name=op.f("uq_elsewhere_procedure_number")),
        sa.UniqueConstraint("ocid", "release_id", "sha256", name=op.f("uq_elsewhere_procedure_ocid_release_id_sha256")),
    )
    with op.batch_alter_table("elsewhere_procedure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_elsewhere_procedure_ocid"), ["ocid"], unique=False)


def downgrade():
    with op.batch_alter_table("elsewhere_procedure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_elsewhere_procedure_ocid"))
    op.drop_table("elsewhere_procedure")
