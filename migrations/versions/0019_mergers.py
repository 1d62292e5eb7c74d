"""Records met twice: people and structures made one, and what is known to be two (R101)."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

CHECKS = {
    "structure": {"merged_elsewhere": "merged_into_id <> id"},
    "person": {
        "merged_elsewhere": "merged_into_id <> id",
        "closed_if_merged": "merged_into_id IS NULL OR NOT active",
    },
}
KINDS = sa.Enum("person", "structure", name="twinkind", native_enum=False, length=40, create_constraint=True)


def upgrade() -> None:
    """Create the tables; add the columns in one statement, since rebuilding a table would lose its checks."""
    kind = "UUID" if op.get_bind().dialect.name == "postgresql" else "CHAR(32)"
    for table, checks in CHECKS.items():
        told = " ".join(f"CONSTRAINT ck_{table}_{name} CHECK ({test})" for name, test in checks.items())
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN merged_into_id {kind}"
            f" CONSTRAINT fk_{table}_merged_into_id REFERENCES {table} (id) {told}"
        )
        op.create_index(op.f(f"ix_{table}_merged_into_id"), table, ["merged_into_id"])
    op.create_table(
        "merger",
        sa.Column("kind", KINDS, nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("merged_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=False),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kept_id <> merged_id", name=op.f("ck_merger_two_records")),
        sa.CheckConstraint("undone_at IS NOT NULL OR undone_by IS NULL", name=op.f("ck_merger_undone_by_someone")),
        sa.ForeignKeyConstraint(["done_by"], ["person.id"], name=op.f("fk_merger_done_by")),
        sa.ForeignKeyConstraint(["undone_by"], ["person.id"], name=op.f("fk_merger_undone_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merger")),
    )
    op.create_index(op.f("ix_merger_done_at"), "merger", ["done_at"])
    op.create_index(op.f("ix_merger_kept_id"), "merger", ["kept_id"])
    standing = sa.text("undone_at IS NULL")
    op.create_index(
        "uq_merger_standing", "merger", ["merged_id"], unique=True, sqlite_where=standing, postgresql_where=standing
    )
    op.create_table(
        "known_apart",
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("kind", KINDS, nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.Column("said_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_known_apart_in_order")),
        sa.ForeignKeyConstraint(["said_by"], ["person.id"], name=op.f("fk_known_apart_said_by")),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_known_apart")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("known_apart")
    op.drop_table("merger")
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table, checks in CHECKS.items():
        op.drop_index(op.f(f"ix_{table}_merged_into_id"), table_name=table)
        if postgresql:
            for name in checks:
                op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_{name}")
        op.execute(f"ALTER TABLE {table} DROP COLUMN merged_into_id")
