"""Waivers, boards, decisions, printed names, and the register that the database defends (R69–R71, R110)."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

KEPT = "the register of diplomas is never changed"
SQLITE_DEFENCE = (
    f"CREATE TRIGGER register_entry_no_update BEFORE UPDATE ON register_entry BEGIN SELECT RAISE(ABORT, '{KEPT}'); END",
    f"CREATE TRIGGER register_entry_no_delete BEFORE DELETE ON register_entry BEGIN SELECT RAISE(ABORT, '{KEPT}'); END",
)
POSTGRESQL_DEFENCE = (
    (
        "CREATE FUNCTION refuse_register_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{KEPT}'; END $$"
    ),
    (
        "CREATE TRIGGER register_entry_no_change BEFORE UPDATE OR DELETE ON register_entry "
        "FOR EACH ROW EXECUTE FUNCTION refuse_register_change()"
    ),
    (
        "CREATE TRIGGER register_entry_no_truncate BEFORE TRUNCATE ON register_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_register_change()"
    ),
)
LIVE = sa.text("status IN ('asked', 'granted')")
CURRENT = sa.text("is_current")


def words(name: str, *slugs: str) -> sa.Enum:
    """Return the type of an enumeration."""
    return sa.Enum(*slugs, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Create the tables, then what defends the register."""
    _waivers()
    _boards()
    _register()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_DEFENCE if sqlite else POSTGRESQL_DEFENCE:
        op.execute(statement)


def _waivers() -> None:
    op.create_table(
        "diploma_waiver",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("scope", words("waiverscope", "choice", "forum", "hours", "module", "tracer"), nullable=False),
        sa.Column("target", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=300), nullable=False),
        sa.Column("status", words("waiverstatus", "asked", "ended", "granted", "refused"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("transcribed", sa.Boolean(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(status = 'asked') = (settled_at IS NULL)", name=op.f("ck_diploma_waiver_settled_unless_asked")
        ),
        sa.CheckConstraint("(status = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_diploma_waiver_ended_once")),
        sa.CheckConstraint(
            "status NOT IN ('granted', 'ended') OR decided_on IS NOT NULL",
            name=op.f("ck_diploma_waiver_dated_when_granted"),
        ),
        sa.CheckConstraint(
            "NOT transcribed OR evidence_id IS NOT NULL", name=op.f("ck_diploma_waiver_evidence_if_transcribed")
        ),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_diploma_waiver_enrolment_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_diploma_waiver_asked_by")),
        sa.ForeignKeyConstraint(["settled_by"], ["person.id"], name=op.f("fk_diploma_waiver_settled_by")),
        sa.ForeignKeyConstraint(["evidence_id"], ["stored_file.id"], name=op.f("fk_diploma_waiver_evidence_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diploma_waiver")),
    )
    op.create_index(op.f("ix_diploma_waiver_enrolment_id"), "diploma_waiver", ["enrolment_id"])
    op.create_index(op.f("ix_diploma_waiver_status"), "diploma_waiver", ["status"])
    op.create_index(
        "uq_diploma_waiver_live",
        "diploma_waiver",
        ["enrolment_id", "scope", "target"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )


def _boards() -> None:
    op.create_table(
        "diploma_board",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("planned_at", UtcDateTime(), nullable=False),
        sa.Column("planned_by", sa.Uuid(), nullable=True),
        sa.Column("reminded_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_diploma_board_cohort_id")),
        sa.ForeignKeyConstraint(["planned_by"], ["person.id"], name=op.f("fk_diploma_board_planned_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diploma_board")),
        sa.UniqueConstraint("cohort_id", "held_on", name=op.f("uq_diploma_board_cohort_id_held_on")),
    )
    op.create_table(
        "diploma_decision",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", words("verdict", "deferred", "graduated", "not_graduated"), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("was_eligible", sa.Boolean(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("transcribed", sa.Boolean(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "NOT transcribed OR evidence_id IS NOT NULL", name=op.f("ck_diploma_decision_evidence_if_transcribed")
        ),
        sa.CheckConstraint(
            "(verdict = 'graduated' AND was_eligible) OR reason <> ''",
            name=op.f("ck_diploma_decision_reason_unless_expected"),
        ),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_diploma_decision_enrolment_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_diploma_decision_recorded_by")),
        sa.ForeignKeyConstraint(["evidence_id"], ["stored_file.id"], name=op.f("fk_diploma_decision_evidence_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diploma_decision")),
    )
    op.create_index(op.f("ix_diploma_decision_enrolment_id"), "diploma_decision", ["enrolment_id"])
    op.create_index(
        "uq_diploma_decision_current",
        "diploma_decision",
        ["enrolment_id"],
        unique=True,
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )


def _register() -> None:
    op.create_table(
        "printed_name",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("proofread_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_printed_name_some_name")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_printed_name_enrolment_id")),
        sa.PrimaryKeyConstraint("enrolment_id", name=op.f("pk_printed_name")),
    )
    op.create_table(
        "register_entry",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("printed_name", sa.String(length=200), nullable=False),
        sa.Column("search_key", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("mention", sa.String(length=200), nullable=False),
        sa.Column("cohort_label", sa.String(length=120), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("entered_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("number IS NULL OR number > 0", name=op.f("ck_register_entry_numbered_from_one")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_register_entry_edition_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_register_entry_enrolment_id")),
        sa.ForeignKeyConstraint(["school_id"], ["organisation.id"], name=op.f("fk_register_entry_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_entry")),
        sa.UniqueConstraint("edition_id", "reference", name=op.f("uq_register_entry_edition_id_reference")),
        sa.UniqueConstraint("edition_id", "year", "number", name=op.f("uq_register_entry_edition_id_year_number")),
        sa.UniqueConstraint("enrolment_id", name=op.f("uq_register_entry_enrolment_id")),
    )
    op.create_index(op.f("ix_register_entry_search_key"), "register_entry", ["search_key"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("register_entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_register_change()")
    for table in ("printed_name", "diploma_decision", "diploma_board", "diploma_waiver"):
        op.drop_table(table)
