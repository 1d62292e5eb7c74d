"""Admissions: criteria and reviewers, interview slots, the steps of a sitting."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; an interview may name its interviewer, a faulty piece its day."""
    op.create_table(
        "criterion",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column(
            "moment",
            sa.Enum("file", "interview", name="readingmoment", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("hint", sa.String(length=300), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("highest", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("highest > 0", name=op.f("ck_criterion_highest_positive")),
        sa.CheckConstraint("weight > 0", name=op.f("ck_criterion_weight_positive")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_criterion_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion")),
        sa.UniqueConstraint("call_id", "moment", "label", name=op.f("uq_criterion_call_id_moment_label")),
    )
    with op.batch_alter_table("criterion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_criterion_call_id"), ["call_id"], unique=False)

    op.create_table(
        "sitting_step",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["committee_meeting.id"], name=op.f("fk_sitting_step_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting_step")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_sitting_step_meeting_id_number")),
    )
    op.create_table(
        "review_assignment",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "part",
            sa.Enum(
                "carrier",
                "co_carrier",
                "funder",
                "logistics",
                "partner",
                "school",
                name="part",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("assigned_at", UtcDateTime(), nullable=False),
        sa.Column("reminded_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_review_assignment_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_review_assignment_organisation_id")
        ),
        sa.ForeignKeyConstraint(["reviewer_id"], ["person.id"], name=op.f("fk_review_assignment_reviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_assignment")),
        sa.UniqueConstraint(
            "application_id", "reviewer_id", name=op.f("uq_review_assignment_application_id_reviewer_id")
        ),
    )
    with op.batch_alter_table("review_assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_assignment_application_id"), ["application_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_review_assignment_reviewer_id"), ["reviewer_id"], unique=False)
        batch_op.create_index(
            "ix_review_assignment_unreminded",
            ["assigned_at"],
            unique=False,
            sqlite_where=sa.text("reminded_at IS NULL"),
            postgresql_where=sa.text("reminded_at IS NULL"),
        )

    op.create_table(
        "interview_slot",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("interviewer_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("link", sa.String(length=300), nullable=True),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("interview_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_interview_slot_minutes_positive")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_interview_slot_call_id")),
        sa.ForeignKeyConstraint(["interview_id"], ["interview.id"], name=op.f("fk_interview_slot_interview_id")),
        sa.ForeignKeyConstraint(["interviewer_id"], ["person.id"], name=op.f("fk_interview_slot_interviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_slot")),
        sa.UniqueConstraint("interview_id", name=op.f("uq_interview_slot_interview_id")),
    )
    with op.batch_alter_table("interview_slot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_interview_slot_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_interview_slot_interviewer_id"), ["interviewer_id"], unique=False)

    op.create_table(
        "mark",
        sa.Column("criterion_id", sa.Uuid(), nullable=False),
        sa.Column("opinion_id", sa.Uuid(), nullable=True),
        sa.Column("interview_id", sa.Uuid(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(opinion_id IS NULL) <> (interview_id IS NULL)", name=op.f("ck_mark_of_an_opinion_or_an_interview")
        ),
        sa.CheckConstraint("points >= 0", name=op.f("ck_mark_points_not_negative")),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name=op.f("fk_mark_criterion_id")),
        sa.ForeignKeyConstraint(["interview_id"], ["interview.id"], name=op.f("fk_mark_interview_id")),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name=op.f("fk_mark_opinion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark")),
        sa.UniqueConstraint("interview_id", "criterion_id", name=op.f("uq_mark_interview_id_criterion_id")),
        sa.UniqueConstraint("opinion_id", "criterion_id", name=op.f("uq_mark_opinion_id_criterion_id")),
    )
    with op.batch_alter_table("mark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mark_criterion_id"), ["criterion_id"], unique=False)

    op.create_table(
        "booked_time",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("interview_id", sa.Uuid(), nullable=True),
        sa.Column("slot_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(interview_id IS NULL) <> (slot_id IS NULL)", name=op.f("ck_booked_time_of_an_interview_or_a_slot")
        ),
        sa.ForeignKeyConstraint(["interview_id"], ["interview.id"], name=op.f("fk_booked_time_interview_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_booked_time_person_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["interview_slot.id"], name=op.f("fk_booked_time_slot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booked_time")),
        sa.UniqueConstraint("person_id", "at", name=op.f("uq_booked_time_person_id_at")),
    )
    with op.batch_alter_table("booked_time", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_booked_time_interview_id"), ["interview_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_booked_time_slot_id"), ["slot_id"], unique=False)

    with op.batch_alter_table("interview", schema=None) as batch_op:
        batch_op.add_column(sa.Column("interviewer_id", sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f("ix_interview_interviewer_id"), ["interviewer_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_interview_interviewer_id"), "person", ["interviewer_id"], ["id"])

    with op.batch_alter_table("piece", schema=None) as batch_op:
        batch_op.add_column(sa.Column("replace_by", sa.Date(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("piece", schema=None) as batch_op:
        batch_op.drop_column("replace_by")

    with op.batch_alter_table("interview", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_interview_interviewer_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_interview_interviewer_id"))
        batch_op.drop_column("interviewer_id")

    with op.batch_alter_table("booked_time", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_booked_time_slot_id"))
        batch_op.drop_index(batch_op.f("ix_booked_time_interview_id"))

    op.drop_table("booked_time")
    with op.batch_alter_table("mark", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mark_criterion_id"))

    op.drop_table("mark")
    with op.batch_alter_table("interview_slot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_interview_slot_interviewer_id"))
        batch_op.drop_index(batch_op.f("ix_interview_slot_call_id"))

    op.drop_table("interview_slot")
    with op.batch_alter_table("review_assignment", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_review_assignment_unreminded",
            sqlite_where=sa.text("reminded_at IS NULL"),
            postgresql_where=sa.text("reminded_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_review_assignment_reviewer_id"))
        batch_op.drop_index(batch_op.f("ix_review_assignment_application_id"))

    op.drop_table("review_assignment")
    op.drop_table("sitting_step")
    with op.batch_alter_table("criterion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_criterion_call_id"))

    op.drop_table("criterion")
