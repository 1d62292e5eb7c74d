"""Seminars, their half-days, and the calendars people subscribe to."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    Numeric,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.models import Person
from training.catalogue.enums import Provenance
from training.catalogue.models import Module, Variant
from training.cohorts.models import Cohort, CohortPart
from training.common import clock
from training.database import PERSON, Base, WithId
from training.seminars.enums import OFF, Alarm, Mode, SeminarKind, SeminarStatus, StaffRole

half_day_module = Table(
    "half_day_module",
    Base.metadata,
    Column("half_day_id", ForeignKey("half_day.id", ondelete="CASCADE"), primary_key=True),
    Column("module_id", ForeignKey("module.id"), primary_key=True, index=True),
)
"""What is taught."""

half_day_variant = Table(
    "half_day_variant",
    Base.metadata,
    Column("half_day_id", ForeignKey("half_day.id", ondelete="CASCADE"), primary_key=True),
    Column("variant_id", ForeignKey("variant.id"), primary_key=True, index=True),
)
"""Who is expected; a half-day without a row here concerns every variant (R36)."""


class Seminar(WithId, Base):
    """A gathering of a cohort, made of half-days (R34).

    ``sequence`` grows and ``changed_at`` moves with each act on the seminar as a whole; its
    half-days have their own. What a calendar is told is the sum of both, which only grows (R37).
    """

    __tablename__ = "seminar"
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    kind: Mapped[SeminarKind]
    title: Mapped[str] = mapped_column(String(120))
    status: Mapped[SeminarStatus] = mapped_column(default=SeminarStatus.PLANNED)
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    provenance: Mapped[Provenance]
    source: Mapped[str] = mapped_column(String(60), default="")
    taken_over: Mapped[bool] = mapped_column(default=False)
    """Brought in from a spreadsheet kept before the tool (R114)."""
    cohort: Mapped[Cohort] = relationship()
    half_days: Mapped[list["HalfDay"]] = relationship(
        back_populates="seminar", order_by="HalfDay.starts_at, HalfDay.id"
    )

    @property
    def parts(self) -> Sequence[CohortPart]:
        """The parts bodies play in its cohort: whence everyone’s rights on it (R95)."""
        return self.cohort.parts

    @property
    def is_off(self) -> bool:
        """Whether nothing takes place."""
        return self.status in OFF


class HalfDay(WithId, Base):
    """One stretch of a seminar, from ``starts_at`` to ``ends_at`` (R34, R115).

    ``credited_hours`` is set in the editions that credit hours one by one (R46); null = its length.
    ``uid`` never changes: it is how calendars recognise it.
    """

    __tablename__ = "half_day"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="ends_after_start"),
        CheckConstraint("credited_hours IS NULL OR credited_hours >= 0", name="credit_not_negative"),
    )
    seminar_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("seminar.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    mode: Mapped[Mode]
    place: Mapped[str] = mapped_column(String(120), default="")
    room: Mapped[str] = mapped_column(String(80), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    link: Mapped[str] = mapped_column(String(500), default="")
    guests_allowed: Mapped[bool] = mapped_column(default=False)
    credited_hours: Mapped[Decimal | None] = mapped_column(Numeric(4, 2))
    cancelled_at: Mapped[datetime | None]
    uid: Mapped[str] = mapped_column(String(80), unique=True, default=lambda: f"{uuid.uuid4()}@tesselle")
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    seminar: Mapped[Seminar] = relationship(back_populates="half_days")
    modules: Mapped[list[Module]] = relationship(secondary=half_day_module, order_by=Module.position)
    variants: Mapped[list[Variant]] = relationship(secondary=half_day_variant, order_by=Variant.position)
    staff: Mapped[list["HalfDayStaff"]] = relationship(
        back_populates="half_day", cascade="all, delete-orphan", order_by="HalfDayStaff.role, HalfDayStaff.id"
    )

    @property
    def is_off(self) -> bool:
        """Whether it does not take place."""
        return self.cancelled_at is not None or self.seminar.is_off

    @property
    def starts_on(self) -> date:
        """The day it takes place, in Paris."""
        return clock.in_paris(self.starts_at).date()

    @property
    def cohort(self) -> Cohort:
        """The cohort it belongs to."""
        return self.seminar.cohort

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence everyone’s rights on it."""
        return self.seminar.parts


class HalfDayStaff(WithId, Base):
    """A relay trainer or a speaker at a half-day."""

    __tablename__ = "half_day_staff"
    __table_args__ = (UniqueConstraint("half_day_id", "person_id"),)
    half_day_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("half_day.id"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    role: Mapped[StaffRole]
    half_day: Mapped[HalfDay] = relationship(back_populates="staff")
    person: Mapped[Person] = relationship()


class CalendarFeed(WithId, Base):
    """A calendar one subscribes to: a person’s own, or a cohort’s; one live at a time (R37).

    ``sealed_secret`` is the secret of its address, encrypted so that it can be shown again;
    ``secret_digest`` is how a request finds it. ``changed_at`` moves when its settings do.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (cohort_id IS NULL)", name="of_a_person_or_a_cohort"),
        Index(
            "uq_calendar_feed_person",
            "person_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
        Index(
            "uq_calendar_feed_cohort",
            "cohort_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    cohort_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cohort.id"))
    sealed_secret: Mapped[str] = mapped_column(Text())
    secret_digest: Mapped[str] = mapped_column(String(64), unique=True)
    alarms: Mapped[list[str]]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    revoked_at: Mapped[datetime | None]
    person: Mapped[Person | None] = relationship()
    cohort: Mapped[Cohort | None] = relationship()

    @property
    def reminders(self) -> tuple[Alarm, ...]:
        """Its alarms."""
        return tuple(Alarm(slug) for slug in self.alarms)


class FeedBody(Base):
    """What a feed answers, as it was last built: the file, for which version of what it shows, since when."""

    __tablename__ = "feed_body"
    feed_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("calendar_feed.id"), primary_key=True)
    version: Mapped[str] = mapped_column(String(64))
    changed_at: Mapped[datetime]
    body: Mapped[bytes] = mapped_column(LargeBinary)
