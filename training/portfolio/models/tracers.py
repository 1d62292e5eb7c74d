"""Tracer documents: one per learner and type, in versions, each read and decided once (R51, R52)."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.models import Person
from training.catalogue.models import TracerType
from training.cohorts.models import Cohort, CohortPart, Enrolment
from training.common import clock
from training.common.files import StoredFile
from training.database import PERSON, Base, WithId
from training.portfolio.enums import Decision, TracerStatus


class Tracer(WithId, Base):
    """What one learner hands in for one type of tracer document; the database refuses any change once accepted.

    ``deposited_at`` is that of its latest version: queues are ordered by it.
    """

    __tablename__ = "tracer"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "type_id"),
        CheckConstraint("(status = 'expected') = (deposited_at IS NULL)", name="deposited_unless_expected"),
    )
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    type_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tracer_type.id"), index=True)
    status: Mapped[TracerStatus] = mapped_column(default=TracerStatus.EXPECTED, index=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    deposited_at: Mapped[datetime | None]

    enrolment: Mapped[Enrolment] = relationship()
    type: Mapped[TracerType] = relationship()
    versions: Mapped[list["TracerVersion"]] = relationship(
        back_populates="tracer", order_by="TracerVersion.number.desc()"
    )

    @property
    def cohort(self) -> Cohort:
        """The cohort of its learner."""
        return self.enrolment.cohort

    @property
    def parts(self) -> Sequence[CohortPart]:
        """The parts bodies play in its cohort: whence everyone’s rights on it (R95)."""
        return self.enrolment.cohort.parts

    @property
    def draft(self) -> "TracerVersion | None":
        """The version the learner is preparing, which nobody else sees."""
        return next((version for version in self.versions if version.deposited_at is None), None)

    @property
    def deposited(self) -> "list[TracerVersion]":
        """The versions handed in, the latest first."""
        return [version for version in self.versions if version.deposited_at is not None]


class TracerVersion(WithId, Base):
    """One version: files, or another room’s object, or a deposit on the school’s platform (R124).

    Without ``deposited_at`` it is a draft, one per tracer. Once ``accepted_at`` is set, the database refuses any change
    to it but the emptying of ``message``, which retention may ask. ``digest`` seals the digests of its files, in order.
    """

    __tablename__ = "tracer_version"
    __table_args__ = (
        UniqueConstraint("tracer_id", "number"),
        CheckConstraint("number > 0", name="numbered_from_one"),
        CheckConstraint(
            "deposited_at IS NULL OR object_id IS NOT NULL OR elsewhere OR no_patient_data", name="pledged"
        ),
        CheckConstraint("(object_kind IS NULL) = (object_id IS NULL)", name="whole_object"),
        CheckConstraint("accepted_at IS NULL OR deposited_at IS NOT NULL", name="accepted_if_deposited"),
        Index(
            "uq_tracer_version_draft",
            "tracer_id",
            unique=True,
            sqlite_where=text("deposited_at IS NULL"),
            postgresql_where=text("deposited_at IS NULL"),
        ),
    )
    tracer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tracer.id"))
    number: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    deposited_at: Mapped[datetime | None]
    deposited_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    message: Mapped[str] = mapped_column(Text(), default="")
    no_patient_data: Mapped[bool] = mapped_column(default=False)
    elsewhere: Mapped[bool] = mapped_column(default=False)
    taken_over: Mapped[bool] = mapped_column(default=False)
    """Known from a spreadsheet kept before the tool: no file is here (R114)."""
    carried_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("tracer_version.id"), index=True)
    """The version of the cohort she left that it stands for: its files and reviews are read there (R116)."""
    object_kind: Mapped[str | None] = mapped_column(String(40))
    object_id: Mapped[uuid.UUID | None]
    digest: Mapped[str | None] = mapped_column(String(64))
    accepted_at: Mapped[datetime | None]

    tracer: Mapped[Tracer] = relationship(back_populates="versions")
    carried: Mapped["TracerVersion | None"] = relationship(remote_side="TracerVersion.id")
    files: Mapped[list["TracerFile"]] = relationship(
        back_populates="version", order_by="TracerFile.position, TracerFile.id"
    )
    reviews: Mapped[list["Review"]] = relationship(back_populates="version", order_by="Review.written_at, Review.id")
    quarantines: Mapped[list["Quarantine"]] = relationship(
        back_populates="version", order_by="Quarantine.at, Quarantine.id"
    )

    @property
    def is_hidden(self) -> bool:
        """Whether it was set aside and nobody has made it visible again (R54)."""
        return any(each.lifted_at is None for each in self.quarantines)

    @property
    def enrolment(self) -> Enrolment:
        """The learner’s enrolment."""
        return self.tracer.enrolment

    @property
    def cohort(self) -> Cohort:
        """The cohort of its learner."""
        return self.tracer.cohort

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence everyone’s rights on it."""
        return self.tracer.parts


