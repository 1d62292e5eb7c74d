"""When the next review of actions and the next assessment are due (R81). Pure."""

import calendar
from datetime import date, timedelta
from typing import Final

from training.cooperation.enums import REVIEW_MONTHS, Cadence

ACTION_AHEAD: Final = timedelta(days=7)
"""How long before its date an action is reminded."""


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of that month."""
    index = day.month - 1 + months
    year, month = day.year + index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def review_due_on(reviewed_on: date | None, first_action_on: date | None) -> date | None:
    """Return when the actions are to be reviewed: a quarter after the last review, or after the first live action."""
    since = reviewed_on or first_action_on
    return months_after(since, REVIEW_MONTHS) if since and first_action_on else None


def assessment_due_on(last_held_on: date | None, cadence: Cadence) -> date | None:
    """Return when the partnership is to assess itself again; nothing is due before its point zéro."""
    return months_after(last_held_on, cadence.months) if last_held_on else None
