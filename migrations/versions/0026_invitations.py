"""Changes of half-days not told yet, invitations sent and who wants them, rooms (R37, R120)."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "schedule_change",
        sa.Column("half_day_id", sa.Uuid(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.Column("touched_at", UtcDateTime(), nullable=False),
        sa.Column("existed", sa.Boolean(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("place", sa.String(length=600), nullable=False),
        sa.Column("off", sa.Boolean(), nullable=False),
        sa.Column("variants", sa.JSON(), nullable=False),
        sa.Column("staff", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["half_day_id"], ["half_day.id"], name=op.f("fk_schedule_change_half_day_id")),
        sa.PrimaryKeyConstraint("half_day_id", name=op.f("pk_schedule_change")),
    )
    op.create_table(
        "calendar_invitation",
        sa.Column("half_day_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("place", sa.String(length=600), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["half_day_id"], ["half_day.id"], name=op.f("fk_calendar_invitation_half_day_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_invitation_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_invitation")),
        sa.UniqueConstraint("half_day_id", "person_id", name=op.f("uq_calendar_invitation_half_day_id_person_id")),
    )
    op.create_index(op.f("ix_calendar_invitation_half_day_id"), "calendar_invitation", ["half_day_id"])
    op.create_index(op.f("ix_calendar_invitation_person_id"), "calendar_invitation", ["person_id"])
    op.create_table(
        "calendar_choice",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("invitations", sa.Boolean(), nullable=False),
        sa.Column("chosen_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_choice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_choice")),
        sa.UniqueConstraint("person_id", name=op.f("uq_calendar_choice_person_id")),
    )
    op.create_table(
        "invitation_round",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_invitation_round_cohort_id")),
        sa.PrimaryKeyConstraint("cohort_id", name=op.f("pk_invitation_round")),
    )
    op.create_table(
        "venue",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("room", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("access", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("capacity IS NULL OR capacity > 0", name=op.f("ck_venue_holds_someone")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_venue_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue")),
        sa.UniqueConstraint("organisation_id", "place", "room", name=op.f("uq_venue_organisation_id_place_room")),
    )
    op.create_index(op.f("ix_venue_organisation_id"), "venue", ["organisation_id"])


def downgrade() -> None:
    """Drop them."""
    for table in ("venue", "invitation_round", "calendar_choice", "calendar_invitation", "schedule_change"):
        op.drop_table(table)
