"""What the pages of the portfolio show, already limited to what the reader may see."""

from training.portfolio.queries.courses import (
    Course,
    TracerLine,
    course_of,
    courses_of,
    groups_of,
    required_hours,
    resources_of,
)
from training.portfolio.queries.hours import (
    EntryGroup,
    HoursPage,
    SettleRow,
    entries_of,
    hours_page,
    hours_to_settle,
    lock_entries,
)
from training.portfolio.queries.paths import ModuleLine, PathPage, own_enrolments, path_page
from training.portfolio.queries.queue import QueueRow, followed_by, queue, templates_of
from training.portfolio.queries.scope import (
    find_enrolment,
    find_entry,
    find_handed_in,
    find_review,
    find_tracer,
    find_version,
)
from training.portfolio.queries.tracers import TracerPage, find_type, tracer_page
from training.portfolio.queries.waiting import Waiting, waiting_for

__all__ = [
    "Course",
    "EntryGroup",
    "HoursPage",
    "ModuleLine",
    "PathPage",
    "QueueRow",
    "SettleRow",
    "TracerLine",
    "TracerPage",
    "Waiting",
    "course_of",
    "courses_of",
    "entries_of",
    "find_enrolment",
    "find_entry",
    "find_handed_in",
    "find_review",
    "find_tracer",
    "find_type",
    "find_version",
    "followed_by",
    "groups_of",
    "hours_page",
    "hours_to_settle",
    "lock_entries",
    "own_enrolments",
    "path_page",
    "queue",
    "required_hours",
    "resources_of",
    "templates_of",
    "tracer_page",
    "waiting_for",
]
