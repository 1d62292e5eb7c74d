"""Admissions: calls, files, opinions, committee, interviews, offers."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "call",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "published",
                "finalised",
                name="callstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opens_at", UtcDateTime(), nullable=True),
        sa.Column("closes_at", UtcDateTime(), nullable=True),
        sa.Column("reference_on", sa.Date(), nullable=True),
        sa.Column("structure_kinds", sa.JSON(), nullable=False),
        sa.Column("regions", sa.JSON(), nullable=False),
        sa.Column("accepts_other_regions", sa.Boolean(), nullable=False),
        sa.Column("membership_required", sa.Boolean(), nullable=False),
        sa.Column("derogation_allowed", sa.Boolean(), nullable=False),
        sa.Column("has_preselection", sa.Boolean(), nullable=False),
        sa.Column("has_interviews", sa.Boolean(), nullable=False),
        sa.Column("has_school_step", sa.Boolean(), nullable=False),
        sa.Column("publishes_before_school", sa.Boolean(), nullable=False),
        sa.Column("opinion_parts", sa.JSON(), nullable=False),
        sa.Column("opinions_in_session", sa.Boolean(), nullable=False),
        sa.Column("offer_days", sa.Integer(), nullable=False),
        sa.Column("presentation", sa.Text(), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=True),
        sa.Column("provenance", sa.String(length=20), nullable=False),
        sa.Column("results_published_at", UtcDateTime(), nullable=True),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "closes_at IS NULL OR opens_at IS NULL OR opens_at <= closes_at", name=op.f("ck_call_window_in_order")
        ),
        sa.CheckConstraint("offer_days > 0", name=op.f("ck_call_offer_days_positive")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_call_cohort_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_call_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
        sa.UniqueConstraint("code", name=op.f("uq_call_code")),
        sa.UniqueConstraint("cohort_id", name=op.f("uq_call_cohort_id")),
    )
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "call_date",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("provenance", sa.String(length=20), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_date_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_date")),
        sa.UniqueConstraint("call_id", "code", name=op.f("uq_call_date_call_id_code")),
    )
    with op.batch_alter_table("call_date", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_date_call_id"), ["call_id"], unique=False)

    op.create_table(
        "call_part",
        sa.Column("call_id", sa.Uuid(), nullable=False),
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
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_part_call_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_call_part_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_part")),
        sa.UniqueConstraint(
            "call_id", "organisation_id", "part", name=op.f("uq_call_part_call_id_organisation_id_part")
        ),
    )
    with op.batch_alter_table("call_part", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_part_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_call_part_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "committee_meeting",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=160), nullable=False),
        sa.Column(
            "status",
            sa.Enum("open", "closed", name="meetingstatus", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(status = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_committee_meeting_dated_when_closed")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_committee_meeting_call_id")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_committee_meeting_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee_meeting")),
    )
    with op.batch_alter_table("committee_meeting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_committee_meeting_call_id"), ["call_id"], unique=False)

    op.create_table(
        "cost_line",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("payer", sa.String(length=80), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("provenance", sa.String(length=20), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_cost_line_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_line")),
    )
    with op.batch_alter_table("cost_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cost_line_call_id"), ["call_id"], unique=False)

    op.create_table(
        "declaration_requirement",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=400), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_declaration_requirement_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration_requirement")),
        sa.UniqueConstraint("call_id", "code", name=op.f("uq_declaration_requirement_call_id_code")),
    )
    with op.batch_alter_table("declaration_requirement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_declaration_requirement_call_id"), ["call_id"], unique=False)

    op.create_table(
        "extension",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=False),
        sa.Column("granted_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_extension_call_id")),
        sa.ForeignKeyConstraint(["granted_by"], ["person.id"], name=op.f("fk_extension_granted_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_extension_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
        sa.UniqueConstraint("call_id", "person_id", name=op.f("uq_extension_call_id_person_id")),
    )
    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_extension_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_extension_person_id"), ["person_id"], unique=False)

    op.create_table(
        "piece_requirement",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("hint", sa.String(length=300), nullable=False),
        sa.Column("media_types", sa.JSON(), nullable=False),
        sa.Column("max_bytes", sa.Integer(), nullable=False),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        sa.Column("only_derogation", sa.Boolean(), nullable=False),
        sa.Column("hidden_in_review", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("provenance", sa.String(length=20), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("max_bytes > 0", name=op.f("ck_piece_requirement_size_positive")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_piece_requirement_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_piece_requirement")),
        sa.UniqueConstraint("call_id", "code", name=op.f("uq_piece_requirement_call_id_code")),
    )
    with op.batch_alter_table("piece_requirement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_piece_requirement_call_id"), ["call_id"], unique=False)

    op.create_table(
        "application",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "submitted",
                "to_correct",
                "admissible",
                "inadmissible",
                "under_review",
                "preselected",
                "not_preselected",
                "shortlisted",
                "waiting",
                "not_selected",
                "transmitted",
                "validated",
                "refused_by_school",
                "offered",
                "confirmed",
                "enrolled",
                "declined",
                "lapsed",
                "withdrawn",
                "not_submitted",
                name="applicationstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("published_status", sa.String(length=40), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("submitted_at", UtcDateTime(), nullable=True),
        sa.Column("structure_id", sa.Uuid(), nullable=True),
        sa.Column("variant_id", sa.Uuid(), nullable=True),
        sa.Column("post_title", sa.String(length=120), nullable=False),
        sa.Column(
            "situation",
            sa.Enum(
                "in_post",
                "taking_post",
                "being_recruited",
                name="situation",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("post_on", sa.Date(), nullable=True),
        sa.Column("derogation_reason", sa.Text(), nullable=False),
        sa.Column("declared", sa.JSON(), nullable=False),
        sa.Column("correction_message", sa.Text(), nullable=True),
        sa.Column("correction_due_on", sa.Date(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("enrolment_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(status = 'enrolled') = (enrolment_id IS NOT NULL)", name=op.f("ck_application_enrolment_if_enrolled")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'not_submitted', 'withdrawn') OR number IS NOT NULL",
            name=op.f("ck_application_numbered"),
        ),
        sa.CheckConstraint("rank IS NULL OR rank > 0", name=op.f("ck_application_rank_positive")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_application_call_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_application_enrolment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_application_person_id")),
        sa.ForeignKeyConstraint(["structure_id"], ["structure.id"], name=op.f("fk_application_structure_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_application_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("call_id", "number", name=op.f("uq_application_call_id_number")),
        sa.UniqueConstraint("call_id", "rank", name=op.f("uq_application_call_id_rank")),
        sa.UniqueConstraint("enrolment_id", name=op.f("uq_application_enrolment_id")),
    )
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_application_call_id"), ["call_id"], unique=False)
        batch_op.create_index("ix_application_call_status", ["call_id", "status"], unique=False)
        batch_op.create_index(batch_op.f("ix_application_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_application_structure_id"), ["structure_id"], unique=False)
        batch_op.create_index(
            "uq_application_live",
            ["call_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("status NOT IN ('withdrawn', 'not_submitted')"),
            postgresql_where=sa.text("status NOT IN ('withdrawn', 'not_submitted')"),
        )

    op.create_table(
        "meeting_body",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("represented_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["committee_meeting.id"], name=op.f("fk_meeting_body_meeting_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_meeting_body_organisation_id")),
        sa.PrimaryKeyConstraint("meeting_id", "organisation_id", name=op.f("pk_meeting_body")),
    )
    op.create_table(
        "application_version",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("submitted_at", UtcDateTime(), nullable=False),
        sa.Column("call_version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_application_version_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_version")),
        sa.UniqueConstraint("application_id", "number", name=op.f("uq_application_version_application_id_number")),
    )
    with op.batch_alter_table("application_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_application_version_application_id"), ["application_id"], unique=False)

    op.create_table(
        "committee_proposal",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column(
            "proposal",
            sa.Enum(
                "shortlisted",
                "waiting",
                "not_selected",
                name="proposal",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "proposal <> 'not_selected' OR reason <> ''", name=op.f("ck_committee_proposal_reason_if_not_selected")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_committee_proposal_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["committee_meeting.id"], name=op.f("fk_committee_proposal_meeting_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee_proposal")),
        sa.UniqueConstraint(
            "meeting_id", "application_id", name=op.f("uq_committee_proposal_meeting_id_application_id")
        ),
    )
    with op.batch_alter_table("committee_proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_committee_proposal_application_id"), ["application_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_committee_proposal_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "draft_reminder",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_draft_reminder_application_id")),
        sa.PrimaryKeyConstraint("application_id", "days", name=op.f("pk_draft_reminder")),
    )
    op.create_table(
        "interview",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "to_plan",
                "planned",
                "held",
                "waived",
                name="interviewstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("link", sa.String(length=300), nullable=True),
        sa.Column("interviewer", sa.String(length=160), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column(
            "recommendation",
            sa.Enum(
                "favourable",
                "reserved",
                "unfavourable",
                name="opinionvalue",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "status <> 'planned' OR starts_at IS NOT NULL", name=op.f("ck_interview_dated_when_planned")
        ),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_interview_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview")),
    )
    with op.batch_alter_table("interview", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_interview_application_id"), ["application_id"], unique=False)
        batch_op.create_index(
            "uq_interview_pending",
            ["application_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('to_plan', 'planned')"),
            postgresql_where=sa.text("status IN ('to_plan', 'planned')"),
        )

    op.create_table(
        "offer",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "open",
                "accepted",
                "declined",
                "lapsed",
                "withdrawn",
                name="offeroutcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(outcome = 'open') = (answered_at IS NULL)", name=op.f("ck_offer_answered_unless_open")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_offer_application_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_offer_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_application_id"), ["application_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_offer_seat_id"), ["seat_id"], unique=False)
        batch_op.create_index(
            "uq_offer_live_application",
            ["application_id"],
            unique=True,
            sqlite_where=sa.text("outcome IN ('open', 'accepted')"),
            postgresql_where=sa.text("outcome IN ('open', 'accepted')"),
        )
        batch_op.create_index(
            "uq_offer_live_seat",
            ["seat_id"],
            unique=True,
            sqlite_where=sa.text("outcome IN ('open', 'accepted')"),
            postgresql_where=sa.text("outcome IN ('open', 'accepted')"),
        )

    op.create_table(
        "opinion",
        sa.Column("application_id", sa.Uuid(), nullable=False),
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
        sa.Column("reviewer_id", sa.Uuid(), nullable=True),
        sa.Column(
            "value",
            sa.Enum(
                "favourable",
                "reserved",
                "unfavourable",
                name="opinionvalue",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("recused", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("meeting_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("recused = (value IS NULL)", name=op.f("ck_opinion_value_unless_recused")),
        sa.CheckConstraint(
            "reviewer_id IS NOT NULL OR evidence_id IS NOT NULL OR meeting_id IS NOT NULL",
            name=op.f("ck_opinion_given_recorded_or_transcribed"),
        ),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_opinion_application_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["stored_file.id"], name=op.f("fk_opinion_evidence_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["committee_meeting.id"], name=op.f("fk_opinion_meeting_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_opinion_organisation_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["person.id"], name=op.f("fk_opinion_reviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion")),
        sa.UniqueConstraint("application_id", "reviewer_id", name=op.f("uq_opinion_application_id_reviewer_id")),
    )
    with op.batch_alter_table("opinion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opinion_application_id"), ["application_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_opinion_reviewer_id"), ["reviewer_id"], unique=False)
        batch_op.create_index(
            "uq_opinion_body",
            ["application_id", "organisation_id"],
            unique=True,
            sqlite_where=sa.text("reviewer_id IS NULL"),
            postgresql_where=sa.text("reviewer_id IS NULL"),
        )

    op.create_table(
        "piece",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("requirement_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("deposited_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "to_check",
                "conform",
                "to_replace",
                name="piecestatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("status <> 'to_replace' OR reason IS NOT NULL", name=op.f("ck_piece_reason_if_to_replace")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_piece_application_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_piece_file_id")),
        sa.ForeignKeyConstraint(["requirement_id"], ["piece_requirement.id"], name=op.f("fk_piece_requirement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_piece")),
        sa.UniqueConstraint(
            "application_id", "requirement_id", "version", name=op.f("uq_piece_application_id_requirement_id_version")
        ),
        sa.UniqueConstraint("file_id", name=op.f("uq_piece_file_id")),
    )
    with op.batch_alter_table("piece", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_piece_application_id"), ["application_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_piece_requirement_id"), ["requirement_id"], unique=False)

    op.create_table(
        "school_decision",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("transcribed", sa.Boolean(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("accepted OR reason <> ''", name=op.f("ck_school_decision_reason_if_refused")),
        sa.CheckConstraint(
            "NOT transcribed OR evidence_id IS NOT NULL", name=op.f("ck_school_decision_evidence_if_transcribed")
        ),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_school_decision_application_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["stored_file.id"], name=op.f("fk_school_decision_evidence_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_school_decision_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_decision")),
    )
    with op.batch_alter_table("school_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_school_decision_application_id"), ["application_id"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    with op.batch_alter_table("school_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_school_decision_application_id"))

    op.drop_table("school_decision")
    with op.batch_alter_table("piece", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_piece_requirement_id"))
        batch_op.drop_index(batch_op.f("ix_piece_application_id"))

    op.drop_table("piece")
    with op.batch_alter_table("opinion", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_opinion_body",
            sqlite_where=sa.text("reviewer_id IS NULL"),
            postgresql_where=sa.text("reviewer_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_opinion_reviewer_id"))
        batch_op.drop_index(batch_op.f("ix_opinion_application_id"))

    op.drop_table("opinion")
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_offer_live_seat",
            sqlite_where=sa.text("outcome IN ('open', 'accepted')"),
            postgresql_where=sa.text("outcome IN ('open', 'accepted')"),
        )
        batch_op.drop_index(
            "uq_offer_live_application",
            sqlite_where=sa.text("outcome IN ('open', 'accepted')"),
            postgresql_where=sa.text("outcome IN ('open', 'accepted')"),
        )
        batch_op.drop_index(batch_op.f("ix_offer_seat_id"))
        batch_op.drop_index(batch_op.f("ix_offer_application_id"))

    op.drop_table("offer")
    with op.batch_alter_table("interview", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_interview_pending",
            sqlite_where=sa.text("status IN ('to_plan', 'planned')"),
            postgresql_where=sa.text("status IN ('to_plan', 'planned')"),
        )
        batch_op.drop_index(batch_op.f("ix_interview_application_id"))

    op.drop_table("interview")
    op.drop_table("draft_reminder")
    with op.batch_alter_table("committee_proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_committee_proposal_meeting_id"))
        batch_op.drop_index(batch_op.f("ix_committee_proposal_application_id"))

    op.drop_table("committee_proposal")
    with op.batch_alter_table("application_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_application_version_application_id"))

    op.drop_table("application_version")
    op.drop_table("meeting_body")
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_application_live",
            sqlite_where=sa.text("status NOT IN ('withdrawn', 'not_submitted')"),
            postgresql_where=sa.text("status NOT IN ('withdrawn', 'not_submitted')"),
        )
        batch_op.drop_index(batch_op.f("ix_application_structure_id"))
        batch_op.drop_index(batch_op.f("ix_application_person_id"))
        batch_op.drop_index("ix_application_call_status")
        batch_op.drop_index(batch_op.f("ix_application_call_id"))

    op.drop_table("application")
    with op.batch_alter_table("piece_requirement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_piece_requirement_call_id"))

    op.drop_table("piece_requirement")
    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_extension_person_id"))
        batch_op.drop_index(batch_op.f("ix_extension_call_id"))

    op.drop_table("extension")
    with op.batch_alter_table("declaration_requirement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_declaration_requirement_call_id"))

    op.drop_table("declaration_requirement")
    with op.batch_alter_table("cost_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cost_line_call_id"))

    op.drop_table("cost_line")
    with op.batch_alter_table("committee_meeting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_committee_meeting_call_id"))

    op.drop_table("committee_meeting")
    with op.batch_alter_table("call_part", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_part_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_call_part_call_id"))

    op.drop_table("call_part")
    with op.batch_alter_table("call_date", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_date_call_id"))

    op.drop_table("call_date")
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_edition_id"))

    op.drop_table("call")
