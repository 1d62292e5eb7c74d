"""Cohorts: seats, enrolments, relay trainers, follow-up notes."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "cohort",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "closed",
                "preparing",
                "running",
                name="cohortstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("launch_on", sa.Date(), nullable=True),
        sa.Column("first_seminar_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column(
            "provenance",
            sa.Enum(
                "deduit",
                "exemple",
                "officiel",
                "a_confirmer",
                name="provenance",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("calendar_version", sa.Integer(), nullable=False),
        sa.Column("calendar_changed_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "ends_on IS NULL OR first_seminar_on IS NULL OR first_seminar_on <= ends_on",
            name=op.f("ck_cohort_dates_in_order"),
        ),
        sa.CheckConstraint("places IS NULL OR places > 0", name=op.f("ck_cohort_some_places")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_cohort_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort")),
        sa.UniqueConstraint("code", name=op.f("uq_cohort_code")),
    )
    op.create_index(op.f("ix_cohort_edition_id"), "cohort", ["edition_id"], unique=False)
    op.create_table(
        "trainer_approval",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("transcribed", sa.Boolean(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "NOT transcribed OR evidence_id IS NOT NULL", name=op.f("ck_trainer_approval_evidence_if_transcribed")
        ),
        sa.CheckConstraint(
            "valid_until IS NULL OR agreed_on <= valid_until", name=op.f("ck_trainer_approval_dates_in_order")
        ),
        sa.ForeignKeyConstraint(["evidence_id"], ["stored_file.id"], name=op.f("fk_trainer_approval_evidence_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_trainer_approval_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_trainer_approval_person_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_trainer_approval_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainer_approval")),
        sa.UniqueConstraint(
            "person_id",
            "organisation_id",
            "agreed_on",
            name=op.f("uq_trainer_approval_person_id_organisation_id_agreed_on"),
        ),
    )
    op.create_index(op.f("ix_trainer_approval_organisation_id"), "trainer_approval", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_trainer_approval_person_id"), "trainer_approval", ["person_id"], unique=False)
    op.create_table(
        "cohort_part",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
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
        sa.Column("outside_tool", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_cohort_part_cohort_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_cohort_part_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_part")),
        sa.UniqueConstraint(
            "cohort_id", "organisation_id", "part", name=op.f("uq_cohort_part_cohort_id_organisation_id_part")
        ),
    )
    op.create_index(op.f("ix_cohort_part_cohort_id"), "cohort_part", ["cohort_id"], unique=False)
    op.create_index(op.f("ix_cohort_part_organisation_id"), "cohort_part", ["organisation_id"], unique=False)
    op.create_table(
        "quota",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("places >= 0", name=op.f("ck_quota_not_negative")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_quota_cohort_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_quota_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota")),
        sa.UniqueConstraint("cohort_id", "variant_id", name=op.f("uq_quota_cohort_id_variant_id")),
    )
    op.create_index(op.f("ix_quota_cohort_id"), "quota", ["cohort_id"], unique=False)
    op.create_table(
        "seat",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=True),
        sa.Column("holder_variant_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(holder_id IS NULL) = (holder_variant_id IS NULL)", name=op.f("ck_seat_held_in_a_variant")),
        sa.CheckConstraint("holder_id IS NULL OR is_open", name=op.f("ck_seat_held_only_if_open")),
        sa.CheckConstraint("number > 0", name=op.f("ck_seat_numbered_from_one")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_seat_cohort_id")),
        sa.ForeignKeyConstraint(["holder_variant_id"], ["variant.id"], name=op.f("fk_seat_holder_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
        sa.UniqueConstraint("cohort_id", "number", name=op.f("uq_seat_cohort_id_number")),
        sa.UniqueConstraint("holder_id", name=op.f("uq_seat_holder_id")),
        sa.UniqueConstraint("id", "cohort_id", name=op.f("uq_seat_id_cohort_id")),
    )
    op.create_index(op.f("ix_seat_cohort_id"), "seat", ["cohort_id"], unique=False)
    op.create_table(
        "enrolment",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("structure_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "active",
                "attestation",
                "graduated",
                "postponed",
                "suspended",
                "withdrawn",
                name="enrolmentstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(status IN ('active', 'suspended')) = (left_on IS NULL)", name=op.f("ck_enrolment_left_on_if_over")
        ),
        sa.CheckConstraint(
            "(status IN ('withdrawn', 'postponed')) = (seat_id IS NULL)", name=op.f("ck_enrolment_seated_unless_gone")
        ),
        sa.CheckConstraint("left_on IS NULL OR entered_on <= left_on", name=op.f("ck_enrolment_dates_in_order")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_enrolment_cohort_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_enrolment_person_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_enrolment_programme_id")),
        sa.ForeignKeyConstraint(["seat_id", "cohort_id"], ["seat.id", "seat.cohort_id"], name="fk_enrolment_seat"),
        sa.ForeignKeyConstraint(["structure_id"], ["structure.id"], name=op.f("fk_enrolment_structure_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_enrolment_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("id", "cohort_id", name=op.f("uq_enrolment_id_cohort_id")),
        sa.UniqueConstraint("seat_id", name=op.f("uq_enrolment_seat_id")),
    )
    op.create_index(op.f("ix_enrolment_cohort_id"), "enrolment", ["cohort_id"], unique=False)
    op.create_index(op.f("ix_enrolment_person_id"), "enrolment", ["person_id"], unique=False)
    op.create_index(op.f("ix_enrolment_programme_id"), "enrolment", ["programme_id"], unique=False)
    op.create_index(op.f("ix_enrolment_structure_id"), "enrolment", ["structure_id"], unique=False)
    op.create_index(
        "uq_enrolment_live",
        "enrolment",
        ["person_id", "programme_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('active', 'suspended')"),
        postgresql_where=sa.text("status IN ('active', 'suspended')"),
    )
    op.create_table(
        "follow_up_note",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_follow_up_note_author_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_follow_up_note_enrolment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_note")),
    )
    op.create_index(op.f("ix_follow_up_note_author_id"), "follow_up_note", ["author_id"], unique=False)
    op.create_index(op.f("ix_follow_up_note_enrolment_id"), "follow_up_note", ["enrolment_id"], unique=False)
    op.create_table(
        "trainer_assignment",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "animator",
                "co_referent",
                "referent",
                "substitute",
                name="assignmentkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'animator') = (enrolment_id IS NULL)", name=op.f("ck_trainer_assignment_animates_or_follows")
        ),
        sa.CheckConstraint("until IS NULL OR since <= until", name=op.f("ck_trainer_assignment_dates_in_order")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_trainer_assignment_cohort_id")),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "cohort_id"],
            ["enrolment.id", "enrolment.cohort_id"],
            name="fk_trainer_assignment_enrolment",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_trainer_assignment_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainer_assignment")),
    )
    op.create_index(op.f("ix_trainer_assignment_cohort_id"), "trainer_assignment", ["cohort_id"], unique=False)
    op.create_index(op.f("ix_trainer_assignment_enrolment_id"), "trainer_assignment", ["enrolment_id"], unique=False)
    op.create_index(op.f("ix_trainer_assignment_person_id"), "trainer_assignment", ["person_id"], unique=False)
    op.create_index(
        "uq_trainer_assignment_animator",
        "trainer_assignment",
        ["cohort_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'animator' AND until IS NULL"),
        postgresql_where=sa.text("kind = 'animator' AND until IS NULL"),
    )
    op.create_index(
        "uq_trainer_assignment_referent",
        "trainer_assignment",
        ["enrolment_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'referent' AND until IS NULL"),
        postgresql_where=sa.text("kind = 'referent' AND until IS NULL"),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("trainer_assignment")
    op.drop_table("follow_up_note")
    op.drop_table("enrolment")
    op.drop_table("seat")
    op.drop_table("quota")
    op.drop_table("cohort_part")
    op.drop_table("trainer_approval")
    op.drop_table("cohort")
