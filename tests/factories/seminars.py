"""Seminars for tests, planned by the real verb; in ``db.session``, flushed."""

from datetime import date, time
from typing import Any, Final

from training.cohorts.models import Cohort
from training.common import clock
from training.common.policy import WORKER
from training.seminars import services
from training.seminars.commands import HalfDayPlan, SeminarPlan
from training.seminars.enums import SeminarKind
from training.seminars.models import HalfDay, Seminar

DAY: Final = date(2026, 4, 23)
MORNING: Final = (time(9, 30), time(12, 30))
AFTERNOON: Final = (time(14, 0), time(17, 0))


def half_day_plan(day: date = DAY, hours: tuple[time, time] = MORNING, **values: Any) -> HalfDayPlan:
    """A half-day in Beaune, on the morning unless said otherwise."""
    start, end = (clock.at_paris(day, hour.hour, hour.minute) for hour in hours)
    return HalfDayPlan(**{"starts_at": start, "ends_at": end, "place": "Beaune", **values})


def seminar(
    cohort: Cohort,
    *plans: HalfDayPlan,
    title: str = "Séminaire 1",
    kind: SeminarKind = SeminarKind.SEMINAR,
) -> Seminar:
    """A seminar of one morning, unless its half-days are given."""
    return services.plan_seminar(cohort, SeminarPlan(kind, title, plans or (half_day_plan(),)), by=WORKER)


def half_day(cohort: Cohort, day: date = DAY, hours: tuple[time, time] = MORNING, **values: Any) -> HalfDay:
    """The one half-day of a new seminar."""
    return seminar(cohort, half_day_plan(day, hours, **values)).half_days[0]
