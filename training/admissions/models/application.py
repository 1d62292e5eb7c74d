"""An application file: what the person says, what she deposits, what she submitted."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.models import Person, Structure
from training.admissions.enums import ApplicationStatus, PieceStatus, Situation
from training.admissions.models.call import Call, CallPart, PieceRequirement
from training.catalogue.models import Variant
from training.cohorts.models import Enrolment
from training.common import clock
from training.common.files import StoredFile
from training.database import PERSON, Base, WithId

if TYPE_CHECKING:
    from training.admissions.models.derogation import Derogation
    from training.admissions.models.letter import LetterRequest
    from training.admissions.models.practice import Practice
    from training.admissions.models.profile import ApplicantProfile
    from training.admissions.models.selection import Interview, Offer, Opinion, SchoolDecision


class Application(WithId, Base):
    """One person's file for one call (R11).

    ``status`` is where it stands for those who run the procedure; ``published_status`` is the last
    state the applicant was told (R105). ``number`` is given at the first submission.
    ``brought_in_at``: it came from a spreadsheet, then (R101).
    ``answers`` to the call's own questions are texts by the question's code, dates and numbers in ISO form.
    ``share`` is in per cent of her working time in her structure of attachment; ``employer`` names the body that employs
    her when it is another one, empty otherwise (R98).
    ``entered_by``: staff fill it in for a person who sent everything by mail, until she takes it over.
    ``rank`` is the place on the reserve list, unique in the call, contiguous from 1 (R29).
    """

    __tablename__ = "application"
    __table_args__ = (
        Index(
            "uq_application_live",
            "call_id",
            "person_id",
            unique=True,
            sqlite_where=text("status NOT IN ('withdrawn', 'not_submitted')"),
            postgresql_where=text("status NOT IN ('withdrawn', 'not_submitted')"),
        ),
        UniqueConstraint("call_id", "number"),
        UniqueConstraint("call_id", "rank"),
        CheckConstraint("rank IS NULL OR rank > 0", name="rank_positive"),
        CheckConstraint("status IN ('draft', 'not_submitted', 'withdrawn') OR number IS NOT NULL", name="numbered"),
        CheckConstraint("share BETWEEN 1 AND 100", name="share_in_per_cent"),
        CheckConstraint("(status = 'enrolled') = (enrolment_id IS NOT NULL)", name="enrolment_if_enrolled"),
        Index("ix_application_call_status", "call_id", "status"),
    )
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    number: Mapped[int | None]
    status: Mapped[ApplicationStatus] = mapped_column(default=ApplicationStatus.DRAFT)
    published_status: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    submitted_at: Mapped[datetime | None]
    brought_in_at: Mapped[datetime | None]
    structure_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("structure.id"), index=True)
    variant_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("variant.id"))
    post_title: Mapped[str] = mapped_column(String(120), default="")
    share: Mapped[int | None]
    employer: Mapped[str] = mapped_column(String(160), default="")
    situation: Mapped[Situation | None]
    post_on: Mapped[date | None]
    derogation_reason: Mapped[str] = mapped_column(Text(), default="")
    declared: Mapped[list[str]] = mapped_column(default=list)
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    correction_message: Mapped[str | None] = mapped_column(Text())
    correction_due_on: Mapped[date | None]
    rank: Mapped[int | None]
    enrolment_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("enrolment.id"), unique=True)
    entered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)

    call: Mapped[Call] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    structure: Mapped[Structure | None] = relationship()
    variant: Mapped[Variant | None] = relationship()
    enrolment: Mapped[Enrolment | None] = relationship()
    pieces: Mapped[list["Piece"]] = relationship(
        back_populates="application", order_by="Piece.requirement_id, Piece.version.desc()"
    )
    versions: Mapped[list["ApplicationVersion"]] = relationship(
        back_populates="application", order_by="ApplicationVersion.number.desc()"
    )
    opinions: Mapped[list["Opinion"]] = relationship(back_populates="application", order_by="Opinion.given_at")
    interviews: Mapped[list["Interview"]] = relationship(back_populates="application", order_by="Interview.asked_at")
    school_decisions: Mapped[list["SchoolDecision"]] = relationship(
        back_populates="application", order_by="SchoolDecision.recorded_at"
    )
    offers: Mapped[list["Offer"]] = relationship(back_populates="application", order_by="Offer.made_at")

    profile: Mapped["ApplicantProfile | None"] = relationship(back_populates="application", uselist=False)
    practices: Mapped[list["Practice"]] = relationship(
        back_populates="application", order_by="Practice.position", cascade="all, delete-orphan"
    )
    derogation: Mapped["Derogation | None"] = relationship(back_populates="application", uselist=False)
    letters: Mapped[list["LetterRequest"]] = relationship(
        back_populates="application", order_by="LetterRequest.asked_at.desc()"
    )
    extension: Mapped["Extension | None"] = relationship(
        primaryjoin="and_(foreign(Application.call_id) == Extension.call_id, "
        "foreign(Application.person_id) == Extension.person_id)",
        viewonly=True,
        uselist=False,
    )

    @property
    def live_offer(self) -> "Offer | None":
        """The offer that waits for an answer or was accepted, if any."""
        return next((offer for offer in self.offers if offer.is_live), None)

    @property
    def parts(self) -> Sequence[CallPart]:
        """The parts bodies play in its call: whence everyone's rights on it (R95)."""
        return self.call.parts

    @property
    def reference(self) -> str:
        """How people name the file on paper: the call's code and its number there."""
        return f"{self.call.code}-{self.number:04d}" if self.number else "brouillon"


