"""Rate limits counted in the database, so that every process sees the same count (R99, R100)."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Integer, String, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from training.common import clock
from training.common.access import apart
from training.common.errors import DomainError
from training.database import Base, db

KEPT_FOR: Final = timedelta(days=2)


class TooManyTries(DomainError):
    """The limit is reached: 429, with the minutes to wait."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` tries per ``window`` for one key."""

    name: str
    most: int
    window: timedelta

    def key(self, who: str) -> str:
        """Return the counter's key; ``who`` is digested, since it may be an address."""
        return f"{self.name}:{hashlib.sha256(who.encode()).hexdigest()[:32]}"


class TryCount(Base):
    """How many tries one key made in one window."""

    __tablename__ = "try_count"
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    window_start: Mapped[datetime] = mapped_column(primary_key=True)
    tries: Mapped[int] = mapped_column(Integer, default=0)


def _window_start(limit: Limit) -> datetime:
    seconds = int(limit.window.total_seconds())
    stamp = int(clock.now().timestamp())
    return datetime.fromtimestamp(stamp - stamp % seconds, UTC)


def count(limit: Limit, who: str) -> None:
    """Count one try, in a transaction of its own so that a refusal does not erase it.

    Raises :class:`TooManyTries` past the limit. The caller must not hold a writing transaction on SQLite:
    limits are judged before the act opens its own.
    """
    values: dict[str, Any] = {"key": limit.key(who), "window_start": _window_start(limit), "tries": 1}
    with apart() as session:
        dialect = session.get_bind().dialect.name
        insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
        statement = (
            insert(TryCount)
            .values(values)
            .on_conflict_do_update(index_elements=["key", "window_start"], set_={"tries": TryCount.tries + 1})
            .returning(TryCount.tries)
        )
        tries = session.execute(statement).scalar_one()
    if tries > limit.most:
        minutes = max(1, round(limit.window.total_seconds() / 60))
        raise TooManyTries(
            f"Trop d’essais en peu de temps. Patientez {minutes} minute{'s' if minutes > 1 else ''}, puis recommencez."
        )


def is_reached(limit: Limit, who: str) -> bool:
    """Whether the limit is already reached, without counting a try."""
    tries = db.session.scalar(
        select(func.max(TryCount.tries)).where(
            TryCount.key == limit.key(who), TryCount.window_start == _window_start(limit)
        )
    )
    return (tries or 0) >= limit.most


def purge() -> int:
    """Delete the counters of past windows; return how many went."""
    result = db.session.execute(delete(TryCount).where(TryCount.window_start < clock.now() - KEPT_FOR))
    return int(getattr(result, "rowcount", 0))
