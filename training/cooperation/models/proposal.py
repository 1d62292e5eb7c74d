"""An assessment handed in as a tracer document of a training, and the wishes of partners about it (R86, R132)."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.models import Person
from training.common import clock
from training.cooperation.models.assessment import Assessment
from training.database import PERSON, Base, WithId
from training.portfolio.models import TracerVersion


class AssessmentProposal(WithId, Base):
    """A finalised assessment that a learner hands in: what her version points at, and where her trainer reads it."""

    __tablename__ = "assessment_proposal"
    __table_args__ = (UniqueConstraint("version_id"),)
    assessment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("assessment.id"), index=True)
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tracer_version.id"))
    proposed_at: Mapped[datetime] = mapped_column(default=clock.now)
    assessment: Mapped[Assessment] = relationship()
    version: Mapped[TracerVersion] = relationship()


class DateOnlyWish(Base):
    """A partner asks that nothing of an assessment but the day it was held be shown outside, as a tracer (R132)."""

    __tablename__ = "date_only_wish"
    assessment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("assessment.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True, info=PERSON)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    person: Mapped[Person] = relationship()
