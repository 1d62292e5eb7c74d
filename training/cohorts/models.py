"""Cohorts, their numbered seats, the learners who sit there and the relay trainers who follow them."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.models import Organisation, PartMixin, Person, Structure
from training.catalogue.enums import Provenance
from training.catalogue.models import Edition, Programme, Variant
from training.cohorts.enums import AssignmentKind, CohortStatus, EnrolmentStatus, LeavingReason
from training.common import clock
from training.common.files import StoredFile
from training.database import PERSON, Base, WithId

LIVE_SQL = "status IN ('active', 'suspended')"


class Cohort(WithId, Base):
    """A group that follows one published edition together (“Promo 8”).

    ``places`` null = number of places to be confirmed. ``calendar_version`` grows, and
    ``calendar_changed_at`` moves, with every act that changes what a calendar of this cohort
    shows, to anyone: seminars, half-days, enrolments, trainers.
    """

    __tablename__ = "cohort"
    __table_args__ = (
        CheckConstraint("places IS NULL OR places > 0", name="some_places"),
        CheckConstraint(
            "ends_on IS NULL OR first_seminar_on IS NULL OR first_seminar_on <= ends_on", name="dates_in_order"
        ),
    )
    code: Mapped[str] = mapped_column(String(40), unique=True)
    label: Mapped[str] = mapped_column(String(120))
    edition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("edition.id"), index=True)
    status: Mapped[CohortStatus] = mapped_column(default=CohortStatus.PREPARING)
    launch_on: Mapped[date | None]
    first_seminar_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    places: Mapped[int | None]
    provenance: Mapped[Provenance]
    source: Mapped[str] = mapped_column(String(60), default="")
    calendar_version: Mapped[int] = mapped_column(default=1)
    calendar_changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    edition: Mapped[Edition] = relationship()
    parts: Mapped[list["CohortPart"]] = relationship(
        back_populates="cohort", cascade="all, delete-orphan", order_by="CohortPart.part, CohortPart.id"
    )
    seats: Mapped[list["Seat"]] = relationship(back_populates="cohort", order_by="Seat.number")
    quotas: Mapped[list["Quota"]] = relationship(back_populates="cohort", cascade="all, delete-orphan")
    enrolments: Mapped[list["Enrolment"]] = relationship(
        back_populates="cohort", order_by="Enrolment.entered_on, Enrolment.id"
    )
    assignments: Mapped[list["TrainerAssignment"]] = relationship(
        back_populates="cohort", order_by="TrainerAssignment.since, TrainerAssignment.id", overlaps="assignments"
    )


class CohortPart(WithId, PartMixin, Base):
    """A body’s part in a cohort: carrier, funder, school… (R95, R96)."""

    __tablename__ = "cohort_part"
    __table_args__ = (UniqueConstraint("cohort_id", "organisation_id", "part"),)
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    cohort: Mapped[Cohort] = relationship(back_populates="parts")


class Seat(WithId, Base):
    """One numbered seat (R28): free, held for someone who has an offer, or taken by an enrolment.

    ``holder_id`` is opaque here: it names what holds the seat in the room that asked for it.
    A closed seat no longer counts; it is kept because past offers name it.
    """

    __tablename__ = "seat"
    __table_args__ = (
        UniqueConstraint("cohort_id", "number"),
        UniqueConstraint("id", "cohort_id"),
        CheckConstraint("number > 0", name="numbered_from_one"),
        CheckConstraint("(holder_id IS NULL) = (holder_variant_id IS NULL)", name="held_in_a_variant"),
        CheckConstraint("holder_id IS NULL OR is_open", name="held_only_if_open"),
    )
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    number: Mapped[int]
    is_open: Mapped[bool] = mapped_column(default=True)
    holder_id: Mapped[uuid.UUID | None] = mapped_column(unique=True)
    holder_variant_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("variant.id"))
    cohort: Mapped[Cohort] = relationship(back_populates="seats")
    enrolment: Mapped["Enrolment | None"] = relationship(
        back_populates="seat", foreign_keys="Enrolment.seat_id", uselist=False
    )


class Quota(WithId, Base):
    """At most ``places`` seats of the cohort for one variant (R28)."""

    __tablename__ = "quota"
    __table_args__ = (
        UniqueConstraint("cohort_id", "variant_id"),
        CheckConstraint("places >= 0", name="not_negative"),
    )
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    variant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("variant.id"))
    places: Mapped[int]
    cohort: Mapped[Cohort] = relationship(back_populates="quotas")
    variant: Mapped[Variant] = relationship()


class Enrolment(WithId, Base):
    """A learner in a cohort, from ``entered_on`` to ``left_on`` (excluded); one live per person and programme (R31).

    ``programme_id`` is that of the cohort’s edition, kept here so that the database can hold
    that rule. A learner who left (withdrawn, postponed, transferred) has given her seat back; ``leaving`` is the kind of
    reason, null when nobody said. ``carried_from`` names the cohort what she acquired before comes from (R116). ``held_from``: admitted on a condition that is not met yet, she may not attend from that day on
    (R7). ``postless_since``: she has no post any more, which is to be settled by ``settle_by`` (R116).
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        ForeignKeyConstraint(["seat_id", "cohort_id"], ["seat.id", "seat.cohort_id"], name="fk_enrolment_seat"),
        UniqueConstraint("id", "cohort_id"),
        CheckConstraint(
            "(status IN ('withdrawn', 'postponed', 'transferred')) = (seat_id IS NULL)", name="seated_unless_gone"
        ),
        CheckConstraint("(status IN ('active', 'suspended')) = (left_on IS NULL)", name="left_on_if_over"),
        CheckConstraint("left_on IS NULL OR entered_on <= left_on", name="dates_in_order"),
        CheckConstraint(
            "leaving IS NULL OR status IN ('withdrawn', 'postponed', 'transferred')", name="leaving_if_gone"
        ),
        CheckConstraint(
            "(postless_since IS NULL) = (settle_by IS NULL) AND (settle_by IS NULL OR postless_since <= settle_by)",
            name="postless_to_settle",
        ),
        Index(
            "uq_enrolment_live",
            "person_id",
            "programme_id",
            unique=True,
            sqlite_where=text(LIVE_SQL),
            postgresql_where=text(LIVE_SQL),
        ),
    )
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    variant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("variant.id"))
    structure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("structure.id"), index=True)
    seat_id: Mapped[uuid.UUID | None] = mapped_column(unique=True)
    status: Mapped[EnrolmentStatus] = mapped_column(default=EnrolmentStatus.ACTIVE)
    entered_on: Mapped[date]
    left_on: Mapped[date | None]
    leaving: Mapped[LeavingReason | None]
    postless_since: Mapped[date | None]
    settle_by: Mapped[date | None]
    held_from: Mapped[date | None]
    carried_from: Mapped[str] = mapped_column(String(120), default="")
    taken_over: Mapped[bool] = mapped_column(default=False)
    """Brought in from a spreadsheet kept before the tool (R114)."""
    invited_at: Mapped[datetime | None]
    """When she was told, once brought in, that her place is here."""

    cohort: Mapped[Cohort] = relationship(back_populates="enrolments")
    programme: Mapped[Programme] = relationship()
    person: Mapped[Person] = relationship()
    variant: Mapped[Variant] = relationship()
    structure: Mapped[Structure] = relationship()
    seat: Mapped[Seat | None] = relationship(back_populates="enrolment", foreign_keys=[seat_id])
    assignments: Mapped[list["TrainerAssignment"]] = relationship(
        back_populates="enrolment", order_by="TrainerAssignment.since, TrainerAssignment.id", overlaps="assignments"
    )
    notes: Mapped[list["FollowUpNote"]] = relationship(
        back_populates="enrolment", order_by="FollowUpNote.written_at.desc(), FollowUpNote.id"
    )

    @property
    def parts(self) -> Sequence[CohortPart]:
        """The parts bodies play in its cohort: whence everyone’s rights on it (R95)."""
        return self.cohort.parts


