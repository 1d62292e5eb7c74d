"""The messages of admissions: one function per message, typed, into the outbox (R16, R30, R105)."""

from training.admissions.mails.calls import brought_in, call_changed
from training.admissions.mails.files import (
    admissible,
    closing_soon,
    correction_asked,
    derogation_due,
    derogation_granted,
    derogation_refused,
    extension_granted,
    inadmissible,
    not_submitted,
    preselected,
    reopened,
    restored,
    submission_receipt,
    taken_back,
    withdrawn,
)
from training.admissions.mails.interviews import (
    interview_cancelled,
    interview_not_to_hold,
    interview_planned,
    interview_to_choose,
    interview_to_hold,
)
from training.admissions.mails.results import (
    enrolled,
    offer_lapsed,
    reinstated,
    result,
    result_of,
    results,
    seat_confirmed,
    seat_declined,
    seat_offered,
)
from training.admissions.mails.reviewing import (
    files_still_to_read,
    files_to_read,
)
from training.admissions.mails.sending import (
    preview,
    send,
)

__all__ = [
    "admissible",
    "brought_in",
    "call_changed",
    "closing_soon",
    "correction_asked",
    "derogation_due",
    "derogation_granted",
    "derogation_refused",
    "enrolled",
    "extension_granted",
    "files_still_to_read",
    "files_to_read",
    "inadmissible",
    "interview_cancelled",
    "interview_not_to_hold",
    "interview_planned",
    "interview_to_choose",
    "interview_to_hold",
    "not_submitted",
    "offer_lapsed",
    "preselected",
    "preview",
    "reinstated",
    "reopened",
    "restored",
    "result",
    "result_of",
    "results",
    "seat_confirmed",
    "seat_declined",
    "seat_offered",
    "send",
    "submission_receipt",
    "taken_back",
    "withdrawn",
]
