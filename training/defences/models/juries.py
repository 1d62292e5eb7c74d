"""Jurors: who may judge in a cohort, when they can come, whom they cannot judge, where they sit (R61, R63, R126)."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.enums import Part
from training.accounts.models import Person, Structure
from training.catalogue.enums import Outcome
from training.cohorts.models import Cohort, CohortPart, Enrolment
from training.common import clock
from training.database import PERSON, Base, WithId
from training.defences.enums import Availability

if TYPE_CHECKING:
    from training.defences.models.days import DefenceDay, DefenceSlot

SITTING_SQL = "ended_at IS NULL"
PRESIDES_SQL = "ended_at IS NULL AND presides"


class Juror(WithId, Base):
    """Someone who may judge in a cohort, in the name of a body; external ones act by their personal link (R100).

    ``structure`` is her employer’s when it is one (R63). ``code_version`` grows when her code is made anew.
    """

    __tablename__ = "juror"
    __table_args__ = (UniqueConstraint("cohort_id", "person_id"),)
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    part: Mapped[Part]
    structure_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("structure.id"), index=True)
    may_preside: Mapped[bool] = mapped_column(default=True)
    code_version: Mapped[int] = mapped_column(default=1)
    added_at: Mapped[datetime] = mapped_column(default=clock.now)
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    cohort: Mapped[Cohort] = relationship()
    person: Mapped[Person] = relationship()
    structure: Mapped[Structure | None] = relationship()
    answers: Mapped[list["JurorAnswer"]] = relationship(back_populates="juror", order_by="JurorAnswer.id")
    conflicts: Mapped[list["JurorConflict"]] = relationship(back_populates="juror", order_by="JurorConflict.id")

    @property
    def parts(self) -> Sequence[CohortPart]:
        """The parts bodies play in the cohort (R95)."""
        return self.cohort.parts


class JurorAnswer(WithId, Base):
    """When a juror can come, on a day."""

    __tablename__ = "juror_answer"
    __table_args__ = (UniqueConstraint("juror_id", "day_id"),)
    juror_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("juror.id"))
    day_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("defence_day.id"), index=True)
    availability: Mapped[Availability]
    juror: Mapped[Juror] = relationship(back_populates="answers")
    day: Mapped["DefenceDay"] = relationship()


class JurorConflict(WithId, Base):
    """A learner a juror said she could not judge, or that was said of her (R63)."""

    __tablename__ = "juror_conflict"
    __table_args__ = (UniqueConstraint("juror_id", "enrolment_id"),)
    juror_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("juror.id"))
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    words: Mapped[str] = mapped_column(Text(), default="")
    declared_at: Mapped[datetime] = mapped_column(default=clock.now)
    juror: Mapped[Juror] = relationship(back_populates="conflicts")
    enrolment: Mapped[Enrolment] = relationship()


class JurySeat(WithId, Base):
    """A juror’s seat at a defence, hers until ``ended_at``. ``pledged_at``: she pledged to judge impartially.

    ``present`` null = not noted yet; ``dispensed_reason``: the school lets her judge although she follows the learner.
    One president at most; nobody twice.
    """

    __tablename__ = "jury_seat"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_reason IS NULL)", name="ended_for_a_reason"),
        Index(
            "uq_jury_seat_sitting",
            "slot_id",
            "juror_id",
            unique=True,
            sqlite_where=text(SITTING_SQL),
            postgresql_where=text(SITTING_SQL),
        ),
        Index(
            "uq_jury_seat_president",
            "slot_id",
            unique=True,
            sqlite_where=text(PRESIDES_SQL),
            postgresql_where=text(PRESIDES_SQL),
        ),
    )
    slot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("defence_slot.id"), index=True)
    juror_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("juror.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    presides: Mapped[bool] = mapped_column(default=False)
    pledged_at: Mapped[datetime | None]
    present: Mapped[bool | None]
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None] = mapped_column(Text())
    dispensed_reason: Mapped[str | None] = mapped_column(Text())
    slot: Mapped["DefenceSlot"] = relationship(back_populates="seats")
    juror: Mapped[Juror] = relationship()
    evaluation: Mapped["JuryEvaluation | None"] = relationship(back_populates="seat")


class JuryEvaluation(WithId, Base):
    """What a juror thinks, by herself, before the jury deliberates (R65): hers alone until then."""

    __tablename__ = "jury_evaluation"
    seat_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("jury_seat.id"), unique=True)
    marks: Mapped[dict[str, Any]] = mapped_column(JSON())
    words: Mapped[str] = mapped_column(Text(), default="")
    proposal: Mapped[Outcome | None]
    written_at: Mapped[datetime] = mapped_column(default=clock.now)
    given_at: Mapped[datetime | None]
    seat: Mapped[JurySeat] = relationship(back_populates="evaluation")
