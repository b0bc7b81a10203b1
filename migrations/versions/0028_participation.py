"""Reserved lots, catalogue, clauses, partners."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "participation_evidence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=14), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False, comment="where it is proved: article of the statutes, page"),
        sa.Column("certificate", sa.String(length=80), nullable=False, comment="number; no name"),
        sa.Column(
            "people", sa.Numeric(precision=10, scale=2), nullable=True, comment="disabled and disadvantaged workers"
        ),
        sa.Column("total", sa.Numeric(precision=10, scale=2), nullable=True, comment="all workers"),
        sa.Column("counted_in", sa.String(length=5), nullable=False, comment="heads or fte"),
        sa.Column("counted_on", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=60), nullable=False, comment="person"),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True, comment="by a newer one of its kind"),
        sa.CheckConstraint(
            "kind <> 'integration' OR (people IS NOT NULL AND total IS NOT NULL)",
            name=op.f("ck_participation_evidence_counted"),
        ),
        sa.CheckConstraint(
            "kind = 'integration' OR kind = 'mission' OR kind = 'profits' OR kind = 'participation'",
            name=op.f("ck_participation_evidence_kind"),
        ),
        sa.CheckConstraint(
            "people IS NULL OR (people >= 0 AND total >= people)", name=op.f("ck_participation_evidence_share")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_participation_evidence_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation_evidence")),
    )
    with op.batch_alter_table("participation_evidence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_participation_evidence_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            "uq_participation_evidence_present",
            ["organisation_id", "kind"],
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )

    op.create_table(
        "bid_partner",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bid_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "share",
            sa.Numeric(precision=5, scale=2),
            nullable=False,
            comment="per cent of the volume; the lead has the rest",
        ),
        sa.Column("delivers", sa.Text(), nullable=False, comment="services, places, tasks"),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=60), nullable=False, comment="person of the partner"),
        sa.CheckConstraint(
            "state = 'invited' OR state = 'confirmed' OR state = 'declined'", name=op.f("ck_bid_partner_state")
        ),
        sa.CheckConstraint("share > 0 AND share < 100", name=op.f("ck_bid_partner_share")),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_bid_partner_bid_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_bid_partner_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bid_partner")),
        sa.UniqueConstraint("bid_id", "organisation_id", name=op.f("uq_bid_partner_bid_id_organisation_id")),
    )
    with op.batch_alter_table("bid_partner", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bid_partner_bid_id"), ["bid_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_bid_partner_organisation_id"), ["organisation_id"], unique=False)

    with op.batch_alter_table("criterion", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "catalogue",
                sa.String(length=4),
                server_default="",
                nullable=False,
                comment="C1–C26, when it comes from the catalogue",
            )
        )

    with op.batch_alter_table("lot", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "reservation",
                sa.String(length=12),
                server_default="",
                nullable=False,
                comment="eForms BT-71, or res-sse by national law; empty: open",
            )
        )
        batch_op.add_column(
            sa.Column(
                "cpv", sa.String(length=8), server_default="", nullable=False, comment="object code; empty: the line’s"
            )
        )

    with op.batch_alter_table("tender", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("one_lot_reason", sa.Text(), server_default="", nullable=False, comment="why not in lots")
        )
        batch_op.add_column(
            sa.Column("most_lots_bid", sa.Integer(), nullable=True, comment="lots one bidder may bid for")
        )
        batch_op.add_column(sa.Column("most_lots_won", sa.Integer(), nullable=True, comment="lots one bidder may win"))
        batch_op.add_column(
            sa.Column(
                "clauses",
                sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
                nullable=True,
                comment="[{code, title, text, basis}] as they stood at approval",
            )
        )
    op.execute("UPDATE lot SET reservation = 'res-sse' WHERE is_reserved")


def downgrade():
    with op.batch_alter_table("tender", schema=None) as batch_op:
        batch_op.drop_column("clauses")
        batch_op.drop_column("most_lots_won")
        batch_op.drop_column("most_lots_bid")
        batch_op.drop_column("one_lot_reason")

    with op.batch_alter_table("lot", schema=None) as batch_op:
        batch_op.drop_column("cpv")
        batch_op.drop_column("reservation")

    with op.batch_alter_table("criterion", schema=None) as batch_op:
        batch_op.drop_column("catalogue")

    with op.batch_alter_table("bid_partner", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bid_partner_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_bid_partner_bid_id"))

    op.drop_table("bid_partner")
    with op.batch_alter_table("participation_evidence", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_participation_evidence_present",
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_participation_evidence_organisation_id"))

    op.drop_table("participation_evidence")
