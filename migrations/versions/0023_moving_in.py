"""Cohorts brought in from spreadsheets: what an import wrote, and what is marked as taken over (R114)."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TAKEN_OVER = ("attendance_sheet", "enrolment", "hours_entry", "seminar", "tracer_version")
REFUSED = "what was accepted is not changed"
WHEN = "OLD.accepted_at IS NOT NULL"


def upgrade() -> None:
    """Create the table and the columns; an accepted version keeps how it came in."""
    op.create_table(
        "import_made",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("changed", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["import_run.id"], name=op.f("fk_import_made_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_made")),
    )
    op.create_index(op.f("ix_import_made_run_id"), "import_made", ["run_id"])
    op.create_index(op.f("ix_import_made_subject_id"), "import_made", ["subject_id"])
    op.add_column("import_run", sa.Column("undone_at", UtcDateTime(), nullable=True))
    op.add_column("import_run", sa.Column("remarks", sa.JSON(), nullable=False, server_default="[]"))
    for table in TAKEN_OVER:
        op.add_column(table, sa.Column("taken_over", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("enrolment", sa.Column("invited_at", UtcDateTime(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER tracer_version_no_provenance BEFORE UPDATE OF taken_over ON tracer_version WHEN {WHEN} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )
    else:
        op.execute(
            "CREATE TRIGGER tracer_version_no_provenance BEFORE UPDATE OF taken_over ON tracer_version "
            f"FOR EACH ROW WHEN ({WHEN}) EXECUTE FUNCTION refuse_accepted_change()"
        )


def downgrade() -> None:
    """Drop them."""
    of_table = " ON tracer_version" if op.get_bind().dialect.name == "postgresql" else ""
    op.execute(f"DROP TRIGGER tracer_version_no_provenance{of_table}")
    op.execute("ALTER TABLE enrolment DROP COLUMN invited_at")
    for table in reversed(TAKEN_OVER):
        op.execute(f"ALTER TABLE {table} DROP COLUMN taken_over")
    op.execute("ALTER TABLE import_run DROP COLUMN remarks")
    op.execute("ALTER TABLE import_run DROP COLUMN undone_at")
    op.drop_index(op.f("ix_import_made_subject_id"), table_name="import_made")
    op.drop_index(op.f("ix_import_made_run_id"), table_name="import_made")
    op.drop_table("import_made")
