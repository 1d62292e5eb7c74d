"""What guards load: the subject of a view, within the principal's scope, locked when the view acts."""

import uuid
from typing import Final

from training.admissions import queries
from training.admissions.enums import ApplicationAct
from training.admissions.models import Application, Call, CommitteeMeeting, Interview, InterviewSlot
from training.admissions.queries import CallSheet, settings
from training.cohorts import services as cohorts
from training.common.policy import Principal

CAPACITY_ACTS: Final = frozenset(
    {
        ApplicationAct.OFFER, ApplicationAct.CONFIRM, ApplicationAct.DECLINE, ApplicationAct.ENROL,
        ApplicationAct.WITHDRAW, ApplicationAct.REINSTATE, ApplicationAct.RETURN_TO_RESERVE,
        ApplicationAct.REOPEN_REVIEW, ApplicationAct.REOPEN_SCHOOL,
    }
)  # fmt: skip
"""Acts that touch seats or ranks: they lock the cohort before the file."""


def file(principal: Principal, application_id: uuid.UUID, **_values: object) -> Application:
    """Load a file to read it."""
    return queries.application(principal, application_id)


def file_to_read(principal: Principal, application_id: uuid.UUID, **_values: object) -> Application:
    """Load a file for its reviewer's screen."""
    return queries.file_to_read(principal, application_id)


def file_to_change(principal: Principal, application_id: uuid.UUID, **_values: object) -> Application:
    """Load a file to act on it: taken FOR UPDATE."""
    return queries.application(principal, application_id, lock=True)


def file_and_seats(principal: Principal, application_id: uuid.UUID, **_values: object) -> Application:
    """Load a file for an act on capacity: its cohort is locked first."""
    return queries.application(principal, application_id, lock=True, seats=True)


def file_for_act(principal: Principal, application_id: uuid.UUID, act: str) -> Application:
    """Load a file for one act of its procedure, with the locks that act needs."""
    seats = act in set(CAPACITY_ACTS)
    return queries.application(principal, application_id, lock=True, seats=seats)


def call(principal: Principal, code: str, **_values: object) -> Call:
    """Load a call to start a file on it."""
    return queries.call_by_code(principal, code)


def call_sheet(principal: Principal, code: str, **_values: object) -> CallSheet:
    """Load what the public page of a call shows."""
    return queries.call_sheet(principal, code)


def call_to_run(principal: Principal, code: str, **_values: object) -> Call:
    """Load a call to read how its selection goes."""
    return queries.running_call(principal, code)


def call_settings(principal: Principal, code: str, **_values: object) -> Call:
    """Load a call with all its settings say."""
    return settings.call_settings(principal, code)


def call_to_settle(principal: Principal, code: str, **_values: object) -> Call:
    """Load a call to change its settings: its cohort is locked, then itself."""
    return settings.call_settings(principal, code, lock=True)


def call_to_change(principal: Principal, code: str, **_values: object) -> Call:
    """Load a call to act on it: taken FOR UPDATE."""
    return queries.running_call(principal, code, lock=True)


def call_and_seats(principal: Principal, code: str, **_values: object) -> Call:
    """Load a call for an act on all its files, their seats or their results: its cohort is locked, then itself."""
    found = queries.running_call(principal, code)
    cohorts.lock_cohort(found.cohort_id)
    return queries.running_call(principal, code, lock=True)


def meeting_and_files(principal: Principal, meeting_id: uuid.UUID) -> CommitteeMeeting:
    """Load a sitting to close it: the cohort, the sitting and its files are locked, in that order."""
    found = queries.meeting(principal, meeting_id)
    cohorts.lock_cohort(found.call.cohort_id)
    found = queries.meeting(principal, meeting_id, lock=True)
    queries.committee_files(found, lock=True)
    return found


def meeting(principal: Principal, meeting_id: uuid.UUID, **_values: object) -> CommitteeMeeting:
    """Load a sitting of a committee to read it."""
    return queries.meeting(principal, meeting_id)


def sitting(principal: Principal, meeting_id: uuid.UUID) -> CommitteeMeeting:
    """Load a sitting to show it whole: its files come as plain rows."""
    return queries.sitting(principal, meeting_id)


def meeting_to_change(principal: Principal, meeting_id: uuid.UUID, **_values: object) -> CommitteeMeeting:
    """Load a sitting to act in it: taken FOR UPDATE."""
    return queries.meeting(principal, meeting_id, lock=True)


def interview(principal: Principal, interview_id: uuid.UUID) -> Interview:
    """Load an interview to read it."""
    return queries.interview(principal, interview_id)


def slot_to_change(principal: Principal, slot_id: uuid.UUID) -> InterviewSlot:
    """Load a slot to take it back: taken FOR UPDATE."""
    return queries.slot(principal, slot_id, lock=True)


def own_interview(principal: Principal, application_id: uuid.UUID) -> Interview:
    """Load the interview to come on one's own file."""
    return queries.own_interview(principal, application_id)


def own_interview_to_change(principal: Principal, application_id: uuid.UUID) -> Interview:
    """Load the interview to come on one's own file, to choose its time: taken FOR UPDATE."""
    return queries.own_interview(principal, application_id, lock=True)


def interview_to_change(principal: Principal, interview_id: uuid.UUID, **_values: object) -> Interview:
    """Load an interview to act on it: taken FOR UPDATE."""
    return queries.interview(principal, interview_id, lock=True)
