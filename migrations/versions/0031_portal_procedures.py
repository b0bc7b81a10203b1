"""Tenders that live on a national portal."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "portal_procedure",
        sa.Column("tender_id", BIG, nullable=False),
        sa.Column(
            "procedure", sa.String(length=20), nullable=False, comment="row of plan/procurement: which steps are off"
        ),
        sa.Column("portal", sa.String(length=120), nullable=False),
        sa.Column("notice_number", sa.String(length=80), nullable=False),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True, comment="of the decision there"),
        sa.Column("decision", sa.String(length=200), nullable=False, comment="its reference"),
        sa.Column("recorded_by", sa.String(length=120), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("notice_number <> ''", name=op.f("ck_portal_procedure_notice_number")),
        sa.CheckConstraint("(decided_on IS NULL) = (decision = '')", name=op.f("ck_portal_procedure_decision")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_portal_procedure_tender_id")),
        sa.PrimaryKeyConstraint("tender_id", name=op.f("pk_portal_procedure")),
    )


def downgrade():
    op.drop_table("portal_procedure")
