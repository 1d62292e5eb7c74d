"""Rules of the seminars, of their sheets and of presence. Pure."""

from collections.abc import Mapping
from typing import Final

from training.common.policy import Permission, Predicate
from training.seminars.rules import attendance, changes, pattern, planned, presence, year
from training.seminars.rules.attendance import ATTENDANCE_PERMISSIONS, SHEET_PROCEDURE
from training.seminars.rules.planned import HoursGap
from training.seminars.rules.seminars import (
    LONGEST,
    PLANNING_PERMISSIONS,
    PROCEDURE,
    CalendarScope,
    Learning,
    hours_of,
    is_expected,
    is_shown,
    learner_scope,
    length_of,
    meet,
    reads_whole_cohort,
    share_a_variant,
)

PERMISSIONS: Final[Mapping[Permission, Predicate]] = {**PLANNING_PERMISSIONS, **ATTENDANCE_PERMISSIONS}

__all__ = [
    "LONGEST",
    "PERMISSIONS",
    "PROCEDURE",
    "SHEET_PROCEDURE",
    "CalendarScope",
    "HoursGap",
    "Learning",
    "attendance",
    "changes",
    "hours_of",
    "is_expected",
    "is_shown",
    "learner_scope",
    "length_of",
    "meet",
    "pattern",
    "planned",
    "presence",
    "reads_whole_cohort",
    "share_a_variant",
    "year",
]
