"""Mémoires: subject, versions, remarks, plan of work; what was cleared defended by the database."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

REFUSED = "what was cleared cannot change"
FACTS = (
    "id, memoire_id, number, kind, file_id, sha256, pages, annex_pages, concerns, no_patient_data, own_work, deposited_at, "
    "deposited_by, locked_at, hidden_at, hidden_reason"
)
"""What no longer changes once locked; the words beside them (message, text) may be emptied by retention, and only that."""

SQLITE_DEFENCE = tuple(
    f"CREATE TRIGGER memoire_version_{name} BEFORE {act} ON memoire_version WHEN {when} "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    for name, act, when in (
        ("no_update", f"UPDATE OF {FACTS}", "OLD.locked_at IS NOT NULL"),
        ("no_message", "UPDATE OF message", "OLD.locked_at IS NOT NULL AND NEW.message <> ''"),
        ("no_text", "UPDATE OF text", "OLD.locked_at IS NOT NULL AND NEW.text <> ''"),
        ("no_delete", "DELETE", "OLD.locked_at IS NOT NULL"),
    )
)
_EACH = "FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_cleared_change()"
POSTGRESQL_DEFENCE = (
    (
        "CREATE FUNCTION refuse_cleared_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"
    ),
    (
        f"CREATE TRIGGER memoire_version_no_change BEFORE DELETE OR UPDATE OF {FACTS} ON memoire_version "
        + _EACH.format(when="OLD.locked_at IS NOT NULL")
    ),
    (
        "CREATE TRIGGER memoire_version_no_words BEFORE UPDATE OF message, text ON memoire_version "
        + _EACH.format(
            when="OLD.locked_at IS NOT NULL AND (NEW.message <> '' AND NEW.message <> OLD.message OR NEW.text <> '' AND NEW.text <> OLD.text)"
        )
    ),
    (
        "CREATE TRIGGER memoire_version_no_truncate BEFORE TRUNCATE ON memoire_version "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_cleared_change()"
    ),
)


def defend_cleared() -> None:
    """Make the database refuse any change to what was cleared; call it again after a rebuild of the table."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_DEFENCE if sqlite else POSTGRESQL_DEFENCE:
        op.execute(statement)


def upgrade() -> None:
    """Create the tables and defend what will be cleared."""

    op.create_table(
        "memoire",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "cleared",
                "corrections_due",
                "defended",
                "deferred",
                "drafting",
                "final_deposited",
                "no_show",
                "passed",
                "scheduled",
                "subject_approved",
                "subject_proposed",
                "subject_returned",
                name="memoirestatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("keywords", sa.String(length=300), nullable=False),
        sa.Column("approach", sa.Text(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("moved_at", UtcDateTime(), nullable=False),
        sa.Column("confidential_until", sa.Date(), nullable=True),
        sa.Column("taken_over", sa.Boolean(), nullable=False),
        sa.Column("author_agreed_at", UtcDateTime(), nullable=True),
        sa.Column("structure_agreed_at", UtcDateTime(), nullable=True),
        sa.Column("structure_signatory", sa.String(length=200), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(structure_agreed_at IS NULL) = (structure_signatory IS NULL)", name=op.f("ck_memoire_signed_by_someone")
        ),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_memoire_enrolment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memoire")),
        sa.UniqueConstraint("enrolment_id", name=op.f("uq_memoire_enrolment_id")),
    )
    with op.batch_alter_table("memoire", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memoire_status"), ["status"], unique=False)

    op.create_table(
        "memoire_milestone",
        sa.Column("memoire_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(length=160), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["memoire_id"], ["memoire.id"], name=op.f("fk_memoire_milestone_memoire_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memoire_milestone")),
    )
    with op.batch_alter_table("memoire_milestone", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memoire_milestone_memoire_id"), ["memoire_id"], unique=False)

    op.create_table(
        "memoire_version",
        sa.Column("memoire_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "corrected", "draft", "final", name="versionkind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("annex_pages", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("concerns", sa.JSON(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("no_patient_data", sa.Boolean(), nullable=False),
        sa.Column("own_work", sa.Boolean(), nullable=False),
        sa.Column("deposited_at", UtcDateTime(), nullable=False),
        sa.Column("deposited_by", sa.Uuid(), nullable=True),
        sa.Column("locked_at", UtcDateTime(), nullable=True),
        sa.Column("hidden_at", UtcDateTime(), nullable=True),
        sa.Column("hidden_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind = 'draft' OR (own_work AND pages IS NOT NULL)", name=op.f("ck_memoire_version_final_is_whole")
        ),
        sa.CheckConstraint("locked_at IS NULL OR kind <> 'draft'", name=op.f("ck_memoire_version_only_finals_lock")),
        sa.CheckConstraint(
            "(hidden_at IS NULL) = (hidden_reason IS NULL)", name=op.f("ck_memoire_version_hidden_for_a_reason")
        ),
        sa.CheckConstraint(
            "annex_pages >= 0 AND (pages IS NULL OR annex_pages < pages)",
            name=op.f("ck_memoire_version_annexes_within"),
        ),
        sa.CheckConstraint("no_patient_data", name=op.f("ck_memoire_version_pledged")),
        sa.CheckConstraint("number > 0", name=op.f("ck_memoire_version_numbered_from_one")),
        sa.ForeignKeyConstraint(["deposited_by"], ["person.id"], name=op.f("fk_memoire_version_deposited_by")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_memoire_version_file_id")),
        sa.ForeignKeyConstraint(["memoire_id"], ["memoire.id"], name=op.f("fk_memoire_version_memoire_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memoire_version")),
        sa.UniqueConstraint("file_id", name=op.f("uq_memoire_version_file_id")),
        sa.UniqueConstraint("memoire_id", "number", name=op.f("uq_memoire_version_memoire_id_number")),
    )
    with op.batch_alter_table("memoire_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memoire_version_deposited_by"), ["deposited_by"], unique=False)

    op.create_table(
        "memoire_comment",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("annotated_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["annotated_id"], ["stored_file.id"], name=op.f("fk_memoire_comment_annotated_id")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_memoire_comment_author_id")),
        sa.ForeignKeyConstraint(["version_id"], ["memoire_version.id"], name=op.f("fk_memoire_comment_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memoire_comment")),
        sa.UniqueConstraint("annotated_id", name=op.f("uq_memoire_comment_annotated_id")),
    )
    with op.batch_alter_table("memoire_comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memoire_comment_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_memoire_comment_version_id"), ["version_id"], unique=False)
    defend_cleared()


def downgrade() -> None:
    """Drop the tables and their defence."""
    for table in ("memoire_comment", "memoire_version", "memoire_milestone", "memoire"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_cleared_change()")
