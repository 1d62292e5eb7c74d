"""Ground floor: journal, access notes, links, files, mails, sweeps; the journal is defended by the database."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


SQLITE_DEFENCE = (
    "CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
    "CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
)

POSTGRESQL_DEFENCE = (
    (
        "CREATE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$"
    ),
    (
        "CREATE TRIGGER event_no_change BEFORE UPDATE OR DELETE ON event "
        "FOR EACH ROW EXECUTE FUNCTION refuse_journal_change()"
    ),
    (
        "CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON event "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal_change()"
    ),
)


def defend_journal() -> None:
    """Make the database refuse any change to what was written; call it again after a rebuild of the table."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_DEFENCE if sqlite else POSTGRESQL_DEFENCE:
        op.execute(statement)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "access_link",
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("bearer_id", sa.Uuid(), nullable=True),
        sa.Column("bearer_email", sa.String(length=254), nullable=True),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("uses_left", sa.Integer(), nullable=True),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("next_address", sa.String(length=500), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_link")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_access_link_secret_hash")),
    )
    with op.batch_alter_table("access_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_link_bearer_id"), ["bearer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_link_purpose"), ["purpose"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_link_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "access_note",
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("reader_id", sa.Uuid(), nullable=True),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_note")),
    )
    with op.batch_alter_table("access_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_note_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_note_reader_id"), ["reader_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_note_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "event",
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("on_behalf_of", sa.Uuid(), nullable=True),
        sa.Column("subject_kind", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("text_digest", sa.String(length=64), nullable=True),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint(
            "subject_kind", "subject_id", "position", name=op.f("uq_event_subject_kind_subject_id_position")
        ),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_kind"), ["kind"], unique=False)

    op.create_table(
        "held_form",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_held_form")),
    )
    with op.batch_alter_table("held_form", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_held_form_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_held_form_person_id"), ["person_id"], unique=False)

    op.create_table(
        "outgoing_mail",
        sa.Column("message", sa.String(length=80), nullable=False),
        sa.Column(
            "urgency",
            sa.Enum(
                "asked", "prompt", "daily", name="mailurgency", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "queued",
                "sending",
                "sent",
                "grouped",
                "failed",
                "uncertain",
                "given_up",
                name="mailstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("to_person_id", sa.Uuid(), nullable=True),
        sa.Column("to_email", sa.String(length=254), nullable=False),
        sa.Column("to_name", sa.String(length=200), nullable=False),
        sa.Column("reply_to", sa.String(length=254), nullable=True),
        sa.Column("subject", sa.String(length=250), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("calendar", sa.LargeBinary(), nullable=True),
        sa.Column("path", sa.String(length=500), nullable=True),
        sa.Column("about_kind", sa.String(length=60), nullable=True),
        sa.Column("about_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("send_after", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("failure", sa.String(length=300), nullable=True),
        sa.Column("grouped_on", sa.Date(), nullable=True),
        sa.Column("grouped_into_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(status = 'grouped') = (grouped_into_id IS NOT NULL)", name=op.f("ck_outgoing_mail_grouped_into_a_mail")
        ),
        sa.CheckConstraint(
            "(status = 'sending') = (lease_until IS NOT NULL)", name=op.f("ck_outgoing_mail_sending_under_a_lease")
        ),
        sa.CheckConstraint(
            "(status = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_outgoing_mail_sent_at_an_instant")
        ),
        sa.CheckConstraint(
            "text <> '' OR status IN ('sent', 'grouped', 'given_up')", name=op.f("ck_outgoing_mail_words_until_settled")
        ),
        sa.CheckConstraint("urgency <> 'daily' OR path IS NOT NULL", name=op.f("ck_outgoing_mail_daily_has_a_link")),
        sa.CheckConstraint("(about_kind IS NULL) = (about_id IS NULL)", name=op.f("ck_outgoing_mail_about_one_thing")),
        sa.ForeignKeyConstraint(
            ["grouped_into_id"], ["outgoing_mail.id"], name=op.f("fk_outgoing_mail_grouped_into_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_mail")),
        sa.UniqueConstraint("to_email", "grouped_on", name=op.f("uq_outgoing_mail_to_email_grouped_on")),
    )
    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.create_index("ix_outgoing_mail_about", ["about_kind", "about_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outgoing_mail_grouped_into_id"), ["grouped_into_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outgoing_mail_to_person_id"), ["to_person_id"], unique=False)
        batch_op.create_index("ix_outgoing_mail_waiting", ["status", "send_after"], unique=False)

    op.create_table(
        "sent_form",
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("location", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sent_form")),
    )
    with op.batch_alter_table("sent_form", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sent_form_at"), ["at"], unique=False)

    op.create_table(
        "stored_file",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("original_name", sa.String(length=120), nullable=False),
        sa.Column("use", sa.String(length=60), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("subject_kind", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("deposited_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("erased_at", UtcDateTime(), nullable=True),
        sa.Column(
            "erased_for",
            sa.Enum(
                "retention",
                "request",
                "quarantine",
                name="erasure",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(erased_at IS NULL) = (erased_for IS NULL)", name=op.f("ck_stored_file_erased_for_a_reason")
        ),
        sa.CheckConstraint("pages IS NULL OR pages > 0", name=op.f("ck_stored_file_has_pages")),
        sa.CheckConstraint("size > 0", name=op.f("ck_stored_file_has_content")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
    )
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stored_file_deposited_by"), ["deposited_by"], unique=False)
        batch_op.create_index("ix_stored_file_subject", ["subject_kind", "subject_id"], unique=False)

    op.create_table(
        "sweep_run",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("leased_by", sa.String(length=120), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(length=300), nullable=True),
        sa.CheckConstraint("(failures = 0) = (failure IS NULL)", name=op.f("ck_sweep_run_failure_is_told")),
        sa.CheckConstraint("(lease_until IS NULL) = (leased_by IS NULL)", name=op.f("ck_sweep_run_lease_has_a_holder")),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_sweep_run_counts_failures")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sweep_run")),
    )
    op.create_table(
        "try_count",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("window_start", UtcDateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "window_start", name=op.f("pk_try_count")),
    )
    op.create_table(
        "event_text",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_text_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_text")),
    )
    defend_journal()


def downgrade() -> None:
    """Drop the tables."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER event_no_truncate ON event")
        op.execute("DROP TRIGGER event_no_change ON event")
        op.execute("DROP FUNCTION refuse_journal_change()")
    op.drop_table("event_text")
    op.drop_table("try_count")
    op.drop_table("sweep_run")
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.drop_index("ix_stored_file_subject")
        batch_op.drop_index(batch_op.f("ix_stored_file_deposited_by"))

    op.drop_table("stored_file")
    with op.batch_alter_table("sent_form", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sent_form_at"))

    op.drop_table("sent_form")
    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.drop_index("ix_outgoing_mail_waiting")
        batch_op.drop_index(batch_op.f("ix_outgoing_mail_to_person_id"))
        batch_op.drop_index(batch_op.f("ix_outgoing_mail_grouped_into_id"))
        batch_op.drop_index("ix_outgoing_mail_about")

    op.drop_table("outgoing_mail")
    with op.batch_alter_table("held_form", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_held_form_person_id"))
        batch_op.drop_index(batch_op.f("ix_held_form_at"))

    op.drop_table("held_form")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_kind"))
        batch_op.drop_index(batch_op.f("ix_event_at"))
        batch_op.drop_index(batch_op.f("ix_event_actor_id"))

    op.drop_table("event")
    with op.batch_alter_table("access_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_access_note_subject_id"))
        batch_op.drop_index(batch_op.f("ix_access_note_reader_id"))
        batch_op.drop_index(batch_op.f("ix_access_note_at"))

    op.drop_table("access_note")
    with op.batch_alter_table("access_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_access_link_subject_id"))
        batch_op.drop_index(batch_op.f("ix_access_link_purpose"))
        batch_op.drop_index(batch_op.f("ix_access_link_bearer_id"))

    op.drop_table("access_link")
