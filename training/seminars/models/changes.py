"""What people last knew of a half-day: changes not told yet, invitations sent, who wants which (R37, R120); and rooms."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.models import Person
from training.common import clock
from training.database import PERSON, Base, WithId
from training.seminars.models.seminars import HalfDay


class ScheduleChange(Base):
    """A half-day that changed since people were told of it: what they know; one row, whatever the number of changes.

    ``existed`` false: they know nothing of it. ``variants``, ``staff`` and ``modules`` are the ids of those who were
    expected and of what was taught.
    """

    __tablename__ = "schedule_change"
    half_day_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("half_day.id"), primary_key=True)
    noted_at: Mapped[datetime] = mapped_column(default=clock.now)
    touched_at: Mapped[datetime] = mapped_column(default=clock.now)
    existed: Mapped[bool]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(600))
    off: Mapped[bool]
    variants: Mapped[list[str]]
    staff: Mapped[list[str]]
    modules: Mapped[list[str]]
    half_day: Mapped[HalfDay] = relationship()


class CalendarInvitation(WithId, Base):
    """What the last invitation sent to a person said of a half-day; its sequence only grows."""

    __tablename__ = "calendar_invitation"
    __table_args__ = (UniqueConstraint("half_day_id", "person_id"),)
    half_day_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("half_day.id"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    sequence: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(600))
    summary: Mapped[str] = mapped_column(Text)
    cancelled: Mapped[bool] = mapped_column(default=False)
    sent_at: Mapped[datetime] = mapped_column(default=clock.now)
    person: Mapped[Person] = relationship()


class CalendarChoice(WithId, Base):
    """Whether a person wants each confirmed half-day as an invitation by mail; none: unless she subscribes to a feed."""

    __tablename__ = "calendar_choice"
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), unique=True, info=PERSON)
    invitations: Mapped[bool]
    chosen_at: Mapped[datetime] = mapped_column(default=clock.now)


class InvitationRound(Base):
    """The version of a cohort’s calendar for which every invitation has been sent."""

    __tablename__ = "invitation_round"
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    version: Mapped[int]


class Venue(WithId, Base):
    """A room a carrier knows: how one gets there, how many it holds; null = to be confirmed."""

    __tablename__ = "venue"
    __table_args__ = (
        UniqueConstraint("organisation_id", "place", "room"),
        CheckConstraint("capacity IS NULL OR capacity > 0", name="holds_someone"),
    )
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    place: Mapped[str] = mapped_column(String(120))
    room: Mapped[str] = mapped_column(String(80), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    access: Mapped[str] = mapped_column(Text, default="")
    capacity: Mapped[int | None]
