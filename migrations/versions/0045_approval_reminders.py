"""Approvals near their end, told once; how long before is a rule of the edition (R32, R119, R120)."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, one statement each, since rebuilding their tables would lose other checks."""
    op.execute(
        "ALTER TABLE diploma_rules ADD COLUMN approval_notice_days INTEGER"
        " CONSTRAINT ck_diploma_rules_notice_before_end CHECK (approval_notice_days >= 0)"
    )
    op.add_column("trainer_approval", sa.Column("reminded_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.execute("ALTER TABLE trainer_approval DROP COLUMN reminded_at")
    op.execute("ALTER TABLE diploma_rules DROP COLUMN approval_notice_days")
