"""Every constraint the room maps breaks on both engines, and becomes a message under its field."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from tests.factories import admissions as make
from tests.factories import selection
from training.accounts.enums import Part
from training.admissions.declarations import DECLARATIONS
from training.admissions.enums import ApplicationStatus, OpinionValue, Proposal
from training.admissions.models import (
    Application,
    BookedTime,
    Call,
    CommitteeProposal,
    Interview,
    InterviewSlot,
    LetterRequest,
    Offer,
    Opinion,
    SchoolDecision,
)
from training.common import clock
from training.common.transaction import constraint_name, message_for
from training.database import db

pytestmark = [pytest.mark.both_engines, pytest.mark.usefixtures("session", "frozen_clock")]


def second_live_file() -> Any:
    first = make.draft()
    return Application(call_id=first.call_id, person_id=first.person_id)


def same_code() -> Any:
    call, other = make.call(), make.cohort()
    return Call(code=call.code, title="Autre", edition=other.edition, cohort=other, structure_kinds=[], regions=[])


def same_cohort() -> Any:
    call = make.call()
    return Call(code="AUTRE", title="Autre", edition=call.edition, cohort=call.cohort, structure_kinds=[], regions=[])


def second_opinion() -> Any:
    given = selection.opinion(make.under_review(make.call(opinions_in_session=False)))
    return Opinion(
        application_id=given.application_id,
        organisation_id=given.organisation_id,
        part=Part.FUNDER,
        reviewer_id=given.reviewer_id,
        value=OpinionValue.RESERVED,
        given_on=clock.today(),
    )


def second_pending_interview() -> Any:
    file = make.under_review()
    db.session.add(Interview(application=file))
    db.session.flush()
    return Interview(application_id=file.id)


def second_live_offer() -> Any:
    file = make.offered()
    free = next(seat for seat in file.call.cohort.seats if seat.holder_id is None)
    return Offer(application_id=file.id, seat_id=free.id, expires_at=clock.now())


def second_letter_asked() -> Any:
    file = make.draft()

    def asked() -> LetterRequest:
        piece = file.call.pieces[0]
        return LetterRequest(
            application_id=file.id, requirement_id=piece.id, email="presidence@example.org", asked_by=file.person_id
        )

    db.session.add(asked())
    db.session.flush()
    return asked()


def an_interview() -> Interview:
    interview = Interview(application=make.under_review())
    db.session.add(interview)
    db.session.flush()
    return interview


def in_two_places() -> Any:
    interview = an_interview()
    person_id, at = interview.application.person_id, clock.now()
    db.session.add(BookedTime(person_id=person_id, at=at, interview_id=interview.id))
    db.session.flush()
    return BookedTime(person_id=person_id, at=at, interview_id=interview.id)


def two_slots_of_one_interview() -> Any:
    interview = an_interview()

    def slot() -> InterviewSlot:
        application = interview.application
        return InterviewSlot(
            call_id=application.call_id,
            interviewer_id=application.person_id,
            starts_at=clock.now(),
            minutes=30,
            interview_id=interview.id,
        )

    db.session.add(slot())
    db.session.flush()
    return slot()


MAPPED: dict[str, Callable[[], Any]] = {
    "uq_application_live": second_live_file,
    "uq_call_code": same_code,
    "uq_call_cohort_id": same_cohort,
    "uq_opinion_application_id_reviewer_id": second_opinion,
    "uq_interview_pending": second_pending_interview,
    "uq_offer_live_application": second_live_offer,
    "uq_letter_request_waiting": second_letter_asked,
    "uq_booked_time_person_id_at": in_two_places,
    "uq_interview_slot_interview_id": two_slots_of_one_interview,
}


def broken(row: Any) -> IntegrityError:
    db.session.add(row)
    with pytest.raises(IntegrityError) as fault:
        db.session.flush()
    db.session.rollback()
    return fault.value


def test_every_mapped_constraint_is_tried_here() -> None:
    assert set(MAPPED) == set(DECLARATIONS.constraints)


@pytest.mark.parametrize("name", MAPPED)
def test_a_mapped_constraint_breaks_and_becomes_its_message(name: str, app: Flask) -> None:
    fault = broken(MAPPED[name]())
    assert constraint_name(fault) == name
    assert message_for(fault) == DECLARATIONS.constraints[name]


# What no message need tell, because the rules come first: the database holds it all the same ----------------------------


def same_rank() -> Any:
    first, second = selection.waiting(make.call(), 2)
    second.rank = first.rank
    return second


def unnumbered() -> Any:
    file = make.draft()
    file.status = ApplicationStatus.SUBMITTED
    return file


def seat_twice() -> Any:
    file = make.offered()
    other = make.validated(file.call)
    return Offer(application_id=other.id, seat_id=file.offers[0].seat_id, expires_at=clock.now())


def unsourced_opinion() -> Any:
    file = make.under_review()
    body = make.body(file.call, Part.FUNDER).id
    value = OpinionValue.FAVOURABLE
    return Opinion(application_id=file.id, organisation_id=body, part=Part.FUNDER, value=value, given_on=clock.today())


def wordless_refusal() -> Any:
    file = make.under_review()
    sitting = selection.meeting(file.call)
    return CommitteeProposal(meeting_id=sitting.id, application_id=file.id, proposal=Proposal.NOT_SELECTED)


def transcription_without_proof() -> Any:
    return SchoolDecision(
        application_id=make.under_review().id, accepted=True, decided_on=clock.today(), transcribed=True
    )


def enrolled_without_enrolment() -> Any:
    file = make.confirmed()
    file.status = ApplicationStatus.ENROLLED
    return file


def window_backwards() -> Any:
    call = make.call()
    call.opens_at, call.closes_at = call.closes_at, call.opens_at
    return call


HELD: dict[str, Callable[[], Any]] = {
    "uq_application_call_id_rank": same_rank,
    "ck_application_numbered": unnumbered,
    "ck_application_enrolment_if_enrolled": enrolled_without_enrolment,
    "uq_offer_live_seat": seat_twice,
    "ck_opinion_given_recorded_or_transcribed": unsourced_opinion,
    "ck_committee_proposal_reason_if_not_selected": wordless_refusal,
    "ck_school_decision_evidence_if_transcribed": transcription_without_proof,
    "ck_call_window_in_order": window_backwards,
}


@pytest.mark.parametrize("name", HELD)
def test_the_database_itself_holds_what_the_rules_promise(name: str, app: Flask) -> None:
    assert constraint_name(broken(HELD[name]())) == name
