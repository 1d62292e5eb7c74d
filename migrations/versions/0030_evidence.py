"""What is read before the launch, self-ratings, the register and the improvements (R123)."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "teaching_tie",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_teaching_tie_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_teaching_tie_person_id")),
        sa.PrimaryKeyConstraint("organisation_id", "person_id", name=op.f("pk_teaching_tie")),
    )
    op.create_index(op.f("ix_teaching_tie_person_id"), "teaching_tie", ["person_id"], unique=False)
    op.create_table(
        "complaint",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "complaint",
                "incident",
                "suggestion",
                name="complaintkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "topic",
            sa.Enum(
                "administration",
                "content",
                "follow_up",
                "other",
                "place",
                "tool",
                name="complainttopic",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("filed_at", UtcDateTime(), nullable=False),
        sa.Column("filed_by", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "answered",
                "closed",
                "received",
                name="complaintstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(answered_at IS NULL) = (answer = '')", name=op.f("ck_complaint_answer_has_its_date")),
        sa.CheckConstraint(
            "status = 'received' OR answered_at IS NOT NULL", name=op.f("ck_complaint_answered_before_closed")
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_complaint_answered_by")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_complaint_cohort_id")),
        sa.ForeignKeyConstraint(["filed_by"], ["person.id"], name=op.f("fk_complaint_filed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
    )
    op.create_index(op.f("ix_complaint_answered_by"), "complaint", ["answered_by"], unique=False)
    op.create_index(op.f("ix_complaint_cohort_id"), "complaint", ["cohort_id"], unique=False)
    op.create_index(op.f("ix_complaint_due_on"), "complaint", ["due_on"], unique=False)
    op.create_index(op.f("ix_complaint_filed_by"), "complaint", ["filed_by"], unique=False)
    op.create_table(
        "handbook",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("rules", "welcome", name="handbookkind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changes", sa.String(length=500), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_handbook_numbered_from_one")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_handbook_cohort_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_handbook_file_id")),
        sa.ForeignKeyConstraint(["published_by"], ["person.id"], name=op.f("fk_handbook_published_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handbook")),
        sa.UniqueConstraint("cohort_id", "kind", "version", name=op.f("uq_handbook_cohort_id_kind_version")),
    )
    op.create_index(op.f("ix_handbook_cohort_id"), "handbook", ["cohort_id"], unique=False)
    op.create_index(op.f("ix_handbook_published_by"), "handbook", ["published_by"], unique=False)
    op.create_table(
        "improvement",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=160), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "done",
                "dropped",
                "measured",
                "planned",
                name="improvementstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("planned_at", UtcDateTime(), nullable=False),
        sa.Column("planned_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("status <> 'measured' OR effect <> ''", name=op.f("ck_improvement_measured_in_words")),
        sa.CheckConstraint(
            "status NOT IN ('done', 'measured') OR done_on IS NOT NULL", name=op.f("ck_improvement_done_on_a_day")
        ),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_improvement_cohort_id")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_improvement_complaint_id")),
        sa.ForeignKeyConstraint(["planned_by"], ["person.id"], name=op.f("fk_improvement_planned_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_improvement")),
    )
    op.create_index(op.f("ix_improvement_cohort_id"), "improvement", ["cohort_id"], unique=False)
    op.create_index(op.f("ix_improvement_complaint_id"), "improvement", ["complaint_id"], unique=False)
    op.create_index(op.f("ix_improvement_planned_by"), "improvement", ["planned_by"], unique=False)
    op.create_table(
        "positioning",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column(
            "moment",
            sa.Enum("end", "entry", name="moment", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_positioning_enrolment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_positioning")),
        sa.UniqueConstraint("enrolment_id", "moment", name=op.f("uq_positioning_enrolment_id_moment")),
    )
    op.create_index(op.f("ix_positioning_enrolment_id"), "positioning", ["enrolment_id"], unique=False)
    op.create_table(
        "read_receipt",
        sa.Column("handbook_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_read_receipt_enrolment_id")),
        sa.ForeignKeyConstraint(["handbook_id"], ["handbook.id"], name=op.f("fk_read_receipt_handbook_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_read_receipt")),
        sa.UniqueConstraint("handbook_id", "enrolment_id", name=op.f("uq_read_receipt_handbook_id_enrolment_id")),
    )
    op.create_index(op.f("ix_read_receipt_enrolment_id"), "read_receipt", ["enrolment_id"], unique=False)
    op.create_index(op.f("ix_read_receipt_handbook_id"), "read_receipt", ["handbook_id"], unique=False)
    op.create_table(
        "positioning_rating",
        sa.Column("positioning_id", sa.Uuid(), nullable=False),
        sa.Column("objective_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.CheckConstraint("level BETWEEN 0 AND 3", name=op.f("ck_positioning_rating_one_of_four_levels")),
        sa.ForeignKeyConstraint(["objective_id"], ["objective.id"], name=op.f("fk_positioning_rating_objective_id")),
        sa.ForeignKeyConstraint(
            ["positioning_id"], ["positioning.id"], name=op.f("fk_positioning_rating_positioning_id")
        ),
        sa.PrimaryKeyConstraint("positioning_id", "objective_id", name=op.f("pk_positioning_rating")),
    )
    op.create_index(op.f("ix_positioning_rating_objective_id"), "positioning_rating", ["objective_id"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("positioning_rating")
    op.drop_table("read_receipt")
    op.drop_table("positioning")
    op.drop_table("improvement")
    op.drop_table("handbook")
    op.drop_table("complaint")
    op.drop_table("teaching_tie")
