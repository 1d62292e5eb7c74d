"""What a message tells the state of: a later one takes its place while it waits (R120)."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the topic; messages of before have none, and are superseded by nothing."""
    op.add_column("outgoing_mail", sa.Column("topic", sa.String(length=120), nullable=True))
    op.create_index("ix_outgoing_mail_topic", "outgoing_mail", ["topic"])


def downgrade() -> None:
    """Forget it."""
    op.drop_index("ix_outgoing_mail_topic", table_name="outgoing_mail")
    op.drop_column("outgoing_mail", "topic")
