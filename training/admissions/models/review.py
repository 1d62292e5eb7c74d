"""How files are read before they are decided: criteria, marks, and who reads which file (R25, R106)."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.enums import Part
from training.accounts.models import Organisation, Person
from training.admissions.enums import ReadingMoment
from training.admissions.models.application import Application
from training.admissions.models.call import Call
from training.admissions.models.selection import Interview, Opinion
from training.common import clock
from training.database import PERSON, Base, WithId


class Criterion(WithId, Base):
    """One line of a call's grid: marked from 0 to ``highest``, counting ``weight`` times (R25).

    ``moment`` says where it is marked: on the file, or at the interview.
    """

    __tablename__ = "criterion"
    __table_args__ = (
        UniqueConstraint("call_id", "moment", "label"),
        CheckConstraint("weight > 0", name="weight_positive"),
        CheckConstraint("highest > 0", name="highest_positive"),
    )
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"), index=True)
    moment: Mapped[ReadingMoment]
    label: Mapped[str] = mapped_column(String(120))
    hint: Mapped[str] = mapped_column(String(300), default="")
    weight: Mapped[int] = mapped_column(default=1)
    highest: Mapped[int] = mapped_column(default=4)
    position: Mapped[int]
    call: Mapped[Call] = relationship()


class Mark(WithId, Base):
    """What an opinion, or an interview's report, gives on one criterion."""

    __tablename__ = "mark"
    __table_args__ = (
        CheckConstraint("(opinion_id IS NULL) <> (interview_id IS NULL)", name="of_an_opinion_or_an_interview"),
        CheckConstraint("points >= 0", name="points_not_negative"),
        UniqueConstraint("opinion_id", "criterion_id"),
        UniqueConstraint("interview_id", "criterion_id"),
    )
    criterion_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("criterion.id"), index=True)
    opinion_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("opinion.id"))
    interview_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("interview.id"))
    points: Mapped[int]
    criterion: Mapped[Criterion] = relationship()
    opinion: Mapped[Opinion | None] = relationship()
    interview: Mapped[Interview | None] = relationship()


class ReviewAssignment(WithId, Base):
    """A file given to one reviewer to read, in the name of her body; reminded once (R16, R106)."""

    __tablename__ = "review_assignment"
    __table_args__ = (
        UniqueConstraint("application_id", "reviewer_id"),
        Index(
            "ix_review_assignment_unreminded",
            "assigned_at",
            sqlite_where=text("reminded_at IS NULL"),
            postgresql_where=text("reminded_at IS NULL"),
        ),
    )
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), index=True)
    reviewer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    part: Mapped[Part]
    assigned_at: Mapped[datetime] = mapped_column(default=clock.now)
    reminded_at: Mapped[datetime | None]
    application: Mapped[Application] = relationship()
    reviewer: Mapped[Person] = relationship()
    organisation: Mapped[Organisation] = relationship()
