"""A final decision is corrected by another, a line of the register by another; the database defends both (R70, R71)."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

KEPT = "the register of diplomas is never changed"
DECIDED = "a decision of the school is never rewritten"
FACTS = "enrolment_id, verdict, decided_on, was_eligible, is_correction, recorded_at, transcribed, evidence_id"
REGISTER_SQLITE = tuple(
    f"CREATE TRIGGER register_entry_no_{act} BEFORE {act.upper()} ON register_entry "
    f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
    for act in ("update", "delete")
)
DECISION_SQLITE = (
    (
        f"CREATE TRIGGER diploma_decision_no_update BEFORE UPDATE OF {FACTS} ON diploma_decision "
        f"BEGIN SELECT RAISE(ABORT, '{DECIDED}'); END"
    ),
    (
        "CREATE TRIGGER diploma_decision_no_delete BEFORE DELETE ON diploma_decision "
        f"BEGIN SELECT RAISE(ABORT, '{DECIDED}'); END"
    ),
)
DECISION_POSTGRESQL = (
    (
        "CREATE FUNCTION refuse_decision_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{DECIDED}'; END $$"
    ),
    (
        f"CREATE TRIGGER diploma_decision_no_update BEFORE UPDATE OF {FACTS} ON diploma_decision "
        "FOR EACH ROW EXECUTE FUNCTION refuse_decision_change()"
    ),
    (
        "CREATE TRIGGER diploma_decision_no_delete BEFORE DELETE ON diploma_decision "
        "FOR EACH ROW EXECUTE FUNCTION refuse_decision_change()"
    ),
    (
        "CREATE TRIGGER diploma_decision_no_truncate BEFORE TRUNCATE ON diploma_decision "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_decision_change()"
    ),
)
FIRST = sa.text("supersedes_id IS NULL")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def upgrade() -> None:
    """Add what a correction says, and defend the decisions as the register already is."""
    with op.batch_alter_table("diploma_decision") as batch:
        batch.add_column(sa.Column("is_correction", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.create_check_constraint(
            op.f("ck_diploma_decision_reason_of_a_correction"), "NOT is_correction OR reason <> ''"
        )
    with op.batch_alter_table("diploma_decision") as batch:
        batch.alter_column("is_correction", existing_type=sa.Boolean(), server_default=None)
    with op.batch_alter_table("register_entry") as batch:
        batch.add_column(sa.Column("supersedes_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("cancels", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))
        batch.drop_constraint(op.f("uq_register_entry_enrolment_id"), type_="unique")
        batch.create_unique_constraint(op.f("uq_register_entry_id_enrolment_id"), ["id", "enrolment_id"])
        batch.create_unique_constraint(op.f("uq_register_entry_supersedes_id"), ["supersedes_id"])
        batch.create_check_constraint(
            op.f("ck_register_entry_reason_of_a_correction"), "supersedes_id IS NULL OR reason <> ''"
        )
        batch.create_check_constraint(
            op.f("ck_register_entry_cancels_another"), "NOT cancels OR supersedes_id IS NOT NULL"
        )
    with op.batch_alter_table("register_entry") as batch:
        batch.alter_column("cancels", existing_type=sa.Boolean(), server_default=None)
        batch.alter_column("reason", existing_type=sa.Text(), server_default=None)
        batch.create_foreign_key(
            op.f("fk_register_entry_supersedes"),
            "register_entry",
            ["supersedes_id", "enrolment_id"],
            ["id", "enrolment_id"],
        )
        batch.create_index(op.f("ix_register_entry_enrolment_id"), ["enrolment_id"])
        batch.create_index(
            "uq_register_entry_first", ["enrolment_id"], unique=True, sqlite_where=FIRST, postgresql_where=FIRST
        )
    for statement in (*REGISTER_SQLITE, *DECISION_SQLITE) if _is_sqlite() else DECISION_POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Take them away; a register that holds a correction cannot go back, and says so by its own unique key."""
    if not _is_sqlite():
        for act in ("update", "delete", "truncate"):
            op.execute(f"DROP TRIGGER diploma_decision_no_{act} ON diploma_decision")
        op.execute("DROP FUNCTION refuse_decision_change()")
    with op.batch_alter_table("register_entry") as batch:
        batch.drop_index("uq_register_entry_first")
        batch.drop_index(op.f("ix_register_entry_enrolment_id"))
        batch.drop_constraint(op.f("fk_register_entry_supersedes"), type_="foreignkey")
        batch.drop_constraint(op.f("ck_register_entry_cancels_another"), type_="check")
        batch.drop_constraint(op.f("ck_register_entry_reason_of_a_correction"), type_="check")
        batch.drop_constraint(op.f("uq_register_entry_supersedes_id"), type_="unique")
        batch.drop_constraint(op.f("uq_register_entry_id_enrolment_id"), type_="unique")
        batch.create_unique_constraint(op.f("uq_register_entry_enrolment_id"), ["enrolment_id"])
        for column in ("reason", "cancels", "supersedes_id"):
            batch.drop_column(column)
    with op.batch_alter_table("diploma_decision") as batch:
        batch.drop_constraint(op.f("ck_diploma_decision_reason_of_a_correction"), type_="check")
        batch.drop_column("is_correction")
    for statement in REGISTER_SQLITE if _is_sqlite() else ():
        op.execute(statement)
