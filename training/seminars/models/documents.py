"""Papers drawn from the sheets: who signs them, and the bundles the worker prepares (R42)."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.models import Organisation
from training.cohorts.models import Cohort
from training.common import clock
from training.database import PERSON, Base, WithId
from training.seminars.enums import BatchStatus, DocumentKind


class DocumentIssuer(Base):
    """How a carrier signs its papers: its declaration number as a training body, and its signatory; empty = to confirm."""

    __tablename__ = "document_issuer"
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    activity_number: Mapped[str] = mapped_column(String(20), default="")
    siret: Mapped[str] = mapped_column(String(14), default="")
    signatory: Mapped[str] = mapped_column(String(120), default="")
    signatory_role: Mapped[str] = mapped_column(String(120), default="")
    organisation: Mapped[Organisation] = relationship()


class DocumentBatch(WithId, Base):
    """Papers of one kind for a whole cohort, asked for by someone and made by the worker, ``done`` out of ``total``."""

    __tablename__ = "document_batch"
    __table_args__ = (
        CheckConstraint("done >= 0 AND done <= total", name="no_more_than_all"),
        CheckConstraint("(status = 'waiting') = (ended_at IS NULL)", name="ended_when_over"),
    )
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    kind: Mapped[DocumentKind]
    status: Mapped[BatchStatus] = mapped_column(default=BatchStatus.WAITING, index=True)
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    requested_at: Mapped[datetime] = mapped_column(default=clock.now)
    requested_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    lease_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    cohort: Mapped[Cohort] = relationship()


class DocumentArchive(Base):
    """The zip of a finished bundle; it goes after a week, since it can be made again at any time."""

    __tablename__ = "document_archive"
    batch_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("document_batch.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
