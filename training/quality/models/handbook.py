"""What a cohort gives its learners to read before the launch, and who has read it (R123)."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.cohorts.models import Cohort, CohortPart, Enrolment
from training.common import clock
from training.common.files import StoredFile
from training.database import PERSON, Base, WithId
from training.quality.enums import HandbookKind


class Handbook(WithId, Base):
    """One version of the livret d’accueil or of the règlement intérieur of a cohort; the last one is in force."""

    __tablename__ = "handbook"
    __table_args__ = (
        UniqueConstraint("cohort_id", "kind", "version"),
        CheckConstraint("version > 0", name="numbered_from_one"),
    )
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    kind: Mapped[HandbookKind]
    version: Mapped[int]
    changes: Mapped[str] = mapped_column(String(500), default="")
    file_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stored_file.id"))
    published_at: Mapped[datetime] = mapped_column(default=clock.now)
    published_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    cohort: Mapped[Cohort] = relationship()
    file: Mapped[StoredFile] = relationship()

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence everyone’s rights on it."""
        return self.cohort.parts


class ReadReceipt(WithId, Base):
    """A learner says that she has read a version, once; the instant is kept as proof."""

    __tablename__ = "read_receipt"
    __table_args__ = (UniqueConstraint("handbook_id", "enrolment_id"),)
    handbook_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("handbook.id"), index=True)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    read_at: Mapped[datetime] = mapped_column(default=clock.now)
    handbook: Mapped[Handbook] = relationship()
    enrolment: Mapped[Enrolment] = relationship()


class HandbookReminder(Base):
    """When a learner was last asked to read a version, by itself or by the button, and how many times by itself."""

    __tablename__ = "handbook_reminder"
    __table_args__ = (CheckConstraint("count BETWEEN 0 AND 3", name="three_times_at_most"),)
    handbook_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("handbook.id"), primary_key=True)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), primary_key=True, index=True)
    count: Mapped[int] = mapped_column(default=0)
    last_on: Mapped[date] = mapped_column(default=clock.today)


class HandbookRhythm(Base):
    """After how many days a cohort’s learners who have not read are asked again; null = never by itself."""

    __tablename__ = "handbook_rhythm"
    __table_args__ = (CheckConstraint("every_days IS NULL OR every_days BETWEEN 2 AND 60", name="some_days"),)
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    every_days: Mapped[int | None]
