"""Tracer documents, their versions and reviews; hours; what is accepted defended by the database."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

REFUSED = "what was accepted cannot change"
VERSION_FACTS = (
    "id, tracer_id, number, created_at, deposited_at, deposited_by, no_patient_data, elsewhere, object_kind, object_id, "
    "digest, accepted_at"
)
FILE_FACTS = "id, version_id, file_id, key, position, sha256, concerns"
"""What no longer changes; the words beside them (message, text) may be emptied by retention, and only that.
A restored backup inserts rows, so nothing refuses an insertion: a file added to an accepted version no longer gives its
digest, which ``doctor`` computes again."""

_OF_ACCEPTED = "EXISTS (SELECT 1 FROM tracer_version WHERE id = {row}.version_id AND accepted_at IS NOT NULL)"
SQLITE_DEFENCE = tuple(
    f"CREATE TRIGGER {name} BEFORE {act} WHEN {when} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    for name, act, when in (
        ("tracer_no_update", "UPDATE ON tracer", "OLD.status = 'accepted'"),
        ("tracer_no_delete", "DELETE ON tracer", "OLD.status = 'accepted'"),
        ("tracer_version_no_update", f"UPDATE OF {VERSION_FACTS} ON tracer_version", "OLD.accepted_at IS NOT NULL"),
        (
            "tracer_version_no_words",
            "UPDATE OF message ON tracer_version",
            "OLD.accepted_at IS NOT NULL AND NEW.message <> ''",
        ),
        ("tracer_version_no_delete", "DELETE ON tracer_version", "OLD.accepted_at IS NOT NULL"),
        ("tracer_file_no_update", f"UPDATE OF {FILE_FACTS} ON tracer_file", _OF_ACCEPTED.format(row="OLD")),
        (
            "tracer_file_no_words",
            "UPDATE OF text ON tracer_file",
            f"NEW.text <> '' AND {_OF_ACCEPTED.format(row='OLD')}",
        ),
        ("tracer_file_no_delete", "DELETE ON tracer_file", _OF_ACCEPTED.format(row="OLD")),
    )
)
_EACH = "FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_accepted_change()"
POSTGRESQL_DEFENCE = (
    (
        "CREATE FUNCTION refuse_accepted_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"
    ),
    (
        "CREATE FUNCTION refuse_accepted_file_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "  # noqa: S608 - constants of this file
        "IF TG_OP = 'UPDATE' AND NEW.text = '' AND to_jsonb(NEW) - 'text' = to_jsonb(OLD) - 'text' THEN RETURN NEW; END IF; "
        "IF EXISTS (SELECT 1 FROM tracer_version WHERE accepted_at IS NOT NULL AND "
        "id = OLD.version_id) "
        f"THEN RAISE EXCEPTION '{REFUSED}'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    ),
    (
        "CREATE TRIGGER tracer_no_change BEFORE UPDATE OR DELETE ON tracer "
        + _EACH.format(when="OLD.status = 'accepted'")
    ),
    (
        f"CREATE TRIGGER tracer_version_no_change BEFORE DELETE OR UPDATE OF {VERSION_FACTS} ON tracer_version "
        + _EACH.format(when="OLD.accepted_at IS NOT NULL")
    ),
    (
        "CREATE TRIGGER tracer_version_no_words BEFORE UPDATE OF message ON tracer_version "
        + _EACH.format(when="OLD.accepted_at IS NOT NULL AND NEW.message <> ''")
    ),
    (
        "CREATE TRIGGER tracer_file_no_change BEFORE UPDATE OR DELETE ON tracer_file "
        "FOR EACH ROW EXECUTE FUNCTION refuse_accepted_file_change()"
    ),
    *(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_accepted_change()"
        for table in ("tracer", "tracer_version", "tracer_file")
    ),
)


def defend_accepted() -> None:
    """Make the database refuse any change to what was accepted; call it again after a rebuild of one of the tables."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_DEFENCE if sqlite else POSTGRESQL_DEFENCE:
        op.execute(statement)


