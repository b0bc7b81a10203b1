"""Care: places, opening hours and rosters, findings, site-months, corrections."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "record_correction",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("record_kind", sa.String(length=12), nullable=False),
        sa.Column("record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("record_on", sa.Date(), nullable=False),
        sa.Column("before", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False, comment="of the correction"),
        sa.Column("corrected_by", sa.String(length=60), nullable=False, comment="person"),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_correction")),
    )
    with op.batch_alter_table("record_correction", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_record_correction_record_kind_record_correction_record_id"),
            ["record_kind", "record_id"],
            unique=False,
        )

    op.create_table(
        "certificate",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False, comment="as the plan calls it"),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_certificate_dates")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_certificate_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint(
            "organisation_id", "kind", "number", name=op.f("uq_certificate_organisation_id_kind_number")
        ),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_certificate_organisation_id_certificate_place"), ["organisation_id", "place"], unique=False
        )

    op.create_table(
        "record_finding",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "check_name", sa.String(length=30), nullable=False, comment="key of care/checks: no_sign_out, late_edit …"
        ),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("found_on", sa.Date(), nullable=False, comment="the day of the record"),
        sa.Column(
            "record_kind",
            sa.String(length=12),
            nullable=False,
            comment="attendance, visit, occupancy, site_day or month",
        ),
        sa.Column("record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("worker", sa.String(length=40), nullable=False),
        sa.Column(
            "other", sa.String(length=60), nullable=False, comment="number or day of the record it collides with"
        ),
        sa.Column(
            "figures",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="the numbers of its sentence",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_record_finding_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_finding")),
    )
    with op.batch_alter_table("record_finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_record_finding_member_id"), ["member_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_record_finding_organisation_id_record_finding_found_on"),
            ["organisation_id", "found_on"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_record_finding_record_kind_record_finding_record_id"),
            ["record_kind", "record_id"],
            unique=False,
        )

    op.create_table(
        "occupancy",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False, comment="the provider’s name of the place"),
        sa.Column(
            "kind",
            sa.String(length=20),
            nullable=False,
            comment="what the place is, as the plan calls it: residential, …",
        ),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("moved_in_on", sa.Date(), nullable=False),
        sa.Column("moved_out_on", sa.Date(), nullable=True, comment="null: still there"),
        sa.Column("doubt", sa.String(length=20), nullable=False, comment="fact: place_taken or two_places"),
        sa.Column("doubt_other", sa.String(length=60), nullable=False, comment="fact: the other place"),
        sa.Column("doubt_from", sa.Date(), nullable=True, comment="fact: first night in doubt"),
        sa.Column("doubt_until", sa.Date(), nullable=True, comment="fact: last night in doubt"),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.CheckConstraint("moved_out_on IS NULL OR moved_out_on > moved_in_on", name=op.f("ck_occupancy_dates")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_occupancy_member_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_occupancy_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occupancy")),
        sa.UniqueConstraint(
            "organisation_id",
            "place",
            "member_id",
            "moved_in_on",
            name=op.f("uq_occupancy_organisation_id_place_member_id_moved_in_on"),
        ),
    )
    with op.batch_alter_table("occupancy", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_occupancy_member_id_occupancy_moved_in_on"), ["member_id", "moved_in_on"], unique=False
        )

    op.create_table(
        "quote",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False, comment="the provider’s number of the quote"),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("service", sa.String(length=30), nullable=False),
        sa.Column(
            "amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="minor units quoted"
        ),
        sa.Column("quoted_on", sa.Date(), nullable=False),
        sa.Column(
            "accepted_amount",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="minor units of the works accepted; null: not yet",
        ),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(accepted_amount IS NULL) = (accepted_on IS NULL)", name=op.f("ck_quote_accepted")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_quote_amount")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_quote_member_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_quote_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote")),
        sa.UniqueConstraint("organisation_id", "number", name=op.f("uq_quote_organisation_id_number")),
    )
    with op.batch_alter_table("quote", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quote_member_id_quote_service"), ["member_id", "service"], unique=False)

    op.create_table(
        "opening_hours",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False, comment="0 Monday … 6 Sunday"),
        sa.Column("opens_minute", sa.SmallInteger(), nullable=False, comment="after fund-local midnight"),
        sa.Column("closes_minute", sa.SmallInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint("opens_minute >= 0 AND closes_minute > opens_minute", name=op.f("ck_opening_hours_times")),
        sa.CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_opening_hours_dates")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_opening_hours_weekday")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_opening_hours_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_hours")),
    )
    with op.batch_alter_table("opening_hours", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opening_hours_site_id"), ["site_id"], unique=False)

    op.create_table(
        "roster_shift",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("worker", sa.String(length=40), nullable=False, comment="the provider’s worker code"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts_minute", sa.SmallInteger(), nullable=False),
        sa.Column("ends_minute", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("starts_minute >= 0 AND ends_minute > starts_minute", name=op.f("ck_roster_shift_times")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_roster_shift_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_shift")),
        sa.UniqueConstraint(
            "site_id", "day", "worker", "starts_minute", name=op.f("uq_roster_shift_site_id_day_worker_starts_minute")
        ),
    )
    with op.batch_alter_table("roster_shift", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_shift_site_id_roster_shift_day"), ["site_id", "day"], unique=False)

    op.create_table(
        "site_closure",
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_closure_site_id")),
        sa.PrimaryKeyConstraint("site_id", "day", name=op.f("pk_site_closure")),
    )
    op.create_table(
        "site_month",
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False, comment="its first day"),
        sa.Column("billed_minutes", sa.Integer(), nullable=False, comment="attended or booked, and paid absences"),
        sa.Column(
            "attended_minutes",
            sa.Integer(),
            nullable=False,
            comment="between sign-in and sign-out, inside opening hours",
        ),
        sa.Column("absent_days", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("billed_minutes >= 0 AND attended_minutes >= 0", name=op.f("ck_site_month_minutes")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_month_site_id")),
        sa.PrimaryKeyConstraint("site_id", "month", name=op.f("pk_site_month")),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("notified_on", sa.Date(), nullable=True, comment="when the parents said that the child is absent")
        )
        batch_op.add_column(
            sa.Column("has_note", sa.Boolean(), server_default=sa.false(), nullable=False, comment="sickness with a doctor’s note")
        )
        batch_op.add_column(
            sa.Column(
                "allowed_places", sa.SmallInteger(), nullable=True, comment="fact: with the margin of a quiet week"
            )
        )
        batch_op.add_column(
            sa.Column(
                "billable_minutes",
                sa.SmallInteger(),
                nullable=True,
                comment="fact: what may be billed of this day; null: the records are not closed",
            )
        )
        batch_op.add_column(
            sa.Column("uncounted", sa.String(length=20), server_default="", nullable=False, comment="fact: why minutes do not count")
        )
        batch_op.add_column(
            sa.Column("doubt", sa.String(length=20), server_default="", nullable=False, comment="fact: what a person must look at")
        )
        batch_op.add_column(
            sa.Column("doubt_other", sa.String(length=60), server_default="", nullable=False, comment="fact: the other record or figure")
        )

    with op.batch_alter_table("care_grant", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("workers", sa.SmallInteger(), server_default="1", nullable=False, comment="care workers authorised at one visit")
        )

    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "place_reason", sa.String(length=30), server_default="", nullable=False, comment="reason code where no place code is"
            )
        )
        batch_op.add_column(
            sa.Column("edited_on", sa.Date(), nullable=True, comment="last change by hand; null: as the device sent it")
        )
        batch_op.add_column(
            sa.Column("edit_reason", sa.String(length=30), server_default="", nullable=False, comment="coded reason of the change by hand")
        )
        batch_op.add_column(
            sa.Column("uncounted", sa.String(length=20), server_default="", nullable=False, comment="fact: why the visit does not count")
        )
        batch_op.add_column(
            sa.Column("doubt", sa.String(length=20), server_default="", nullable=False, comment="fact: what a person must look at")
        )
        batch_op.add_column(
            sa.Column("doubt_other", sa.String(length=60), server_default="", nullable=False, comment="fact: the other record or figure")
        )



def downgrade():
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_column("doubt_other")
        batch_op.drop_column("doubt")
        batch_op.drop_column("uncounted")
        batch_op.drop_column("edit_reason")
        batch_op.drop_column("edited_on")
        batch_op.drop_column("place_reason")

    with op.batch_alter_table("care_grant", schema=None) as batch_op:
        batch_op.drop_column("workers")

    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.drop_column("doubt_other")
        batch_op.drop_column("doubt")
        batch_op.drop_column("uncounted")
        batch_op.drop_column("billable_minutes")
        batch_op.drop_column("allowed_places")
        batch_op.drop_column("has_note")
        batch_op.drop_column("notified_on")

    op.drop_table("site_month")
    op.drop_table("site_closure")
    with op.batch_alter_table("roster_shift", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roster_shift_site_id_roster_shift_day"))

    op.drop_table("roster_shift")
    with op.batch_alter_table("opening_hours", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opening_hours_site_id"))

    op.drop_table("opening_hours")
    with op.batch_alter_table("quote", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quote_member_id_quote_service"))

    op.drop_table("quote")
    with op.batch_alter_table("occupancy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_occupancy_member_id_occupancy_moved_in_on"))

    op.drop_table("occupancy")
    with op.batch_alter_table("record_finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_record_finding_record_kind_record_finding_record_id"))
        batch_op.drop_index(batch_op.f("ix_record_finding_organisation_id_record_finding_found_on"))
        batch_op.drop_index(batch_op.f("ix_record_finding_member_id"))

    op.drop_table("record_finding")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_organisation_id_certificate_place"))

    op.drop_table("certificate")
    with op.batch_alter_table("record_correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_record_correction_record_kind_record_correction_record_id"))

    op.drop_table("record_correction")
