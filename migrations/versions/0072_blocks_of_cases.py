"""Case rows of indicators in immutable files; the rows of runs before are moved by the worker."""

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "indicator_case_block",
        sa.Column("run_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first_organisation_id", KEY, nullable=False),
        sa.Column("last_organisation_id", KEY, nullable=False),
        sa.Column("first_row", sa.Integer(), nullable=False, comment="place in the run, from 1"),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="of the file: the same rows have the same"),
        sa.Column("file_id", KEY, nullable=False),
        sa.CheckConstraint("rows > 0 AND first_row > 0", name=op.f("ck_indicator_case_block_rows")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_indicator_case_block_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["first_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_indicator_case_block_first_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["last_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_indicator_case_block_last_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["indicator_run.id"], name=op.f("fk_indicator_case_block_run_id_indicator_run")
        ),
        sa.PrimaryKeyConstraint("run_id", "number", name=op.f("pk_indicator_case_block")),
    )
    with op.batch_alter_table("indicator_run") as batch:
        batch.add_column(
            sa.Column(
                "has_source",
                sa.Boolean(),
                nullable=False,
                server_default=sa.true(),
                comment="false: nobody records it, which is not zero",
            )
        )
        batch.alter_column(
            "cases",
            existing_type=sa.Integer(),
            existing_nullable=False,
            comment="rows",
            existing_comment="rows; 0: no source",
        )
    op.execute("UPDATE indicator_run SET has_source = (cases > 0)")
    with op.batch_alter_table("indicator_run") as batch:
        batch.alter_column("has_source", existing_type=sa.Boolean(), server_default=None)


def downgrade():
    with op.batch_alter_table("indicator_run") as batch:
        batch.drop_column("has_source")
        batch.alter_column(
            "cases",
            existing_type=sa.Integer(),
            existing_nullable=False,
            comment="rows; 0: no source",
            existing_comment="rows",
        )
    op.drop_table("indicator_case_block")
