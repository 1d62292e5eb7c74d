"""Offers of a seat and the ranks of the reserve (R28, R29). Pure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from training.admissions.models import Application, Call
from training.common import clock


def ranks_after_leaving(ranked: Sequence[Application], leaving: Application) -> list[tuple[Application, int]]:
    """Return the new ranks that keep the reserve contiguous once ``leaving`` is out (R29), in writing order."""
    if leaving.rank is None:
        return []
    gone = leaving.rank
    later = sorted((a for a in ranked if a.rank is not None and a.rank > gone), key=lambda a: a.rank or 0)
    return [(application, (application.rank or 0) - 1) for application in later]


def offer_expiry(call: Call, now: datetime, *, launch_on: date | None, first_seminar_on: date | None) -> datetime:
    """Return when an offer made at ``now`` lapses (R29, R105): the call's delay, but at the launch at the
    latest, or at the first seminar for a seat freed after the launch.
    """
    expiry = clock.end_of_day(clock.in_paris(now).date() + timedelta(days=call.offer_days))
    limits = [clock.end_of_day(day - timedelta(days=1)) for day in (launch_on, first_seminar_on) if day is not None]
    ahead = [limit for limit in sorted(limits) if limit > now]
    return min(expiry, ahead[0]) if ahead else expiry


def offers_are_over(now: datetime, *, first_seminar_on: date | None) -> bool:
    """Whether the reserve is closed: the first seminar has begun (R29)."""
    return first_seminar_on is not None and clock.in_paris(now).date() >= first_seminar_on