class Piece(WithId, Base):
    """One version of one required document; the highest version is the current one (R20).

    ``replace_by`` is the day by which a faulty one should be replaced; null = not said.
    """

    __tablename__ = "piece"
    __table_args__ = (
        UniqueConstraint("application_id", "requirement_id", "version"),
        CheckConstraint("status <> 'to_replace' OR reason IS NOT NULL", name="reason_if_to_replace"),
    )
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), index=True)
    requirement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("piece_requirement.id"), index=True)
    version: Mapped[int]
    file_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    deposited_at: Mapped[datetime] = mapped_column(default=clock.now)
    removed_at: Mapped[datetime | None]
    status: Mapped[PieceStatus] = mapped_column(default=PieceStatus.TO_CHECK)
    reason: Mapped[str | None] = mapped_column(Text())
    replace_by: Mapped[date | None]
    application: Mapped[Application] = relationship(back_populates="pieces")
    requirement: Mapped[PieceRequirement] = relationship()
    file: Mapped[StoredFile] = relationship()

    @property
    def parts(self) -> Sequence[CallPart]:
        """The parts bodies play in its call."""
        return self.application.parts


class ApplicationVersion(WithId, Base):
    """What was submitted, as it was: the facts, and each piece with its digest (R22, R108).

    ``content`` is enough to print the receipt again, whatever the file became since.
    """

    __tablename__ = "application_version"
    __table_args__ = (UniqueConstraint("application_id", "number"),)
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), index=True)
    number: Mapped[int]
    submitted_at: Mapped[datetime]
    call_version: Mapped[int]
    content: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    application: Mapped[Application] = relationship(back_populates="versions")


class Extension(WithId, Base):
    """A late right given to one person on one call: until when, by whom, why (R14)."""

    __tablename__ = "extension"
    __table_args__ = (UniqueConstraint("call_id", "person_id"),)
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    until: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text())
    granted_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), info=PERSON)
    granted_at: Mapped[datetime] = mapped_column(default=clock.now)


class DraftReminder(Base):
    """A reminder sent to a draft, so that each goes once (R16)."""

    __tablename__ = "draft_reminder"
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
