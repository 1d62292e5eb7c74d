"""Seminars, half-days, calendars people subscribe to."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "calendar_feed",
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("cohort_id", sa.Uuid(), nullable=True),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("secret_digest", sa.String(length=64), nullable=False),
        sa.Column("alarms", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (cohort_id IS NULL)", name=op.f("ck_calendar_feed_of_a_person_or_a_cohort")
        ),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_calendar_feed_cohort_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("secret_digest", name=op.f("uq_calendar_feed_secret_digest")),
    )
    op.create_index(
        "uq_calendar_feed_cohort",
        "calendar_feed",
        ["cohort_id"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_index(
        "uq_calendar_feed_person",
        "calendar_feed",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "seminar",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "defence",
                "launch",
                "regrouping",
                "seminar",
                name="seminarkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "cancelled",
                "closed",
                "confirmed",
                "held",
                "planned",
                "postponed",
                name="seminarstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column(
            "provenance",
            sa.Enum(
                "deduit",
                "exemple",
                "officiel",
                "a_confirmer",
                name="provenance",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_seminar_cohort_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seminar")),
    )
    op.create_index(op.f("ix_seminar_cohort_id"), "seminar", ["cohort_id"], unique=False)
    op.create_table(
        "feed_body",
        sa.Column("feed_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["calendar_feed.id"], name=op.f("fk_feed_body_feed_id")),
        sa.PrimaryKeyConstraint("feed_id", name=op.f("pk_feed_body")),
    )
    op.create_table(
        "half_day",
        sa.Column("seminar_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "blended", "in_person", "remote", name="mode", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("room", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("guests_allowed", sa.Boolean(), nullable=False),
        sa.Column("credited_hours", sa.Numeric(precision=4, scale=2), nullable=True),
        sa.Column("cancelled_at", UtcDateTime(), nullable=True),
        sa.Column("uid", sa.String(length=80), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "credited_hours IS NULL OR credited_hours >= 0", name=op.f("ck_half_day_credit_not_negative")
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_half_day_ends_after_start")),
        sa.ForeignKeyConstraint(["seminar_id"], ["seminar.id"], name=op.f("fk_half_day_seminar_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_half_day")),
        sa.UniqueConstraint("uid", name=op.f("uq_half_day_uid")),
    )
    op.create_index(op.f("ix_half_day_seminar_id"), "half_day", ["seminar_id"], unique=False)
    op.create_index(op.f("ix_half_day_starts_at"), "half_day", ["starts_at"], unique=False)
    op.create_table(
        "half_day_module",
        sa.Column("half_day_id", sa.Uuid(), nullable=False),
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["half_day_id"], ["half_day.id"], name=op.f("fk_half_day_module_half_day_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_half_day_module_module_id")),
        sa.PrimaryKeyConstraint("half_day_id", "module_id", name=op.f("pk_half_day_module")),
    )
    op.create_index(op.f("ix_half_day_module_module_id"), "half_day_module", ["module_id"], unique=False)
    op.create_table(
        "half_day_staff",
        sa.Column("half_day_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("speaker", "trainer", name="staffrole", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["half_day_id"], ["half_day.id"], name=op.f("fk_half_day_staff_half_day_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_half_day_staff_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_half_day_staff")),
        sa.UniqueConstraint("half_day_id", "person_id", name=op.f("uq_half_day_staff_half_day_id_person_id")),
    )
    op.create_index(op.f("ix_half_day_staff_half_day_id"), "half_day_staff", ["half_day_id"], unique=False)
    op.create_index(op.f("ix_half_day_staff_person_id"), "half_day_staff", ["person_id"], unique=False)
    op.create_table(
        "half_day_variant",
        sa.Column("half_day_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["half_day_id"], ["half_day.id"], name=op.f("fk_half_day_variant_half_day_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_half_day_variant_variant_id")),
        sa.PrimaryKeyConstraint("half_day_id", "variant_id", name=op.f("pk_half_day_variant")),
    )
    op.create_index(op.f("ix_half_day_variant_variant_id"), "half_day_variant", ["variant_id"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("half_day_variant")
    op.drop_table("half_day_staff")
    op.drop_table("half_day_module")
    op.drop_table("half_day")
    op.drop_table("feed_body")
    op.drop_table("seminar")
    op.drop_table("calendar_feed")
