"""Days of defences, juries, minutes; what was signed by all defended by the database."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

REFUSED = "minutes signed by all cannot change"
_LOCKED = "(SELECT locked_at FROM defence_minutes WHERE id = {row}.minutes_id) IS NOT NULL"

SQLITE_DEFENCE = tuple(
    f"CREATE TRIGGER {table}_{name} BEFORE {act} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    for table, name, act, when in (
        ("defence_minutes", "no_update", "UPDATE", "OLD.locked_at IS NOT NULL"),
        ("defence_minutes", "no_delete", "DELETE", "OLD.locked_at IS NOT NULL"),
        ("minutes_signature", "no_insert", "INSERT", _LOCKED.format(row="NEW")),
        ("minutes_signature", "no_update", "UPDATE", _LOCKED.format(row="OLD")),
        ("minutes_signature", "no_delete", "DELETE", _LOCKED.format(row="OLD")),
    )
)
_FUNCTION = "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"
_RAISE = f"RAISE EXCEPTION '{REFUSED}';"
POSTGRESQL_DEFENCE = (
    _FUNCTION.format(name="refuse_minutes_change", body=_RAISE),
    _FUNCTION.format(
        name="refuse_late_signature",
        body=f"IF {_LOCKED.format(row='NEW')} THEN {_RAISE} END IF; RETURN NEW;",
    ),
    _FUNCTION.format(
        name="refuse_signature_change",
        body=(
            f"IF {_LOCKED.format(row='OLD')} THEN {_RAISE} END IF; "
            "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
        ),
    ),
    (
        "CREATE TRIGGER defence_minutes_no_change BEFORE UPDATE OR DELETE ON defence_minutes "
        "FOR EACH ROW WHEN (OLD.locked_at IS NOT NULL) EXECUTE FUNCTION refuse_minutes_change()"
    ),
    (
        "CREATE TRIGGER minutes_signature_no_insert BEFORE INSERT ON minutes_signature "
        "FOR EACH ROW EXECUTE FUNCTION refuse_late_signature()"
    ),
    (
        "CREATE TRIGGER minutes_signature_no_change BEFORE UPDATE OR DELETE ON minutes_signature "
        "FOR EACH ROW EXECUTE FUNCTION refuse_signature_change()"
    ),
    *(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_minutes_change()"
        for table in ("defence_minutes", "minutes_signature")
    ),
)
_POSTGRESQL_TRIGGERS = (
    "defence_minutes_no_change ON defence_minutes",
    "defence_minutes_no_truncate ON defence_minutes",
    "minutes_signature_no_insert ON minutes_signature",
    "minutes_signature_no_change ON minutes_signature",
    "minutes_signature_no_truncate ON minutes_signature",
)


def defend_minutes() -> None:
    """Make the database refuse any change to signed minutes; call it again after a rebuild of these tables."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_DEFENCE if sqlite else POSTGRESQL_DEFENCE:
        op.execute(statement)


