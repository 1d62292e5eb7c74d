"""When and where the launch of a cohort takes place (R117). A cohort knows its day; a higher room may know more."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from training.cohorts.enums import CohortStatus
from training.cohorts.models import Cohort
from training.common import clock


@dataclass(frozen=True, slots=True)
class Occasion:
    """The launch: two instants, or a whole day; its place when it is known."""

    start: datetime | date
    end: datetime | date
    place: str = ""

    @property
    def day(self) -> date:
        """The day it begins, in Paris."""
        return clock.in_paris(self.start).date() if isinstance(self.start, datetime) else self.start

    @property
    def mark(self) -> str:
        """What an invitation says of it, so as to know whether it still holds."""
        return f"{self.start.isoformat()} {self.end.isoformat()} {self.place}"[:300]


Provider = Callable[[Cohort], Occasion | None]
_providers: Final[list[Provider]] = []


def provide(provider: Provider) -> None:
    """Let a higher room say the hours and the place, when they are planned. Called once at start."""
    if provider not in _providers:
        _providers.append(provider)


def occasion_of(cohort: Cohort) -> Occasion | None:
    """Return the launch of a cohort as planned, else the day that was announced; null if neither is known."""
    if cohort.status is CohortStatus.CLOSED:
        return None
    for provider in _providers:
        planned = provider(cohort)
        if planned is not None:
            return planned
    return Occasion(cohort.launch_on, cohort.launch_on) if cohort.launch_on else None
