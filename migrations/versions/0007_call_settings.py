"""Calls: own questions, templates, switches, versions, the funder's validation, picked columns."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ADDED = {
    "call": {
        "max_per_structure": "INTEGER CONSTRAINT ck_call_max_per_structure_positive CHECK (max_per_structure > 0)",
        "profile_fields": "JSON NOT NULL DEFAULT '[]'",
        "interview_minutes": "INTEGER NOT NULL DEFAULT 30"
        " CONSTRAINT ck_call_interview_minutes_positive CHECK (interview_minutes > 0)",
    },
    "application": {"answers": "JSON NOT NULL DEFAULT '{}'"},
    "piece_requirement": {
        "provided_by": "VARCHAR(40) NOT NULL DEFAULT 'applicant'"
        " CONSTRAINT ck_piece_requirement_pieceprovider CHECK (provided_by IN ('applicant', 'structure'))",
    },
}
"""Added in one statement each, checks included: rebuilding these tables would lose those they have."""


def upgrade() -> None:
    """Add the columns and create the tables."""
    for table, columns in ADDED.items():
        for column, definition in columns.items():
            op.execute(f'ALTER TABLE "{table}" ADD COLUMN {column} {definition}')
    uuid_type = "UUID" if op.get_bind().dialect.name == "postgresql" else "CHAR(32)"
    op.execute(
        f"ALTER TABLE piece_requirement ADD COLUMN template_id {uuid_type}"
        " CONSTRAINT fk_piece_requirement_template_id REFERENCES stored_file (id)"
    )
    op.create_table(
        "question",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("hint", sa.String(length=300), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "text",
                "choice",
                "number",
                "date",
                name="questionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        sa.Column("frozen", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_question_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("call_id", "code", name=op.f("uq_question_call_id_code")),
    )
    op.create_index(op.f("ix_question_call_id"), "question", ["call_id"])
    op.create_table(
        "call_version",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_call_version_numbered_from_one")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_call_version_by_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_version_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_version")),
        sa.UniqueConstraint("call_id", "number", name=op.f("uq_call_version_call_id_number")),
    )
    op.create_index(op.f("ix_call_version_call_id"), "call_version", ["call_id"])
    op.create_table(
        "funder_validation",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("places > 0", name=op.f("ck_funder_validation_some_places")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_funder_validation_call_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["stored_file.id"], name=op.f("fk_funder_validation_evidence_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_funder_validation_organisation_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_funder_validation_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funder_validation")),
    )
    op.create_index(op.f("ix_funder_validation_call_id"), "funder_validation", ["call_id"])
    op.create_table(
        "export_choice",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_export_choice_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_export_choice")),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("export_choice", "funder_validation", "call_version", "question"):
        op.drop_table(table)
    for table, columns in ADDED.items():
        for column in columns:
            op.execute(f'ALTER TABLE "{table}" DROP COLUMN {column}')
    with op.batch_alter_table("piece_requirement") as batch:  # SQLite drops no foreign key otherwise
        batch.drop_column("template_id")
