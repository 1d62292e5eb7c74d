"""The register of complaints and incidents, and what is improved because of them (R123)."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.models import Person
from training.cohorts.models import Cohort, CohortPart
from training.common import clock
from training.database import PERSON, Base, WithId
from training.quality.enums import ComplaintKind, ComplaintStatus, ComplaintTopic, ImprovementStatus


class Complaint(WithId, Base):
    """Something someone complains of, an incident, or a suggestion; answered by ``due_on``."""

    __tablename__ = "complaint"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answer_has_its_date"),
        CheckConstraint("status = 'received' OR answered_at IS NOT NULL", name="answered_before_closed"),
    )
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    kind: Mapped[ComplaintKind]
    topic: Mapped[ComplaintTopic]
    words: Mapped[str] = mapped_column(Text())
    happened_on: Mapped[date | None]
    filed_at: Mapped[datetime] = mapped_column(default=clock.now)
    filed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    due_on: Mapped[date] = mapped_column(index=True)
    status: Mapped[ComplaintStatus] = mapped_column(default=ComplaintStatus.RECEIVED)
    answer: Mapped[str] = mapped_column(Text(), default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    cohort: Mapped[Cohort] = relationship()
    author: Mapped[Person] = relationship(foreign_keys=[filed_by])
    answerer: Mapped[Person | None] = relationship(foreign_keys=[answered_by])
    improvements: Mapped[list["Improvement"]] = relationship(
        back_populates="complaint", order_by="Improvement.planned_at, Improvement.id"
    )

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence everyone’s rights on it."""
        return self.cohort.parts

    @property
    def is_late(self) -> bool:
        """Whether it should have been answered."""
        return self.status is ComplaintStatus.RECEIVED and self.due_on < clock.today()


class Improvement(WithId, Base):
    """Something the carrier does better: who sees to it, by when, when it was done, what it changed."""

    __tablename__ = "improvement"
    __table_args__ = (
        CheckConstraint("status NOT IN ('done', 'measured') OR done_on IS NOT NULL", name="done_on_a_day"),
        CheckConstraint("status <> 'measured' OR effect <> ''", name="measured_in_words"),
    )
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    complaint_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("complaint.id"), index=True)
    title: Mapped[str] = mapped_column(String(160))
    details: Mapped[str] = mapped_column(Text(), default="")
    origin: Mapped[str] = mapped_column(String(160), default="")
    owner: Mapped[str] = mapped_column(String(120), default="")
    due_on: Mapped[date | None]
    status: Mapped[ImprovementStatus] = mapped_column(default=ImprovementStatus.PLANNED)
    done_on: Mapped[date | None]
    effect: Mapped[str] = mapped_column(Text(), default="")
    planned_at: Mapped[datetime] = mapped_column(default=clock.now)
    planned_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    cohort: Mapped[Cohort] = relationship()
    complaint: Mapped[Complaint | None] = relationship(back_populates="improvements")

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence everyone’s rights on it."""
        return self.cohort.parts

    @property
    def is_late(self) -> bool:
        """Whether it should have been done."""
        return self.status is ImprovementStatus.PLANNED and self.due_on is not None and self.due_on < clock.today()
