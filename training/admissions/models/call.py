"""A call for applications and what it asks."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.enums import Part
from training.accounts.models import Organisation, PartMixin
from training.admissions.enums import CallStatus, PieceProvider, QuestionKind
from training.catalogue.models import Edition
from training.cohorts.models import Cohort
from training.common.files import StoredFile
from training.database import Base, WithId


class Call(WithId, Base):
    """A period in which people apply for seats in one cohort.

    ``opens_at`` and ``closes_at`` are instants; the closing one is the last of its day in Paris
    (R13); both null = dates to be confirmed. ``opinion_parts`` names the parts whose bodies
    must have given an opinion before the committee decides (R24); ``opinions_in_session``: staff record
    them at the meeting, otherwise each reviewer writes hers before it (R106). ``version`` grows with each
    published change; a file keeps the version it was submitted under. ``max_per_structure`` null = no limit
    (R11); ``profile_fields`` are the standard facts of a profile it asks (R111).
    """

    __tablename__ = "call"
    __table_args__ = (
        CheckConstraint("closes_at IS NULL OR opens_at IS NULL OR opens_at <= closes_at", name="window_in_order"),
        CheckConstraint("offer_days > 0", name="offer_days_positive"),
        CheckConstraint("max_per_structure > 0", name="max_per_structure_positive"),
        CheckConstraint("interview_minutes > 0", name="interview_minutes_positive"),
    )
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(160))
    edition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("edition.id"), index=True)
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), unique=True)
    status: Mapped[CallStatus] = mapped_column(default=CallStatus.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    reference_on: Mapped[date | None]
    structure_kinds: Mapped[list[str]]
    regions: Mapped[list[str]]
    accepts_other_regions: Mapped[bool] = mapped_column(default=False)
    membership_required: Mapped[bool] = mapped_column(default=False)
    derogation_allowed: Mapped[bool] = mapped_column(default=False)
    max_per_structure: Mapped[int | None]
    profile_fields: Mapped[list[str]] = mapped_column(default=list)
    has_preselection: Mapped[bool] = mapped_column(default=True)
    has_interviews: Mapped[bool] = mapped_column(default=True)
    interview_minutes: Mapped[int] = mapped_column(default=30)
    has_school_step: Mapped[bool] = mapped_column(default=True)
    publishes_before_school: Mapped[bool] = mapped_column(default=False)
    opinion_parts: Mapped[list[str]] = mapped_column(default=list)
    opinions_in_session: Mapped[bool] = mapped_column(default=True)
    offer_days: Mapped[int] = mapped_column(default=7)
    presentation: Mapped[str] = mapped_column(Text(), default="")
    contact_email: Mapped[str | None] = mapped_column(String(254))
    provenance: Mapped[str] = mapped_column(String(20), default="officiel")
    results_published_at: Mapped[datetime | None]
    last_number: Mapped[int] = mapped_column(default=0)

    edition: Mapped[Edition] = relationship()
    cohort: Mapped[Cohort] = relationship()
    parts: Mapped[list["CallPart"]] = relationship(
        back_populates="call", cascade="all, delete-orphan", order_by="CallPart.part, CallPart.id"
    )
    pieces: Mapped[list["PieceRequirement"]] = relationship(
        back_populates="call", cascade="all, delete-orphan", order_by="PieceRequirement.position"
    )
    declarations: Mapped[list["DeclarationRequirement"]] = relationship(
        back_populates="call", cascade="all, delete-orphan", order_by="DeclarationRequirement.position"
    )
    questions: Mapped[list["Question"]] = relationship(
        back_populates="call", cascade="all, delete-orphan", order_by="Question.position"
    )
    dates: Mapped[list["CallDate"]] = relationship(
        back_populates="call", cascade="all, delete-orphan", order_by="CallDate.position"
    )
    costs: Mapped[list["CostLine"]] = relationship(
        back_populates="call", cascade="all, delete-orphan", order_by="CostLine.position"
    )

    @property
    def carrier(self) -> Organisation:
        """The body that carries the call; its name and address head every page and paper of it."""
        return next(played.organisation for played in self.parts if played.part is Part.CARRIER)


class CallPart(WithId, PartMixin, Base):
    """A body's part in a call (R95)."""

    __tablename__ = "call_part"
    __table_args__ = (UniqueConstraint("call_id", "organisation_id", "part"),)
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"), index=True)
    call: Mapped[Call] = relationship(back_populates="parts")


