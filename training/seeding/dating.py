"""When what is loaded is told to have been entered."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from training.common import clock
from training.extensions import settings


@contextmanager
def ahead_of(day: date | None, by: timedelta) -> Iterator[None]:
    """Hold the clock ``by`` before a past day, where a demonstration plays what followed: histories then go forward.

    In production, what is loaded is dated of its loading.
    """
    house = settings()
    moment = clock.at_paris(day - by, 9) if day is not None else clock.now()
    if moment >= clock.now() or not (house.development or house.testing):
        yield
        return
    with clock.freeze(moment):
        yield
