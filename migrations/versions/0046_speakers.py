"""Outside speakers a carrier knows (R34, R123)."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "speaker",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("quality", sa.String(length=160), nullable=False),
        sa.Column("entered_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_speaker_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_speaker_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker")),
        sa.UniqueConstraint("organisation_id", "person_id", name=op.f("uq_speaker_organisation_id_person_id")),
    )
    op.create_index(op.f("ix_speaker_person_id"), "speaker", ["person_id"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("speaker")
