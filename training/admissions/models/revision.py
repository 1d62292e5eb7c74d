"""What became of a call once published: its versions, what its funder validated; and what a person exports of it."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.models import Organisation, Person
from training.admissions.models.call import Call
from training.common import clock
from training.common.files import StoredFile
from training.database import PERSON, Base, WithId


class CallVersion(WithId, Base):
    """What a call asked from an instant on; a file keeps the number of the one it was submitted under.

    ``content`` is the call as :func:`rules.call_content` tells it; ``changes`` are sentences on what differs from
    the version before, none for the first.
    """

    __tablename__ = "call_version"
    __table_args__ = (UniqueConstraint("call_id", "number"), CheckConstraint("number > 0", name="numbered_from_one"))
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"), index=True)
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=clock.now)
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    content: Mapped[dict[str, Any]]
    changes: Mapped[list[str]] = mapped_column(default=list)
    told: Mapped[int] = mapped_column(default=0)
    call: Mapped[Call] = relationship()
    by: Mapped[Person | None] = relationship()


class FunderValidation(WithId, Base):
    """A funder's dated validation of the call and of the number of places it pays (R112); the last one stands.

    ``places`` null = validated without a number. ``evidence`` is the proof of a transcription (R96).
    """

    __tablename__ = "funder_validation"
    __table_args__ = (CheckConstraint("places > 0", name="some_places"),)
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"), index=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    decided_on: Mapped[date]
    places: Mapped[int | None]
    comment: Mapped[str] = mapped_column(Text(), default="")
    recorded_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), info=PERSON)
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
    evidence_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    call: Mapped[Call] = relationship()
    organisation: Mapped[Organisation] = relationship()
    recorder: Mapped[Person] = relationship()
    evidence: Mapped[StoredFile | None] = relationship()

    @property
    def is_transcribed(self) -> bool:
        """Whether the carrier wrote it down for a funder outside the tool."""
        return self.evidence_id is not None


class ExportChoice(Base):
    """The columns a person picked for her spreadsheets of files; kept until she picks others."""

    __tablename__ = "export_choice"
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, info=PERSON)
    columns: Mapped[list[str]]
