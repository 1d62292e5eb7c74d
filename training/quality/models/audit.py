"""The files of evidence asked for, and what the yearly figures need that nothing else holds; no row = to be confirmed."""

import uuid

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.cohorts.models import Cohort
from training.common.batches import Archive, Batch, BatchStatus, bounds
from training.database import Base, slugs_of
from training.quality.enums import CohortRole, TraineeType


class EvidenceBatch(Batch, Base):
    """The evidence of a cohort as one zip, made by the worker."""

    __tablename__ = "evidence_batch"
    __table_args__ = bounds()
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    status: Mapped[BatchStatus] = mapped_column(
        slugs_of(BatchStatus, "evidencestatus"), default=BatchStatus.WAITING, index=True
    )
    cohort: Mapped[Cohort] = relationship()


class EvidenceArchive(Archive, Base):
    """The zip of finished evidence."""

    __tablename__ = "evidence_archive"
    batch_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("evidence_batch.id"), primary_key=True)


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
