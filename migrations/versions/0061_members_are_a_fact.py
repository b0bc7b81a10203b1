"""The number of worker members becomes a row of the record of facts, with the day it was said."""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

SAID = """
INSERT INTO organisation_fact (organisation_id, code, period, valid_from, valid_until, value, source, reference,
                               evidence, reason, stated_by, stated_by_name, stated_at)
SELECT provider.organisation_id, 'worker_members', 'day', {day}, {day}, provider.worker_members, 'opening',
       provider.number, 'said at the registration', '', 'system', 'Touiza', {at}
FROM provider JOIN organisation ON organisation.id = provider.organisation_id
WHERE provider.worker_members IS NOT NULL AND provider.worker_members >= 0
"""


def upgrade():
    at = "COALESCE(provider.submitted_at, organisation.created_at)"
    day = f"date({at})" if op.get_bind().dialect.name == "sqlite" else f"CAST({at} AS date)"
    op.execute(SAID.format(at=at, day=day))
    with op.batch_alter_table("provider") as batch:
        batch.drop_column("worker_members")


def downgrade():
    with op.batch_alter_table("provider") as batch:
        batch.add_column(sa.Column("worker_members", sa.Integer(), nullable=True))
