"""Transfers from a cohort to another: who agreed, what counts for what, what was carried."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

LIVE = "status IN ('proposed', 'welcomed')"
BEFORE = {
    "ck_enrolment_enrolmentstatus": (
        "status IN ('active', 'attestation', 'graduated', 'postponed', 'suspended', 'withdrawn')"
    ),
    "ck_enrolment_seated_unless_gone": "(status IN ('withdrawn', 'postponed')) = (seat_id IS NULL)",
    "ck_enrolment_leavingreason": "leaving IN ('course', 'other', 'personal', 'post', 'structure', 'workload')",
    "ck_enrolment_leaving_if_gone": "leaving IS NULL OR status IN ('withdrawn', 'postponed')",
}
AFTER = {
    "ck_enrolment_enrolmentstatus": (
        "status IN ('active', 'attestation', 'graduated', 'postponed', 'suspended', 'transferred', 'withdrawn')"
    ),
    "ck_enrolment_seated_unless_gone": "(status IN ('withdrawn', 'postponed', 'transferred')) = (seat_id IS NULL)",
    "ck_enrolment_leavingreason": (
        "leaving IN ('course', 'other', 'personal', 'post', 'structure', 'transfer', 'workload')"
    ),
    "ck_enrolment_leaving_if_gone": "leaving IS NULL OR status IN ('withdrawn', 'postponed', 'transferred')",
}
FLAGS = ("hours_entry", "memoire")
REFUSED = "what was validated cannot change"
WHEN = "(OLD.accepted_at IS NOT NULL)"


def reword(before: dict[str, str], after: dict[str, str]) -> None:
    """Change the CHECKs of ``enrolment`` in place: rebuilding the table on SQLite would lose what is built on it.

    On SQLite, as its documentation of ALTER TABLE tells for constraints: the stored text of the table is rewritten, and
    the schema read again.
    """
    if op.get_bind().dialect.name == "postgresql":
        for name, words in after.items():
            op.execute(f"ALTER TABLE enrolment DROP CONSTRAINT {name}")
            op.execute(f"ALTER TABLE enrolment ADD CONSTRAINT {name} CHECK ({words})")
        return
    connection = op.get_bind()
    kept = connection.scalar(sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'enrolment'"))
    for name, words in before.items():
        if f"({words})" not in kept:
            raise RuntimeError(f"The table enrolment does not hold {name} as expected.")
        kept = kept.replace(f"({words})", f"({after[name]})")
    op.execute("PRAGMA writable_schema = ON")
    connection.execute(
        sa.text("UPDATE sqlite_master SET sql = :kept WHERE type = 'table' AND name = 'enrolment'"), {"kept": kept}
    )
    op.execute("PRAGMA writable_schema = RESET")


def upgrade() -> None:
    """Let an enrolment end by a transfer, mark what is carried, then the tables."""
    reword(BEFORE, AFTER)
    op.add_column("enrolment", sa.Column("carried_from", sa.String(120), nullable=False, server_default=""))
    for table in FLAGS:
        op.add_column(table, sa.Column("carried", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        f"ALTER TABLE tracer_version ADD COLUMN carried_id {_uuid()}"
        " CONSTRAINT fk_tracer_version_carried_id REFERENCES tracer_version (id)"
    )
    op.create_index("ix_tracer_version_carried_id", "tracer_version", ["carried_id"])
    _defend()
    _tables()


def _uuid() -> str:
    return "UUID" if op.get_bind().dialect.name == "postgresql" else "CHAR(32)"


def _defend() -> None:
    """Where an accepted version comes from no longer changes either."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER tracer_version_no_origin BEFORE UPDATE OF carried_id ON tracer_version WHEN {WHEN} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )
    else:
        op.execute(
            "CREATE TRIGGER tracer_version_no_origin BEFORE UPDATE OF carried_id ON tracer_version "
            f"FOR EACH ROW WHEN {WHEN} EXECUTE FUNCTION refuse_accepted_change()"
        )


