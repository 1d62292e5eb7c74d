"""What a person gives when her seat is confirmed: civil status for the diploma, team for the launch, portrait (R110, R113, R117).

Known by cohort and person, not by enrolment: it is given as soon as the seat is confirmed, or before for the team.
"""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.models import Person
from training.cohorts.models import Cohort
from training.common import clock
from training.common.files import StoredFile
from training.database import PERSON, Base, WithId


class CivilField(StrEnum):
    """A fact of civil status that a school may need for the diploma."""

    BIRTH_NAME = "birth_name"
    FIRST_NAMES = "first_names"
    BORN_ON = "born_on"
    BIRTH_PLACE = "birth_place"
    BIRTH_COUNTRY = "birth_country"
    NATIONALITY = "nationality"

    @property
    def label(self) -> str:
        """French name, on screens and in the school's spreadsheet."""
        return {
            CivilField.BIRTH_NAME: "Nom de naissance",
            CivilField.FIRST_NAMES: "Prénoms, dans l’ordre de l’état civil",
            CivilField.BORN_ON: "Date de naissance",
            CivilField.BIRTH_PLACE: "Commune de naissance",
            CivilField.BIRTH_COUNTRY: "Pays de naissance",
            CivilField.NATIONALITY: "Nationalité",
        }[self]


USUAL: Final = (CivilField.BIRTH_NAME, CivilField.FIRST_NAMES, CivilField.BORN_ON, CivilField.BIRTH_PLACE)
"""What is asked where the edition's school has not said otherwise."""


class CivilRequirement(Base):
    """What the school of an edition needs to know of its learners; an edition without a row asks the usual facts."""

    __tablename__ = "civil_requirement"
    edition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    fields: Mapped[list[str]]


class CivilStatus(Base):
    """A person's civil status for one cohort's diploma, as she gave it; closed to all but her, the carrier and the school."""

    __tablename__ = "civil_status"
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, info=PERSON)
    birth_name: Mapped[str] = mapped_column(String(120), default="")
    first_names: Mapped[str] = mapped_column(String(160), default="")
    born_on: Mapped[date | None]
    birth_place: Mapped[str] = mapped_column(String(120), default="")
    birth_country: Mapped[str] = mapped_column(String(80), default="")
    nationality: Mapped[str] = mapped_column(String(80), default="")
    given_at: Mapped[datetime] = mapped_column(default=clock.now)


class LaunchTeam(Base):
    """Whom a person brings to the launch seminar: how many, and their names when she knows them (R117)."""

    __tablename__ = "launch_team"
    __table_args__ = (
        CheckConstraint("headcount BETWEEN 0 AND 30", name="a_team"),
        CheckConstraint("meals BETWEEN 0 AND headcount + 1", name="a_meal_each"),
    )
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, info=PERSON)
    headcount: Mapped[int]
    meals: Mapped[int | None]
    """How many of them eat there, herself included; null: not said."""
    diets: Mapped[str] = mapped_column(String(300), default="")
    told_at: Mapped[datetime] = mapped_column(default=clock.now)
    cohort: Mapped[Cohort] = relationship()
    person: Mapped[Person] = relationship()


class LaunchGuest(WithId, Base):
    """One named member of a team invited to the launch; ``email`` null when it is not known.

    ``invited_for`` tells the day, hours and place of the last invitation sent, and ``sequence`` its number: another day
    makes another invitation. ``removed_at``: no longer named; the row goes once the calendar was told.
    """

    __tablename__ = "launch_guest"
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(String(254))
    position: Mapped[int]
    comes: Mapped[bool | None]
    eats: Mapped[bool | None]
    diet: Mapped[str] = mapped_column(String(200), default="")
    answered_at: Mapped[datetime | None]
    invited_for: Mapped[str] = mapped_column(String(300), default="")
    invited_at: Mapped[datetime | None]
    sequence: Mapped[int] = mapped_column(default=0)
    removed_at: Mapped[datetime | None] = mapped_column(index=True)
    cohort: Mapped[Cohort] = relationship()
    person: Mapped[Person] = relationship()


class Portrait(Base):
    """A photo its person agreed to show to her cohort, until its end or until she changes her mind (R113)."""

    __tablename__ = "portrait"
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, info=PERSON)
    file_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    agreed_at: Mapped[datetime] = mapped_column(default=clock.now)
    file: Mapped[StoredFile] = relationship()


class DirectoryEntry(Base):
    """What a person agreed to show of her address to those of her cohort, until its end or until she changes her mind (R118)."""

    __tablename__ = "directory_entry"
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, info=PERSON)
    shows_email: Mapped[bool] = mapped_column(default=False)
    shows_phone: Mapped[bool] = mapped_column(default=False)
    told_at: Mapped[datetime] = mapped_column(default=clock.now)
