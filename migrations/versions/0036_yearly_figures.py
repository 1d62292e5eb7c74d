"""Files of evidence, and what the yearly figures need (R123)."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "bpf_speciality",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("nsf_code", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_bpf_speciality_organisation_id")
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_bpf_speciality_programme_id")),
        sa.PrimaryKeyConstraint("organisation_id", "programme_id", name=op.f("pk_bpf_speciality")),
    )
    op.create_table(
        "bpf_cohort",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "entrusted_by",
                "entrusted_to",
                "own",
                name="cohortrole",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_bpf_cohort_cohort_id")),
        sa.PrimaryKeyConstraint("cohort_id", name=op.f("pk_bpf_cohort")),
    )
    op.create_table(
        "evidence_batch",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "done", "failed", "waiting", name="evidencestatus", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(status = 'waiting') = (ended_at IS NULL)", name=op.f("ck_evidence_batch_ended_when_over")),
        sa.CheckConstraint("done >= 0 AND done <= total", name=op.f("ck_evidence_batch_no_more_than_all")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_evidence_batch_cohort_id")),
        sa.ForeignKeyConstraint(["requested_by"], ["person.id"], name=op.f("fk_evidence_batch_requested_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_batch")),
    )
    op.create_index(op.f("ix_evidence_batch_cohort_id"), "evidence_batch", ["cohort_id"], unique=False)
    op.create_index(op.f("ix_evidence_batch_status"), "evidence_batch", ["status"], unique=False)
    op.create_table(
        "evidence_archive",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["evidence_batch.id"], name=op.f("fk_evidence_archive_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_evidence_archive")),
    )
    op.create_table(
        "bpf_trainee",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "apprentice",
                "employee",
                "individual",
                "job_seeker",
                "other",
                name="traineetype",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_bpf_trainee_enrolment_id")),
        sa.PrimaryKeyConstraint("enrolment_id", name=op.f("pk_bpf_trainee")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("bpf_trainee")
    op.drop_table("evidence_archive")
    op.drop_table("evidence_batch")
    op.drop_table("bpf_cohort")
    op.drop_table("bpf_speciality")
