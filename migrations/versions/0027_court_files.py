"""Court files."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
LISTING = "every exhibit: name, pages, sha256, author, time"


def upgrade():
    op.create_table(
        "court_file",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False, comment="public number, F-2026-014-K"),
        sa.Column("tender_id", BIG, nullable=False),
        sa.Column("organisation_id", BIG, nullable=True, comment="null: the whole file"),
        sa.Column("reason_code", sa.String(length=10), nullable=False, comment="eForms BT-197, why parts are withheld"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.String(length=120), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("listing", JSON, nullable=False, comment=LISTING),
        sa.Column("pdf_id", BIG, nullable=True),
        sa.Column("frozen_id", BIG, nullable=True, comment="what is not an original file, as a ZIP"),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="of the ZIP as it is handed out"),
        sa.CheckConstraint("organisation_id IS NULL OR reason <> ''", name=op.f("ck_court_file_reason")),
        sa.CheckConstraint("state IN ('asked', 'made')", name=op.f("ck_court_file_state")),
        sa.CheckConstraint(
            "state <> 'made' OR (pdf_id IS NOT NULL AND frozen_id IS NOT NULL)", name=op.f("ck_court_file_made")
        ),
        sa.ForeignKeyConstraint(["frozen_id"], ["stored_file.id"], name=op.f("fk_court_file_frozen_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_court_file_organisation_id")),
        sa.ForeignKeyConstraint(["pdf_id"], ["stored_file.id"], name=op.f("fk_court_file_pdf_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_court_file_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_court_file")),
        sa.UniqueConstraint("number", name=op.f("uq_court_file_number")),
    )
    with op.batch_alter_table("court_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_court_file_tender_id"), ["tender_id"], unique=False)


def downgrade():
    with op.batch_alter_table("court_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_court_file_tender_id"))
    op.drop_table("court_file")
