"""The decision on a derogation, and what it puts on an enrolment (R7)."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table and the column."""
    op.create_table(
        "derogation",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("met_at", UtcDateTime(), nullable=True),
        sa.Column("met_by", sa.Uuid(), nullable=True),
        sa.Column("met_note", sa.Text(), nullable=False),
        sa.Column("reminded_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("granted = (due_on IS NOT NULL)", name=op.f("ck_derogation_due_if_granted")),
        sa.CheckConstraint("granted OR reason <> ''", name=op.f("ck_derogation_reason_if_refused")),
        sa.CheckConstraint("granted OR met_at IS NULL", name=op.f("ck_derogation_met_only_if_granted")),
        sa.CheckConstraint("(met_at IS NULL) = (met_by IS NULL)", name=op.f("ck_derogation_met_by_someone")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_derogation_application_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_derogation_decided_by")),
        sa.ForeignKeyConstraint(["met_by"], ["person.id"], name=op.f("fk_derogation_met_by")),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_derogation")),
    )
    op.execute("ALTER TABLE enrolment ADD COLUMN held_from DATE")


def downgrade() -> None:
    """Drop them."""
    op.execute("ALTER TABLE enrolment DROP COLUMN held_from")
    op.drop_table("derogation")
