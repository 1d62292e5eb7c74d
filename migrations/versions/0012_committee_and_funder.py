"""Meetings, the funder’s decisions, transcriptions handed over."""

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""


def downgrade() -> None:
    """Come back to the one before."""