class PieceRequirement(WithId, Base):
    """A document the call asks for (R18).

    ``hidden_in_review``: evaluation screens never show it (the photo, R21). ``only_derogation``: asked
    only of people being recruited (R7). ``due_on`` null = due at submission; a date = may
    come until then (R107). ``template`` is a blank one may download. A piece ``provided_by`` the structure is
    asked of its representative by a link, who reads ``statement``, what she undertakes in its name, one sentence a
    line; empty = the usual sentences.
    """

    __tablename__ = "piece_requirement"
    __table_args__ = (UniqueConstraint("call_id", "code"), CheckConstraint("max_bytes > 0", name="size_positive"))
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    label: Mapped[str] = mapped_column(String(120))
    hint: Mapped[str] = mapped_column(String(300), default="")
    media_types: Mapped[list[str]]
    max_bytes: Mapped[int]
    mandatory: Mapped[bool] = mapped_column(default=True)
    only_derogation: Mapped[bool] = mapped_column(default=False)
    hidden_in_review: Mapped[bool] = mapped_column(default=False)
    due_on: Mapped[date | None]
    provided_by: Mapped[PieceProvider] = mapped_column(default=PieceProvider.APPLICANT)
    statement: Mapped[str] = mapped_column(Text(), default="")
    template_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    position: Mapped[int]
    provenance: Mapped[str] = mapped_column(String(20), default="officiel")
    call: Mapped[Call] = relationship(back_populates="pieces")
    template: Mapped[StoredFile | None] = relationship()


class DeclarationRequirement(WithId, Base):
    """A sentence the applicant must declare true (R9)."""

    __tablename__ = "declaration_requirement"
    __table_args__ = (UniqueConstraint("call_id", "code"),)
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(String(400))
    position: Mapped[int]
    call: Mapped[Call] = relationship(back_populates="declarations")


class Question(WithId, Base):
    """A question of the call's own; answers stand in the file by ``code``.

    ``frozen``: the answer no longer changes once the file is submitted. ``choices`` is empty unless ``kind`` is a choice.
    """

    __tablename__ = "question"
    __table_args__ = (UniqueConstraint("call_id", "code"),)
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    label: Mapped[str] = mapped_column(String(200))
    hint: Mapped[str] = mapped_column(String(300), default="")
    kind: Mapped[QuestionKind]
    choices: Mapped[list[str]] = mapped_column(default=list)
    mandatory: Mapped[bool] = mapped_column(default=True)
    frozen: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int]
    call: Mapped[Call] = relationship(back_populates="questions")


class CallDate(WithId, Base):
    """A step of the call's calendar; ``ends_on`` null = one day, both null = to be confirmed."""

    __tablename__ = "call_date"
    __table_args__ = (UniqueConstraint("call_id", "code"),)
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    label: Mapped[str] = mapped_column(String(120))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    position: Mapped[int]
    provenance: Mapped[str] = mapped_column(String(20), default="officiel")
    call: Mapped[Call] = relationship(back_populates="dates")


class CostLine(WithId, Base):
    """Who pays what (R72); ``payer`` null = to be confirmed."""

    __tablename__ = "cost_line"
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"), index=True)
    label: Mapped[str] = mapped_column(String(120))
    payer: Mapped[str | None] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(String(200), default="")
    position: Mapped[int]
    provenance: Mapped[str] = mapped_column(String(20), default="officiel")
    call: Mapped[Call] = relationship(back_populates="costs")
