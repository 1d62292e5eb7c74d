"""Individual meetings: slots a relay trainer opens, one learner each (R119)."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.models import Person
from training.cohorts.models import Cohort, CohortPart, Enrolment, FollowUpNote
from training.common import clock
from training.database import PERSON, Base, WithId


class MeetingStatus(StrEnum):
    """Where a slot stands."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    FREE = "free"
    HELD = "held"
    MISSED = "missed"

    @property
    def label(self) -> str:
        """French name."""
        return {
            MeetingStatus.BOOKED: "pris",
            MeetingStatus.CANCELLED: "annulé",
            MeetingStatus.FREE: "libre",
            MeetingStatus.HELD: "tenu",
            MeetingStatus.MISSED: "manqué",
        }[self]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {
            MeetingStatus.BOOKED: "progress",
            MeetingStatus.CANCELLED: "neutral",
            MeetingStatus.FREE: "waiting",
            MeetingStatus.HELD: "done",
            MeetingStatus.MISSED: "refused",
        }[self]


class MeetingAct(StrEnum):
    """What happens to a slot."""

    BOOK = "book"
    CANCEL = "cancel"
    HOLD = "hold"
    MISS = "miss"

    @property
    def label(self) -> str:
        """What the button says."""
        return {
            MeetingAct.BOOK: "Prendre ce rendez-vous",
            MeetingAct.CANCEL: "Annuler ce rendez-vous",
            MeetingAct.HOLD: "Le rendez-vous s’est tenu",
            MeetingAct.MISS: "La personne n’est pas venue",
        }[self]


TAKEN: Final = (MeetingStatus.BOOKED, MeetingStatus.HELD, MeetingStatus.MISSED)
"""A learner holds the slot."""


class MeetingSlot(WithId, Base):
    """A time a trainer offers to the learners she follows in a cohort, or to one of them (``offered_to_id``).

    One learner holds it (``enrolment_id``). A booking given up stays, cancelled, under its calendar uid; the time is
    offered again as another slot. ``sequence`` grows with each change that calendars show.
    """

    __tablename__ = "meeting_slot"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="ends_after_it_starts"),
        CheckConstraint("status NOT IN ('booked', 'held', 'missed') OR enrolment_id IS NOT NULL", name="held_by_one"),
        CheckConstraint("status <> 'free' OR enrolment_id IS NULL", name="free_of_all"),
        CheckConstraint("place <> '' OR link <> ''", name="somewhere"),
        Index(
            "uq_meeting_slot_at_once",
            "trainer_id",
            "starts_at",
            unique=True,
            sqlite_where=text("status <> 'cancelled'"),
            postgresql_where=text("status <> 'cancelled'"),
        ),
    )
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    trainer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(200), default="")
    link: Mapped[str] = mapped_column(String(300), default="")
    offered_to_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("enrolment.id"))
    enrolment_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("enrolment.id"), index=True)
    status: Mapped[MeetingStatus] = mapped_column(default=MeetingStatus.FREE)
    topic: Mapped[str] = mapped_column(String(300), default="")
    note_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("follow_up_note.id"))
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    cohort: Mapped[Cohort] = relationship()
    trainer: Mapped[Person] = relationship()
    enrolment: Mapped[Enrolment | None] = relationship(foreign_keys=[enrolment_id])
    offered_to: Mapped[Enrolment | None] = relationship(foreign_keys=[offered_to_id])
    note: Mapped[FollowUpNote | None] = relationship()

    @property
    def parts(self) -> Sequence[CohortPart]:
        """The parts bodies play in its cohort: whence everyone’s rights on it (R95)."""
        return self.cohort.parts

    @property
    def uid(self) -> str:
        """What names it in calendars, whatever changes."""
        return f"rendez-vous-{self.id}@tesselle"

    @property
    def where(self) -> str:
        """Where it takes place: the place, or the video link."""
        return self.place or self.link

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)
