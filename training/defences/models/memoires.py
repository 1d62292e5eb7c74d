"""Mémoires: one per learner, a subject, versions, comments, her plan of work (R56–R60, R127)."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.models import Person
from training.cohorts.models import Cohort, CohortPart, Enrolment
from training.common import clock
from training.common.files import StoredFile
from training.database import PERSON, Base, WithId
from training.defences.enums import MemoireStatus, VersionKind

if TYPE_CHECKING:
    from training.defences.models.days import DefenceSlot


class Memoire(WithId, Base):
    """A learner’s mémoire: a subject drawn from what her own team does, and where it stands.

    ``approach`` tells the team’s work it analyses (R56). Nobody but those who follow it, and its jury, reads it before
    ``confidential_until`` has passed. It stands in the library once its author and her structure agreed (R127).
    ``taken_over``: its state was brought in from before the tool (R114); ``carried``: it was begun in the cohort she left (R116).
    """

    __tablename__ = "memoire"
    __table_args__ = (
        CheckConstraint("(structure_agreed_at IS NULL) = (structure_signatory IS NULL)", name="signed_by_someone"),
    )
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), unique=True)
    status: Mapped[MemoireStatus] = mapped_column(default=MemoireStatus.SUBJECT_PROPOSED, index=True)
    subject: Mapped[str] = mapped_column(String(300))
    keywords: Mapped[str] = mapped_column(String(300), default="")
    approach: Mapped[str] = mapped_column(Text(), default="")
    proposed_at: Mapped[datetime] = mapped_column(default=clock.now)
    moved_at: Mapped[datetime] = mapped_column(default=clock.now)
    confidential_until: Mapped[date | None]
    taken_over: Mapped[bool] = mapped_column(default=False)
    carried: Mapped[bool] = mapped_column(default=False)
    author_agreed_at: Mapped[datetime | None]
    structure_agreed_at: Mapped[datetime | None]
    structure_signatory: Mapped[str | None] = mapped_column(String(200))

    enrolment: Mapped[Enrolment] = relationship()
    versions: Mapped[list["MemoireVersion"]] = relationship(
        back_populates="memoire", order_by="MemoireVersion.number.desc()"
    )
    milestones: Mapped[list["Milestone"]] = relationship(
        back_populates="memoire", order_by="Milestone.due_on, Milestone.id"
    )
    slots: Mapped[list["DefenceSlot"]] = relationship(
        back_populates="memoire", order_by="DefenceSlot.starts_at, DefenceSlot.id"
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
    def final(self) -> "MemoireVersion | None":
        """The last version handed in as final, or corrected since; null before."""
        return next((each for each in self.versions if each.kind is not VersionKind.DRAFT), None)

    @property
    def is_confidential(self) -> bool:
        """Whether it may not leave its readers yet."""
        return self.confidential_until is not None and clock.today() <= self.confidential_until


class MemoireVersion(WithId, Base):
    """A version handed in: one file. Once ``locked_at`` is set, the database refuses any change but emptying its words.

    ``annex_pages`` are those its author declares as annexes: they do not count (R58). ``own_work`` is her statement that
    it copies nobody; ``no_patient_data`` her pledge that no patient can be known (R54). ``text`` is what could be read
    in it, ``concerns`` what in it looks like a patient’s data. ``hidden_at``: set aside because of them.
    """

    __tablename__ = "memoire_version"
    __table_args__ = (
        UniqueConstraint("memoire_id", "number"),
        CheckConstraint("number > 0", name="numbered_from_one"),
        CheckConstraint("no_patient_data", name="pledged"),
        CheckConstraint("kind = 'draft' OR (own_work AND pages IS NOT NULL)", name="final_is_whole"),
        CheckConstraint("annex_pages >= 0 AND (pages IS NULL OR annex_pages < pages)", name="annexes_within"),
        CheckConstraint("locked_at IS NULL OR kind <> 'draft'", name="only_finals_lock"),
        CheckConstraint("(hidden_at IS NULL) = (hidden_reason IS NULL)", name="hidden_for_a_reason"),
    )
    memoire_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("memoire.id"))
    number: Mapped[int]
    kind: Mapped[VersionKind]
    file_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    sha256: Mapped[str] = mapped_column(String(64))
    pages: Mapped[int | None]
    annex_pages: Mapped[int] = mapped_column(default=0)
    text: Mapped[str] = mapped_column(Text(), default="")
    concerns: Mapped[list[str]]
    message: Mapped[str] = mapped_column(Text(), default="")
    no_patient_data: Mapped[bool]
    own_work: Mapped[bool] = mapped_column(default=False)
    deposited_at: Mapped[datetime] = mapped_column(default=clock.now)
    deposited_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    locked_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    hidden_reason: Mapped[str | None] = mapped_column(Text())

    memoire: Mapped[Memoire] = relationship(back_populates="versions")
    file: Mapped[StoredFile] = relationship()
    comments: Mapped[list["MemoireComment"]] = relationship(
        back_populates="version", order_by="MemoireComment.written_at, MemoireComment.id"
    )

    @property
    def body_pages(self) -> int | None:
        """Its pages without its annexes; null when it has no pages to count."""
        return None if self.pages is None else self.pages - self.annex_pages

    @property
    def is_hidden(self) -> bool:
        """Whether it was set aside (R54)."""
        return self.hidden_at is not None

    @property
    def enrolment(self) -> Enrolment:
        """The learner’s enrolment."""
        return self.memoire.enrolment

    @property
    def cohort(self) -> Cohort:
        """The cohort of its learner."""
        return self.memoire.cohort

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence everyone’s rights on it."""
        return self.memoire.parts


class MemoireComment(WithId, Base):
    """What someone who follows it, or its author, says of a version; perhaps with the file annotated (R57)."""

    __tablename__ = "memoire_comment"
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("memoire_version.id"), index=True)
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    written_at: Mapped[datetime] = mapped_column(default=clock.now)
    words: Mapped[str] = mapped_column(Text())
    annotated_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    version: Mapped[MemoireVersion] = relationship(back_populates="comments")
    author: Mapped[Person] = relationship()
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


class Milestone(WithId, Base):
    """A step of the learner’s own plan of work, with its day."""

    __tablename__ = "memoire_milestone"
    memoire_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("memoire.id"), index=True)
    label: Mapped[str] = mapped_column(String(160))
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    memoire: Mapped[Memoire] = relationship(back_populates="milestones")

    @property
    def is_late(self) -> bool:
        """Whether its day has passed without it."""
        return self.done_on is None and self.due_on < clock.today()
