"""The team's letter: asked of the structure's representative by a link, signed there without an account."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.admissions.enums import LetterStatus
from training.admissions.models.application import Application, Piece
from training.admissions.models.call import CallPart, PieceRequirement
from training.common import clock
from training.database import PERSON, Base, WithId


class LetterRequest(WithId, Base):
    """A letter asked of one address for one piece (R107); one at most waits for its answer.

    ``signer_name``, ``signer_function`` and ``has_capacity`` are what the signer declared; ``piece_id`` is the
    piece her signature made, an attached letter or the document that tells what she signed.
    """

    __tablename__ = "letter_request"
    __table_args__ = (
        Index(
            "uq_letter_request_waiting",
            "application_id",
            "requirement_id",
            unique=True,
            sqlite_where=text("status = 'waiting'"),
            postgresql_where=text("status = 'waiting'"),
        ),
        CheckConstraint("(status = 'waiting') = (answered_at IS NULL)", name="answered_unless_waiting"),
        CheckConstraint(
            "status <> 'signed' OR (piece_id IS NOT NULL AND has_capacity AND signer_name <> '')",
            name="signed_by_someone_entitled",
        ),
        CheckConstraint("status <> 'declined' OR reason <> ''", name="reason_if_declined"),
    )
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), index=True)
    requirement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("piece_requirement.id"))
    email: Mapped[str] = mapped_column(String(254), info=PERSON)
    status: Mapped[LetterStatus] = mapped_column(default=LetterStatus.WAITING)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), info=PERSON)
    sent_at: Mapped[datetime] = mapped_column(default=clock.now)
    answered_at: Mapped[datetime | None]
    signer_name: Mapped[str] = mapped_column(String(120), default="")
    signer_function: Mapped[str] = mapped_column(String(120), default="")
    has_capacity: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text(), default="")
    piece_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("piece.id"), unique=True)
    application: Mapped[Application] = relationship(back_populates="letters")
    requirement: Mapped[PieceRequirement] = relationship()
    piece: Mapped[Piece | None] = relationship()

    @property
    def parts(self) -> Sequence[CallPart]:
        """The parts bodies play in its call."""
        return self.application.parts
