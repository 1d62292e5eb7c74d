"""A form sent twice acts once.

Every form carries a random key. The first request that commits leaves the key with the
address it led to; a later one with the same key is led there without acting again. Two
at the same instant meet on the primary key: the second waits, then finds the answer.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import String, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from training.common import clock
from training.database import Base, db

KEPT_FOR: Final = timedelta(days=2)
MAXIMUM_KEY: Final = 36


class SentForm(Base):
    """The key of a form that has acted, and the address it led to."""

    __tablename__ = "sent_form"
    key: Mapped[str] = mapped_column(String(MAXIMUM_KEY), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    location: Mapped[str] = mapped_column(String(500))


def answered(key: str) -> str | None:
    """Return where a form of this key already led, or null."""
    return db.session.scalar(select(SentForm.location).where(SentForm.key == key))


def remember(key: str, location: str) -> None:
    """Keep where the form led, in the transaction of its act."""
    db.session.execute(insert(SentForm).values(key=key, at=clock.now(), location=location[:500]))


def purge() -> int:
    """Delete the keys no browser will send again; return how many went."""
    result = db.session.execute(delete(SentForm).where(SentForm.at < clock.now() - KEPT_FOR))
    return int(getattr(result, "rowcount", 0))
