"""The minutes of a defence: what the jury decided, signed by its members, then locked for good (R65, R126)."""

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.catalogue.enums import Outcome
from training.common import clock
from training.database import PERSON, Base, WithId

if TYPE_CHECKING:
    from training.defences.models.days import DefenceSlot


class Minutes(WithId, Base):
    """What a jury decided. Once ``locked_at`` is set, the database refuses any change to them and to their signatures.

    ``content`` is what the members sign, in full, and ``digest`` its SHA-256; both are made anew while nobody has signed.
    """

    __tablename__ = "defence_minutes"
    __table_args__ = (
        CheckConstraint("(outcome = 'passed_with_corrections') = (corrections <> '')", name="corrections_told"),
        CheckConstraint(
            "corrections_due IS NULL OR outcome = 'passed_with_corrections'", name="deadline_of_corrections"
        ),
    )
    slot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("defence_slot.id"), unique=True)
    outcome: Mapped[Outcome]
    comments: Mapped[str] = mapped_column(Text(), default="")
    corrections: Mapped[str] = mapped_column(Text(), default="")
    corrections_due: Mapped[date | None]
    written_at: Mapped[datetime] = mapped_column(default=clock.now)
    written_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    content: Mapped[dict[str, Any]] = mapped_column(JSON())
    digest: Mapped[str] = mapped_column(String(64))
    locked_at: Mapped[datetime | None]
    slot: Mapped["DefenceSlot"] = relationship(back_populates="minutes")
    signatures: Mapped[list["MinutesSignature"]] = relationship(
        back_populates="minutes", order_by="MinutesSignature.signed_at, MinutesSignature.id"
    )


class MinutesSignature(WithId, Base):
    """A member’s signature: what was signed (``digest``), under which name, and the digest of the line she drew."""

    __tablename__ = "minutes_signature"
    __table_args__ = (UniqueConstraint("minutes_id", "seat_id"),)
    minutes_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("defence_minutes.id"))
    seat_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("jury_seat.id"), index=True)
    name: Mapped[str] = mapped_column(String(170))
    signed_at: Mapped[datetime] = mapped_column(default=clock.now)
    digest: Mapped[str] = mapped_column(String(64))
    mark_digest: Mapped[str | None] = mapped_column(String(64))
    minutes: Mapped[Minutes] = relationship(back_populates="signatures")
    mark: Mapped["MinutesMark | None"] = relationship(back_populates="signature")


class MinutesMark(Base):
    """The line a member drew, as SVG path data. Retention may delete it; its digest stays."""

    __tablename__ = "minutes_mark"
    signature_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("minutes_signature.id"), primary_key=True)
    strokes: Mapped[str] = mapped_column(Text())
    signature: Mapped[MinutesSignature] = relationship(back_populates="mark")
