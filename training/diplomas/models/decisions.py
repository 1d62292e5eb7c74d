"""The board and what it decides, the name printed on diplomas, the register (R70, R71, R110)."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
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
    """What the school decided of a learner, one day (R70); the one in force is the last.

    ``was_eligible`` tells how she stood then. Against it, or to defer or refuse, ``reason`` says why. A final one is
    corrected by another, which says why; the database refuses to rewrite or delete either.
    """

    __tablename__ = "diploma_decision"
    __table_args__ = (
        CheckConstraint("NOT transcribed OR evidence_id IS NOT NULL", name="evidence_if_transcribed"),
        CheckConstraint("(verdict = 'graduated' AND was_eligible) OR reason <> ''", name="reason_unless_expected"),
        CheckConstraint("NOT is_correction OR reason <> ''", name="reason_of_a_correction"),
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
    is_correction: Mapped[bool] = mapped_column(default=False)
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
    an earlier register. ``search_key`` finds a name whatever its accents. A line is corrected by another that
    ``supersedes`` it, of the same learner, and says why; one that ``cancels`` gives no diploma. The line in force is the
    one that none supersedes.
    """

    __tablename__ = "register_entry"
    __table_args__ = (
        UniqueConstraint("edition_id", "year", "number"),
        UniqueConstraint("edition_id", "reference"),
        UniqueConstraint("id", "enrolment_id"),
        UniqueConstraint("supersedes_id"),
        ForeignKeyConstraint(
            ["supersedes_id", "enrolment_id"],
            ["register_entry.id", "register_entry.enrolment_id"],
            name="fk_register_entry_supersedes",
        ),
        CheckConstraint("number IS NULL OR number > 0", name="numbered_from_one"),
        CheckConstraint("supersedes_id IS NULL OR reason <> ''", name="reason_of_a_correction"),
        CheckConstraint("NOT cancels OR supersedes_id IS NOT NULL", name="cancels_another"),
        Index(
            "uq_register_entry_first",
            "enrolment_id",
            unique=True,
            sqlite_where=text("supersedes_id IS NULL"),
            postgresql_where=text("supersedes_id IS NULL"),
        ),
    )
    edition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("edition.id"))
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    supersedes_id: Mapped[uuid.UUID | None]
    cancels: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text(), default="")
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
    supersedes: Mapped["RegisterEntry | None"] = relationship(
        primaryjoin="foreign(RegisterEntry.supersedes_id) == remote(RegisterEntry.id)",
        viewonly=True,
        back_populates="superseded_by",
    )
    superseded_by: Mapped["RegisterEntry | None"] = relationship(
        primaryjoin="RegisterEntry.id == foreign(remote(RegisterEntry.supersedes_id))",
        viewonly=True,
        uselist=False,
        back_populates="supersedes",
    )
    school: Mapped[Organisation | None] = relationship()
