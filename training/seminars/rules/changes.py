"""What changed in a half-day for one person, and when she is told (R120). Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from training.common.clock import in_paris
from training.common.formatting import enumeration
from training.common.mail import is_night, next_morning
from training.seminars.enums import ChangeKind

SOON: Final = timedelta(days=7)
"""A change of a half-day that near is told at once."""

QUIET: Final = timedelta(minutes=10)
"""How long one waits after the last change of a near half-day: a series of moves makes one message."""

GATHERING_HOUR: Final = 6
"""The hour of Paris at which the changes of the day before are put in the morning’s message."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is to be known of a half-day."""

    starts_at: datetime
    ends_at: datetime
    place: str
    off: bool = False
    modules: tuple[str, ...] = ()

    @property
    def modules_words(self) -> str:
        """What is taught, in French."""
        return enumeration(self.modules) if self.modules else "aucun module annoncé"


def moved(before: Known, after: Known) -> bool:
    """Whether the time or the place changed, and not only what is taught."""
    return (before.starts_at, before.ends_at, before.place) != (after.starts_at, after.ends_at, after.place)


def change_for(before: Known | None, after: Known, *, was: bool, now_is: bool) -> ChangeKind | None:
    """Return what a person has to learn, or null: ``was`` she expected before, ``now_is`` she now.

    ``before`` null: nobody knew of it. Moved back, or cancelled then restored, nothing is told.
    """
    attended = was and before is not None and not before.off
    attends = now_is and not after.off
    if attended and attends:
        return ChangeKind.MOVED if before != after else None
    if attended:
        return ChangeKind.CANCELLED if after.off else ChangeKind.WITHDRAWN
    if attends:
        return ChangeKind.RESTORED if was and before is not None else ChangeKind.ADDED
    return None


def is_over(before: Known | None, after: Known, now: datetime) -> bool:
    """Whether both what was known and what is are past: there is nothing to tell."""
    return after.ends_at <= now and (before is None or before.ends_at <= now)


def is_near(before: Known | None, after: Known, now: datetime) -> bool:
    """Whether the day known or the new one comes within seven days."""
    starts = [after.starts_at, *([before.starts_at] if before is not None else [])]
    return any(now - SOON < start <= now + SOON for start in starts)


def is_due(*, near: bool, noted_at: datetime, touched_at: datetime, now: datetime) -> bool:
    """Whether a change is told now.

    A near one, by day, once nothing has moved for a few minutes; the others together, early in the morning, for
    the message of 7 h; by day those that a worker at rest has missed.
    """
    if near:
        return not is_night(now) and now - touched_at >= QUIET
    if is_night(now):
        return in_paris(now).hour == GATHERING_HOUR
    return now >= next_morning(noted_at)


def leaves_at_once(*, near: bool, now: datetime) -> bool:
    """Whether the message does not wait for the one of the morning."""
    return near or not is_night(now)


def still_says(said: Known, summary: str, now: Known, current: str) -> bool:
    """Whether an invitation sent still says what is planned."""
    return (said.starts_at, said.ends_at, said.place, summary) == (now.starts_at, now.ends_at, now.place, current)


def counted(kinds: Collection[ChangeKind]) -> str:
    """Return in French what a message is about."""
    count = len(kinds)
    things = "une demi-journée" if count == 1 else f"{count} demi-journées"
    if set(kinds) == {ChangeKind.CANCELLED}:
        return f"{things} annulée{'s' if count > 1 else ''}"
    if set(kinds) == {ChangeKind.MOVED}:
        return f"{things} modifiée{'s' if count > 1 else ''}"
    return "un changement dans vos séminaires" if count == 1 else f"{count} changements dans vos séminaires"
