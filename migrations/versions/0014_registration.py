"""What a person gives when her seat is confirmed: civil status, team for the launch, portrait."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "civil_requirement",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_civil_requirement_edition_id")),
        sa.PrimaryKeyConstraint("edition_id", name=op.f("pk_civil_requirement")),
    )
    op.create_table(
        "civil_status",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("birth_name", sa.String(length=120), nullable=False),
        sa.Column("first_names", sa.String(length=160), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("birth_place", sa.String(length=120), nullable=False),
        sa.Column("birth_country", sa.String(length=80), nullable=False),
        sa.Column("nationality", sa.String(length=80), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_civil_status_cohort_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_civil_status_person_id")),
        sa.PrimaryKeyConstraint("cohort_id", "person_id", name=op.f("pk_civil_status")),
    )
    op.create_table(
        "launch_team",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("headcount BETWEEN 0 AND 30", name=op.f("ck_launch_team_a_team")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_launch_team_cohort_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_launch_team_person_id")),
        sa.PrimaryKeyConstraint("cohort_id", "person_id", name=op.f("pk_launch_team")),
    )
    op.create_table(
        "launch_guest",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_launch_guest_cohort_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_launch_guest_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_launch_guest")),
    )
    op.create_index(op.f("ix_launch_guest_cohort_id"), "launch_guest", ["cohort_id"], unique=False)
    op.create_index(op.f("ix_launch_guest_person_id"), "launch_guest", ["person_id"], unique=False)
    op.create_table(
        "portrait",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("agreed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_portrait_cohort_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_portrait_person_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_portrait_file_id")),
        sa.PrimaryKeyConstraint("cohort_id", "person_id", name=op.f("pk_portrait")),
        sa.UniqueConstraint("file_id", name=op.f("uq_portrait_file_id")),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("portrait", "launch_guest", "launch_team", "civil_status", "civil_requirement"):
        op.drop_table(table)
