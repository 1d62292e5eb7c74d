"""Files that arrive in parts, so that a broken connection loses one part and not the whole."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training.common import clock
from training.database import Base, WithId


class UploadPart(WithId, Base):
    """One part of a file on its way to a draft; deleted when the file is whole, or after a day.

    ``key`` is the browser’s name for the file (its name, size and date): a part sent again is recognised by key and
    number, and changes nothing.
    """

    __tablename__ = "upload_part"
    __table_args__ = (
        UniqueConstraint("version_id", "key", "number"),
        CheckConstraint("number >= 0 AND number < total", name="within_the_whole"),
    )
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tracer_version.id"))
    key: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]
    total: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    received_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
