"""The team's letter by a link, and what a call has its signer undertake."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, then the table."""
    op.execute("ALTER TABLE piece_requirement ADD COLUMN statement TEXT NOT NULL DEFAULT ''")
    op.execute("UPDATE piece_requirement SET provided_by = 'structure' WHERE code = 'lettre-engagement'")
    op.create_table(
        "letter_request",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("requirement_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "waiting",
                "signed",
                "declined",
                "withdrawn",
                name="letterstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("signer_name", sa.String(length=120), nullable=False),
        sa.Column("signer_function", sa.String(length=120), nullable=False),
        sa.Column("has_capacity", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("piece_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(status = 'waiting') = (answered_at IS NULL)", name=op.f("ck_letter_request_answered_unless_waiting")
        ),
        sa.CheckConstraint(
            "status <> 'signed' OR (piece_id IS NOT NULL AND has_capacity AND signer_name <> '')",
            name=op.f("ck_letter_request_signed_by_someone_entitled"),
        ),
        sa.CheckConstraint("status <> 'declined' OR reason <> ''", name=op.f("ck_letter_request_reason_if_declined")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_letter_request_application_id")),
        sa.ForeignKeyConstraint(
            ["requirement_id"], ["piece_requirement.id"], name=op.f("fk_letter_request_requirement_id")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_letter_request_asked_by")),
        sa.ForeignKeyConstraint(["piece_id"], ["piece.id"], name=op.f("fk_letter_request_piece_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_request")),
        sa.UniqueConstraint("piece_id", name=op.f("uq_letter_request_piece_id")),
    )
    op.create_index(op.f("ix_letter_request_application_id"), "letter_request", ["application_id"], unique=False)
    op.create_index(
        "uq_letter_request_waiting",
        "letter_request",
        ["application_id", "requirement_id"],
        unique=True,
        sqlite_where=sa.text("status = 'waiting'"),
        postgresql_where=sa.text("status = 'waiting'"),
    )


def downgrade() -> None:
    """Drop the table, then the columns."""
    op.drop_table("letter_request")
    op.execute("ALTER TABLE piece_requirement DROP COLUMN statement")
