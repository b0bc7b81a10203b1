"""Who works for a provider, at which site, from when to when."""

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "employment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("site_id", KEY, nullable=True, comment="null: all sites"),
        sa.Column("number", sa.String(40), nullable=False, comment="register number, as claims name the person"),
        sa.Column("name", sa.LargeBinary(), nullable=False, comment="encrypted"),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_employment_dates")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["provider.organisation_id"], name=op.f("fk_employment_organisation_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_employment_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employment")),
        sa.UniqueConstraint(
            "organisation_id", "number", "valid_from", name=op.f("uq_employment_organisation_id_number_valid_from")
        ),
    )
    op.create_index(op.f("ix_employment_number"), "employment", ["number"])
    op.create_index(
        op.f("ix_employment_organisation_id_employment_valid_until"), "employment", ["organisation_id", "valid_until"]
    )


def downgrade():
    op.drop_table("employment")
