"""From how many learners on the load of a referent is worth saying: a rule of the edition (R32, R119)."""

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column in one statement, since rebuilding its table would lose other checks."""
    op.execute(
        "ALTER TABLE diploma_rules ADD COLUMN referent_load INTEGER"
        " CONSTRAINT ck_diploma_rules_someone_followed CHECK (referent_load >= 1)"
    )


def downgrade() -> None:
    """Drop it: its check goes with it."""
    op.execute("ALTER TABLE diploma_rules DROP COLUMN referent_load")