class TrainerApproval(WithId, Base):
    """A school’s agreement that someone be a relay trainer: agreed on, valid until the end of a day or without end (R32).

    Transcribed by the carrier while the school is outside the tool: the proof is then attached (R96).
    """

    __tablename__ = "trainer_approval"
    __table_args__ = (
        UniqueConstraint("person_id", "organisation_id", "agreed_on"),
        CheckConstraint("valid_until IS NULL OR agreed_on <= valid_until", name="dates_in_order"),
        CheckConstraint("NOT transcribed OR evidence_id IS NOT NULL", name="evidence_if_transcribed"),
    )
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    agreed_on: Mapped[date]
    valid_until: Mapped[date | None]
    recorded_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
    transcribed: Mapped[bool] = mapped_column(default=False)
    evidence_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    reminded_at: Mapped[datetime | None]
    """When its coming end was told; once."""
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    organisation: Mapped[Organisation] = relationship()
    recorder: Mapped[Person | None] = relationship(foreign_keys=[recorded_by])
    evidence: Mapped[StoredFile | None] = relationship()


class TrainerAssignment(WithId, Base):
    """A relay trainer follows one learner, or animates the cohort, from ``since`` to ``until`` (excluded).

    At most one referent without end per learner: naming the next one ends the one before (R119).
    """

    __tablename__ = "trainer_assignment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["enrolment_id", "cohort_id"],
            ["enrolment.id", "enrolment.cohort_id"],
            name="fk_trainer_assignment_enrolment",
        ),
        CheckConstraint("(kind = 'animator') = (enrolment_id IS NULL)", name="animates_or_follows"),
        CheckConstraint("until IS NULL OR since <= until", name="dates_in_order"),
        Index(
            "uq_trainer_assignment_referent",
            "enrolment_id",
            unique=True,
            sqlite_where=text("kind = 'referent' AND until IS NULL"),
            postgresql_where=text("kind = 'referent' AND until IS NULL"),
        ),
        Index(
            "uq_trainer_assignment_animator",
            "cohort_id",
            "person_id",
            unique=True,
            sqlite_where=text("kind = 'animator' AND until IS NULL"),
            postgresql_where=text("kind = 'animator' AND until IS NULL"),
        ),
    )
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    enrolment_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    kind: Mapped[AssignmentKind]
    since: Mapped[date]
    until: Mapped[date | None]
    cohort: Mapped[Cohort] = relationship(back_populates="assignments", overlaps="assignments")
    enrolment: Mapped[Enrolment | None] = relationship(
        back_populates="assignments", overlaps="assignments,cohort", foreign_keys=[enrolment_id]
    )
    person: Mapped[Person] = relationship()

    @property
    def parts(self) -> Sequence[CohortPart]:
        """The parts bodies play in its cohort: whence everyone’s rights on it (R95)."""
        return self.cohort.parts


