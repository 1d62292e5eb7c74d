"""Whether those who teach for a carrier are of its own staff (R123)."""

import uuid

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from training.database import PERSON, Base


class TeachingTie(Base):
    """How someone teaches for a body: one of its own (``internal``) or not; without a row, it is to be confirmed."""

    __tablename__ = "teaching_tie"
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True, info=PERSON)
    internal: Mapped[bool]
