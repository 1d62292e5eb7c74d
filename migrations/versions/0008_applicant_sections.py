"""The applicant’s own answers, other structures, profile, letters signed by link."""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""


def downgrade() -> None:
    """Come back to the one before."""
