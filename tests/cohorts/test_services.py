"""Enrolments and relay trainers, on real rows and both engines."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from tests.factories import accounts
from tests.factories import cohorts as make
from tests.factories.catalogue import make_edition, saved
from training.accounts.enums import Part
from training.cohorts import queries, services
from training.cohorts.commands import EnrolmentChange, NewCohort, Note, TrainerToApprove, TrainerToAssign
from training.cohorts.enums import AssignmentKind, CohortAct, CohortStatus, EnrolmentAct, EnrolmentStatus
from training.cohorts.models import CohortPart, Enrolment, Seat, TrainerAssignment
from training.common import journal
from training.common.declarations import registry
from training.common.errors import ActUnavailable, Forbidden, ReasonRequired, Refused
from training.common.policy import WORKER

pytestmark = pytest.mark.both_engines

LATER = date(2026, 3, 2)


def follow(person: Any, kind: AssignmentKind = AssignmentKind.REFERENT, since: date = make.ENTERED) -> TrainerToAssign:
    return TrainerToAssign(person_id=person.id, kind=kind, since=since)


def seat_of(enrolment: Enrolment) -> Seat:
    assert enrolment.seat is not None
    return enrolment.seat


def kinds(subject: Any) -> list[str]:
    return [entry.kind for entry in journal.timeline(subject, sentences=registry.sentences)]


def test_a_cohort_opens_on_a_published_edition_only(session: Any) -> None:
    draft = saved(make_edition())

    with pytest.raises(Refused):
        services.open_cohort(NewCohort("X", "X", draft.id, "exemple"), by=WORKER)


def test_opening_a_cohort_is_journaled(session: Any) -> None:
    assert kinds(make.cohort()) == ["cohort.opened"]


def test_a_cohort_is_started_closed_and_reopened_with_a_reason(session: Any) -> None:
    cohort = make.cohort()
    manager = accounts.principal(accounts.manager(make.part_of(cohort, Part.CARRIER)))

    services.move_cohort(cohort, CohortAct.START, by=manager)
    services.move_cohort(cohort, CohortAct.CLOSE, by=manager)
    with pytest.raises(ReasonRequired):
        services.move_cohort(cohort, CohortAct.REOPEN, by=manager)
    services.move_cohort(cohort, CohortAct.REOPEN, by=manager, reason="Une soutenance de plus")

    assert cohort.status is CohortStatus.RUNNING
    assert kinds(cohort)[:3] == ["cohort.reopen", "cohort.close", "cohort.start"]


def test_only_the_carrier_starts_a_cohort(session: Any) -> None:
    cohort = make.cohort()

    with pytest.raises(Forbidden):
        services.move_cohort(cohort, CohortAct.START, by=accounts.principal(accounts.manager()))


def test_enrolling_bumps_the_calendar_and_is_journaled(session: Any) -> None:
    cohort = make.cohort()
    before = cohort.calendar_version

    enrolment = make.learner(cohort)

    assert cohort.calendar_version == before + 1
    assert kinds(enrolment) == ["enrolment.enrolled"]
    assert enrolment.programme_id == cohort.edition.programme_id


def test_r31_one_live_enrolment_per_person_and_programme(session: Any) -> None:
    edition = make.published_edition()
    first, second = make.cohort(edition=edition), make.cohort(edition=edition)
    enrolment = make.learner(first)

    with pytest.raises(services.AlreadyEnrolled):
        make.learner(second, person=enrolment.person)

    services.change_enrolment(enrolment, EnrolmentAct.POSTPONE, EnrolmentChange(LATER, "Congé"), by=WORKER)
    assert make.learner(second, person=enrolment.person).status is EnrolmentStatus.ACTIVE


def test_r31_another_programme_may_be_followed_at_the_same_time(session: Any) -> None:
    enrolment = make.learner(make.cohort())

    assert make.learner(make.cohort(), person=enrolment.person).person_id == enrolment.person_id


def test_r31_is_held_by_the_database_too(session: Any) -> None:
    cohort = make.cohort()
    enrolment = make.learner(cohort)
    seat = services.hold_seat(cohort, holder_id=uuid.uuid4(), variant=make.variant(cohort))

    session.add(
        Enrolment(
            cohort_id=cohort.id,
            programme_id=enrolment.programme_id,
            person_id=enrolment.person_id,
            variant_id=enrolment.variant_id,
            structure_id=enrolment.structure_id,
            seat_id=seat.id,
            entered_on=LATER,
        )
    )

    with pytest.raises(IntegrityError, match="enrolment"):
        session.flush()


def test_a_taken_seat_and_a_seat_of_another_cohort_are_refused(session: Any) -> None:
    cohort = make.cohort()
    enrolment, other = make.learner(cohort), make.cohort()
    people: dict[str, Any] = {
        "person": accounts.person(),
        "structure": accounts.structure(),
        "entered_on": LATER,
        "by": WORKER,
    }

    for place in (cohort, other):
        with pytest.raises(services.SeatTaken):
            services.enrol(cohort=place, seat=seat_of(enrolment), variant=make.variant(place), **people)


@pytest.mark.parametrize("act", [EnrolmentAct.WITHDRAW, EnrolmentAct.POSTPONE])
def test_r33_leaving_gives_the_seat_back_and_ends_the_follow_up(session: Any, act: EnrolmentAct) -> None:
    cohort = make.cohort(places=1)
    enrolment = make.learner(cohort)
    assignment = make.referent(enrolment)

    services.change_enrolment(enrolment, act, EnrolmentChange(LATER, "Nouvel emploi"), by=WORKER)

    assert (enrolment.seat, enrolment.left_on, assignment.until) == (None, LATER, LATER)
    assert services.seats_left(cohort) == 1
    entry = journal.timeline(enrolment, sentences=registry.sentences)[0]
    assert (entry.reason, entry.codes["seat"]) == ("Nouvel emploi", "1")


def test_r33_a_suspended_learner_keeps_her_seat_and_resumes(session: Any) -> None:
    enrolment = make.learner(make.cohort())

    services.change_enrolment(enrolment, EnrolmentAct.SUSPEND, EnrolmentChange(LATER, "Arrêt"), by=WORKER)
    assert (enrolment.status, seat_of(enrolment).number) == (EnrolmentStatus.SUSPENDED, 1)
    services.change_enrolment(enrolment, EnrolmentAct.RESUME, EnrolmentChange(LATER), by=WORKER)

    assert enrolment.status is EnrolmentStatus.ACTIVE


def test_r33_what_is_refused_changes_nothing(session: Any) -> None:
    enrolment = make.learner(make.cohort())

    with pytest.raises(ReasonRequired):
        services.change_enrolment(enrolment, EnrolmentAct.WITHDRAW, EnrolmentChange(LATER), by=WORKER)
    with pytest.raises(Refused, match="précède"):
        services.change_enrolment(
            enrolment, EnrolmentAct.WITHDRAW, EnrolmentChange(make.ENTERED - timedelta(1), "Motif"), by=WORKER
        )
    with pytest.raises(ActUnavailable):
        services.change_enrolment(enrolment, EnrolmentAct.RESUME, EnrolmentChange(LATER), by=WORKER)

    assert (enrolment.status, enrolment.left_on) == (EnrolmentStatus.ACTIVE, None)


def test_r32_only_an_approved_trainer_may_follow(session: Any) -> None:
    enrolment = make.learner(make.cohort())
    someone = accounts.person()

    with pytest.raises(services.NotApproved):
        services.assign_trainer(enrolment, follow(someone), by=WORKER)
    make.approve(someone, enrolment.cohort, valid_until=make.ENTERED)

    assert services.assign_trainer(enrolment, follow(someone), by=WORKER).person_id == someone.id


def test_r119_naming_a_referent_ends_the_one_before(session: Any) -> None:
    enrolment = make.learner(make.cohort())
    first = make.referent(enrolment)

    second = make.referent(enrolment, since=LATER)

    assert (first.until, second.until) == (LATER, None)
    assert kinds(enrolment)[0] == "enrolment.trainer_assigned"


def test_r119_two_referents_without_end_are_refused_by_the_database(session: Any) -> None:
    enrolment = make.learner(make.cohort())
    make.referent(enrolment)

    session.add(
        TrainerAssignment(
            cohort_id=enrolment.cohort_id,
            enrolment_id=enrolment.id,
            person_id=accounts.person().id,
            kind=AssignmentKind.REFERENT,
            since=LATER,
        )
    )

    with pytest.raises(IntegrityError):
        session.flush()


def test_a_learner_has_a_co_referent_and_a_substitute_beside_her_referent(session: Any) -> None:
    enrolment = make.learner(make.cohort())
    make.referent(enrolment)
    for kind in (AssignmentKind.CO_REFERENT, AssignmentKind.SUBSTITUTE):
        services.assign_trainer(enrolment, follow(make.trainer(enrolment.cohort), kind), by=WORKER)

    assert len([each for each in enrolment.assignments if each.until is None]) == 3


def test_a_learner_does_not_follow_herself(session: Any) -> None:
    enrolment = make.learner(make.cohort())
    make.approve(enrolment.person, enrolment.cohort)

    with pytest.raises(Refused, match="elle-même"):
        services.assign_trainer(enrolment, follow(enrolment.person), by=WORKER)


def test_an_assignment_of_another_cohort_is_refused_by_the_database(session: Any) -> None:
    enrolment, other = make.learner(make.cohort()), make.cohort()

    session.add(
        TrainerAssignment(
            cohort_id=other.id,
            enrolment_id=enrolment.id,
            person_id=accounts.person().id,
            kind=AssignmentKind.REFERENT,
            since=LATER,
        )
    )

    with pytest.raises(IntegrityError):
        session.flush()


def test_an_animator_is_named_once_and_ended(session: Any) -> None:
    cohort = make.cohort()
    someone = make.animator(cohort)
    assignment = queries.animators(cohort)[0]

    with pytest.raises(Refused, match="déjà"):
        services.assign_animator(cohort, follow(someone, AssignmentKind.ANIMATOR), by=WORKER)
    services.end_assignment(assignment, on=make.ENTERED, by=WORKER)

    assert queries.animators(cohort) == []


def approval_of(someone: Any, cohort: Any, **values: Any) -> TrainerToApprove:
    school = make.part_of(cohort, Part.SCHOOL)
    return TrainerToApprove(
        **{"email": someone.email.upper(), "organisation_id": school.id, "agreed_on": LATER, **values}
    )


def test_r32_the_school_approves_a_trainer_by_her_address(session: Any) -> None:
    cohort, someone = make.cohort(), accounts.person()
    school = accounts.principal(accounts.manager(make.part_of(cohort, Part.SCHOOL)))

    approval = services.approve_trainer(cohort, approval_of(someone, cohort), by=school)

    assert (approval.person_id, approval.transcribed) == (someone.id, False)


def test_r96_a_transcription_without_its_proof_is_refused(session: Any) -> None:
    cohort = make.cohort(school_outside=True)
    manager = accounts.principal(accounts.manager(make.part_of(cohort, Part.CARRIER)))

    with pytest.raises(Refused) as refusal:
        services.approve_trainer(cohort, approval_of(accounts.person(), cohort), by=manager)

    assert refusal.value.field == "evidence"


def test_r96_the_database_refuses_a_transcription_without_its_proof(session: Any) -> None:
    cohort = make.cohort()

    with pytest.raises(IntegrityError):
        make.approve(accounts.person(), cohort, transcribed=True)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"email": "inconnue@example.org"}, "email"),
        ({"organisation_id": uuid.uuid4()}, "organisation_id"),
        ({"valid_until": LATER - timedelta(1)}, "valid_until"),
    ],
)
def test_an_approval_that_cannot_be_is_refused_at_its_field(session: Any, values: dict[str, Any], field: str) -> None:
    cohort = make.cohort()
    school = accounts.principal(accounts.manager(make.part_of(cohort, Part.SCHOOL)))

    with pytest.raises(Refused) as refusal:
        services.approve_trainer(cohort, approval_of(accounts.person(), cohort, **values), by=school)

    assert refusal.value.field == field


def test_a_private_note_is_not_shown_to_the_learner(session: Any) -> None:
    enrolment = make.learner(make.cohort())
    author = accounts.principal(make.animator(enrolment.cohort))
    services.write_note(enrolment, Note("Entre nous"), by=author)
    services.write_note(enrolment, Note("Pour elle", shared=True), by=author)

    def words(reader: Any) -> set[str]:
        return {note.words for note in queries.enrolment_page(enrolment, accounts.principal(reader)).notes}

    assert words(enrolment.person) == {"Pour elle"}
    assert words(accounts.manager(make.part_of(enrolment.cohort, Part.CARRIER))) == {"Pour elle", "Entre nous"}
    assert words(accounts.manager(make.part_of(enrolment.cohort, Part.FUNDER))) == set()


@pytest.mark.parametrize(
    "broken",
    [
        {"status": EnrolmentStatus.WITHDRAWN},  # gone, but seated and without a date
        {"left_on": LATER},  # a date of leaving while in the course
        {"seat_id": None},
    ],
)
def test_the_database_ties_status_seat_and_date(session: Any, broken: dict[str, Any]) -> None:
    enrolment = make.learner(make.cohort())
    for name, value in broken.items():
        setattr(enrolment, name, value)

    with pytest.raises(IntegrityError):
        session.flush()


def test_a_part_is_played_once(session: Any) -> None:
    cohort = make.cohort()
    carrier = make.part_of(cohort, Part.CARRIER)

    session.add(CohortPart(cohort_id=cohort.id, organisation_id=carrier.id, part=Part.CARRIER))

    with pytest.raises(IntegrityError):
        session.flush()


def test_a_code_is_given_once(session: Any) -> None:
    first = make.cohort()

    with pytest.raises(IntegrityError):
        make.cohort(edition=first.edition, code=first.code)


def test_an_approval_is_recorded_once_a_day(session: Any) -> None:
    cohort, someone = make.cohort(), accounts.person()
    make.approve(someone, cohort)

    with pytest.raises(IntegrityError):
        make.approve(someone, cohort)
