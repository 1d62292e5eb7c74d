"""Following learners: why they leave, who is without a post, risks raised, notes changed for a day (R33, R116)."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

REASONS = "'course', 'other', 'personal', 'post', 'structure', 'workload'"
ENROLMENT = {
    "postless_since": "DATE",
    "settle_by": (
        "DATE CONSTRAINT ck_enrolment_postless_to_settle CHECK ((postless_since IS NULL) = (settle_by IS NULL) "
        "AND (settle_by IS NULL OR postless_since <= settle_by))"
    ),
    "leaving": (
        f"VARCHAR(40) CONSTRAINT ck_enrolment_leavingreason CHECK (leaving IN ({REASONS})) "
        "CONSTRAINT ck_enrolment_leaving_if_gone CHECK (leaving IS NULL OR status IN ('withdrawn', 'postponed'))"
    ),
}
CHECKS = ("leavingreason", "leaving_if_gone", "postless_to_settle")


def upgrade() -> None:
    """Add the columns one by one: rebuilding a table would lose its checks."""
    for name, kind in ENROLMENT.items():
        op.execute(f"ALTER TABLE enrolment ADD COLUMN {name} {kind}")
    op.add_column("follow_up_note", sa.Column("edited_at", UtcDateTime(), nullable=True))
    op.create_table(
        "risk_flag",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("raised_by", sa.Uuid(), nullable=False),
        sa.Column("raised_at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_risk_flag_closed_by_someone")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_risk_flag_enrolment_id")),
        sa.ForeignKeyConstraint(["raised_by"], ["person.id"], name=op.f("fk_risk_flag_raised_by")),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_risk_flag_closed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_flag")),
    )
    op.create_index(op.f("ix_risk_flag_enrolment_id"), "risk_flag", ["enrolment_id"])
    op.create_index(op.f("ix_risk_flag_raised_by"), "risk_flag", ["raised_by"])
    op.create_index(
        "uq_risk_flag_open",
        "risk_flag",
        ["enrolment_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("risk_flag")
    op.execute("ALTER TABLE follow_up_note DROP COLUMN edited_at")
    if op.get_bind().dialect.name == "postgresql":
        for check in CHECKS:
            op.execute(f"ALTER TABLE enrolment DROP CONSTRAINT ck_enrolment_{check}")
    for name in reversed(ENROLMENT):
        op.execute(f"ALTER TABLE enrolment DROP COLUMN {name}")