def upgrade() -> None:
    """Create the tables, then what defends them."""
    op.create_table(
        "defence_day",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("access", sa.Text(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("opens_on IS NULL OR opens_on <= held_on", name=op.f("ck_defence_day_opens_before")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_defence_day_cohort_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_defence_day")),
        sa.UniqueConstraint("cohort_id", "held_on", "place", name=op.f("uq_defence_day_cohort_id_held_on_place")),
    )
    with op.batch_alter_table("defence_day", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_defence_day_cohort_id"), ["cohort_id"], unique=False)

    op.create_table(
        "juror",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "part",
            sa.Enum(
                "carrier",
                "co_carrier",
                "funder",
                "logistics",
                "partner",
                "school",
                name="part",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("structure_id", sa.Uuid(), nullable=True),
        sa.Column("may_preside", sa.Boolean(), nullable=False),
        sa.Column("code_version", sa.Integer(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_juror_cohort_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_juror_person_id")),
        sa.ForeignKeyConstraint(["structure_id"], ["structure.id"], name=op.f("fk_juror_structure_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_juror")),
        sa.UniqueConstraint("cohort_id", "person_id", name=op.f("uq_juror_cohort_id_person_id")),
    )
    with op.batch_alter_table("juror", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_juror_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_juror_structure_id"), ["structure_id"], unique=False)

    op.create_table(
        "defence_room",
        sa.Column("day_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["day_id"], ["defence_day.id"], name=op.f("fk_defence_room_day_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_defence_room")),
        sa.UniqueConstraint("day_id", "name", name=op.f("uq_defence_room_day_id_name")),
    )
    op.create_table(
        "juror_answer",
        sa.Column("juror_id", sa.Uuid(), nullable=False),
        sa.Column("day_id", sa.Uuid(), nullable=False),
        sa.Column(
            "availability",
            sa.Enum(
                "afternoon",
                "all_day",
                "morning",
                "no",
                name="availability",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["day_id"], ["defence_day.id"], name=op.f("fk_juror_answer_day_id")),
        sa.ForeignKeyConstraint(["juror_id"], ["juror.id"], name=op.f("fk_juror_answer_juror_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_juror_answer")),
        sa.UniqueConstraint("juror_id", "day_id", name=op.f("uq_juror_answer_juror_id_day_id")),
    )
    with op.batch_alter_table("juror_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_juror_answer_day_id"), ["day_id"], unique=False)

    op.create_table(
        "juror_conflict",
        sa.Column("juror_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("declared_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_juror_conflict_enrolment_id")),
        sa.ForeignKeyConstraint(["juror_id"], ["juror.id"], name=op.f("fk_juror_conflict_juror_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_juror_conflict")),
        sa.UniqueConstraint("juror_id", "enrolment_id", name=op.f("uq_juror_conflict_juror_id_enrolment_id")),
    )
    with op.batch_alter_table("juror_conflict", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_juror_conflict_enrolment_id"), ["enrolment_id"], unique=False)

    op.create_table(
        "defence_slot",
        sa.Column("day_id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("memoire_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("convoked_at", UtcDateTime(), nullable=True),
        sa.Column("deliberation_at", UtcDateTime(), nullable=True),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.Column("corrections_accepted_at", UtcDateTime(), nullable=True),
        sa.Column("corrections_accepted_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(corrections_accepted_at IS NULL) OR (published_at IS NOT NULL)",
            name=op.f("ck_defence_slot_corrected_once_published"),
        ),
        sa.CheckConstraint(
            "published_at IS NULL OR memoire_id IS NOT NULL", name=op.f("ck_defence_slot_published_of_someone")
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_defence_slot_ends_after")),
        sa.ForeignKeyConstraint(
            ["corrections_accepted_by"], ["person.id"], name=op.f("fk_defence_slot_corrections_accepted_by")
        ),
        sa.ForeignKeyConstraint(["day_id"], ["defence_day.id"], name=op.f("fk_defence_slot_day_id")),
        sa.ForeignKeyConstraint(["memoire_id"], ["memoire.id"], name=op.f("fk_defence_slot_memoire_id")),
        sa.ForeignKeyConstraint(["room_id"], ["defence_room.id"], name=op.f("fk_defence_slot_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_defence_slot")),
        sa.UniqueConstraint("room_id", "starts_at", name=op.f("uq_defence_slot_room_id_starts_at")),
    )
    with op.batch_alter_table("defence_slot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_defence_slot_day_id"), ["day_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_defence_slot_memoire_id"), ["memoire_id"], unique=False)
        batch_op.create_index(
            "uq_defence_slot_live",
            ["memoire_id"],
            unique=True,
            sqlite_where=sa.text("memoire_id IS NOT NULL AND published_at IS NULL"),
            postgresql_where=sa.text("memoire_id IS NOT NULL AND published_at IS NULL"),
        )

    op.create_table(
        "defence_minutes",
        sa.Column("slot_id", sa.Uuid(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "deferred",
                "no_show",
                "passed",
                "passed_with_corrections",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("comments", sa.Text(), nullable=False),
        sa.Column("corrections", sa.Text(), nullable=False),
        sa.Column("corrections_due", sa.Date(), nullable=True),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("locked_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(outcome = 'passed_with_corrections') = (corrections <> '')",
            name=op.f("ck_defence_minutes_corrections_told"),
        ),
        sa.CheckConstraint(
            "corrections_due IS NULL OR outcome = 'passed_with_corrections'",
            name=op.f("ck_defence_minutes_deadline_of_corrections"),
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["defence_slot.id"], name=op.f("fk_defence_minutes_slot_id")),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f("fk_defence_minutes_written_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_defence_minutes")),
        sa.UniqueConstraint("slot_id", name=op.f("uq_defence_minutes_slot_id")),
    )
    op.create_table(
        "jury_seat",
        sa.Column("slot_id", sa.Uuid(), nullable=False),
        sa.Column("juror_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("presides", sa.Boolean(), nullable=False),
        sa.Column("pledged_at", UtcDateTime(), nullable=True),
        sa.Column("present", sa.Boolean(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.Column("dispensed_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_reason IS NULL)", name=op.f("ck_jury_seat_ended_for_a_reason")),
        sa.ForeignKeyConstraint(["juror_id"], ["juror.id"], name=op.f("fk_jury_seat_juror_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["defence_slot.id"], name=op.f("fk_jury_seat_slot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jury_seat")),
    )
    with op.batch_alter_table("jury_seat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_jury_seat_juror_id"), ["juror_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_jury_seat_slot_id"), ["slot_id"], unique=False)
        batch_op.create_index(
            "uq_jury_seat_president",
            ["slot_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL AND presides"),
            postgresql_where=sa.text("ended_at IS NULL AND presides"),
        )
        batch_op.create_index(
            "uq_jury_seat_sitting",
            ["slot_id", "juror_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "jury_evaluation",
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column(
            "proposal",
            sa.Enum(
                "deferred",
                "no_show",
                "passed",
                "passed_with_corrections",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["seat_id"], ["jury_seat.id"], name=op.f("fk_jury_evaluation_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jury_evaluation")),
        sa.UniqueConstraint("seat_id", name=op.f("uq_jury_evaluation_seat_id")),
    )
    op.create_table(
        "minutes_signature",
        sa.Column("minutes_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=170), nullable=False),
        sa.Column("signed_at", UtcDateTime(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("mark_digest", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["minutes_id"], ["defence_minutes.id"], name=op.f("fk_minutes_signature_minutes_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["jury_seat.id"], name=op.f("fk_minutes_signature_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_signature")),
        sa.UniqueConstraint("minutes_id", "seat_id", name=op.f("uq_minutes_signature_minutes_id_seat_id")),
    )
    with op.batch_alter_table("minutes_signature", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_minutes_signature_seat_id"), ["seat_id"], unique=False)

    op.create_table(
        "minutes_mark",
        sa.Column("signature_id", sa.Uuid(), nullable=False),
        sa.Column("strokes", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["signature_id"], ["minutes_signature.id"], name=op.f("fk_minutes_mark_signature_id")),
        sa.PrimaryKeyConstraint("signature_id", name=op.f("pk_minutes_mark")),
    )

    defend_minutes()


def downgrade() -> None:
    """Drop the tables, with what defends them."""
    if op.get_bind().dialect.name == "postgresql":
        for trigger in _POSTGRESQL_TRIGGERS:
            op.execute(f"DROP TRIGGER {trigger}")
        for function in ("refuse_signature_change", "refuse_late_signature", "refuse_minutes_change"):
            op.execute(f"DROP FUNCTION {function}()")
    for table in (
        "minutes_mark",
        "minutes_signature",
        "jury_evaluation",
        "jury_seat",
        "defence_minutes",
        "defence_slot",
        "juror_conflict",
        "juror_answer",
        "defence_room",
        "juror",
        "defence_day",
    ):
        op.drop_table(table)
