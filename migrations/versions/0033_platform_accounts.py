"""Under which identifier the school’s platform knows a person (R121)."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "platform_account",
        sa.Column("identifier", sa.String(160), nullable=False),
        sa.Column("identifier_key", sa.String(160), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("said_by", sa.Uuid(), nullable=True),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_platform_account_person_id")),
        sa.ForeignKeyConstraint(["said_by"], ["person.id"], name=op.f("fk_platform_account_said_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_account")),
        sa.UniqueConstraint("identifier_key", name=op.f("uq_platform_account_identifier_key")),
    )
    op.create_index(op.f("ix_platform_account_person_id"), "platform_account", ["person_id"])
    op.create_index(op.f("ix_platform_account_said_by"), "platform_account", ["said_by"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index(op.f("ix_platform_account_said_by"), table_name="platform_account")
    op.drop_index(op.f("ix_platform_account_person_id"), table_name="platform_account")
    op.drop_table("platform_account")
