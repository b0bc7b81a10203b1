"""Members are paid: accounts, payables, payments and ledger accounts know a payee who is one."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ONE_PAYEE = "(organisation_id IS NULL) <> (member_id IS NULL)"
IS_CURRENT = {"sqlite_where": sa.text("is_current"), "postgresql_where": sa.text("is_current")}


def _member_number():
    return sa.Column("member_number", sa.String(20), server_default="", nullable=False, comment="random public id")


def upgrade():
    with op.batch_alter_table("payee_account", schema=None) as batch_op:
        batch_op.alter_column("organisation_id", existing_type=BIG, nullable=True)
        batch_op.add_column(
            sa.Column("member_id", BIG, nullable=True, comment="a payee who is a member; no key: members live above")
        )
        batch_op.add_column(_member_number())
        batch_op.create_check_constraint(op.f("ck_payee_account_one_payee"), ONE_PAYEE)
        batch_op.create_index("uq_payee_account_member", ["member_id"], unique=True, **IS_CURRENT)
    with op.batch_alter_table("payable", schema=None) as batch_op:
        batch_op.add_column(_member_number())
        batch_op.alter_column(
            "kind",
            existing_type=sa.String(20),
            existing_nullable=False,
            existing_comment="claim, recovery, settlement, contribution, fee",
            comment="claim, recovery, settlement, cash, opening",
        )
        batch_op.create_index(op.f("ix_payable_member_id_payable_due_on"), ["member_id", "due_on"])
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.alter_column("organisation_id", existing_type=BIG, nullable=True)
        batch_op.add_column(sa.Column("member_id", BIG, nullable=True, comment="a payee who is a member"))
        batch_op.add_column(_member_number())
        batch_op.create_unique_constraint(op.f("uq_payment_run_id_member_id"), ["run_id", "member_id"])
        batch_op.create_check_constraint(op.f("ck_payment_one_payee"), ONE_PAYEE)
        batch_op.create_index(op.f("ix_payment_member_id"), ["member_id"])
    with op.batch_alter_table("ledger_account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("member_id", BIG, nullable=True, comment="what is owed to a member"))
        batch_op.create_index(op.f("ix_ledger_account_member_id"), ["member_id"])


def downgrade():
    with op.batch_alter_table("ledger_account", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_ledger_account_member_id"))
        batch_op.drop_column("member_id")
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_payment_member_id"))
        batch_op.drop_constraint(op.f("ck_payment_one_payee"), type_="check")
        batch_op.drop_constraint(op.f("uq_payment_run_id_member_id"), type_="unique")
        batch_op.drop_column("member_number")
        batch_op.drop_column("member_id")
        batch_op.alter_column("organisation_id", existing_type=BIG, nullable=False)
    with op.batch_alter_table("payable", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_payable_member_id_payable_due_on"))
        batch_op.drop_column("member_number")
    with op.batch_alter_table("payee_account", schema=None) as batch_op:
        batch_op.drop_index("uq_payee_account_member")
        batch_op.drop_constraint(op.f("ck_payee_account_one_payee"), type_="check")
        batch_op.drop_column("member_number")
        batch_op.drop_column("member_id")
        batch_op.alter_column("organisation_id", existing_type=BIG, nullable=False)
