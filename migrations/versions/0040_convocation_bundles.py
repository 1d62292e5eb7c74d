"""Convocations prepared by the worker, of one seminar or of those to come (R118)."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

BEFORE = ("attendance", "book", "completion", "sheets")
SEMINAR = "ck_document_batch_a_seminar_convenes"


def _table(*kinds: str) -> sa.Table:
    """Return the table as it stands, with the checks that copying it on SQLite must keep."""
    return sa.Table(
        "document_batch",
        sa.MetaData(),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(f"kind IN ({_written(kinds)})", name="ck_document_batch_documentkind"),
        sa.CheckConstraint("status IN ('done', 'failed', 'waiting')", name="ck_document_batch_batchstatus"),
        sa.CheckConstraint("(status = 'waiting') = (ended_at IS NULL)", name="ck_document_batch_ended_when_over"),
        sa.CheckConstraint("done >= 0 AND done <= total", name="ck_document_batch_no_more_than_all"),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name="fk_document_batch_cohort_id"),
        sa.ForeignKeyConstraint(["requested_by"], ["person.id"], name="fk_document_batch_requested_by"),
        sa.PrimaryKeyConstraint("id", name="pk_document_batch"),
        sa.Index("ix_document_batch_cohort_id", "cohort_id"),
        sa.Index("ix_document_batch_status", "status"),
    )


def _written(kinds: tuple[str, ...]) -> str:
    return ", ".join(f"'{kind}'" for kind in sorted(kinds))


def upgrade() -> None:
    """Add the kind, and the seminar it may be of."""
    with op.batch_alter_table("document_batch", copy_from=_table(*BEFORE)) as batch:
        batch.add_column(sa.Column("seminar_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(op.f("fk_document_batch_seminar_id"), "seminar", ["seminar_id"], ["id"])
        batch.create_index(op.f("ix_document_batch_seminar_id"), ["seminar_id"])
        batch.drop_constraint(op.f("ck_document_batch_documentkind"), type_="check")
        batch.create_check_constraint(
            op.f("ck_document_batch_documentkind"), f"kind IN ({_written((*BEFORE, 'convocations'))})"
        )
        batch.create_check_constraint(op.f(SEMINAR), "seminar_id IS NULL OR kind = 'convocations'")


def downgrade() -> None:
    """Forget the convocations prepared."""
    op.execute(
        "DELETE FROM document_archive WHERE batch_id IN (SELECT id FROM document_batch WHERE kind = 'convocations')"
    )
    op.execute("DELETE FROM document_batch WHERE kind = 'convocations'")
    after = _table(*BEFORE, "convocations")
    after.append_column(sa.Column("seminar_id", sa.Uuid(), nullable=True))
    sa.Index("ix_document_batch_seminar_id", after.c.seminar_id)
    after.append_constraint(
        sa.ForeignKeyConstraint(["seminar_id"], ["seminar.id"], name="fk_document_batch_seminar_id")
    )
    after.append_constraint(sa.CheckConstraint("seminar_id IS NULL OR kind = 'convocations'", name=SEMINAR))
    with op.batch_alter_table("document_batch", copy_from=after) as batch:
        batch.drop_constraint(op.f(SEMINAR), type_="check")
        batch.drop_constraint(op.f("ck_document_batch_documentkind"), type_="check")
        batch.create_check_constraint(op.f("ck_document_batch_documentkind"), f"kind IN ({_written(BEFORE)})")
        batch.drop_constraint(op.f("fk_document_batch_seminar_id"), type_="foreignkey")
        batch.drop_index(op.f("ix_document_batch_seminar_id"))
        batch.drop_column("seminar_id")
