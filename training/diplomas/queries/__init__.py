"""What the pages of the diplomas read."""

from training.diplomas.queries.batches import batches_of, enrolments_of, entries_of, find_batch
from training.diplomas.queries.board import (
    NameToPrint,
    current_decision,
    days_decided,
    decisions_about,
    next_board,
    printed_name_of,
    unproofread,
)
from training.diplomas.queries.progress import Progress, progress_of, progress_of_cohort, progress_of_learner
from training.diplomas.queries.register import (
    RegisterPage,
    entries_about,
    entry_of,
    in_force,
    last_entry,
    of_bodies,
    read_by,
    register_page,
)
from training.diplomas.queries.scope import find_cohort, find_cohort_by_id, find_enrolment, find_waiver
from training.diplomas.queries.waivers import live_waiver, waived_tracers, waivers_of

__all__ = [
    "NameToPrint",
    "Progress",
    "RegisterPage",
    "batches_of",
    "current_decision",
    "days_decided",
    "decisions_about",
    "enrolments_of",
    "entries_about",
    "entries_of",
    "entry_of",
    "find_batch",
    "find_cohort",
    "find_cohort_by_id",
    "find_enrolment",
    "find_waiver",
    "in_force",
    "last_entry",
    "live_waiver",
    "next_board",
    "of_bodies",
    "printed_name_of",
    "progress_of",
    "progress_of_cohort",
    "progress_of_learner",
    "read_by",
    "register_page",
    "unproofread",
    "waived_tracers",
    "waivers_of",
]
