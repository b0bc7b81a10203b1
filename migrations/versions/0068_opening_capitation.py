"""Capitation of contracts among the opening records."""

from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None

BEFORE = "kind IN ('contracts', 'accreditations', 'grants', 'use', 'payables', 'sites', 'promises')"
AFTER = "kind IN ('contracts', 'accreditations', 'grants', 'use', 'payables', 'sites', 'promises', 'capitation')"


def upgrade():
    with op.batch_alter_table("opening_file") as batch:
        batch.drop_constraint(op.f("ck_opening_file_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_opening_file_kind"), AFTER)


def downgrade():
    with op.batch_alter_table("opening_file") as batch:
        batch.drop_constraint(op.f("ck_opening_file_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_opening_file_kind"), BEFORE)
