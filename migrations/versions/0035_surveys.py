"""Surveys: what is asked, who is asked, what is answered without a name (R123)."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "survey_template",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "employers",
                "seminar_end",
                "six_months",
                "trainers",
                name="surveykind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("lead", sa.Text(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("open_days", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("open_days > 0", name=op.f("ck_survey_template_lasting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_template")),
        sa.UniqueConstraint("code", name=op.f("uq_survey_template_code")),
    )
    op.create_table(
        "survey_question",
        sa.Column("template_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "choice", "scale", "text", name="questionkind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["template_id"], ["survey_template.id"], name=op.f("fk_survey_question_template_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_question")),
        sa.UniqueConstraint("template_id", "code", name=op.f("uq_survey_question_template_id_code")),
    )
    op.create_table(
        "survey",
        sa.Column("template_id", sa.Uuid(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("seminar_id", sa.Uuid(), nullable=True),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("closed", "open", name="surveystatus", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(status = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_survey_closed_at_an_instant")
        ),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_survey_cohort_id")),
        sa.ForeignKeyConstraint(["seminar_id"], ["seminar.id"], name=op.f("fk_survey_seminar_id")),
        sa.ForeignKeyConstraint(["template_id"], ["survey_template.id"], name=op.f("fk_survey_template_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey")),
        sa.UniqueConstraint("id", "anonymous", name=op.f("uq_survey_id_anonymous")),
    )
    op.create_index(op.f("ix_survey_cohort_id"), "survey", ["cohort_id"], unique=False)
    op.create_index(op.f("ix_survey_seminar_id"), "survey", ["seminar_id"], unique=False)
    op.create_index(
        "uq_survey_cohort",
        "survey",
        ["template_id", "cohort_id"],
        unique=True,
        sqlite_where=sa.text("seminar_id IS NULL"),
        postgresql_where=sa.text("seminar_id IS NULL"),
    )
    op.create_index(
        "uq_survey_seminar",
        "survey",
        ["template_id", "seminar_id"],
        unique=True,
        sqlite_where=sa.text("seminar_id IS NOT NULL"),
        postgresql_where=sa.text("seminar_id IS NOT NULL"),
    )
    op.create_table(
        "survey_invitee",
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("reminders BETWEEN 0 AND 2", name=op.f("ck_survey_invitee_reminded_twice_at_most")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_survey_invitee_person_id")),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_survey_invitee_survey_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_invitee")),
        sa.UniqueConstraint("survey_id", "person_id", name=op.f("uq_survey_invitee_survey_id_person_id")),
    )
    op.create_index(op.f("ix_survey_invitee_person_id"), "survey_invitee", ["person_id"], unique=False)
    op.create_index(op.f("ix_survey_invitee_survey_id"), "survey_invitee", ["survey_id"], unique=False)
    op.create_table(
        "survey_response",
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("anonymous = (person_id IS NULL)", name=op.f("ck_survey_response_named_unless_anonymous")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_survey_response_person_id")),
        sa.ForeignKeyConstraint(
            ["survey_id", "anonymous"], ["survey.id", "survey.anonymous"], name="fk_survey_response_survey"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_response")),
    )
    op.create_index(op.f("ix_survey_response_person_id"), "survey_response", ["person_id"], unique=False)
    op.create_index(op.f("ix_survey_response_survey_id"), "survey_response", ["survey_id"], unique=False)
    op.create_table(
        "survey_answer",
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("(level IS NULL) <> (words = '')", name=op.f("ck_survey_answer_a_level_or_words")),
        sa.CheckConstraint("level IS NULL OR level BETWEEN 1 AND 5", name=op.f("ck_survey_answer_level_of_the_scale")),
        sa.ForeignKeyConstraint(["question_id"], ["survey_question.id"], name=op.f("fk_survey_answer_question_id")),
        sa.ForeignKeyConstraint(["response_id"], ["survey_response.id"], name=op.f("fk_survey_answer_response_id")),
        sa.PrimaryKeyConstraint("response_id", "question_id", name=op.f("pk_survey_answer")),
    )
    op.create_index(op.f("ix_survey_answer_question_id"), "survey_answer", ["question_id"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("survey_answer")
    op.drop_table("survey_response")
    op.drop_table("survey_invitee")
    op.drop_table("survey")
    op.drop_table("survey_question")
    op.drop_table("survey_template")
