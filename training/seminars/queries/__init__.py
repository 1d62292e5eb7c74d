"""What the pages and feeds of the seminars show, already limited to what the reader may see."""

from training.seminars.queries.feeds import (
    READ,
    FeedFacts,
    FoundFeed,
    current_version,
    find_feed,
    live_feed_of,
    live_feed_of_cohort,
    stored_body,
)
from training.seminars.queries.scope import concerned_cohorts, half_days_of, scope_of
from training.seminars.queries.seminars import (
    Choices,
    Clash,
    CohortSchedule,
    choices_for,
    clashes_of,
    cohort_schedule,
    find_half_day,
    find_seminar,
    next_half_day_of,
    visible_half_days,
)

__all__ = [
    "READ",
    "Choices",
    "Clash",
    "CohortSchedule",
    "FeedFacts",
    "FoundFeed",
    "choices_for",
    "clashes_of",
    "cohort_schedule",
    "concerned_cohorts",
    "current_version",
    "find_feed",
    "find_half_day",
    "find_seminar",
    "half_days_of",
    "live_feed_of",
    "live_feed_of_cohort",
    "next_half_day_of",
    "scope_of",
    "stored_body",
    "visible_half_days",
]
