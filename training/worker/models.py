"""What the worker remembers of itself: one row per sweep."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from training.database import Base


class SweepRun(Base):
    """The last run of one sweep: when, by whom under which lease, what it did or how it failed.

    ``failures`` counts those in a row. ``failure`` names a fault and where it rose, never its words.
    """

    __tablename__ = "sweep_run"
    __table_args__ = (
        CheckConstraint("failures >= 0", name="counts_failures"),
        CheckConstraint("(failures = 0) = (failure IS NULL)", name="failure_is_told"),
        CheckConstraint("(lease_until IS NULL) = (leased_by IS NULL)", name="lease_has_a_holder"),
    )
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    leased_by: Mapped[str | None] = mapped_column(String(120))
    failures: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None] = mapped_column(String(300))
