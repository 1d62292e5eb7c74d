"""The publication of results: one act for the whole list, which sends the mails (R30, R105)."""

from collections.abc import Mapping, Sequence
from typing import Final

from training.admissions import mails, queries, rules
from training.admissions.enums import ApplicationStatus
from training.admissions.events import ApplicationEvent, CallEvent
from training.admissions.models import Application, Call
from training.admissions.queries.applicant import decision_reasons
from training.common import clock, journal
from training.common.errors import Refused
from training.common.policy import Principal
from training.database import db

BEFORE_SCHOOL: Final = (ApplicationStatus.SHORTLISTED, ApplicationStatus.WAITING, ApplicationStatus.TRANSMITTED)


def to_publish(call: Call, *, lock: bool = False) -> Sequence[Application]:
    """Return the files whose decision would be told, in the order of their numbers."""
    return [a for a in queries.decided(call.id, lock=lock) if rules.awaits_publication(a)]


def letters(applications: Sequence[Application]) -> list[tuple[Application, str, str]]:
    """Return each file with the subject and the text of the mail that would tell its result."""
    reasons = decision_reasons(applications)
    return [(each, *mails.preview(each, *mails.result_of(each, reasons.get(each.id)))) for each in applications]


def waiting_for_school(call: Call, counts: Mapping[ApplicationStatus, int]) -> int:
    """Return how many files decided by the committee still wait for the school before they may be told (R105)."""
    if not call.has_school_step:
        return 0
    return sum(counts.get(status, 0) for status in BEFORE_SCHOOL)


def publish_results(call: Call, *, by: Principal) -> int:
    """Tell every standing decision to its applicant; return how many were told.

    A decision that still waits for the school is told by a later publication. The files are taken FOR UPDATE
    after the cohort, which the caller locked: two publications, or one and a withdrawal, come one after the
    other. Raises ``Refused`` when nothing is to be told.
    """
    told = to_publish(call, lock=True)
    if not told:
        raise Refused("Aucune décision nouvelle à publier.")
    for application in told:
        application.published_status = application.status.value
    journal.record_all(
        told, ApplicationEvent.RESULT_PUBLISHED, by=by, codes=lambda application: {"result": application.status.value}
    )
    mails.results(told)
    if call.results_published_at is None:
        call.results_published_at = clock.now()
    db.session.flush()
    journal.record(call, CallEvent.RESULTS_PUBLISHED, by=by, codes={"files": len(told)})
    return len(told)
