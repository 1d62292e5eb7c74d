"""Two records made one, and two records said to be two (R101)."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from training.common import clock
from training.common.twins import TwinKind
from training.database import PERSON, Base, WithId

STANDING = text("undone_at IS NULL")


class Merger(WithId, Base):
    """A record set aside for the one that is kept. ``changes`` is all that moved, value by value, so that it can be undone;
    it is emptied once that is no longer possible.
    """

    __tablename__ = "merger"
    __table_args__ = (
        CheckConstraint("kept_id <> merged_id", name="two_records"),
        CheckConstraint("undone_at IS NOT NULL OR undone_by IS NULL", name="undone_by_someone"),
        Index("uq_merger_standing", "merged_id", unique=True, sqlite_where=STANDING, postgresql_where=STANDING),
    )
    kind: Mapped[TwinKind]
    kept_id: Mapped[uuid.UUID] = mapped_column(index=True, info=PERSON)
    merged_id: Mapped[uuid.UUID] = mapped_column(info=PERSON)
    reason: Mapped[str] = mapped_column(String(500), default="")
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON(), default=list)
    done_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    done_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)


class KnownApart(Base):
    """Two records that look alike and are two: no longer proposed. ``first_id`` is the lower of the two ids."""

    __tablename__ = "known_apart"
    __table_args__ = (CheckConstraint("first_id < second_id", name="in_order"),)
    first_id: Mapped[uuid.UUID] = mapped_column(primary_key=True, info=PERSON)
    second_id: Mapped[uuid.UUID] = mapped_column(primary_key=True, info=PERSON)
    kind: Mapped[TwinKind]
    said_at: Mapped[datetime] = mapped_column(default=clock.now)
    said_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
