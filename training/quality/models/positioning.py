"""How a learner rates herself on the objectives of her modules, at entry and at the end (R123)."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.catalogue.models import Objective
from training.cohorts.models import Enrolment
from training.common import clock
from training.database import Base, WithId
from training.quality.enums import Moment


class Positioning(WithId, Base):
    """One self-rating of a learner, given once at each moment."""

    __tablename__ = "positioning"
    __table_args__ = (UniqueConstraint("enrolment_id", "moment"),)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    moment: Mapped[Moment]
    given_at: Mapped[datetime] = mapped_column(default=clock.now)
    enrolment: Mapped[Enrolment] = relationship()
    ratings: Mapped[list["Rating"]] = relationship(back_populates="positioning")


class Rating(Base):
    """The level, 0 to 3, she gives herself on one objective."""

    __tablename__ = "positioning_rating"
    __table_args__ = (CheckConstraint("level BETWEEN 0 AND 3", name="one_of_four_levels"),)
    positioning_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("positioning.id"), primary_key=True)
    objective_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("objective.id"), primary_key=True, index=True)
    level: Mapped[int]
    positioning: Mapped[Positioning] = relationship(back_populates="ratings")
    objective: Mapped[Objective] = relationship()
