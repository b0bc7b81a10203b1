"""Upheld complaints say exactly what is redone; decisions leave as letters, fees can be due, openings can be two."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

REDO = ("nothing", "marks", "admission", "prices", "ranking", "award", "cancel", "other")


def upgrade():
    with op.batch_alter_table("complaint") as batch:
        batch.drop_constraint(op.f("ck_complaint_redo"), type_="check")
        batch.alter_column("redo", existing_type=sa.String(8), type_=sa.String(10), existing_nullable=False,
                           existing_comment="upheld: what is done again")  # fmt: skip
        batch.add_column(sa.Column("redo_of", core.db.Json, nullable=False, server_default=sa.text("'{}'"),
                                   comment="criteria, evaluators, bids; a missing one: all"))  # fmt: skip
        batch.add_column(sa.Column("fee", core.db.BigId, nullable=False, server_default="0",
                                   comment="minor units; 0: none is due"))  # fmt: skip
        batch.add_column(sa.Column("fee_due_on", sa.Date(), nullable=True, comment="last day to pay it"))
        batch.add_column(sa.Column("fee_paid_on", sa.Date(), nullable=True))
        batch.create_check_constraint(op.f("ck_complaint_redo"), " OR ".join(f"redo = '{name}'" for name in REDO))
        batch.create_check_constraint(op.f("ck_complaint_fee"), "(fee > 0) = (fee_due_on IS NOT NULL)")
    op.create_table(
        "complaint_letter",
        sa.Column("id", core.db.BigId, nullable=False),
        sa.Column("complaint_id", core.db.BigId, nullable=False),
        sa.Column("organisation_id", core.db.BigId, nullable=False),
        sa.Column("file_id", core.db.BigId, nullable=False),
        sa.Column("sent_at", core.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_letter_complaint_id_complaint")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_complaint_letter_file_id_stored_file")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_complaint_letter_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_letter")),
        sa.UniqueConstraint(
            "complaint_id", "organisation_id", name=op.f("uq_complaint_letter_complaint_id_organisation_id")
        ),
    )
    op.create_index(op.f("ix_complaint_letter_complaint_id"), "complaint_letter", ["complaint_id"])
    op.create_index(op.f("ix_complaint_letter_organisation_id"), "complaint_letter", ["organisation_id"])
    op.create_table(
        "superseded",
        sa.Column("id", core.db.BigId, nullable=False),
        sa.Column("complaint_id", core.db.BigId, nullable=False),
        sa.Column("bid_id", core.db.BigId, nullable=False),
        sa.Column("criterion_id", core.db.BigId, nullable=True, comment="of a mark"),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("content", core.db.Json, nullable=False, comment="who, what, why, when"),
        sa.Column("ended_at", core.db.Instant(), nullable=False),
        sa.CheckConstraint(
            "kind = 'mark' OR kind = 'moderation' OR kind = 'admission'", name=op.f("ck_superseded_kind")
        ),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_superseded_bid_id_bid")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_superseded_complaint_id_complaint")),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name=op.f("fk_superseded_criterion_id_criterion")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_superseded")),
    )
    op.create_index(op.f("ix_superseded_complaint_id"), "superseded", ["complaint_id"])
    with op.batch_alter_table("opening_minutes") as batch:
        batch.add_column(
            sa.Column("round", sa.Integer(), nullable=False, server_default="1", comment="2: opened after a complaint")
        )
        batch.drop_constraint(op.f("uq_opening_minutes_tender_id_envelope"), type_="unique")
        batch.create_unique_constraint(
            op.f("uq_opening_minutes_tender_id_envelope_round"), ["tender_id", "envelope", "round"]
        )


def downgrade():
    with op.batch_alter_table("opening_minutes") as batch:
        batch.drop_constraint(op.f("uq_opening_minutes_tender_id_envelope_round"), type_="unique")
        batch.create_unique_constraint(op.f("uq_opening_minutes_tender_id_envelope"), ["tender_id", "envelope"])
        batch.drop_column("round")
    op.drop_table("superseded")
    op.drop_table("complaint_letter")
    with op.batch_alter_table("complaint") as batch:
        batch.drop_constraint(op.f("ck_complaint_fee"), type_="check")
        batch.drop_constraint(op.f("ck_complaint_redo"), type_="check")
        batch.create_check_constraint(
            op.f("ck_complaint_redo"), "redo = 'nothing' OR redo = 'ranking' OR redo = 'other'"
        )
        for name in ("fee_paid_on", "fee_due_on", "fee", "redo_of"):
            batch.drop_column(name)
        batch.alter_column("redo", existing_type=sa.String(10), type_=sa.String(8), existing_nullable=False)
