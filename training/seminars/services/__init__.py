"""The verbs of the seminars: planning, and the calendars people subscribe to.

Each flushes at most. Those that change what a calendar shows take the cohort first, bump the
sequence of what they change and the cohort’s calendar version, in the same transaction (R37).
"""

from training.seminars.services.feeds import (
    create_feed,
    deliver,
    renew_feed,
    revoke_feed,
    secret_of,
    set_alarms,
)
from training.seminars.services.planning import (
    Overlap,
    add_half_day,
    advance,
    cancel_half_day,
    move_half_day,
    plan_seminar,
    rename_seminar,
    restore_half_day,
)

__all__ = [
    "Overlap",
    "add_half_day",
    "advance",
    "cancel_half_day",
    "create_feed",
    "deliver",
    "move_half_day",
    "plan_seminar",
    "rename_seminar",
    "renew_feed",
    "restore_half_day",
    "revoke_feed",
    "secret_of",
    "set_alarms",
]
