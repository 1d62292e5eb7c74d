"""Attendance sheets that the database defends once locked, and the papers drawn from them."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ENTRY = "an attendance entry is never changed"
SHEET = "a locked attendance sheet is never changed"

SQLITE_DEFENCE = (
    f"CREATE TRIGGER attendance_entry_no_update BEFORE UPDATE ON attendance_entry BEGIN SELECT RAISE(ABORT, '{ENTRY}'); END",
    f"CREATE TRIGGER attendance_entry_no_delete BEFORE DELETE ON attendance_entry BEGIN SELECT RAISE(ABORT, '{ENTRY}'); END",
    (
        "CREATE TRIGGER attendance_entry_after_lock BEFORE INSERT ON attendance_entry WHEN NEW.reason_digest IS NULL AND "
        "(SELECT status FROM attendance_sheet WHERE id = NEW.sheet_id) = 'locked' "
        "BEGIN SELECT RAISE(ABORT, 'a locked attendance sheet takes an entry only with its reason'); END"
    ),
    (
        "CREATE TRIGGER attendance_sheet_no_update BEFORE UPDATE ON attendance_sheet WHEN OLD.status = 'locked' "
        f"BEGIN SELECT RAISE(ABORT, '{SHEET}'); END"
    ),
    (
        "CREATE TRIGGER attendance_sheet_no_delete BEFORE DELETE ON attendance_sheet WHEN OLD.status = 'locked' "
        f"BEGIN SELECT RAISE(ABORT, '{SHEET}'); END"
    ),
)

POSTGRESQL_DEFENCE = (
    (
        "CREATE FUNCTION refuse_attendance_entry_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{ENTRY}'; END $$"
    ),
    (
        "CREATE FUNCTION refuse_attendance_sheet_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SHEET}'; END $$"
    ),
    (
        "CREATE FUNCTION refuse_entry_after_lock() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF (SELECT status FROM attendance_sheet WHERE id = NEW.sheet_id) = 'locked' THEN "
        "RAISE EXCEPTION 'a locked attendance sheet takes an entry only with its reason'; END IF; RETURN NEW; END $$"
    ),
    (
        "CREATE TRIGGER attendance_entry_no_change BEFORE UPDATE OR DELETE ON attendance_entry "
        "FOR EACH ROW EXECUTE FUNCTION refuse_attendance_entry_change()"
    ),
    (
        "CREATE TRIGGER attendance_entry_no_truncate BEFORE TRUNCATE ON attendance_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_attendance_entry_change()"
    ),
    (
        "CREATE TRIGGER attendance_entry_after_lock BEFORE INSERT ON attendance_entry "
        "FOR EACH ROW WHEN (NEW.reason_digest IS NULL) EXECUTE FUNCTION refuse_entry_after_lock()"
    ),
    (
        "CREATE TRIGGER attendance_sheet_no_change BEFORE UPDATE OR DELETE ON attendance_sheet "
        "FOR EACH ROW WHEN (OLD.status = 'locked') EXECUTE FUNCTION refuse_attendance_sheet_change()"
    ),
    (
        "CREATE TRIGGER attendance_sheet_no_truncate BEFORE TRUNCATE ON attendance_sheet "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_attendance_sheet_change()"
    ),
)


def defend_sheets() -> None:
    """Make the database refuse any change to locked sheets and to entries; call it again after a rebuild of a table."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_DEFENCE if sqlite else POSTGRESQL_DEFENCE:
        op.execute(statement)


