"""Threads of messages between a person and the body that follows her."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "mailing",
        sa.Column("body_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("chosen", sa.String(length=300), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("writer_name", sa.String(length=170), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing")),
    )
    op.create_index(op.f("ix_mailing_body_id"), "mailing", ["body_id"], unique=False)
    op.create_index(op.f("ix_mailing_written_at"), "mailing", ["written_at"], unique=False)
    op.create_table(
        "thread",
        sa.Column("subject_kind", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("person_name", sa.String(length=170), nullable=False),
        sa.Column("body_id", sa.Uuid(), nullable=False),
        sa.Column("body_name", sa.String(length=120), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("last_from_person_at", UtcDateTime(), nullable=True),
        sa.Column("last_from_body_at", UtcDateTime(), nullable=True),
        sa.Column("person_read_at", UtcDateTime(), nullable=True),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("subject_kind", "subject_id", name=op.f("pk_thread")),
    )
    op.create_index("ix_thread_body", "thread", ["body_id"], unique=False)
    op.create_index("ix_thread_person", "thread", ["person_id"], unique=False)
    op.create_table(
        "thread_message",
        sa.Column("subject_kind", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("person", "body", name="side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("author_name", sa.String(length=170), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("mailing_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("words <> ''", name=op.f("ck_thread_message_says_something")),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailing.id"], name=op.f("fk_thread_message_mailing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_message")),
    )
    op.create_index("ix_thread_message_subject", "thread_message", ["subject_kind", "subject_id"], unique=False)
    op.create_index(op.f("ix_thread_message_author_id"), "thread_message", ["author_id"], unique=False)
    op.create_index(op.f("ix_thread_message_mailing_id"), "thread_message", ["mailing_id"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("thread_message")
    op.drop_table("thread")
    op.drop_table("mailing")
