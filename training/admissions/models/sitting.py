"""What a sitting had written before each of its acts, so that the last one may be undone."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training.common import clock
from training.database import Base, WithId


class SittingStep(WithId, Base):
    """The proposals of a sitting as they stood before an act, and the words that name the act.

    Steps are taken back from the last; closing the sitting forgets them.
    """

    __tablename__ = "sitting_step"
    __table_args__ = (UniqueConstraint("meeting_id", "number"),)
    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("committee_meeting.id"))
    number: Mapped[int]
    label: Mapped[str] = mapped_column(String(200))
    before: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(default=clock.now)
