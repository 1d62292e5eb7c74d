"""Convocations, and what is gathered and handed around a seminar: meals, diets, cars, documents, an urgent word (R118)."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "convocation_terms",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("contact_name", sa.String(length=120), nullable=False),
        sa.Column("contact_phone", sa.String(length=30), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("referent_name", sa.String(length=120), nullable=False),
        sa.Column("referent_email", sa.String(length=254), nullable=False),
        sa.Column("bring", sa.Text(), nullable=False),
        sa.Column("absence_rule", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_convocation_terms_cohort_id")),
        sa.PrimaryKeyConstraint("cohort_id", name=op.f("pk_convocation_terms")),
    )
    op.create_table(
        "diet_memory",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("agreed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_diet_memory_cohort_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_diet_memory_person_id")),
        sa.PrimaryKeyConstraint("cohort_id", "person_id", name=op.f("pk_diet_memory")),
    )
    op.create_table(
        "urgent_word",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_urgent_word_cohort_id")),
        sa.PrimaryKeyConstraint("cohort_id", name=op.f("pk_urgent_word")),
    )
    op.create_table(
        "car_share",
        sa.Column("seminar_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("town", sa.String(length=80), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("seats BETWEEN 0 AND 8", name=op.f("ck_car_share_a_car")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_car_share_person_id")),
        sa.ForeignKeyConstraint(["seminar_id"], ["seminar.id"], name=op.f("fk_car_share_seminar_id")),
        sa.PrimaryKeyConstraint("seminar_id", "person_id", name=op.f("pk_car_share")),
    )
    op.create_table(
        "convocation",
        sa.Column("seminar_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_convocation_person_id")),
        sa.ForeignKeyConstraint(["seminar_id"], ["seminar.id"], name=op.f("fk_convocation_seminar_id")),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_convocation_sent_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_convocation")),
    )
    op.create_index(op.f("ix_convocation_person_id"), "convocation", ["person_id"])
    op.create_index("ix_convocation_seminar_person", "convocation", ["seminar_id", "person_id"])

    op.create_table(
        "diet",
        sa.Column("seminar_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_diet_person_id")),
        sa.ForeignKeyConstraint(["seminar_id"], ["seminar.id"], name=op.f("fk_diet_seminar_id")),
        sa.PrimaryKeyConstraint("seminar_id", "person_id", name=op.f("pk_diet")),
    )
    op.create_table(
        "seminar_material",
        sa.Column("seminar_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "agenda",
                "other",
                "preparation",
                "slides",
                name="materialkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("visible_from", sa.Date(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name=op.f("fk_seminar_material_added_by")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_seminar_material_file_id")),
        sa.ForeignKeyConstraint(["seminar_id"], ["seminar.id"], name=op.f("fk_seminar_material_seminar_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seminar_material")),
        sa.UniqueConstraint("file_id", name=op.f("uq_seminar_material_file_id")),
    )
    op.create_index(op.f("ix_seminar_material_seminar_id"), "seminar_material", ["seminar_id"])

    op.create_table(
        "seminar_practical",
        sa.Column("seminar_id", sa.Uuid(), nullable=False),
        sa.Column("access", sa.Text(), nullable=False),
        sa.Column("bring", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["seminar_id"], ["seminar.id"], name=op.f("fk_seminar_practical_seminar_id")),
        sa.PrimaryKeyConstraint("seminar_id", name=op.f("pk_seminar_practical")),
    )
    op.create_table(
        "meal_choice",
        sa.Column("half_day_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("eats", sa.Boolean(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["half_day_id"], ["half_day.id"], name=op.f("fk_meal_choice_half_day_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_meal_choice_person_id")),
        sa.PrimaryKeyConstraint("half_day_id", "person_id", name=op.f("pk_meal_choice")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("meal_choice")
    op.drop_table("seminar_practical")
    op.drop_table("seminar_material")
    op.drop_table("diet")
    op.drop_table("convocation")
    op.drop_table("car_share")
    op.drop_table("urgent_word")
    op.drop_table("diet_memory")
    op.drop_table("convocation_terms")
