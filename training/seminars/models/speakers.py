"""Outside speakers a carrier knows: entered once, chosen again at each half-day (R34, R123)."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.models import Person
from training.common import clock
from training.database import PERSON, Base, WithId


class Speaker(WithId, Base):
    """Someone from outside who speaks at a carrier’s half-days; ``removed_at``: no longer proposed, kept where she spoke."""

    __tablename__ = "speaker"
    __table_args__ = (UniqueConstraint("organisation_id", "person_id"),)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    quality: Mapped[str] = mapped_column(String(160), default="")
    entered_at: Mapped[datetime] = mapped_column(default=clock.now)
    removed_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()
