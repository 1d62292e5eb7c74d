"""How a file is decided: opinions, committee, interview, school, offer."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.enums import Part
from training.accounts.models import Organisation, Person
from training.admissions.enums import (
    InterviewStatus,
    MeetingStatus,
    OfferOutcome,
    OpinionValue,
    Proposal,
)
from training.admissions.models.application import Application
from training.admissions.models.call import Call
from training.cohorts.models import Seat
from training.common import clock
from training.common.files import StoredFile
from training.database import PERSON, Base, WithId


class Opinion(WithId, Base):
    """One reviewer's opinion on a file, in the name of a body (R25); a recusal has no value.

    The reviewer is null when the carrier recorded a body's opinion: in session (``meeting_id``, R106), or
    by transcription for a body outside the tool, with its proof (``evidence_id``, R96).
    """

    __tablename__ = "opinion"
    __table_args__ = (
        UniqueConstraint("application_id", "reviewer_id"),
        CheckConstraint("recused = (value IS NULL)", name="value_unless_recused"),
        CheckConstraint(
            "reviewer_id IS NOT NULL OR evidence_id IS NOT NULL OR meeting_id IS NOT NULL",
            name="given_recorded_or_transcribed",
        ),
        Index(
            "uq_opinion_body",
            "application_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("reviewer_id IS NULL"),
            postgresql_where=text("reviewer_id IS NULL"),
        ),
    )
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), index=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    part: Mapped[Part]
    reviewer_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    value: Mapped[OpinionValue | None]
    recused: Mapped[bool] = mapped_column(default=False)
    comment: Mapped[str] = mapped_column(Text(), default="")
    given_on: Mapped[date]
    given_at: Mapped[datetime] = mapped_column(default=clock.now)
    evidence_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    meeting_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("committee_meeting.id"))
    application: Mapped[Application] = relationship(back_populates="opinions")
    organisation: Mapped[Organisation] = relationship()
    reviewer: Mapped[Person | None] = relationship()
    evidence: Mapped[StoredFile | None] = relationship()


class CommitteeMeeting(WithId, Base):
    """One sitting of the steering committee on a call."""

    __tablename__ = "committee_meeting"
    __table_args__ = (CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="dated_when_closed"),)
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"), index=True)
    held_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(160), default="")
    status: Mapped[MeetingStatus] = mapped_column(default=MeetingStatus.OPEN)
    closed_at: Mapped[datetime | None]
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    call: Mapped[Call] = relationship()
    bodies: Mapped[list["MeetingBody"]] = relationship(back_populates="meeting", cascade="all, delete-orphan")
    proposals: Mapped[list["CommitteeProposal"]] = relationship(back_populates="meeting", cascade="all, delete-orphan")

    @property
    def parts(self) -> list[object]:
        """The parts bodies play in its call."""
        return list(self.call.parts)


class MeetingBody(Base):
    """A body present at a meeting, represented by someone: the quorum counts bodies (R106)."""

    __tablename__ = "meeting_body"
    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("committee_meeting.id"), primary_key=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    represented_by: Mapped[str] = mapped_column(String(120), default="")
    meeting: Mapped[CommitteeMeeting] = relationship(back_populates="bodies")
    organisation: Mapped[Organisation] = relationship()


class CommitteeProposal(WithId, Base):
    """What a meeting proposes for a file; it moves the file when the meeting closes."""

    __tablename__ = "committee_proposal"
    __table_args__ = (
        UniqueConstraint("meeting_id", "application_id"),
        CheckConstraint("proposal <> 'not_selected' OR reason <> ''", name="reason_if_not_selected"),
    )
    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("committee_meeting.id"), index=True)
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), index=True)
    proposal: Mapped[Proposal]
    rank: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text(), default="")
    meeting: Mapped[CommitteeMeeting] = relationship(back_populates="proposals")
    application: Mapped[Application] = relationship()


class Interview(WithId, Base):
    """An interview asked for on a file; at most one is pending (R26).

    ``interviewer`` is the name told to the applicant; ``interviewer_id`` is null when she has no account here.
    """

    __tablename__ = "interview"
    __table_args__ = (
        CheckConstraint("status <> 'planned' OR starts_at IS NOT NULL", name="dated_when_planned"),
        Index(
            "uq_interview_pending",
            "application_id",
            unique=True,
            sqlite_where=text("status IN ('to_plan', 'planned')"),
            postgresql_where=text("status IN ('to_plan', 'planned')"),
        ),
    )
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), index=True)
    status: Mapped[InterviewStatus] = mapped_column(default=InterviewStatus.TO_PLAN)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    starts_at: Mapped[datetime | None]
    minutes: Mapped[int] = mapped_column(default=30)
    link: Mapped[str | None] = mapped_column(String(300))
    interviewer: Mapped[str] = mapped_column(String(160), default="")
    interviewer_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    report: Mapped[str] = mapped_column(Text(), default="")
    recommendation: Mapped[OpinionValue | None]
    sequence: Mapped[int] = mapped_column(default=0)
    application: Mapped[Application] = relationship(back_populates="interviews")

    @property
    def parts(self) -> list[object]:
        """The parts bodies play in its call."""
        return list(self.application.parts)


class SchoolDecision(WithId, Base):
    """The school's dated decision on a file (R27), or its transcription with its proof (R96)."""

    __tablename__ = "school_decision"
    __table_args__ = (
        CheckConstraint("accepted OR reason <> ''", name="reason_if_refused"),
        CheckConstraint("NOT transcribed OR evidence_id IS NOT NULL", name="evidence_if_transcribed"),
    )
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), index=True)
    accepted: Mapped[bool]
    decided_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text(), default="")
    transcribed: Mapped[bool] = mapped_column(default=False)
    evidence_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    recorded_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
    application: Mapped[Application] = relationship(back_populates="school_decisions")
    evidence: Mapped[StoredFile | None] = relationship()


class Offer(WithId, Base):
    """A seat offered to an applicant until ``expires_at``; one live offer per file and per seat (R28, R29)."""

    __tablename__ = "offer"
    __table_args__ = (
        Index(
            "uq_offer_live_application",
            "application_id",
            unique=True,
            sqlite_where=text("outcome IN ('open', 'accepted')"),
            postgresql_where=text("outcome IN ('open', 'accepted')"),
        ),
        Index(
            "uq_offer_live_seat",
            "seat_id",
            unique=True,
            sqlite_where=text("outcome IN ('open', 'accepted')"),
            postgresql_where=text("outcome IN ('open', 'accepted')"),
        ),
        CheckConstraint("(outcome = 'open') = (answered_at IS NULL)", name="answered_unless_open"),
    )
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), index=True)
    seat_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("seat.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    outcome: Mapped[OfferOutcome] = mapped_column(default=OfferOutcome.OPEN)
    answered_at: Mapped[datetime | None]
    application: Mapped[Application] = relationship(back_populates="offers")
    seat: Mapped[Seat] = relationship()

    @property
    def is_live(self) -> bool:
        """Whether it holds its seat."""
        return self.outcome in {OfferOutcome.OPEN, OfferOutcome.ACCEPTED}