class FollowUpNote(WithId, Base):
    """A note on a learner’s path: between trainers and staff, or shared with her. Her author changes it for a day."""

    __tablename__ = "follow_up_note"
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    written_at: Mapped[datetime] = mapped_column(default=clock.now)
    words: Mapped[str] = mapped_column(Text())
    shared: Mapped[bool] = mapped_column(default=False)
    edited_at: Mapped[datetime | None]
    enrolment: Mapped[Enrolment] = relationship(back_populates="notes")
    author: Mapped[Person] = relationship()

    @property
    def parts(self) -> Sequence[CohortPart]:
        """The parts bodies play in its cohort: whence everyone’s rights on it (R95)."""
        return self.enrolment.parts


class RiskFlag(WithId, Base):
    """A trainer fears that a learner may give up: raised with its reason, until someone says what came of it."""

    __tablename__ = "risk_flag"
    __table_args__ = (
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_by_someone"),
        Index(
            "uq_risk_flag_open",
            "enrolment_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    raised_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    raised_at: Mapped[datetime] = mapped_column(default=clock.now)
    reason: Mapped[str] = mapped_column(Text())
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    outcome: Mapped[str] = mapped_column(Text(), default="")
    raiser: Mapped[Person] = relationship(foreign_keys=[raised_by])
