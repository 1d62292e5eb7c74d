"""Where else an applicant practises, the share of her time in each place, and who employs her (R98)."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

COLUMNS = (
    "share INTEGER CONSTRAINT ck_application_share_in_per_cent CHECK (share BETWEEN 1 AND 100)",
    "employer VARCHAR(160) NOT NULL DEFAULT ''",
)


def upgrade() -> None:
    """Create the table and the columns."""
    op.create_table(
        "application_practice",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("structure_id", sa.Uuid(), nullable=True),
        sa.Column("share", sa.Integer(), nullable=True),
        sa.CheckConstraint("share BETWEEN 1 AND 100", name=op.f("ck_application_practice_share_in_per_cent")),
        sa.CheckConstraint("position BETWEEN 1 AND 5", name=op.f("ck_application_practice_position_known")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_application_practice_application_id")
        ),
        sa.ForeignKeyConstraint(["structure_id"], ["structure.id"], name=op.f("fk_application_practice_structure_id")),
        sa.PrimaryKeyConstraint("application_id", "position", name=op.f("pk_application_practice")),
        sa.UniqueConstraint(
            "application_id", "structure_id", name=op.f("uq_application_practice_application_id_structure_id")
        ),
    )
    op.create_index("ix_application_practice_structure_id", "application_practice", ["structure_id"])
    for column in COLUMNS:  # one by one: rebuilding the table would lose its checks
        op.execute(f"ALTER TABLE application ADD COLUMN {column}")


def downgrade() -> None:
    """Drop what was created."""
    for column in COLUMNS:
        op.execute(f"ALTER TABLE application DROP COLUMN {column.split()[0]}")
    op.drop_table("application_practice")
