"""Contracts of all origins come in as opening records, with their own numbers, and balance to a control sheet."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPENED = sa.text("opened_from <> ''")
AWARD = op.f("ck_contract_award")


def upgrade():
    with op.batch_alter_table("contract") as batch:
        batch.drop_constraint(AWARD, type_="check")
        batch.add_column(
            sa.Column(
                "opened_from",
                sa.String(80),
                nullable=False,
                server_default="",
                comment="opening file and its source; empty: agreed here",
            )
        )
        batch.add_column(
            sa.Column(
                "paper_number",
                sa.String(40),
                nullable=False,
                server_default="",
                comment="its own number in that source",
            )
        )
        batch.create_check_constraint(AWARD, "(award_id IS NOT NULL) = (origin = 'award' AND opened_from = '')")
        batch.create_index("ix_contract_opened_from", ["opened_from"], sqlite_where=OPENED, postgresql_where=OPENED)
        if op.get_bind().dialect.name == "postgresql":
            batch.alter_column(
                "origin_reference",
                existing_type=sa.String(80),
                comment="lot, open list, law or file",
                existing_comment="lot, open list or source file",
            )
    op.execute("UPDATE contract SET opened_from = origin_reference WHERE origin = 'opening_import'")
    with op.batch_alter_table("opening_file") as batch:
        batch.add_column(
            sa.Column(
                "control_file_id", KEY, nullable=True, comment="the control sheet that it must balance to"
            )
        )
        batch.add_column(
            sa.Column(
                "difference_reason",
                sa.Text(),
                nullable=False,
                server_default="",
                comment="why it went in without balancing",
            )
        )
        batch.create_foreign_key(
            op.f("fk_opening_file_control_file_id"), "stored_file", ["control_file_id"], ["id"]
        )


def downgrade():
    with op.batch_alter_table("opening_file") as batch:
        batch.drop_constraint(op.f("fk_opening_file_control_file_id"), type_="foreignkey")
        batch.drop_column("difference_reason")
        batch.drop_column("control_file_id")
    with op.batch_alter_table("contract") as batch:
        batch.drop_index("ix_contract_opened_from")
        batch.drop_constraint(AWARD, type_="check")
        batch.drop_column("paper_number")
        batch.drop_column("opened_from")
        batch.create_check_constraint(AWARD, "(origin = 'award') = (award_id IS NOT NULL)")
