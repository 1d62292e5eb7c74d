"""Modules at choice: how a cohort runs each choice, places of its options, who chose what (R104)."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "choice_terms",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_choice_terms_cohort_id")),
        sa.ForeignKeyConstraint(["group_id"], ["choice_group.id"], name=op.f("fk_choice_terms_group_id")),
        sa.PrimaryKeyConstraint("cohort_id", "group_id", name=op.f("pk_choice_terms")),
    )
    op.create_table(
        "option_places",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.CheckConstraint("places >= 0", name=op.f("ck_option_places_not_negative")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_option_places_cohort_id")),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_option_places_module_id")),
        sa.PrimaryKeyConstraint("cohort_id", "module_id", name=op.f("pk_option_places")),
    )
    op.create_table(
        "module_choice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("chosen_at", UtcDateTime(), nullable=False),
        sa.Column("chosen_by", sa.Uuid(), nullable=True),
        sa.Column("agreed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["chosen_by"], ["person.id"], name=op.f("fk_module_choice_chosen_by")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_module_choice_enrolment_id")),
        sa.ForeignKeyConstraint(["group_id"], ["choice_group.id"], name=op.f("fk_module_choice_group_id")),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_module_choice_module_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_choice")),
        sa.UniqueConstraint("enrolment_id", "module_id", name=op.f("uq_module_choice_enrolment_id_module_id")),
    )
    op.create_index(op.f("ix_module_choice_enrolment_id"), "module_choice", ["enrolment_id"])
    op.create_index(op.f("ix_module_choice_module_id"), "module_choice", ["module_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("module_choice")
    op.drop_table("option_places")
    op.drop_table("choice_terms")
