"""A file that staff fill in for a person who sent everything by mail."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column in one statement: rebuilding the table would lose its checks."""
    kind = "UUID" if op.get_bind().dialect.name == "postgresql" else "CHAR(32)"
    op.execute(
        f"ALTER TABLE application ADD COLUMN entered_by {kind}"
        " CONSTRAINT fk_application_entered_by REFERENCES person (id)"
    )


def downgrade() -> None:
    """Drop the column."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE application DROP CONSTRAINT fk_application_entered_by")
    op.execute("ALTER TABLE application DROP COLUMN entered_by")
