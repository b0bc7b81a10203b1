"""Releases of open contracting data."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade():
    op.create_table(
        "ocds_release",
        sa.Column("id", BIG, nullable=False),
        sa.Column("tender_id", BIG, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False, comment="per tender, from 1"),
        sa.Column("release_id", sa.String(length=80), nullable=False),
        sa.Column("tags", JSON, nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "basis",
            sa.Text(),
            nullable=False,
            comment="end of the audit stream and states of contracts it was read from",
        ),
        sa.Column("body", sa.Text(), nullable=False, comment="the release as JSON"),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="of the body; the ETag"),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("faults", JSON, nullable=False, comment="why it was refused: path and message"),
        sa.CheckConstraint("state IN ('published', 'refused')", name=op.f("ck_ocds_release_state")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_ocds_release_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ocds_release")),
        sa.UniqueConstraint("release_id", name=op.f("uq_ocds_release_release_id")),
        sa.UniqueConstraint("tender_id", "sequence", name=op.f("uq_ocds_release_tender_id_sequence")),
    )


def downgrade():
    op.drop_table("ocds_release")
