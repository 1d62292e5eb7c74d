"""The verbs of the cohorts: capacity, settings, enrolments, trainers. Each flushes at most; the edge commits.

One order of locks everywhere: the cohort, then its seats, then whatever the caller adds (an application).
"""

from training.cohorts.services.capacity import (
    NoSeatLeft,
    SeatTaken,
    TooFewPlaces,
    bump_calendar,
    hold_seat,
    lock_cohort,
    lock_cohorts,
    open_seats,
    quotas,
    release_seat,
    seats_left,
    set_places,
    set_quota,
)
from training.cohorts.services.enrolments import (
    AlreadyEnrolled,
    change_enrolment,
    conclude,
    enrol,
    move_cohort,
    open_cohort,
    write_note,
)
from training.cohorts.services.following import (
    add_note,
    close_risk,
    declare_postless,
    edit_note,
    entrust,
    hand_over,
    raise_risk,
    settle_post,
)
from training.cohorts.services.settings import check_preparing, settle_cohort
from training.cohorts.services.trainers import (
    NotApproved,
    approve_trainer,
    assign_animator,
    assign_trainer,
    end_assignment,
)
from training.cohorts.services.transfers import accept as accept_transfer
from training.cohorts.services.transfers import correct as correct_transfer
from training.cohorts.services.transfers import end as end_transfer
from training.cohorts.services.transfers import propose as propose_transfer
from training.cohorts.services.transfers import welcome as welcome_transfer

__all__ = [
    "AlreadyEnrolled",
    "NoSeatLeft",
    "NotApproved",
    "SeatTaken",
    "TooFewPlaces",
    "accept_transfer",
    "add_note",
    "approve_trainer",
    "assign_animator",
    "assign_trainer",
    "bump_calendar",
    "change_enrolment",
    "check_preparing",
    "close_risk",
    "conclude",
    "correct_transfer",
    "declare_postless",
    "edit_note",
    "end_assignment",
    "end_transfer",
    "enrol",
    "entrust",
    "hand_over",
    "hold_seat",
    "lock_cohort",
    "lock_cohorts",
    "move_cohort",
    "open_cohort",
    "open_seats",
    "propose_transfer",
    "quotas",
    "raise_risk",
    "release_seat",
    "seats_left",
    "set_places",
    "set_quota",
    "settle_cohort",
    "settle_post",
    "welcome_transfer",
    "write_note",
]
