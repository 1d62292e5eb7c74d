"""The other places where an applicant practises, and the share of her working time in each (R98)."""

import uuid
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.models import Structure
from training.admissions.models.application import Application
from training.database import Base

MOST_PRACTICES: Final = 5


class Practice(Base):
    """A place where the applicant practises beside her structure of attachment, as she names it.

    ``structure`` is the one of the register that bears this name, null if none does; ``share`` is in per cent of her
    working time, null = not said.
    """

    __tablename__ = "application_practice"
    __table_args__ = (
        UniqueConstraint("application_id", "structure_id"),
        CheckConstraint("share BETWEEN 1 AND 100", name="share_in_per_cent"),
        CheckConstraint("position BETWEEN 1 AND 5", name="position_known"),
    )
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(160))
    structure_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("structure.id"), index=True)
    share: Mapped[int | None]
    application: Mapped[Application] = relationship(back_populates="practices")
    structure: Mapped[Structure | None] = relationship()
