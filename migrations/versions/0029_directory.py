"""What people show of their address to those of their cohort (R118)."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "directory_entry",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("shows_email", sa.Boolean(), nullable=False),
        sa.Column("shows_phone", sa.Boolean(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_directory_entry_cohort_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_directory_entry_person_id")),
        sa.PrimaryKeyConstraint("cohort_id", "person_id", name=op.f("pk_directory_entry")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("directory_entry")
