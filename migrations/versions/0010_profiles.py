"""What a call asks of an applicant's background; what is typed and not saved yet."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "applicant_profile",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("profession", sa.String(length=120), nullable=True),
        sa.Column("coordination_share", sa.Integer(), nullable=True),
        sa.Column(
            "contract",
            sa.Enum(
                "permanent",
                "fixed_term",
                "civil_servant",
                "self_employed",
                "other",
                name="contract",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("seniority", sa.Integer(), nullable=True),
        sa.Column("team_size", sa.Integer(), nullable=True),
        sa.CheckConstraint("coordination_share BETWEEN 1 AND 100", name=op.f("ck_applicant_profile_share_in_per_cent")),
        sa.CheckConstraint("seniority BETWEEN 0 AND 60", name=op.f("ck_applicant_profile_seniority_in_years")),
        sa.CheckConstraint("team_size BETWEEN 1 AND 5000", name=op.f("ck_applicant_profile_team_of_people")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_applicant_profile_application_id")
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_applicant_profile")),
    )
    op.create_table(
        "section_draft",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("section", sa.String(length=20), nullable=False),
        sa.Column("page", sa.String(length=36), nullable=False),
        sa.Column("base", sa.String(length=16), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_section_draft_application_id")),
        sa.PrimaryKeyConstraint("application_id", "section", "page", name=op.f("pk_section_draft")),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("section_draft")
    op.drop_table("applicant_profile")
