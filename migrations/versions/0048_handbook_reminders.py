"""Who was asked again to read the livret and the règlement, and after how many days (R120, R123)."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "handbook_reminder",
        sa.Column("handbook_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.CheckConstraint("count BETWEEN 0 AND 3", name=op.f("ck_handbook_reminder_three_times_at_most")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_handbook_reminder_enrolment_id")),
        sa.ForeignKeyConstraint(["handbook_id"], ["handbook.id"], name=op.f("fk_handbook_reminder_handbook_id")),
        sa.PrimaryKeyConstraint("handbook_id", "enrolment_id", name=op.f("pk_handbook_reminder")),
    )
    op.create_index(op.f("ix_handbook_reminder_enrolment_id"), "handbook_reminder", ["enrolment_id"])
    op.create_table(
        "handbook_rhythm",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("every_days", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "every_days IS NULL OR every_days BETWEEN 2 AND 60", name=op.f("ck_handbook_rhythm_some_days")
        ),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_handbook_rhythm_cohort_id")),
        sa.PrimaryKeyConstraint("cohort_id", name=op.f("pk_handbook_rhythm")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("handbook_rhythm")
    op.drop_index(op.f("ix_handbook_reminder_enrolment_id"), table_name="handbook_reminder")
    op.drop_table("handbook_reminder")
