"""What a convocation said, so that the next one tells what changes (R118)."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what was sent before says nothing of it."""
    op.add_column("convocation", sa.Column("facts", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("convocation", "facts")
