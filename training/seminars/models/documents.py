"""Papers of the seminars: who signs them, and the bundles the worker prepares (R42, R118)."""

import uuid

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.models import Organisation
from training.cohorts.models import Cohort
from training.common.batches import Archive, Batch, bounds
from training.database import Base
from training.seminars.enums import DocumentKind
from training.seminars.models.seminars import Seminar


class DocumentIssuer(Base):
    """How a carrier signs its papers: its declaration number as a training body, and its signatory; empty = to confirm."""

    __tablename__ = "document_issuer"
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    activity_number: Mapped[str] = mapped_column(String(20), default="")
    siret: Mapped[str] = mapped_column(String(14), default="")
    signatory: Mapped[str] = mapped_column(String(120), default="")
    signatory_role: Mapped[str] = mapped_column(String(120), default="")
    organisation: Mapped[Organisation] = relationship()


class DocumentBatch(Batch, Base):
    """Papers of one kind for a whole cohort, or the convocations of one of its seminars, made by the worker."""

    __tablename__ = "document_batch"
    __table_args__ = (
        *bounds(),
        CheckConstraint("seminar_id IS NULL OR kind = 'convocations'", name="a_seminar_convenes"),
    )
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    kind: Mapped[DocumentKind]
    seminar_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("seminar.id"), index=True)
    cohort: Mapped[Cohort] = relationship()
    seminar: Mapped[Seminar | None] = relationship()

    @property
    def label(self) -> str:
        """Which papers; on the page of one seminar they are all its convocations."""
        return "" if self.seminar_id else self.kind.label.capitalize()


class DocumentArchive(Archive, Base):
    """The zip of a finished bundle."""

    __tablename__ = "document_archive"
    batch_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("document_batch.id"), primary_key=True)
