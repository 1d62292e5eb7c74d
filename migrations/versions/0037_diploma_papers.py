"""Papers of the diploma asked for a whole cohort (R71)."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def words(name: str, *slugs: str) -> sa.Enum:
    """Return the type of an enumeration."""
    return sa.Enum(*slugs, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "diploma_batch",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("kind", words("paperkind", "decisions", "modules", "success"), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("status", words("batchstatus", "done", "failed", "waiting"), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("done >= 0 AND done <= total", name=op.f("ck_diploma_batch_no_more_than_all")),
        sa.CheckConstraint("(status = 'waiting') = (ended_at IS NULL)", name=op.f("ck_diploma_batch_ended_when_over")),
        sa.CheckConstraint(
            "(kind = 'decisions') = (decided_on IS NOT NULL)", name=op.f("ck_diploma_batch_day_of_a_decision")
        ),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_diploma_batch_cohort_id")),
        sa.ForeignKeyConstraint(["requested_by"], ["person.id"], name=op.f("fk_diploma_batch_requested_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diploma_batch")),
    )
    op.create_index(op.f("ix_diploma_batch_cohort_id"), "diploma_batch", ["cohort_id"])
    op.create_index(op.f("ix_diploma_batch_status"), "diploma_batch", ["status"])
    op.create_table(
        "diploma_archive",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["diploma_batch.id"], name=op.f("fk_diploma_archive_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_diploma_archive")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("diploma_archive")
    op.drop_table("diploma_batch")