def upgrade() -> None:
    """Create the tables, then what defends them."""
    op.create_table(
        "document_issuer",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("activity_number", sa.String(length=20), nullable=False),
        sa.Column("siret", sa.String(length=14), nullable=False),
        sa.Column("signatory", sa.String(length=120), nullable=False),
        sa.Column("signatory_role", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_document_issuer_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_document_issuer")),
    )
    op.create_table(
        "document_batch",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "attendance",
                "book",
                "completion",
                "sheets",
                name="documentkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "done", "failed", "waiting", name="batchstatus", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(status = 'waiting') = (ended_at IS NULL)", name=op.f("ck_document_batch_ended_when_over")),
        sa.CheckConstraint("done >= 0 AND done <= total", name=op.f("ck_document_batch_no_more_than_all")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_document_batch_cohort_id")),
        sa.ForeignKeyConstraint(["requested_by"], ["person.id"], name=op.f("fk_document_batch_requested_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_batch")),
    )
    with op.batch_alter_table("document_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_batch_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_batch_status"), ["status"], unique=False)

    op.create_table(
        "document_archive",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["document_batch.id"], name=op.f("fk_document_archive_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_document_archive")),
    )
    op.create_table(
        "absence_notice",
        sa.Column("half_day_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "family",
                "health",
                "other",
                "professional",
                "transport",
                name="absencekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("announced_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_absence_notice_enrolment_id")),
        sa.ForeignKeyConstraint(["half_day_id"], ["half_day.id"], name=op.f("fk_absence_notice_half_day_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence_notice")),
        sa.UniqueConstraint("half_day_id", "enrolment_id", name=op.f("uq_absence_notice_half_day_id_enrolment_id")),
    )
    with op.batch_alter_table("absence_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_absence_notice_enrolment_id"), ["enrolment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_absence_notice_half_day_id"), ["half_day_id"], unique=False)

    op.create_table(
        "attendance_sheet",
        sa.Column("half_day_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "locked", "open", "to_open", name="sheetstatus", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(length=8), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=True),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("locked_at", UtcDateTime(), nullable=True),
        sa.Column("locked_by", sa.Uuid(), nullable=True),
        sa.Column("locked_link", sa.Uuid(), nullable=True),
        sa.Column("locked_name", sa.String(length=170), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(status = 'locked') = (locked_at IS NOT NULL)", name=op.f("ck_attendance_sheet_locked_once")
        ),
        sa.CheckConstraint("(status = 'to_open') = (opened_at IS NULL)", name=op.f("ck_attendance_sheet_opened_once")),
        sa.CheckConstraint(
            "(locked_at IS NULL) = (content_hash IS NULL)", name=op.f("ck_attendance_sheet_sealed_when_locked")
        ),
        sa.CheckConstraint(
            "locked_at IS NULL OR locked_by IS NOT NULL OR locked_link IS NOT NULL",
            name=op.f("ck_attendance_sheet_countersigned"),
        ),
        sa.ForeignKeyConstraint(["half_day_id"], ["half_day.id"], name=op.f("fk_attendance_sheet_half_day_id")),
        sa.ForeignKeyConstraint(["locked_by"], ["person.id"], name=op.f("fk_attendance_sheet_locked_by")),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name=op.f("fk_attendance_sheet_opened_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_sheet")),
        sa.UniqueConstraint("half_day_id", name=op.f("uq_attendance_sheet_half_day_id")),
        sa.UniqueConstraint("tag", name=op.f("uq_attendance_sheet_tag")),
    )
    op.create_table(
        "attendance_waiver",
        sa.Column("half_day_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("transcribed", sa.Boolean(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "NOT transcribed OR evidence_id IS NOT NULL", name=op.f("ck_attendance_waiver_evidence_if_transcribed")
        ),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_attendance_waiver_enrolment_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["stored_file.id"], name=op.f("fk_attendance_waiver_evidence_id")),
        sa.ForeignKeyConstraint(["half_day_id"], ["half_day.id"], name=op.f("fk_attendance_waiver_half_day_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_attendance_waiver_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_waiver")),
        sa.UniqueConstraint("half_day_id", "enrolment_id", name=op.f("uq_attendance_waiver_half_day_id_enrolment_id")),
    )
    with op.batch_alter_table("attendance_waiver", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendance_waiver_enrolment_id"), ["enrolment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attendance_waiver_half_day_id"), ["half_day_id"], unique=False)

    op.create_table(
        "make_up",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("missed_id", sa.Uuid(), nullable=False),
        sa.Column("invited_id", sa.Uuid(), nullable=False),
        sa.Column("arranged_at", UtcDateTime(), nullable=False),
        sa.Column("arranged_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("missed_id <> invited_id", name=op.f("ck_make_up_elsewhere")),
        sa.ForeignKeyConstraint(["arranged_by"], ["person.id"], name=op.f("fk_make_up_arranged_by")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_make_up_enrolment_id")),
        sa.ForeignKeyConstraint(["invited_id"], ["half_day.id"], name=op.f("fk_make_up_invited_id")),
        sa.ForeignKeyConstraint(["missed_id"], ["half_day.id"], name=op.f("fk_make_up_missed_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_make_up")),
        sa.UniqueConstraint("enrolment_id", "invited_id", name=op.f("uq_make_up_enrolment_id_invited_id")),
        sa.UniqueConstraint("enrolment_id", "missed_id", name=op.f("uq_make_up_enrolment_id_missed_id")),
    )
    with op.batch_alter_table("make_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_make_up_invited_id"), ["invited_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_make_up_missed_id"), ["missed_id"], unique=False)

    op.create_table(
        "sheet_guest",
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_key", sa.String(length=250), nullable=False),
        sa.Column("body", sa.String(length=160), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["sheet_id"], ["attendance_sheet.id"], name=op.f("fk_sheet_guest_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_guest")),
        sa.UniqueConstraint("sheet_id", "name_key", name=op.f("uq_sheet_guest_sheet_id_name_key")),
    )
    with op.batch_alter_table("sheet_guest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sheet_guest_sheet_id"), ["sheet_id"], unique=False)

    op.create_table(
        "attendance_entry",
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=True),
        sa.Column("guest_id", sa.Uuid(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "absent",
                "dispensed",
                "excused",
                "partial",
                "present",
                name="presence",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("hours", sa.Numeric(precision=4, scale=2), nullable=True),
        sa.Column(
            "absence_kind",
            sa.Enum(
                "family",
                "health",
                "other",
                "professional",
                "transport",
                name="absencekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "method",
            sa.Enum(
                "link",
                "own_phone",
                "paper",
                "recorded",
                "tablet",
                name="signingmethod",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("once", sa.String(length=64), nullable=True),
        sa.Column("device", sa.String(length=64), nullable=True),
        sa.Column("mark_digest", sa.String(length=64), nullable=True),
        sa.Column("reason_digest", sa.String(length=64), nullable=True),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(status = 'excused') = (absence_kind IS NOT NULL)", name=op.f("ck_attendance_entry_excused_for_a_kind")
        ),
        sa.CheckConstraint(
            "(status = 'partial') = (hours IS NOT NULL)", name=op.f("ck_attendance_entry_hours_if_partial")
        ),
        sa.CheckConstraint(
            "(enrolment_id IS NULL) <> (guest_id IS NULL)", name=op.f("ck_attendance_entry_of_a_learner_or_a_guest")
        ),
        sa.CheckConstraint("hours IS NULL OR hours > 0", name=op.f("ck_attendance_entry_some_hours")),
        sa.ForeignKeyConstraint(["corrects_id"], ["attendance_entry.id"], name=op.f("fk_attendance_entry_corrects_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_attendance_entry_enrolment_id")),
        sa.ForeignKeyConstraint(["guest_id"], ["sheet_guest.id"], name=op.f("fk_attendance_entry_guest_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_attendance_entry_recorded_by")),
        sa.ForeignKeyConstraint(["sheet_id"], ["attendance_sheet.id"], name=op.f("fk_attendance_entry_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_entry")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_attendance_entry_corrects_id")),
        sa.UniqueConstraint("once", name=op.f("uq_attendance_entry_once")),
    )
    with op.batch_alter_table("attendance_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendance_entry_enrolment_id"), ["enrolment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attendance_entry_sheet_id"), ["sheet_id"], unique=False)
        batch_op.create_index(
            "uq_attendance_entry_guest",
            ["guest_id"],
            unique=True,
            sqlite_where=sa.text("corrects_id IS NULL AND guest_id IS NOT NULL"),
            postgresql_where=sa.text("corrects_id IS NULL AND guest_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_attendance_entry_learner",
            ["sheet_id", "enrolment_id"],
            unique=True,
            sqlite_where=sa.text("corrects_id IS NULL AND enrolment_id IS NOT NULL"),
            postgresql_where=sa.text("corrects_id IS NULL AND enrolment_id IS NOT NULL"),
        )

    op.create_table(
        "entry_mark",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("strokes", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["attendance_entry.id"], name=op.f("fk_entry_mark_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_entry_mark")),
    )
    with op.batch_alter_table("diploma_rules", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "partial_credit",
                sa.Enum(
                    "full", "hours", "none", name="partialcredit", native_enum=False, create_constraint=True, length=40
                ),
                nullable=True,
            )
        )

    defend_sheets()


def downgrade() -> None:
    """Drop the tables, with what defends them."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER attendance_sheet_no_truncate ON attendance_sheet")
        op.execute("DROP TRIGGER attendance_sheet_no_change ON attendance_sheet")
        op.execute("DROP TRIGGER attendance_entry_after_lock ON attendance_entry")
        op.execute("DROP TRIGGER attendance_entry_no_truncate ON attendance_entry")
        op.execute("DROP TRIGGER attendance_entry_no_change ON attendance_entry")
        for function in ("refuse_entry_after_lock", "refuse_attendance_sheet_change", "refuse_attendance_entry_change"):
            op.execute(f"DROP FUNCTION {function}()")
    with op.batch_alter_table("diploma_rules", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_diploma_rules_partialcredit"), type_="check")
        batch_op.drop_column("partial_credit")

    op.drop_table("entry_mark")
    with op.batch_alter_table("attendance_entry", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_attendance_entry_learner",
            sqlite_where=sa.text("corrects_id IS NULL AND enrolment_id IS NOT NULL"),
            postgresql_where=sa.text("corrects_id IS NULL AND enrolment_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_attendance_entry_guest",
            sqlite_where=sa.text("corrects_id IS NULL AND guest_id IS NOT NULL"),
            postgresql_where=sa.text("corrects_id IS NULL AND guest_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_attendance_entry_sheet_id"))
        batch_op.drop_index(batch_op.f("ix_attendance_entry_enrolment_id"))

    op.drop_table("attendance_entry")
    with op.batch_alter_table("sheet_guest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sheet_guest_sheet_id"))

    op.drop_table("sheet_guest")
    with op.batch_alter_table("make_up", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_make_up_missed_id"))
        batch_op.drop_index(batch_op.f("ix_make_up_invited_id"))

    op.drop_table("make_up")
    with op.batch_alter_table("attendance_waiver", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendance_waiver_half_day_id"))
        batch_op.drop_index(batch_op.f("ix_attendance_waiver_enrolment_id"))

    op.drop_table("attendance_waiver")
    op.drop_table("attendance_sheet")
    with op.batch_alter_table("absence_notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_absence_notice_half_day_id"))
        batch_op.drop_index(batch_op.f("ix_absence_notice_enrolment_id"))

    op.drop_table("absence_notice")
    op.drop_table("document_archive")
    with op.batch_alter_table("document_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_batch_status"))
        batch_op.drop_index(batch_op.f("ix_document_batch_cohort_id"))

    op.drop_table("document_batch")
    op.drop_table("document_issuer")
