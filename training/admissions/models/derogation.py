"""The decision on a derogation, and the condition it puts on the admission (R7)."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.admissions.models.application import Application
from training.common import clock
from training.database import PERSON, Base


class Derogation(Base):
    """What was decided of a file whose applicant is being recruited.

    Granted, the admission holds if the proof of her recruitment comes: she may not attend from ``due_on`` on without it.
    ``met_at`` is when the proof was received, ``met_note`` what it was; ``reminded_at`` when she was told that it lacks.
    """

    __tablename__ = "derogation"
    __table_args__ = (
        CheckConstraint("granted = (due_on IS NOT NULL)", name="due_if_granted"),
        CheckConstraint("granted OR reason <> ''", name="reason_if_refused"),
        CheckConstraint("granted OR met_at IS NULL", name="met_only_if_granted"),
        CheckConstraint("(met_at IS NULL) = (met_by IS NULL)", name="met_by_someone"),
    )
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), primary_key=True)
    granted: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text(), default="")
    due_on: Mapped[date | None]
    decided_at: Mapped[datetime] = mapped_column(default=clock.now)
    decided_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), info=PERSON)
    met_at: Mapped[datetime | None]
    met_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    met_note: Mapped[str] = mapped_column(Text(), default="")
    reminded_at: Mapped[datetime | None]
    application: Mapped[Application] = relationship(back_populates="derogation")
