"""The papers of a cohort asked for at once, and their zip (R71)."""

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.cohorts.models import Cohort
from training.common.batches import Archive, Batch, bounds
from training.common.formatting import plain_date
from training.database import Base
from training.diplomas.enums import PaperKind


class DiplomaBatch(Batch, Base):
    """Papers of one kind for a cohort, made by the worker; ``decided_on`` narrows them to what the school decided that day."""

    __tablename__ = "diploma_batch"
    __table_args__ = (
        *bounds(),
        CheckConstraint("(kind = 'decisions') = (decided_on IS NOT NULL)", name="day_of_a_decision"),
    )
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    kind: Mapped[PaperKind]
    decided_on: Mapped[date | None]
    cohort: Mapped[Cohort] = relationship()

    @property
    def label(self) -> str:
        """Which papers, and of which day."""
        day = f" du {plain_date(self.decided_on)}" if self.decided_on else ""
        return f"{self.kind.label.capitalize()}{day}"


class DiplomaArchive(Archive, Base):
    """The zip of finished papers."""

    __tablename__ = "diploma_archive"
    batch_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("diploma_batch.id"), primary_key=True)
