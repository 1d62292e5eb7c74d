"""Days of defences: their rooms and their slots (R64)."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.cohorts.models import Cohort, CohortPart, Enrolment
from training.common import clock
from training.database import PERSON, Base, WithId
from training.defences.models.juries import JurySeat
from training.defences.models.memoires import Memoire
from training.defences.models.minutes import Minutes

LIVE_SQL = "memoire_id IS NOT NULL AND published_at IS NULL"


class DefenceDay(WithId, Base):
    """A day on which a cohort defends its mémoires. Jurors read those they judge from ``opens_on`` on; null = at once."""

    __tablename__ = "defence_day"
    __table_args__ = (
        UniqueConstraint("cohort_id", "held_on", "place"),
        CheckConstraint("opens_on IS NULL OR opens_on <= held_on", name="opens_before"),
    )
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    held_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(200), default="")
    access: Mapped[str] = mapped_column(Text(), default="")
    opens_on: Mapped[date | None]
    cohort: Mapped[Cohort] = relationship()
    rooms: Mapped[list["DefenceRoom"]] = relationship(
        back_populates="day", order_by="DefenceRoom.position, DefenceRoom.id"
    )
    slots: Mapped[list["DefenceSlot"]] = relationship(
        back_populates="day", order_by="DefenceSlot.starts_at, DefenceSlot.id"
    )

    @property
    def parts(self) -> Sequence[CohortPart]:
        """The parts bodies play in its cohort: whence everyone’s rights on it (R95)."""
        return self.cohort.parts

    @property
    def is_open(self) -> bool:
        """Whether its jurors may read."""
        return self.opens_on is None or self.opens_on <= clock.today()


class DefenceRoom(WithId, Base):
    """A room of a day."""

    __tablename__ = "defence_room"
    __table_args__ = (UniqueConstraint("day_id", "name"),)
    day_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("defence_day.id"))
    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(default=0)
    day: Mapped[DefenceDay] = relationship(back_populates="rooms")


class DefenceSlot(WithId, Base):
    """A time in a room, free or given to a mémoire: its defence, judged by ``seats``, concluded by ``minutes``.

    A room’s start and a mémoire’s defence to come are unique. ``changed_at`` moves with what its people must know;
    ``convoked_at`` is when they were last told. ``deliberation_at``: the jury compares what each wrote.
    ``published_at``: the learner was told; a defence that comes after, another slot, is her second.
    """

    __tablename__ = "defence_slot"
    __table_args__ = (
        UniqueConstraint("room_id", "starts_at"),
        CheckConstraint("starts_at < ends_at", name="ends_after"),
        CheckConstraint("published_at IS NULL OR memoire_id IS NOT NULL", name="published_of_someone"),
        CheckConstraint(
            "(corrections_accepted_at IS NULL) OR (published_at IS NOT NULL)", name="corrected_once_published"
        ),
        Index(
            "uq_defence_slot_live",
            "memoire_id",
            unique=True,
            sqlite_where=text(LIVE_SQL),
            postgresql_where=text(LIVE_SQL),
        ),
    )
    day_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("defence_day.id"), index=True)
    room_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("defence_room.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    memoire_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("memoire.id"), index=True)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    convoked_at: Mapped[datetime | None]
    deliberation_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    corrections_accepted_at: Mapped[datetime | None]
    corrections_accepted_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)

    day: Mapped[DefenceDay] = relationship(back_populates="slots")
    room: Mapped[DefenceRoom] = relationship()
    memoire: Mapped[Memoire | None] = relationship(back_populates="slots")
    seats: Mapped[list[JurySeat]] = relationship(back_populates="slot", order_by="JurySeat.position, JurySeat.id")
    minutes: Mapped[Minutes | None] = relationship(back_populates="slot")

    @property
    def cohort(self) -> Cohort:
        """The cohort."""
        return self.day.cohort

    @property
    def parts(self) -> Sequence[CohortPart]:
        """The parts bodies play in its cohort: whence everyone’s rights on it (R95)."""
        return self.day.cohort.parts

    @property
    def enrolment(self) -> Enrolment | None:
        """The learner who defends; null while it is free."""
        return self.memoire.enrolment if self.memoire is not None else None

    @property
    def sitting(self) -> list[JurySeat]:
        """Those who judge, in the order of the bodies, without those replaced."""
        return sorted((seat for seat in self.seats if seat.ended_at is None), key=lambda seat: seat.position)
