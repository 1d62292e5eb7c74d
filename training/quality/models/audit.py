"""The files of evidence asked for, and what the yearly figures need that nothing else holds; no row = to be confirmed."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.cohorts.models import Cohort
from training.common import clock
from training.database import PERSON, Base, WithId
from training.quality.enums import CohortRole, EvidenceStatus, TraineeType


class EvidenceBatch(WithId, Base):
    """The evidence of a cohort as one zip, asked for by someone and made by the worker, ``done`` out of ``total``."""

    __tablename__ = "evidence_batch"
    __table_args__ = (
        CheckConstraint("done >= 0 AND done <= total", name="no_more_than_all"),
        CheckConstraint("(status = 'waiting') = (ended_at IS NULL)", name="ended_when_over"),
    )
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    status: Mapped[EvidenceStatus] = mapped_column(default=EvidenceStatus.WAITING, index=True)
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    requested_at: Mapped[datetime] = mapped_column(default=clock.now)
    requested_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    lease_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    cohort: Mapped[Cohort] = relationship()


class EvidenceArchive(Base):
    """The zip; it goes after a week, since it can be made again at any time."""

    __tablename__ = "evidence_archive"
    batch_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("evidence_batch.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Trainee(Base):
    """What a learner is in the yearly figures."""

    __tablename__ = "bpf_trainee"
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    type: Mapped[TraineeType]


class CohortInFigures(Base):
    """Whose a cohort is in the yearly figures."""

    __tablename__ = "bpf_cohort"
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    role: Mapped[CohortRole]


class Speciality(Base):
    """The speciality (NSF) of a programme in the figures of a body."""

    __tablename__ = "bpf_speciality"
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    nsf_code: Mapped[str] = mapped_column(String(10))
