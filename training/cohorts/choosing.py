"""Modules at choice: what a cohort says of each choice, how many places an option has, who chose what (R104)."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.catalogue.models import ChoiceGroup, Module
from training.cohorts.models import Enrolment
from training.common import clock
from training.database import PERSON, Base, WithId


class ChoiceTerms(Base):
    """How one cohort runs a choice of its edition; without a row: until the edition’s own day, without approval.

    ``until`` null = the edition’s day. ``approved``: what a learner chooses counts once the carrier or a trainer agrees.
    """

    __tablename__ = "choice_terms"
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("choice_group.id"), primary_key=True)
    until: Mapped[date | None]
    approved: Mapped[bool] = mapped_column(default=False)


class OptionPlaces(Base):
    """At most ``places`` learners of the cohort in one of the modules at choice; no row = no limit."""

    __tablename__ = "option_places"
    __table_args__ = (CheckConstraint("places >= 0", name="not_negative"),)
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    module_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("module.id"), primary_key=True)
    places: Mapped[int]


class ModuleChoice(WithId, Base):
    """One module a learner chose; ``agreed_at`` null = it awaits the carrier or a trainer, and holds its place meanwhile."""

    __tablename__ = "module_choice"
    __table_args__ = (UniqueConstraint("enrolment_id", "module_id"),)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("choice_group.id"))
    module_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("module.id"), index=True)
    chosen_at: Mapped[datetime] = mapped_column(default=clock.now)
    chosen_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    agreed_at: Mapped[datetime | None]
    enrolment: Mapped[Enrolment] = relationship()
    group: Mapped[ChoiceGroup] = relationship()
    module: Mapped[Module] = relationship()
