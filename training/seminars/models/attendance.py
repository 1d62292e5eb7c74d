"""Attendance sheets and what stands on them (R39–R41, R43, R115, R116).

An entry is never changed nor deleted: a later word on the same person is a new entry that names the one it
corrects. Once the sheet is locked, the database itself refuses any change of it, and takes a new entry only with
a reason (triggers of the migration, on both engines). What may have to be forgotten (a drawn signature, a guest’s
name) stands in side tables; its digest stays in the entry.
"""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.models import Person
from training.cohorts.models import Cohort, CohortPart, Enrolment
from training.common import clock
from training.common.files import StoredFile
from training.database import PERSON, Base, WithId
from training.seminars.enums import AbsenceKind, Presence, SheetStatus, SigningMethod
from training.seminars.models.seminars import HalfDay


class AttendanceSheet(WithId, Base):
    """The sheet of one half-day: opened, signed, then locked by the trainer’s countersignature (R40).

    ``version`` grows with each entry while it is open: it answers the screens that watch it. ``tag`` begins the
    short codes that lead to it. ``content`` is what it says of the half-day at the lock, as it was then, and
    ``content_hash`` seals that content with the entries.
    """

    __tablename__ = "attendance_sheet"
    __table_args__ = (
        CheckConstraint("(status = 'to_open') = (opened_at IS NULL)", name="opened_once"),
        CheckConstraint("(status = 'locked') = (locked_at IS NOT NULL)", name="locked_once"),
        CheckConstraint("(locked_at IS NULL) = (content_hash IS NULL)", name="sealed_when_locked"),
        CheckConstraint("locked_at IS NULL OR locked_by IS NOT NULL OR locked_link IS NOT NULL", name="countersigned"),
    )
    half_day_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("half_day.id"), unique=True)
    status: Mapped[SheetStatus] = mapped_column(default=SheetStatus.TO_OPEN)
    version: Mapped[int] = mapped_column(default=1)
    tag: Mapped[str] = mapped_column(String(8), unique=True)
    opened_at: Mapped[datetime | None]
    opened_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    locked_at: Mapped[datetime | None]
    locked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    locked_link: Mapped[uuid.UUID | None]
    locked_name: Mapped[str] = mapped_column(String(170), default="")
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    content_hash: Mapped[str | None] = mapped_column(String(64))
    taken_over: Mapped[bool] = mapped_column(default=False)
    """Its presences come from a spreadsheet kept before the tool; its seal says so too (R114)."""
    half_day: Mapped[HalfDay] = relationship()
    entries: Mapped[list["AttendanceEntry"]] = relationship(
        back_populates="sheet", order_by="AttendanceEntry.recorded_at, AttendanceEntry.id"
    )

    @property
    def cohort(self) -> Cohort:
        """The cohort of its half-day."""
        return self.half_day.cohort

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence everyone’s rights on it (R95)."""
        return self.half_day.parts

    @property
    def is_locked(self) -> bool:
        """Whether nothing on it changes any more."""
        return self.status is SheetStatus.LOCKED


class SheetGuest(WithId, Base):
    """Someone of a learner’s team who came to a half-day open to teams; her name may be forgotten (R117)."""

    __tablename__ = "sheet_guest"
    __table_args__ = (UniqueConstraint("sheet_id", "name_key"),)
    sheet_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attendance_sheet.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(250))
    body: Mapped[str] = mapped_column(String(160), default="")


class AttendanceEntry(WithId, Base):
    """What the sheet says of one learner or guest, once; corrected only by another entry (R40).

    ``hours`` is how long she stayed, for a partial presence (R115). ``once`` is the key under which a signature
    sent again is recognised. ``device`` is the digest of the device that signed, for this sheet only: it tells
    that one phone signed for two, and nothing else. ``digest`` seals all of it.
    """

    __tablename__ = "attendance_entry"
    __table_args__ = (
        CheckConstraint("(enrolment_id IS NULL) <> (guest_id IS NULL)", name="of_a_learner_or_a_guest"),
        CheckConstraint("(status = 'partial') = (hours IS NOT NULL)", name="hours_if_partial"),
        CheckConstraint("hours IS NULL OR hours > 0", name="some_hours"),
        CheckConstraint("(status = 'excused') = (absence_kind IS NOT NULL)", name="excused_for_a_kind"),
        Index(
            "uq_attendance_entry_learner",
            "sheet_id",
            "enrolment_id",
            unique=True,
            sqlite_where=text("corrects_id IS NULL AND enrolment_id IS NOT NULL"),
            postgresql_where=text("corrects_id IS NULL AND enrolment_id IS NOT NULL"),
        ),
        Index(
            "uq_attendance_entry_guest",
            "guest_id",
            unique=True,
            sqlite_where=text("corrects_id IS NULL AND guest_id IS NOT NULL"),
            postgresql_where=text("corrects_id IS NULL AND guest_id IS NOT NULL"),
        ),
    )
    sheet_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attendance_sheet.id"), index=True)
    enrolment_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("enrolment.id"), index=True)
    guest_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("sheet_guest.id"))
    status: Mapped[Presence]
    hours: Mapped[Decimal | None] = mapped_column(Numeric(4, 2))
    absence_kind: Mapped[AbsenceKind | None]
    method: Mapped[SigningMethod]
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
    recorded_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    link_id: Mapped[uuid.UUID | None]
    once: Mapped[str | None] = mapped_column(String(64), unique=True)
    device: Mapped[str | None] = mapped_column(String(64))
    mark_digest: Mapped[str | None] = mapped_column(String(64))
    reason_digest: Mapped[str | None] = mapped_column(String(64))
    corrects_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("attendance_entry.id"), unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    sheet: Mapped[AttendanceSheet] = relationship(back_populates="entries")
    enrolment: Mapped[Enrolment | None] = relationship()
    guest: Mapped[SheetGuest | None] = relationship()


class EntryMark(Base):
    """The signature someone drew: the path of her finger, as SVG path data. Retention may empty it."""

    __tablename__ = "entry_mark"
    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attendance_entry.id"), primary_key=True)
    strokes: Mapped[str] = mapped_column(Text())


class AbsenceNotice(WithId, Base):
    """A learner says beforehand that she will not come, and of what kind the reason is (R43)."""

    __tablename__ = "absence_notice"
    __table_args__ = (UniqueConstraint("half_day_id", "enrolment_id"),)
    half_day_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("half_day.id"), index=True)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    kind: Mapped[AbsenceKind]
    announced_at: Mapped[datetime] = mapped_column(default=clock.now)
    withdrawn_at: Mapped[datetime | None]
    half_day: Mapped[HalfDay] = relationship()
    enrolment: Mapped[Enrolment] = relationship()


class AttendanceWaiver(WithId, Base):
    """The school dispenses a learner from a half-day; transcribed with its proof while it is outside the tool (R96)."""

    __tablename__ = "attendance_waiver"
    __table_args__ = (
        UniqueConstraint("half_day_id", "enrolment_id"),
        CheckConstraint("NOT transcribed OR evidence_id IS NOT NULL", name="evidence_if_transcribed"),
    )
    half_day_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("half_day.id"), index=True)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    decided_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
    recorded_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    transcribed: Mapped[bool] = mapped_column(default=False)
    evidence_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    half_day: Mapped[HalfDay] = relationship()
    enrolment: Mapped[Enrolment] = relationship()
    evidence: Mapped[StoredFile | None] = relationship()


class MakeUp(WithId, Base):
    """A missed half-day made up elsewhere: the learner is invited on another sheet, and credited for the missed one (R116)."""

    __tablename__ = "make_up"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "missed_id"),
        UniqueConstraint("enrolment_id", "invited_id"),
        CheckConstraint("missed_id <> invited_id", name="elsewhere"),
    )
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"))
    missed_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("half_day.id"), index=True)
    invited_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("half_day.id"), index=True)
    arranged_at: Mapped[datetime] = mapped_column(default=clock.now)
    arranged_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    enrolment: Mapped[Enrolment] = relationship()
    missed: Mapped[HalfDay] = relationship(foreign_keys=[missed_id])
    invited: Mapped[HalfDay] = relationship(foreign_keys=[invited_id])
    arranger: Mapped[Person | None] = relationship()


class CarriedPresence(WithId, Base):
    """What a learner followed of a module in the cohort she left, for the module it counts for here (R116).

    ``followed`` of the ``planned`` half-days, worth ``credited`` of them since some were followed in part (R115). Without
    ``module_id``: the half-days that name none. It is turned into half-days of her cohort when it is read, so that those
    planned later count too.
    """

    __tablename__ = "carried_presence"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "module_id"),
        CheckConstraint(
            "followed > 0 AND followed <= planned AND credited >= 0 AND credited <= followed", name="part_of_a_whole"
        ),
    )
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"))
    module_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("module.id"))
    followed: Mapped[int]
    planned: Mapped[int]
    credited: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    enrolment: Mapped[Enrolment] = relationship()