def _tables() -> None:
    op.create_table(
        "transfer",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("from_cohort_id", sa.Uuid(), nullable=False),
        sa.Column("to_cohort_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("to_enrolment_id", sa.Uuid(), nullable=True),
        sa.Column("enters_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "declined",
                "done",
                "proposed",
                "refused",
                "welcomed",
                "withdrawn",
                name="transferstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("welcomed_at", UtcDateTime(), nullable=True),
        sa.Column("welcomed_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("transcribed", sa.Boolean(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("from_cohort_id <> to_cohort_id", name=op.f("ck_transfer_elsewhere")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_transfer_for_a_reason")),
        sa.CheckConstraint(
            "(status = 'done') = (to_enrolment_id IS NOT NULL)", name=op.f("ck_transfer_enrolled_once_done")
        ),
        sa.CheckConstraint(f"({LIVE}) = (settled_at IS NULL)", name=op.f("ck_transfer_settled_unless_live")),
        sa.CheckConstraint(
            "status NOT IN ('welcomed', 'done') OR welcomed_at IS NOT NULL", name=op.f("ck_transfer_welcomed_first")
        ),
        sa.CheckConstraint(
            "status NOT IN ('declined', 'refused') OR answer <> ''", name=op.f("ck_transfer_refused_for_a_reason")
        ),
        sa.CheckConstraint(
            "NOT transcribed OR evidence_id IS NOT NULL", name=op.f("ck_transfer_evidence_if_transcribed")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "from_cohort_id"], ["enrolment.id", "enrolment.cohort_id"], name="fk_transfer_enrolment"
        ),
        sa.ForeignKeyConstraint(
            ["to_enrolment_id", "to_cohort_id"],
            ["enrolment.id", "enrolment.cohort_id"],
            name="fk_transfer_to_enrolment",
        ),
        sa.ForeignKeyConstraint(["from_cohort_id"], ["cohort.id"], name=op.f("fk_transfer_from_cohort_id")),
        sa.ForeignKeyConstraint(["to_cohort_id"], ["cohort.id"], name=op.f("fk_transfer_to_cohort_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_transfer_variant_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_transfer_proposed_by")),
        sa.ForeignKeyConstraint(["welcomed_by"], ["person.id"], name=op.f("fk_transfer_welcomed_by")),
        sa.ForeignKeyConstraint(["settled_by"], ["person.id"], name=op.f("fk_transfer_settled_by")),
        sa.ForeignKeyConstraint(["evidence_id"], ["stored_file.id"], name=op.f("fk_transfer_evidence_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sa.UniqueConstraint("to_enrolment_id", name=op.f("uq_transfer_to_enrolment_id")),
    )
    for column in ("enrolment_id", "from_cohort_id", "to_cohort_id"):
        op.create_index(op.f(f"ix_transfer_{column}"), "transfer", [column])
    op.create_index(
        "uq_transfer_live",
        "transfer",
        ["enrolment_id"],
        unique=True,
        sqlite_where=sa.text(LIVE),
        postgresql_where=sa.text(LIVE),
    )
    op.create_table(
        "transfer_line",
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("from_module_id", sa.Uuid(), nullable=True),
        sa.Column("to_module_id", sa.Uuid(), nullable=True),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "from_module_id IS NULL OR kept = (to_module_id IS NOT NULL)",
            name=op.f("ck_transfer_line_kept_for_a_module"),
        ),
        sa.CheckConstraint(
            "from_module_id IS NOT NULL OR to_module_id IS NULL", name=op.f("ck_transfer_line_loose_for_loose")
        ),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name=op.f("fk_transfer_line_transfer_id")),
        sa.ForeignKeyConstraint(["from_module_id"], ["module.id"], name=op.f("fk_transfer_line_from_module_id")),
        sa.ForeignKeyConstraint(["to_module_id"], ["module.id"], name=op.f("fk_transfer_line_to_module_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_line")),
        sa.UniqueConstraint("transfer_id", "from_module_id", name=op.f("uq_transfer_line_transfer_id_from_module_id")),
    )
    op.create_table(
        "carried_presence",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("module_id", sa.Uuid(), nullable=True),
        sa.Column("followed", sa.Integer(), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("credited", sa.Numeric(6, 2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "followed > 0 AND followed <= planned AND credited >= 0 AND credited <= followed",
            name=op.f("ck_carried_presence_part_of_a_whole"),
        ),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_carried_presence_enrolment_id")),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_carried_presence_module_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carried_presence")),
        sa.UniqueConstraint("enrolment_id", "module_id", name=op.f("uq_carried_presence_enrolment_id_module_id")),
    )


def downgrade() -> None:
    """Drop them; an enrolment that ended by a transfer reads as postponed."""
    for table in ("carried_presence", "transfer_line", "transfer"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER tracer_version_no_origin ON tracer_version")
        op.execute("ALTER TABLE tracer_version DROP CONSTRAINT fk_tracer_version_carried_id")
    else:
        op.execute("DROP TRIGGER tracer_version_no_origin")
    op.drop_index("ix_tracer_version_carried_id", "tracer_version")
    op.execute("ALTER TABLE tracer_version DROP COLUMN carried_id")
    for table in reversed(FLAGS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN carried")
    op.execute("ALTER TABLE enrolment DROP COLUMN carried_from")
    op.execute("UPDATE enrolment SET leaving = 'other' WHERE leaving = 'transfer'")
    op.execute("UPDATE enrolment SET status = 'postponed' WHERE status = 'transferred'")
    reword(AFTER, BEFORE)
