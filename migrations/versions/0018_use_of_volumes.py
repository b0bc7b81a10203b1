"""What claims used of the volumes of contracts."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "contract_service_use",
        sa.Column("contract_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("service", sa.String(length=30), nullable=False),
        sa.Column(
            "site_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="of the line; 0: the provider’s own line",
        ),
        sa.Column(
            "quantity_milli",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="thousandths of a unit",
        ),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_contract_service_use_contract_id")),
        sa.PrimaryKeyConstraint("contract_id", "service", "site_id", name=op.f("pk_contract_service_use")),
    )


def downgrade():
    op.drop_table("contract_service_use")
