"""Assessments: who answers for whom, what each answered, what the room settled (R74–R83, R129, R130)."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.common import clock
from training.cooperation.enums import AssessmentStatus, Occasion, Voice
from training.cooperation.models.partnership import PartnerBody, Partnership
from training.cooperation.models.reference import Grid
from training.database import PERSON, Base, WithId

participant_body = Table(
    "participant_body",
    Base.metadata,
    Column("participant_id", ForeignKey("participant.id"), primary_key=True),
    Column("body_id", ForeignKey("partner_body.id"), primary_key=True, index=True),
)
"""The bodies one person answers for (R129)."""


class Assessment(WithId, Base):
    """One self-assessment of a partnership. Once finalised, the database refuses any change to it (R80).

    ``version`` grows with every act that a live screen shows. ``join_code`` lets phones in for some minutes, without
    an account; it gives access to nothing but the questions. ``expected``: how many phones the room counts.
    """

    __tablename__ = "assessment"
    __table_args__ = (
        CheckConstraint("(status = 'finalised') = (finalised_at IS NOT NULL)", name="finalised_at_an_instant"),
        CheckConstraint("(join_code IS NULL) = (code_expires_at IS NULL)", name="code_with_its_end"),
        CheckConstraint("expected >= 0", name="expected_not_negative"),
        Index(
            "uq_assessment_under_way",
            "partnership_id",
            "grid_id",
            unique=True,
            sqlite_where=text("status <> 'finalised'"),
            postgresql_where=text("status <> 'finalised'"),
        ),
    )
    partnership_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("partnership.id"), index=True)
    grid_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cooperation_grid.id"), index=True)
    occasion: Mapped[Occasion]
    status: Mapped[AssessmentStatus] = mapped_column(default=AssessmentStatus.DRAFT)
    held_on: Mapped[date]
    expected: Mapped[int]
    join_code: Mapped[str | None] = mapped_column(String(12), unique=True)
    code_expires_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    scope: Mapped[str] = mapped_column(Text, default="")
    contributions: Mapped[str] = mapped_column(Text, default="")
    first_steps: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    finalised_at: Mapped[datetime | None] = mapped_column(index=True)
    partnership: Mapped[Partnership] = relationship()
    grid: Mapped[Grid] = relationship(lazy="joined", innerjoin=True)
    participants: Mapped[list["Participant"]] = relationship(
        back_populates="assessment", order_by="Participant.joined_at, Participant.id"
    )
    results: Mapped[list["ItemResult"]] = relationship(back_populates="assessment", order_by="ItemResult.item")
    questions: Mapped[list["LocalQuestion"]] = relationship(
        back_populates="assessment", order_by="LocalQuestion.position, LocalQuestion.id"
    )

    @property
    def collects(self) -> bool:
        """Whether participants may answer."""
        return self.status is AssessmentStatus.OPEN

    @property
    def is_final(self) -> bool:
        """Whether it is finalised."""
        return self.status is AssessmentStatus.FINALISED

    @property
    def consensus(self) -> dict[str, str | None]:
        """What the room settled, by item; one left open is absent or null."""
        return {result.item: result.choice for result in self.results}

    @property
    def revealed(self) -> frozenset[str]:
        """The items whose answers the room has seen."""
        return frozenset(result.item for result in self.results if result.revealed_at is not None)

    @property
    def code_is_live(self) -> bool:
        """Whether the short code still lets phones in."""
        return self.collects and self.code_expires_at is not None and clock.now() < self.code_expires_at


class Participant(WithId, Base):
    """Whoever answers, without a name: a phone in the room, or a partner from her account.

    ``left_at``: the facilitator noted that this phone has gone.
    """

    __tablename__ = "participant"
    __table_args__ = (
        Index(
            "uq_participant_person",
            "assessment_id",
            "person_id",
            unique=True,
            sqlite_where=text("person_id IS NOT NULL"),
            postgresql_where=text("person_id IS NOT NULL"),
        ),
    )
    assessment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("assessment.id"), index=True)
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    voice: Mapped[Voice]
    joined_at: Mapped[datetime] = mapped_column(default=clock.now)
    left_at: Mapped[datetime | None]
    assessment: Mapped[Assessment] = relationship(back_populates="participants")
    bodies: Mapped[list[PartnerBody]] = relationship(secondary=participant_body, order_by=PartnerBody.position)
    answers: Mapped[list["ParticipantAnswer"]] = relationship(
        back_populates="participant", order_by="ParticipantAnswer.item"
    )

    @property
    def partnership(self) -> Partnership:
        """Whence one’s rights on it."""
        return self.assessment.partnership

    @property
    def label(self) -> str:
        """For whom this person answers."""
        if self.voice is Voice.BODIES and self.bodies:
            return ", ".join(body.shown_name for body in self.bodies)
        return self.voice.label


class ParticipantAnswer(Base):
    """One answer of one participant; given again, it replaces the former one until it is shown."""

    __tablename__ = "participant_answer"
    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participant.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(20), primary_key=True)
    choice: Mapped[str] = mapped_column(String(40))
    answered_at: Mapped[datetime] = mapped_column(default=clock.now)
    participant: Mapped[Participant] = relationship(back_populates="answers")


class ItemResult(Base):
    """What the room did with an item: seen, settled on a choice or left open, with a comment and an intended action."""

    __tablename__ = "item_result"
    assessment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("assessment.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(20), primary_key=True)
    revealed_at: Mapped[datetime | None]
    choice: Mapped[str | None] = mapped_column(String(40))
    comment: Mapped[str] = mapped_column(Text, default="")
    intention: Mapped[str] = mapped_column(Text, default="")
    assessment: Mapped[Assessment] = relationship(back_populates="results")


class LocalQuestion(WithId, Base):
    """A question of the territory's own, answered in words and worth no point (R83)."""

    __tablename__ = "local_question"
    assessment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("assessment.id"), index=True)
    position: Mapped[int]
    label: Mapped[str] = mapped_column(String(300))
    answer: Mapped[str] = mapped_column(Text, default="")
    assessment: Mapped[Assessment] = relationship(back_populates="questions")