class TracerFile(WithId, Base):
    """A file of a version, in its place; ``text`` is what could be read in it, for the screen and for comparing.

    ``key`` is how the browser names what it sends, so that a file sent again is recognised. ``concerns`` are slugs of
    :class:`Concern`. ``sha256`` vouches for the bytes apart from the file’s own row.
    """

    __tablename__ = "tracer_file"
    __table_args__ = (UniqueConstraint("version_id", "key"),)
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tracer_version.id"))
    file_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    key: Mapped[str] = mapped_column(String(64))
    position: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text(), default="")
    concerns: Mapped[list[str]]
    version: Mapped[TracerVersion] = relationship(back_populates="files")
    file: Mapped[StoredFile] = relationship()

    @property
    def enrolment(self) -> Enrolment:
        """The learner’s enrolment."""
        return self.version.enrolment

    @property
    def cohort(self) -> Cohort:
        """The cohort of its learner."""
        return self.version.cohort

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence everyone’s rights on it."""
        return self.version.parts


class Review(WithId, Base):
    """What a reader says of a version: one decision each, the database sees to it; without one it is her draft."""

    __tablename__ = "tracer_review"
    __table_args__ = (
        UniqueConstraint("version_id", "reviewer_id"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="dated_when_decided"),
        Index(
            "uq_tracer_review_decision",
            "version_id",
            unique=True,
            sqlite_where=text("decision IS NOT NULL"),
            postgresql_where=text("decision IS NOT NULL"),
        ),
    )
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tracer_version.id"))
    reviewer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    written_at: Mapped[datetime] = mapped_column(default=clock.now)
    comment: Mapped[str] = mapped_column(Text(), default="")
    annotated_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    decision: Mapped[Decision | None]
    decided_at: Mapped[datetime | None]
    version: Mapped[TracerVersion] = relationship(back_populates="reviews")
    reviewer: Mapped[Person] = relationship()
    annotated: Mapped[StoredFile | None] = relationship()

    @property
    def enrolment(self) -> Enrolment:
        """Whence everyone’s rights on it."""
        return self.version.enrolment

    @property
    def cohort(self) -> Cohort:
        """The cohort of the learner."""
        return self.version.cohort

    @property
    def parts(self) -> Sequence[CohortPart]:
        """The parts bodies play in it."""
        return self.version.parts


class Quarantine(WithId, Base):
    """A version set aside because it may name patients: hidden at once, its erasure asked for (R54)."""

    __tablename__ = "tracer_quarantine"
    __table_args__ = (
        CheckConstraint("lifted_at IS NULL OR erased_at IS NULL", name="lifted_or_erased"),
        Index(
            "uq_tracer_quarantine_live",
            "version_id",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tracer_version.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    reason: Mapped[str] = mapped_column(Text())
    lifted_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    version: Mapped[TracerVersion] = relationship(back_populates="quarantines")


class CommentTemplate(WithId, Base):
    """A sentence a trainer keeps to write it again in her reviews."""

    __tablename__ = "comment_template"
    __table_args__ = (UniqueConstraint("person_id", "title"),)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), info=PERSON)
    title: Mapped[str] = mapped_column(String(80))
    words: Mapped[str] = mapped_column(Text())
