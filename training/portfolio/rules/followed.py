"""What of a learner asks her trainer for a look, the most urgent first. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from training.portfolio.followed import Alert

QUIET_AFTER: Final = timedelta(days=45)
"""Without anything handed in or logged for so long, a learner is to be asked for news."""


def quiet_days(entered_on: date, last_on: date | None, today: date) -> int | None:
    """Return for how many days a learner has handed nothing in, null while it is not long enough to tell."""
    quiet = today - max(entered_on, last_on or entered_on)
    return quiet.days if quiet >= QUIET_AFTER else None


def in_order(alerts: Iterable[Alert]) -> list[Alert]:
    """Return the alerts on a learner, the most urgent first."""
    return sorted(alerts, key=lambda alert: (alert.urgency, -alert.count, alert.words))


def rank(alerts: Iterable[Alert]) -> tuple[int, int]:
    """Return what sorts learners: the most urgent alert first, then how much of it; those without any come last."""
    ordered = in_order(alerts)
    return (ordered[0].urgency, -ordered[0].count) if ordered else (99, 0)
