"""Convocations, and what is gathered and handed around a seminar: meals, cars, documents, an urgent word (R118)."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.models import Person
from training.cohorts.models import Cohort
from training.common import clock
from training.common.files import StoredFile
from training.database import PERSON, Base, WithId
from training.seminars.enums import MaterialKind
from training.seminars.models.seminars import HalfDay, Seminar


class ConvocationTerms(Base):
    """What every convocation of a cohort says: contact, disability referent, what to bring, absence rule; empty = to confirm."""

    __tablename__ = "convocation_terms"
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    contact_phone: Mapped[str] = mapped_column(String(30), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    referent_name: Mapped[str] = mapped_column(String(120), default="")
    referent_email: Mapped[str] = mapped_column(String(254), default="")
    bring: Mapped[str] = mapped_column(Text(), default="")
    absence_rule: Mapped[str] = mapped_column(Text(), default="")


class SeminarPractical(Base):
    """What one seminar adds: how one gets there, what to bring this time."""

    __tablename__ = "seminar_practical"
    seminar_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("seminar.id"), primary_key=True)
    access: Mapped[str] = mapped_column(Text(), default="")
    bring: Mapped[str] = mapped_column(Text(), default="")


class Convocation(WithId, Base):
    """One convocation sent to one person; ``digest`` is that of what it said, so that only a change is sent again.

    ``facts``: what it said, so that the next one tells what changes; forgotten a week after the seminar.
    """

    __tablename__ = "convocation"
    __table_args__ = (Index("ix_convocation_seminar_person", "seminar_id", "person_id"),)
    seminar_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("seminar.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    sent_at: Mapped[datetime] = mapped_column(default=clock.now)
    sent_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    digest: Mapped[str] = mapped_column(String(64))
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    seminar: Mapped[Seminar] = relationship()


class MealChoice(Base):
    """Whether someone eats where a half-day takes place."""

    __tablename__ = "meal_choice"
    half_day_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("half_day.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, info=PERSON)
    eats: Mapped[bool]
    told_at: Mapped[datetime] = mapped_column(default=clock.now)
    half_day: Mapped[HalfDay] = relationship()


class Diet(Base):
    """What someone cannot or does not eat, for one seminar; forgotten after it."""

    __tablename__ = "diet"
    seminar_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("seminar.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, info=PERSON)
    words: Mapped[str] = mapped_column(String(200))


class DietMemory(Base):
    """The same, remembered from one seminar of a cohort to the next because its owner asked for it."""

    __tablename__ = "diet_memory"
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, info=PERSON)
    words: Mapped[str] = mapped_column(String(200))
    agreed_at: Mapped[datetime] = mapped_column(default=clock.now)


class CarShare(Base):
    """Someone who offers seats, or seeks one (``seats`` = 0), to go to a seminar; seen by those who joined too."""

    __tablename__ = "car_share"
    __table_args__ = (CheckConstraint("seats BETWEEN 0 AND 8", name="a_car"),)
    seminar_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("seminar.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, info=PERSON)
    town: Mapped[str] = mapped_column(String(80))
    seats: Mapped[int]
    phone: Mapped[str] = mapped_column(String(30))
    told_at: Mapped[datetime] = mapped_column(default=clock.now)
    person: Mapped[Person] = relationship()


class SeminarMaterial(WithId, Base):
    """A document of a seminar, visible to its people from a day on; the team sees it before (R118)."""

    __tablename__ = "seminar_material"
    seminar_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("seminar.id"), index=True)
    kind: Mapped[MaterialKind]
    title: Mapped[str] = mapped_column(String(120))
    visible_from: Mapped[date]
    file_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    added_at: Mapped[datetime] = mapped_column(default=clock.now)
    added_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    seminar: Mapped[Seminar] = relationship()
    file: Mapped[StoredFile] = relationship()


class UrgentWord(Base):
    """An urgent message on the paths of a cohort’s learners, to the end of its last day (R118)."""

    __tablename__ = "urgent_word"
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    words: Mapped[str] = mapped_column(String(400))
    until: Mapped[date]
    written_at: Mapped[datetime] = mapped_column(default=clock.now)
    cohort: Mapped[Cohort] = relationship()