def upgrade() -> None:
    """Create the tables and defend what will be accepted."""
    op.create_table(
        "comment_template",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_comment_template_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_template")),
        sa.UniqueConstraint("person_id", "title", name=op.f("uq_comment_template_person_id_title")),
    )
    op.create_table(
        "forum_participation",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.Column("noted_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_forum_participation_enrolment_id")),
        sa.ForeignKeyConstraint(["noted_by"], ["person.id"], name=op.f("fk_forum_participation_noted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forum_participation")),
        sa.UniqueConstraint("enrolment_id", name=op.f("uq_forum_participation_enrolment_id")),
    )
    with op.batch_alter_table("forum_participation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_forum_participation_noted_by"), ["noted_by"], unique=False)

    op.create_table(
        "hours_entry",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column(
            "modality",
            sa.Enum(
                "e_learning", "in_person", "team", name="modality", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=True),
        sa.Column("type_id", sa.Uuid(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column(
            "source",
            sa.Enum("declared", "imported", name="source", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("source_key", sa.String(length=64), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "confirmed",
                "declared",
                "refused",
                name="entrystatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("declared_at", UtcDateTime(), nullable=False),
        sa.Column("declared_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("refusal", sa.String(length=500), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(source = 'imported') = (source_key IS NOT NULL)", name=op.f("ck_hours_entry_imported_line_is_known")
        ),
        sa.CheckConstraint(
            "(status = 'declared') = (settled_at IS NULL)", name=op.f("ck_hours_entry_settled_unless_declared")
        ),
        sa.CheckConstraint(
            "modality = 'e_learning' OR resource_id IS NULL", name=op.f("ck_hours_entry_resource_of_e_learning")
        ),
        sa.CheckConstraint("modality = 'team' OR type_id IS NULL", name=op.f("ck_hours_entry_tracer_of_team_work")),
        sa.CheckConstraint("modality IN ('e_learning', 'team')", name=op.f("ck_hours_entry_not_in_person")),
        sa.CheckConstraint("minutes > 0 AND minutes <= 6000", name=op.f("ck_hours_entry_some_minutes")),
        sa.ForeignKeyConstraint(["declared_by"], ["person.id"], name=op.f("fk_hours_entry_declared_by")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_hours_entry_enrolment_id")),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_hours_entry_module_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_hours_entry_resource_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["person.id"], name=op.f("fk_hours_entry_settled_by")),
        sa.ForeignKeyConstraint(["type_id"], ["tracer_type.id"], name=op.f("fk_hours_entry_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_entry")),
        sa.UniqueConstraint("enrolment_id", "source_key", name=op.f("uq_hours_entry_enrolment_id_source_key")),
    )
    with op.batch_alter_table("hours_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hours_entry_declared_by"), ["declared_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_hours_entry_enrolment_id"), ["enrolment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hours_entry_module_id"), ["module_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hours_entry_settled_by"), ["settled_by"], unique=False)
        batch_op.create_index(
            "uq_hours_entry_resource",
            ["enrolment_id", "resource_id"],
            unique=True,
            sqlite_where=sa.text("resource_id IS NOT NULL AND status <> 'refused'"),
            postgresql_where=sa.text("resource_id IS NOT NULL AND status <> 'refused'"),
        )

    op.create_table(
        "tracer",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("type_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "accepted",
                "deposited",
                "expected",
                "in_review",
                "quarantined",
                "to_revise",
                name="tracerstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("deposited_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(status = 'expected') = (deposited_at IS NULL)", name=op.f("ck_tracer_deposited_unless_expected")
        ),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_tracer_enrolment_id")),
        sa.ForeignKeyConstraint(["type_id"], ["tracer_type.id"], name=op.f("fk_tracer_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracer")),
        sa.UniqueConstraint("enrolment_id", "type_id", name=op.f("uq_tracer_enrolment_id_type_id")),
    )
    with op.batch_alter_table("tracer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tracer_enrolment_id"), ["enrolment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tracer_status"), ["status"], unique=False)
        batch_op.create_index(batch_op.f("ix_tracer_type_id"), ["type_id"], unique=False)

    op.create_table(
        "tracer_version",
        sa.Column("tracer_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("deposited_at", UtcDateTime(), nullable=True),
        sa.Column("deposited_by", sa.Uuid(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("no_patient_data", sa.Boolean(), nullable=False),
        sa.Column("elsewhere", sa.Boolean(), nullable=False),
        sa.Column("object_kind", sa.String(length=40), nullable=True),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("accepted_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(object_kind IS NULL) = (object_id IS NULL)", name=op.f("ck_tracer_version_whole_object")),
        sa.CheckConstraint(
            "accepted_at IS NULL OR deposited_at IS NOT NULL", name=op.f("ck_tracer_version_accepted_if_deposited")
        ),
        sa.CheckConstraint(
            "deposited_at IS NULL OR object_id IS NOT NULL OR elsewhere OR no_patient_data",
            name=op.f("ck_tracer_version_pledged"),
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_tracer_version_numbered_from_one")),
        sa.ForeignKeyConstraint(["deposited_by"], ["person.id"], name=op.f("fk_tracer_version_deposited_by")),
        sa.ForeignKeyConstraint(["tracer_id"], ["tracer.id"], name=op.f("fk_tracer_version_tracer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracer_version")),
        sa.UniqueConstraint("tracer_id", "number", name=op.f("uq_tracer_version_tracer_id_number")),
    )
    with op.batch_alter_table("tracer_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tracer_version_deposited_by"), ["deposited_by"], unique=False)
        batch_op.create_index(
            "uq_tracer_version_draft",
            ["tracer_id"],
            unique=True,
            sqlite_where=sa.text("deposited_at IS NULL"),
            postgresql_where=sa.text("deposited_at IS NULL"),
        )

    op.create_table(
        "tracer_file",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("concerns", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_tracer_file_file_id")),
        sa.ForeignKeyConstraint(["version_id"], ["tracer_version.id"], name=op.f("fk_tracer_file_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracer_file")),
        sa.UniqueConstraint("file_id", name=op.f("uq_tracer_file_file_id")),
        sa.UniqueConstraint("version_id", "key", name=op.f("uq_tracer_file_version_id_key")),
    )
    op.create_table(
        "tracer_quarantine",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("lifted_at", UtcDateTime(), nullable=True),
        sa.Column("erased_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "lifted_at IS NULL OR erased_at IS NULL", name=op.f("ck_tracer_quarantine_lifted_or_erased")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_tracer_quarantine_by_id")),
        sa.ForeignKeyConstraint(["version_id"], ["tracer_version.id"], name=op.f("fk_tracer_quarantine_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracer_quarantine")),
    )
    with op.batch_alter_table("tracer_quarantine", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tracer_quarantine_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tracer_quarantine_version_id"), ["version_id"], unique=False)
        batch_op.create_index(
            "uq_tracer_quarantine_live",
            ["version_id"],
            unique=True,
            sqlite_where=sa.text("lifted_at IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL"),
        )

    op.create_table(
        "tracer_review",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("annotated_id", sa.Uuid(), nullable=True),
        sa.Column(
            "decision",
            sa.Enum("accepted", "to_revise", name="decision", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_tracer_review_dated_when_decided")
        ),
        sa.ForeignKeyConstraint(["annotated_id"], ["stored_file.id"], name=op.f("fk_tracer_review_annotated_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["person.id"], name=op.f("fk_tracer_review_reviewer_id")),
        sa.ForeignKeyConstraint(["version_id"], ["tracer_version.id"], name=op.f("fk_tracer_review_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracer_review")),
        sa.UniqueConstraint("version_id", "reviewer_id", name=op.f("uq_tracer_review_version_id_reviewer_id")),
    )
    with op.batch_alter_table("tracer_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tracer_review_reviewer_id"), ["reviewer_id"], unique=False)
        batch_op.create_index(
            "uq_tracer_review_decision",
            ["version_id"],
            unique=True,
            sqlite_where=sa.text("decision IS NOT NULL"),
            postgresql_where=sa.text("decision IS NOT NULL"),
        )

    op.create_table(
        "upload_part",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("number >= 0 AND number < total", name=op.f("ck_upload_part_within_the_whole")),
        sa.ForeignKeyConstraint(["version_id"], ["tracer_version.id"], name=op.f("fk_upload_part_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload_part")),
        sa.UniqueConstraint("version_id", "key", "number", name=op.f("uq_upload_part_version_id_key_number")),
    )
    with op.batch_alter_table("upload_part", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_upload_part_received_at"), ["received_at"], unique=False)

    defend_accepted()


def downgrade() -> None:
    """Drop the tables."""
    if op.get_bind().dialect.name == "postgresql":
        for table in ("tracer", "tracer_version", "tracer_file"):
            for statement in ("no_change", "no_truncate"):
                op.execute(f"DROP TRIGGER {table}_{statement} ON {table}")
        op.execute("DROP TRIGGER tracer_version_no_words ON tracer_version")
        op.execute("DROP FUNCTION refuse_accepted_file_change()")
        op.execute("DROP FUNCTION refuse_accepted_change()")
    with op.batch_alter_table("upload_part", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_upload_part_received_at"))

    op.drop_table("upload_part")
    with op.batch_alter_table("tracer_review", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_tracer_review_decision",
            sqlite_where=sa.text("decision IS NOT NULL"),
            postgresql_where=sa.text("decision IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_tracer_review_reviewer_id"))

    op.drop_table("tracer_review")
    with op.batch_alter_table("tracer_quarantine", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_tracer_quarantine_live",
            sqlite_where=sa.text("lifted_at IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_tracer_quarantine_version_id"))
        batch_op.drop_index(batch_op.f("ix_tracer_quarantine_by_id"))

    op.drop_table("tracer_quarantine")
    op.drop_table("tracer_file")
    with op.batch_alter_table("tracer_version", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_tracer_version_draft",
            sqlite_where=sa.text("deposited_at IS NULL"),
            postgresql_where=sa.text("deposited_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_tracer_version_deposited_by"))

    op.drop_table("tracer_version")
    with op.batch_alter_table("tracer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tracer_type_id"))
        batch_op.drop_index(batch_op.f("ix_tracer_status"))
        batch_op.drop_index(batch_op.f("ix_tracer_enrolment_id"))

    op.drop_table("tracer")
    with op.batch_alter_table("hours_entry", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_hours_entry_resource",
            sqlite_where=sa.text("resource_id IS NOT NULL AND status <> 'refused'"),
            postgresql_where=sa.text("resource_id IS NOT NULL AND status <> 'refused'"),
        )
        batch_op.drop_index(batch_op.f("ix_hours_entry_settled_by"))
        batch_op.drop_index(batch_op.f("ix_hours_entry_module_id"))
        batch_op.drop_index(batch_op.f("ix_hours_entry_enrolment_id"))
        batch_op.drop_index(batch_op.f("ix_hours_entry_declared_by"))

    op.drop_table("hours_entry")
    with op.batch_alter_table("forum_participation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_forum_participation_noted_by"))

    op.drop_table("forum_participation")
    op.drop_table("comment_template")
