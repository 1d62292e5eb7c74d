"""The version of what a published edition asks, moved by each value settled afterwards (R103)."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Begin at one."""
    op.add_column("edition", sa.Column("content_version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("edition") as batch:
        batch.alter_column("content_version", existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    """Forget it."""
    with op.batch_alter_table("edition") as batch:
        batch.drop_column("content_version")
