"""Cancelled visits, requests for care, rosters by room, force majeure."""

import sqlalchemy as sa
from alembic import op

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def _among(column, *values):
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade():
    op.create_table(
        "visit_cancellation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("placement_id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("service", sa.String(length=30), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False, comment="from the placement's pattern"),
        sa.Column("due_on", sa.Date(), nullable=False, comment="fund-local day of due_at"),
        sa.Column(
            "reason", sa.String(length=20), nullable=False, comment="key of care/cancelling.py: says who cancelled"
        ),
        sa.Column("cancelled_by", sa.String(length=8), nullable=False, comment="member, family, provider or fund"),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False, comment="the visit takes place after all"),
        sa.Column("recorded_by", sa.String(length=60), nullable=False, comment="person, of the latest change"),
        sa.Column("recorded_at", INSTANT, nullable=False, comment="of the latest change"),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            _among("cancelled_by", "member", "family", "provider", "fund"),
            name=op.f("ck_visit_cancellation_cancelled_by"),
        ),
        sa.CheckConstraint("told_at <= recorded_at", name=op.f("ck_visit_cancellation_told")),
        *_links("visit_cancellation", "member", "organisation", "placement"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_cancellation")),
        sa.UniqueConstraint("placement_id", "due_at", name=op.f("uq_visit_cancellation_placement_id_due_at")),
    )
    _index("visit_cancellation", "organisation_id", "due_on")
    op.create_table(
        "care_request",
        sa.Column("id", KEY, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False, comment="the provider’s own number of the request"),
        sa.Column("organisation_id", KEY, nullable=False, comment="the provider asked"),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("service", sa.String(length=30), nullable=False),
        sa.Column("urgency", sa.String(length=7), nullable=False, comment="urgent or routine"),
        sa.Column("origin", sa.String(length=8), nullable=False, comment="member, referral or fund"),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("first_contact_on", sa.Date(), nullable=True, comment="null: nobody has answered yet"),
        sa.Column("withdrawn_on", sa.Date(), nullable=True, comment="the member no longer asks"),
        sa.Column("recorded_by", sa.String(length=60), nullable=False, comment="person, of the latest change"),
        sa.Column("recorded_at", INSTANT, nullable=False, comment="of the latest change"),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.CheckConstraint(_among("urgency", "urgent", "routine"), name=op.f("ck_care_request_urgency")),
        sa.CheckConstraint(_among("origin", "member", "referral", "fund"), name=op.f("ck_care_request_origin")),
        sa.CheckConstraint(
            "first_contact_on IS NULL OR first_contact_on >= received_on", name=op.f("ck_care_request_contact")
        ),
        sa.CheckConstraint(
            "withdrawn_on IS NULL OR withdrawn_on >= received_on", name=op.f("ck_care_request_withdrawn")
        ),
        *_links("care_request", "member", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_request")),
        sa.UniqueConstraint("organisation_id", "number", name=op.f("uq_care_request_organisation_id_number")),
    )
    _index("care_request", "organisation_id", "received_on")
    op.create_table(
        "force_majeure",
        sa.Column("site_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("document", sa.String(length=80), nullable=False, comment="order, report or letter that shows it"),
        sa.Column("recorded_by", sa.String(length=60), nullable=False, comment="person"),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.CheckConstraint("reason <> '' AND document <> ''", name=op.f("ck_force_majeure_words")),
        *_links("force_majeure", "site"),
        sa.PrimaryKeyConstraint("site_id", "day", name=op.f("pk_force_majeure")),
    )
    _widen()


def _widen():
    """Rooms and kinds of shifts, rooms of attendance, urgency of grants, when a closure was written."""
    with op.batch_alter_table("roster_shift") as batch:
        room = sa.Column(
            "room", sa.String(length=60), server_default="", nullable=False, comment="empty: the whole site"
        )
        batch.add_column(room)
        kind = {"server_default": "worked", "nullable": False, "comment": "planned or worked"}
        batch.add_column(sa.Column("kind", sa.String(length=7), **kind))
        batch.drop_constraint(op.f("uq_roster_shift_site_id_day_worker_starts_minute"), type_="unique")
        batch.create_unique_constraint(
            op.f("uq_roster_shift_site_id_day_kind_worker_starts_minute"),
            ["site_id", "day", "kind", "worker", "starts_minute"],
        )
        batch.create_check_constraint(op.f("ck_roster_shift_kind"), _among("kind", "planned", "worked"))
    with op.batch_alter_table("attendance") as batch:
        room = sa.Column("room", sa.String(length=60), server_default="", nullable=False, comment="empty: as placed")
        batch.add_column(room)
    with op.batch_alter_table("care_grant") as batch:
        urgent = {"server_default": sa.false(), "nullable": False, "comment": "care has to begin at once"}
        batch.add_column(sa.Column("is_urgent", sa.Boolean(), **urgent))
    with op.batch_alter_table("site_closure") as batch:
        batch.add_column(sa.Column("written_at", INSTANT, nullable=True, comment="null: before this was kept"))


def _links(table, *parents):
    for parent in parents:
        name = op.f(f"fk_{table}_{parent}_id")
        yield sa.ForeignKeyConstraint([f"{parent}_id"], [f"{parent}.id"], name=name)


def _index(table, first, second):
    op.create_index(op.f(f"ix_{table}_{first}_{table}_{second}"), table, [first, second])


def downgrade():
    with op.batch_alter_table("site_closure") as batch:
        batch.drop_column("written_at")
    with op.batch_alter_table("care_grant") as batch:
        batch.drop_column("is_urgent")
    with op.batch_alter_table("attendance") as batch:
        batch.drop_column("room")
    op.execute("DELETE FROM roster_shift WHERE kind = 'planned'")
    with op.batch_alter_table("roster_shift") as batch:
        batch.drop_constraint(op.f("ck_roster_shift_kind"), type_="check")
        batch.drop_constraint(op.f("uq_roster_shift_site_id_day_kind_worker_starts_minute"), type_="unique")
        batch.create_unique_constraint(
            op.f("uq_roster_shift_site_id_day_worker_starts_minute"), ["site_id", "day", "worker", "starts_minute"]
        )
        batch.drop_column("kind")
        batch.drop_column("room")
    for table in ("force_majeure", "care_request", "visit_cancellation"):
        op.drop_table(table)
