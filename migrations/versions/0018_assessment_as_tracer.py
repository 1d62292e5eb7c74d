"""A tracer document for which an assessment of cooperation may stand; who proposed which, who asks for its date alone."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column in one statement, since rebuilding its table would lose other checks; then the tables."""
    op.execute(
        "ALTER TABLE tracer_type ADD COLUMN work VARCHAR(40) DEFAULT 'document' NOT NULL"
        " CONSTRAINT ck_tracer_type_tracerwork CHECK (work IN ('assessment', 'document', 'either'))"
    )
    op.execute("UPDATE tracer_type SET work = 'either' WHERE code = 'demarche_parcours'")
    op.create_table(
        "assessment_proposal",
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_assessment_proposal_assessment_id")
        ),
        sa.ForeignKeyConstraint(["version_id"], ["tracer_version.id"], name=op.f("fk_assessment_proposal_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_proposal")),
        sa.UniqueConstraint("version_id", name=op.f("uq_assessment_proposal_version_id")),
    )
    op.create_index(op.f("ix_assessment_proposal_assessment_id"), "assessment_proposal", ["assessment_id"])
    op.create_table(
        "date_only_wish",
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_date_only_wish_assessment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_date_only_wish_person_id")),
        sa.PrimaryKeyConstraint("assessment_id", "person_id", name=op.f("pk_date_only_wish")),
    )
    op.create_index(op.f("ix_date_only_wish_person_id"), "date_only_wish", ["person_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("date_only_wish")
    op.drop_table("assessment_proposal")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE tracer_type DROP COLUMN work")
        return
    with op.batch_alter_table("tracer_type", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_tracer_type_tracerwork"), type_="check")
        batch_op.drop_column("work")
