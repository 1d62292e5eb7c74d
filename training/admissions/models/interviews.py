"""When interviews may be held, and the time they take: nobody is in two at once (R26)."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.models import Person
from training.admissions.models.call import Call
from training.admissions.models.selection import Interview
from training.common import clock
from training.database import PERSON, Base, WithId


class InterviewSlot(WithId, Base):
    """A time an interviewer proposes on a call; ``interview`` null = free."""

    __tablename__ = "interview_slot"
    __table_args__ = (CheckConstraint("minutes > 0", name="minutes_positive"),)
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"), index=True)
    interviewer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    starts_at: Mapped[datetime]
    minutes: Mapped[int] = mapped_column(default=30)
    link: Mapped[str | None] = mapped_column(String(300))
    proposed_at: Mapped[datetime] = mapped_column(default=clock.now)
    interview_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("interview.id"), unique=True)
    call: Mapped[Call] = relationship()
    interviewer: Mapped[Person] = relationship()
    interview: Mapped[Interview | None] = relationship()

    @property
    def parts(self) -> list[object]:
        """The parts bodies play in its call."""
        return list(self.call.parts)


class BookedTime(WithId, Base):
    """Five minutes of a person's time, taken by an interview or a slot she proposes.

    A person's five minutes are unique: the database itself refuses an interview that overlaps another of hers (R26).
    """

    __tablename__ = "booked_time"
    __table_args__ = (
        UniqueConstraint("person_id", "at"),
        CheckConstraint("(interview_id IS NULL) <> (slot_id IS NULL)", name="of_an_interview_or_a_slot"),
    )
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), info=PERSON)
    at: Mapped[datetime]
    interview_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("interview.id"), index=True)
    slot_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("interview_slot.id"), index=True)
