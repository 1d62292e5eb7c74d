"""What the school dispenses a learner from on the way to her diploma (R69, R96)."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.models import Person
from training.cohorts.models import Cohort, CohortPart, Enrolment
from training.common import clock
from training.common.files import StoredFile
from training.database import PERSON, Base, WithId
from training.diplomas.enums import WaiverScope, WaiverStatus

LIVE_WAIVER_SQL = "status IN ('asked', 'granted')"


class DiplomaWaiver(WithId, Base):
    """A dispensation asked of the school, or given by it; one asked or in force for a learner and a thing.

    ``target`` is the uuid of the module, document or choice, or the modality of hours; ``label`` names it as it was called
    then. Transcribed by the carrier while the school is outside the tool: the proof is then attached (R96).
    """

    __tablename__ = "diploma_waiver"
    __table_args__ = (
        CheckConstraint("(status = 'asked') = (settled_at IS NULL)", name="settled_unless_asked"),
        CheckConstraint("(status = 'ended') = (ended_at IS NOT NULL)", name="ended_once"),
        CheckConstraint("status NOT IN ('granted', 'ended') OR decided_on IS NOT NULL", name="dated_when_granted"),
        CheckConstraint("NOT transcribed OR evidence_id IS NOT NULL", name="evidence_if_transcribed"),
        Index(
            "uq_diploma_waiver_live",
            "enrolment_id",
            "scope",
            "target",
            unique=True,
            sqlite_where=text(LIVE_WAIVER_SQL),
            postgresql_where=text(LIVE_WAIVER_SQL),
        ),
    )
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    scope: Mapped[WaiverScope]
    target: Mapped[str] = mapped_column(String(40), default="")
    label: Mapped[str] = mapped_column(String(300))
    status: Mapped[WaiverStatus] = mapped_column(default=WaiverStatus.ASKED, index=True)
    reason: Mapped[str] = mapped_column(Text())
    answer: Mapped[str] = mapped_column(Text(), default="")
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    asked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    decided_on: Mapped[date | None]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    ended_at: Mapped[datetime | None]
    transcribed: Mapped[bool] = mapped_column(default=False)
    evidence_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    enrolment: Mapped[Enrolment] = relationship()
    asker: Mapped[Person | None] = relationship(foreign_keys=[asked_by])
    settler: Mapped[Person | None] = relationship(foreign_keys=[settled_by])
    evidence: Mapped[StoredFile | None] = relationship()

    @property
    def cohort(self) -> Cohort:
        """The cohort of its learner."""
        return self.enrolment.cohort

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence everyone’s rights on it (R95)."""
        return self.enrolment.cohort.parts
