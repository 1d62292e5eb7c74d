"""Sheets for tests, opened, signed and locked by the real verbs; in ``db.session``, flushed.

The clock is moved to the half-day’s own time for each act, whatever the test’s clock says.
"""

from datetime import date, timedelta
from typing import Any

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import seminars as seminar_rows
from training.cohorts.models import Cohort, Enrolment
from training.common import clock
from training.common.policy import Principal
from training.seminars import services
from training.seminars.commands import Marking, Signature
from training.seminars.enums import Presence, SigningMethod
from training.seminars.models import AttendanceSheet, HalfDay


def trainer_of(cohort: Cohort) -> Principal:
    """A relay trainer who animates the cohort, as services receive her."""
    return accounts.principal(cohort_rows.animator(cohort))


def opened(half_day: HalfDay, by: Principal | None = None) -> AttendanceSheet:
    """The sheet of a half-day, opened ten minutes before it begins."""
    with clock.freeze(half_day.starts_at - timedelta(minutes=10)):
        return services.open_sheet(half_day, by=by or trainer_of(half_day.cohort))


def signed(sheet: AttendanceSheet, enrolment: Enrolment, *, once: str = "", device: str | None = None) -> Any:
    """A signature on one’s own phone, as the half-day begins."""
    with clock.freeze(sheet.half_day.starts_at):
        command = Signature(SigningMethod.OWN_PHONE, once=once, device=device)
        return services.sign(sheet, enrolment, command, by=accounts.principal(enrolment.person))


def locked(
    half_day: HalfDay,
    present: dict[Enrolment, Marking] | None = None,
    *,
    by: Principal | None = None,
    sheet: AttendanceSheet | None = None,
) -> AttendanceSheet:
    """A sheet countersigned at the end of its half-day; whoever is not in ``present`` is away."""
    by = by or trainer_of(half_day.cohort)
    sheet = sheet or opened(half_day, by)
    with clock.freeze(half_day.ends_at):
        for enrolment, marking in (present or {}).items():
            services.mark(sheet, enrolment, marking, by=by)
        services.lock(sheet, by=by)
    return sheet


THERE = Marking(Presence.PRESENT)
AWAY = Marking(Presence.ABSENT)


def half_days(cohort: Cohort, count: int, *, first: date = seminar_rows.DAY, **values: Any) -> list[HalfDay]:
    """So many mornings, a day apart."""
    plans = [seminar_rows.half_day_plan(first + timedelta(days=n), **values) for n in range(count)]
    return list(seminar_rows.seminar(cohort, *plans).half_days)
