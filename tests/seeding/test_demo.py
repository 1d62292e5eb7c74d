"""The demonstration: the fixed accounts, the stories told to their end, loaded once, refused in production."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from tests.support.pages import Page
from tools.run import ACCOUNTS, PASSWORD
from training.accounts.models import Person
from training.admissions.enums import ApplicationStatus, CallPhase, OfferOutcome
from training.admissions.models import Application, Call, Offer
from training.admissions.rules import days_left, phase
from training.catalogue.enums import Provenance
from training.cohorts.enums import EnrolmentStatus
from training.cohorts.models import Cohort, Enrolment, TrainerAssignment
from training.common import clock, files, journal
from training.common.files import StoredFile
from training.common.mail import MailStatus, OutgoingMail
from training.defences.enums import MemoireStatus
from training.defences.models import DefenceSlot, Memoire
from training.diplomas import integrity
from training.diplomas.models import RegisterEntry
from training.diplomas.queries import progress_of_cohort
from training.seeding.demo import DemoRefused, load_demo
from training.seeding.demo.juries import EARLY_ON, HELD_ON
from training.seminars.enums import SeminarStatus
from training.seminars.models import HalfDay, Seminar

S = ApplicationStatus
DB = scoped_session[Session]
COUNTED = (Person, Application, Enrolment, Seminar, HalfDay, StoredFile, OutgoingMail, TrainerAssignment, journal.Event)

pytestmark = pytest.mark.demo


def counts(session: DB) -> dict[str, int]:
    """Return how many rows each table of the stories holds."""
    return {table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0 for table in COUNTED}


def in_call(session: DB, code: str) -> dict[ApplicationStatus, int]:
    """Return how many files of a call stand in each state."""
    query = select(Application.status, func.count()).join(Call).where(Call.code == code).group_by(Application.status)
    return dict(session.execute(query).all())


def test_every_fixed_account_signs_in_with_the_demonstrations_password(
    client: FlaskClient, new_client: Callable[[], FlaskClient], page: Callable[..., Page]
) -> None:
    for email in ACCOUNTS:
        browser = new_client()
        answer = browser.post("/connexion", data={"email": email, "password": PASSWORD})
        assert answer.status_code == 303, email
        assert page("/", by=browser).heading == "À faire", email


@pytest.mark.both_engines
def test_loading_it_again_changes_nothing_people_entered(app: Flask, session: DB) -> None:
    person = session.scalars(select(Person).where(Person.email_key == "candidat@example.org")).one()
    file = session.scalars(select(Application).where(Application.person_id == person.id)).one()
    person.first_name, person.password, file.post_title = "Irène", "changed by her", "Directrice"
    session.commit()
    before = counts(session)

    load_demo()

    session.expire_all()
    assert counts(session) == before
    assert (person.first_name, person.password, file.post_title) == ("Irène", "changed by her", "Directrice")


def test_it_is_refused_in_production(app: Flask, session: DB, configure: Callable[..., Any]) -> None:
    configure(testing=False, development=False)
    with pytest.raises(DemoRefused):
        load_demo()


def test_its_command_is_refused_in_production(app: Flask, configure: Callable[..., Any]) -> None:
    configure(testing=False, development=False)
    outcome = app.test_cli_runner().invoke(args=["demo"])
    assert outcome.exit_code != 0


def test_every_address_is_at_example_org(session: DB) -> None:
    assert all(email.endswith("@example.org") for email in session.scalars(select(Person.email)))


def test_a_call_is_open_today_with_twenty_places(session: DB) -> None:
    call = session.scalars(select(Call).where(Call.code == "DEMO-OUVERT")).one()
    assert phase(call, clock.now()) is CallPhase.OPEN
    assert days_left(call, clock.today()) == 25
    assert (call.cohort.code, call.cohort.places) == ("BFC-P9", 20)
    assert call.provenance == Provenance.EXAMPLE.value


def test_an_open_call_is_there_again_when_it_is_loaded_after_the_closing(
    app: Flask, session: DB, frozen_clock: Any
) -> None:
    frozen_clock.release()
    frozen_clock.at(clock.now() + timedelta(days=40))
    load_demo()
    call = session.scalars(select(Call).where(Call.code == "DEMO-OUVERT")).one()
    assert phase(call, clock.now()) is CallPhase.OPEN
    assert call.cohort.launch_on is not None
    assert call.cohort.launch_on > clock.today()


def test_the_open_call_has_a_file_in_each_state_that_asks_something(session: DB) -> None:
    expected = {
        S.DRAFT, S.SUBMITTED, S.TO_CORRECT, S.ADMISSIBLE, S.INADMISSIBLE, S.UNDER_REVIEW, S.PRESELECTED,
        S.TRANSMITTED, S.VALIDATED,
    }  # fmt: skip
    assert set(in_call(session, "DEMO-OUVERT")) == expected


def test_twenty_seats_are_taken_in_ara_after_the_reserve_moved(session: DB) -> None:
    """R29: one declined, the first of the reserve was offered her seat and is enrolled; ranks are contiguous."""
    assert in_call(session, "ARA-1")[S.ENROLLED] == 20
    query = select(Offer).join(Offer.application).join(Call).where(Call.code == "ARA-1").order_by(Offer.made_at)
    offers = session.scalars(query).all()
    declined = [offer for offer in offers if offer.outcome is OfferOutcome.DECLINED]
    assert [offer.seat_id for offer in declined] == [offers[-1].seat_id]
    assert offers[-1].application.status is S.ENROLLED
    ranks = session.scalars(
        select(Application.rank).join(Call).where(Call.code == "ARA-1", Application.rank.is_not(None))
    )
    assert sorted(rank or 0 for rank in ranks) == [1, 2]


def test_promo_8_is_in_the_middle_of_its_course_with_two_relay_trainers(session: DB) -> None:
    cohort = session.scalars(select(Cohort).where(Cohort.code == "BFC-P8")).one()
    assert len(cohort.enrolments) == 15
    assert [each.person.name for each in cohort.enrolments if each.carried_from] == ["Clémence Rochas"]
    assert {enrolment.variant.code for enrolment in cohort.enrolments} == {"MSP", "CPTS"}
    assert len({each.person_id for each in cohort.assignments}) == 2


def test_what_is_past_was_held_and_what_is_ahead_was_not(session: DB) -> None:
    rows = session.execute(
        select(Seminar.status, func.max(HalfDay.ends_at))
        .join(HalfDay, HalfDay.seminar_id == Seminar.id)
        .group_by(Seminar.id)
    ).all()
    assert all((status is SeminarStatus.CLOSED) == (ends_at < clock.now()) for status, ends_at in rows)


def test_the_school_is_outside_the_tool_on_mosaic_alone(session: DB) -> None:
    """R96: the demonstration shows one call and cohort whose school is transcribed."""
    outside = {
        part.call.code
        for call in session.scalars(select(Call))
        for part in call.parts
        if part.part.value == "school" and part.outside_tool
    }
    assert outside == {"MOSAIC-2026"}


def test_no_mail_of_the_past_waits_in_the_outbox(session: DB) -> None:
    told = dict(session.execute(select(OutgoingMail.status, func.count()).group_by(OutgoingMail.status)).all())
    assert MailStatus.QUEUED not in told
    assert (told[MailStatus.FAILED], told[MailStatus.UNCERTAIN]) == (1, 1)


def test_its_files_are_real_and_its_history_unaltered(session: DB) -> None:
    for stored in session.scalars(select(StoredFile).order_by(StoredFile.id).limit(12)):
        assert files.digest_of(files.read(stored)) == stored.sha256
    assert journal.faults() == []


def test_the_applicant_misses_one_piece(session: DB) -> None:
    person = session.scalars(select(Person).where(Person.email_key == "candidat@example.org")).one()
    file = session.scalars(select(Application).where(Application.person_id == person.id)).one()
    assert file.status is S.DRAFT
    assert {piece.requirement.code for piece in file.pieces} == {"cv", "lettre-motivation", "photo"}


def test_an_early_defence_was_held_in_each_outcome_and_a_second_one_is_planned(session: DB) -> None:
    """R65, R66: admitted, deferred then placed again, admitted with corrections, minutes that lack a signature."""
    slots = session.scalars(select(DefenceSlot).where(DefenceSlot.memoire_id.is_not(None))).all()
    if clock.today() >= HELD_ON:  # a demonstration begun later shows none: its day would be behind
        assert not slots
        return
    early = [slot for slot in slots if clock.in_paris(slot.starts_at).date() == EARLY_ON]
    assert sorted(slot.minutes.outcome.value for slot in early if slot.minutes and slot.published_at) == [
        "deferred", "passed", "passed_with_corrections",
    ]  # fmt: skip
    unsigned = [slot for slot in early if slot.minutes and slot.minutes.locked_at is None]
    assert [len(slot.minutes.signatures) for slot in unsigned if slot.minutes] == [2]
    again = [slot for slot in slots if slot.day.held_on == HELD_ON and slot.memoire and len(slot.memoire.slots) > 1]
    assert [slot.enrolment.person.name for slot in again if slot.enrolment] == ["Grégory Teyssier"]
    waiting = session.scalars(select(Memoire).where(Memoire.status == MemoireStatus.CLEARED)).all()
    assert len(waiting) == 1


def test_the_register_has_its_first_line_and_someone_else_may_be_proposed(session: DB) -> None:
    """R67, R71: what was given, and what may be."""
    entry = session.scalars(select(RegisterEntry)).one_or_none()
    if entry is None:
        assert clock.today() >= HELD_ON, "only a demonstration begun after its defences has no diploma"
        return
    assert (entry.printed_name, entry.enrolment.status) == ("Stéphanie Paccard", EnrolmentStatus.GRADUATED)
    assert list(integrity.faults()) == []
    found = progress_of_cohort(entry.enrolment.cohort_id)
    assert [each.name for each in found if each.is_live and each.eligibility.is_met] == ["Delphine Astier"]
