"""Individual meetings: slots a trainer opens and one learner takes (R119)."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

STATUSES = ("booked", "cancelled", "free", "held", "missed")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "meeting_slot",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("trainer_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("link", sa.String(300), nullable=False),
        sa.Column("offered_to_id", sa.Uuid(), nullable=True),
        sa.Column("enrolment_id", sa.Uuid(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(*STATUSES, name="meetingstatus", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("topic", sa.String(300), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_meeting_slot_ends_after_it_starts")),
        sa.CheckConstraint(
            "status NOT IN ('booked', 'held', 'missed') OR enrolment_id IS NOT NULL",
            name=op.f("ck_meeting_slot_held_by_one"),
        ),
        sa.CheckConstraint("status <> 'free' OR enrolment_id IS NULL", name=op.f("ck_meeting_slot_free_of_all")),
        sa.CheckConstraint("place <> '' OR link <> ''", name=op.f("ck_meeting_slot_somewhere")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_meeting_slot_cohort_id")),
        sa.ForeignKeyConstraint(["trainer_id"], ["person.id"], name=op.f("fk_meeting_slot_trainer_id")),
        sa.ForeignKeyConstraint(["offered_to_id"], ["enrolment.id"], name=op.f("fk_meeting_slot_offered_to_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_meeting_slot_enrolment_id")),
        sa.ForeignKeyConstraint(["note_id"], ["follow_up_note.id"], name=op.f("fk_meeting_slot_note_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_slot")),
    )
    for column in ("cohort_id", "trainer_id", "enrolment_id"):
        op.create_index(op.f(f"ix_meeting_slot_{column}"), "meeting_slot", [column])
    op.create_index(
        "uq_meeting_slot_at_once",
        "meeting_slot",
        ["trainer_id", "starts_at"],
        unique=True,
        sqlite_where=sa.text("status <> 'cancelled'"),
        postgresql_where=sa.text("status <> 'cancelled'"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("meeting_slot")
