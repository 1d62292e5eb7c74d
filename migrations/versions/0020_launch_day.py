"""The day of the launch: meals, guests invited by a personal link, their answers (R117)."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TEXT_DEFAULT = "NOT NULL DEFAULT ''"
GUEST = {
    "comes": "BOOLEAN",
    "eats": "BOOLEAN",
    "diet": f"VARCHAR(200) {TEXT_DEFAULT}",
    "answered_at": "{moment}",
    "invited_for": f"VARCHAR(300) {TEXT_DEFAULT}",
    "invited_at": "{moment}",
    "sequence": "INTEGER NOT NULL DEFAULT 0",
    "removed_at": "{moment}",
}
TEAM = {
    "meals": "INTEGER CONSTRAINT ck_launch_team_a_meal_each CHECK (meals BETWEEN 0 AND headcount + 1)",
    "diets": f"VARCHAR(300) {TEXT_DEFAULT}",
}


def upgrade() -> None:
    """Add the columns one by one: rebuilding a table would lose its checks."""
    moment = "TIMESTAMP WITH TIME ZONE" if op.get_bind().dialect.name == "postgresql" else "DATETIME"
    for table, columns in (("launch_guest", GUEST), ("launch_team", TEAM)):
        for name, kind in columns.items():
            op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind.format(moment=moment)}")
    op.create_index(op.f("ix_launch_guest_removed_at"), "launch_guest", ["removed_at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index(op.f("ix_launch_guest_removed_at"), table_name="launch_guest")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE launch_team DROP CONSTRAINT ck_launch_team_a_meal_each")
    for table, columns in (("launch_guest", GUEST), ("launch_team", TEAM)):
        for name in reversed(columns):
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
