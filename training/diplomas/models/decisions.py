"""The board and what it decides, the name printed on diplomas, the register (R70, R71, R110)."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.models import Organisation, Person
from training.catalogue.models import Edition
from training.cohorts.models import Cohort, Enrolment
from training.common import clock
from training.common.files import StoredFile
from training.database import PERSON, Base, WithId
from training.diplomas.enums import Verdict


class DiplomaBoard(WithId, Base):
    """A day on which the school decides of a cohort’s diplomas, announced so that names are proofread before it (R110)."""

    __tablename__ = "diploma_board"
    __table_args__ = (UniqueConstraint("cohort_id", "held_on"),)
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"))
    held_on: Mapped[date]
    planned_at: Mapped[datetime] = mapped_column(default=clock.now)
    planned_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    reminded_at: Mapped[datetime | None]
    cohort: Mapped[Cohort] = relationship()


class DiplomaDecision(WithId, Base):
    """What the school decided of a learner, one day (R70); the one in force is the last, and a final one stays.

    ``was_eligible`` tells how she stood then. Against it, or to defer or refuse, ``reason`` says why.
    """

    __tablename__ = "diploma_decision"
    __table_args__ = (
        CheckConstraint("NOT transcribed OR evidence_id IS NOT NULL", name="evidence_if_transcribed"),
        CheckConstraint("(verdict = 'graduated' AND was_eligible) OR reason <> ''", name="reason_unless_expected"),
        Index(
            "uq_diploma_decision_current",
            "enrolment_id",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
    )
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    verdict: Mapped[Verdict]
    decided_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text(), default="")
    was_eligible: Mapped[bool]
    is_current: Mapped[bool] = mapped_column(default=True)
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
    recorded_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    transcribed: Mapped[bool] = mapped_column(default=False)
    evidence_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    enrolment: Mapped[Enrolment] = relationship()
    recorder: Mapped[Person | None] = relationship()
    evidence: Mapped[StoredFile | None] = relationship()


class PrintedName(Base):
    """The name a learner wants on her diploma, once she has proofread it (R110)."""

    __tablename__ = "printed_name"
    __table_args__ = (CheckConstraint("name <> ''", name="some_name"),)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    proofread_at: Mapped[datetime] = mapped_column(default=clock.now)
    enrolment: Mapped[Enrolment] = relationship()


class RegisterEntry(WithId, Base):
    """A line of the register of diplomas: the database refuses any change to it (R71).

    ``reference`` is what one quotes; ``number`` counts from one for an edition and a year, and is null for a line brought in from
    an earlier register. ``search_key`` finds a name whatever its accents.
    """

    __tablename__ = "register_entry"
    __table_args__ = (
        UniqueConstraint("edition_id", "year", "number"),
        UniqueConstraint("edition_id", "reference"),
        CheckConstraint("number IS NULL OR number > 0", name="numbered_from_one"),
    )
    edition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("edition.id"))
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), unique=True)
    school_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"))
    year: Mapped[int]
    number: Mapped[int | None]
    reference: Mapped[str] = mapped_column(String(80))
    printed_name: Mapped[str] = mapped_column(String(200))
    search_key: Mapped[str] = mapped_column(String(200), index=True)
    title: Mapped[str] = mapped_column(String(200), default="")
    mention: Mapped[str] = mapped_column(String(200), default="")
    cohort_label: Mapped[str] = mapped_column(String(120))
    decided_on: Mapped[date]
    entered_at: Mapped[datetime] = mapped_column(default=clock.now)
    edition: Mapped[Edition] = relationship()
    enrolment: Mapped[Enrolment] = relationship()
    school: Mapped[Organisation | None] = relationship()
