"""Two people at once, with real threads on real databases: whoever comes second finds what the first did."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import admissions as make
from tests.factories import selection
from tests.support.client import Client
from training.accounts.enums import Part
from training.accounts.models import Person
from training.admissions import queries
from training.admissions.commands import ProposeSlots
from training.admissions.enums import ApplicationStatus, OfferOutcome, OpinionValue, Proposal
from training.admissions.models import Application, BookedTime, Call, CommitteeMeeting, Interview, Offer, Opinion
from training.admissions.services import booking, deciding, publishing
from training.admissions.services import reserve as reserves
from training.common import clock
from training.common.journal import Event
from training.common.mail import OutgoingMail
from training.database import db

pytestmark = pytest.mark.both_engines
S = ApplicationStatus
WAIT = 20
"""Seconds after which a thread is held to be locked for good."""


@pytest.fixture(autouse=True)
def prepared(session: Any, frozen_clock: Any) -> None:
    """A session for the rows, and a clock that stands still."""


def browser(app: Flask, someone: Person) -> Client:
    client = Client(app)
    selection.signed_in(client, someone)
    return client


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts in threads that start together; return their answers in order."""
    db.session.commit()
    start, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def run(index: int, act: Callable[[], Any]) -> None:
        start.wait()
        answers[index] = act()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    assert not any(thread.is_alive() for thread in threads), "a thread waits for ever"
    db.session.expire_all()
    return answers


def posting(client: Client, url: str, **data: str) -> Callable[[], int]:
    token = client.csrf_token()
    return lambda: client.post(url, data={"csrf_token": token, **data}, csrf=False).status_code


def events(kind: str) -> int:
    return db.session.scalar(select(func.count()).select_from(Event).where(Event.kind == kind)) or 0


def state(application: Application) -> ApplicationStatus:
    return db.session.get_one(Application, application.id).status


def staff(app: Flask, call: Call, count: int = 2) -> list[Client]:
    return [browser(app, selection.staff_of(call)) for _ in range(count)]


def test_two_publications_at_once_tell_each_person_once(app: Flask) -> None:
    call = make.call()
    for _ in range(3):
        make.refused(call)
    url = f"/appels/{call.code}/publication"
    answers = at_once(*(posting(each, url) for each in staff(app, call)))
    assert sorted(answers) == [303, 422]
    told = select(func.count()).select_from(OutgoingMail).where(OutgoingMail.message == "admissions/result_refused")
    assert db.session.scalar(told) == 3
    assert events("call.results_published") == 1


def test_a_withdrawal_during_the_publication_is_never_told_a_result_it_no_longer_has(app: Flask) -> None:
    call = make.call()
    file = make.refused(call)
    (one,) = staff(app, call, 1)
    withdraw = posting(browser(app, file.person), f"/candidatures/{file.id}/retrait")
    at_once(posting(one, f"/appels/{call.code}/publication"), withdraw)
    kept = db.session.get_one(Application, file.id)
    mails = db.session.scalars(select(OutgoingMail.message).where(OutgoingMail.to_person_id == file.person_id)).all()
    told = "admissions/result_refused" in mails
    assert told == (kept.published_status == "not_selected")
    order = [
        e.kind for e in db.session.scalars(select(Event).where(Event.subject_id == file.id).order_by(Event.position))
    ]
    if told and "application.withdraw" in order:
        assert order.index("application.result_published") < order.index("application.withdraw")


def test_the_last_seat_goes_to_one_person_r28(app: Flask) -> None:
    call = make.call(make.cohort(places=1))
    files = [make.validated(call, told=False) for _ in range(2)]
    publishing.publish_results(call, by=make.manager(call))
    clients = staff(app, call)
    pairs = zip(clients, files, strict=True)
    answers = at_once(*(posting(each, f"/candidatures/{file.id}/actes/offer") for each, file in pairs))
    assert sorted(answers) == [303, 422]
    assert sorted(state(file) for file in files) == [S.OFFERED, S.VALIDATED]
    assert db.session.scalar(select(func.count()).select_from(Offer)) == 1


def test_proposing_the_places_twice_at_once_offers_each_seat_once(app: Flask) -> None:
    call = make.call(make.cohort(places=2))
    files = [make.validated(call, told=False) for _ in range(3)]
    publishing.publish_results(call, by=make.manager(call))
    answers = at_once(*(posting(each, f"/appels/{call.code}/places") for each in staff(app, call)))
    assert sorted(answers) == [303, 422]
    seats = db.session.scalars(select(Offer.seat_id)).all()
    assert len(seats) == len(set(seats)) == 2
    assert [state(file) for file in files].count(S.OFFERED) == 2


def test_withdrawing_while_being_offered_leaves_no_seat_held(app: Flask) -> None:
    call = make.call(make.cohort(places=1))
    file = make.validated(call)
    (one,) = staff(app, call, 1)
    withdraw = posting(browser(app, file.person), f"/candidatures/{file.id}/retrait")
    at_once(posting(one, f"/candidatures/{file.id}/actes/offer"), withdraw)
    assert state(file) is S.WITHDRAWN
    outcomes = db.session.scalars(select(Offer.outcome)).all()
    assert set(outcomes) <= {OfferOutcome.WITHDRAWN}
    cohort = db.session.get_one(Call, call.id).cohort
    assert [seat.holder_id for seat in cohort.seats] == [None]


def test_two_people_declining_give_their_seats_to_two_others(app: Flask) -> None:
    call = make.call(make.cohort(places=2))
    first = [make.validated(call, told=False) for _ in range(2)]
    reserve = selection.waiting(call, 2)
    for file in reserve:
        selection.decided_by_school(file)
    publishing.publish_results(call, by=make.manager(call))
    reserves.make_offers(call, by=make.manager(call))
    clients = [browser(app, file.person) for file in first]
    pairs = zip(clients, first, strict=True)
    answers = at_once(*(posting(each, f"/candidatures/{file.id}/place/refus") for each, file in pairs))
    assert answers == [303, 303]
    assert [state(file) for file in reserve] == [S.OFFERED, S.OFFERED]
    assert {db.session.get_one(Application, file.id).rank for file in reserve} == {None}


def test_a_double_click_acts_once(app: Flask) -> None:
    call = make.call()
    file = make.submitted(call)
    (one,) = staff(app, call, 1)
    url = f"/candidatures/{file.id}/actes/admit"
    click = posting(one, url, once="the same form sent twice")
    assert at_once(click, click)[0] in {303, 409}
    assert click() == 303, "the same form sent again leads where the first led"
    assert events("application.admit") == 1


def test_two_staff_on_one_act_the_second_reads_the_present_state(app: Flask) -> None:
    call = make.call()
    file = make.submitted(call)
    url = f"/candidatures/{file.id}/actes/admit"
    assert sorted(at_once(*(posting(each, url) for each in staff(app, call)))) == [303, 409]
    assert events("application.admit") == 1


def test_two_reviewers_of_one_file_both_give_their_opinion(app: Flask) -> None:
    call = make.call(opinions_in_session=False)
    file = make.under_review(call)
    reviewers = [browser(app, selection.staff_of(call, part)) for part in (Part.CARRIER, Part.FUNDER)]
    url = f"/candidatures/{file.id}/avis"
    answers = at_once(*(posting(each, url, value="favourable", comment="") for each in reviewers))
    assert answers == [303, 303]
    values = db.session.scalars(select(Opinion.value).where(Opinion.application_id == file.id)).all()
    assert values == [OpinionValue.FAVOURABLE] * 2


def test_one_reviewer_on_two_devices_gives_one_opinion(app: Flask) -> None:
    call = make.call(opinions_in_session=False)
    file = make.under_review(call)
    reviewer = selection.staff_of(call, Part.FUNDER)
    url = f"/candidatures/{file.id}/avis"
    devices = [browser(app, reviewer) for _ in range(2)]
    sent = [posting(each, url, value=value) for each, value in zip(devices, ("favourable", "reserved"), strict=True)]
    assert at_once(*sent) == [303, 303]
    assert db.session.scalar(select(func.count()).select_from(Opinion)) == 1


def test_an_interview_asked_twice_at_once_is_one(app: Flask) -> None:
    call = make.call()
    file = make.under_review(call)
    answers = at_once(*(posting(each, f"/candidatures/{file.id}/entretien") for each in staff(app, call)))
    assert sorted(answers) == [303, 409]
    assert db.session.scalar(select(func.count()).select_from(Interview)) == 1


def test_two_sittings_opened_at_once_are_one(app: Flask) -> None:
    call = make.call()
    url = f"/appels/{call.code}/seances"
    answers = at_once(*(posting(each, url, held_on="02/03/2026", place="") for each in staff(app, call)))
    assert sorted(answers) == [303, 422]
    assert db.session.scalar(select(func.count()).select_from(CommitteeMeeting)) == 1


def test_closing_a_sitting_while_a_file_withdraws_ends_both(app: Flask) -> None:
    call = make.call()
    file, other = make.under_review(call), make.under_review(call)
    sitting = selection.meeting(call)
    for each in (file, other):
        selection.propose(sitting, each, Proposal.WAITING)
    (one,) = staff(app, call, 1)
    withdraw = posting(browser(app, file.person), f"/candidatures/{file.id}/retrait")
    at_once(posting(one, f"/comites/{sitting.id}/cloture"), withdraw)
    assert state(file) is S.WITHDRAWN
    assert (state(other), db.session.get_one(Application, other.id).rank) == (S.WAITING, 1)


def test_one_slot_goes_to_one_of_two_who_choose_it_at_once_r26(app: Flask) -> None:
    call = make.call()
    who = selection.staff_of(call, Part.FUNDER)
    day = clock.today() + timedelta(days=3)
    command = ProposeSlots(who.id, clock.at_paris(day, 9), clock.at_paris(day, 9, 30), 30, None)
    booking.propose_slots(call, command, by=make.manager(call))
    files = [make.under_review(call) for _ in range(2)]
    for file in files:
        deciding.ask_interview(file, by=make.manager(call))
    slot = str(queries.slots(call.id)[0].id)
    acts = [
        posting(browser(app, file.person), f"/candidatures/{file.id}/entretien/creneau", slot=slot) for file in files
    ]
    assert sorted(at_once(*acts)) == [303, 422]
    assert events("interview.choose") == 1
    assert db.session.scalar(select(func.count()).select_from(BookedTime).where(BookedTime.slot_id.is_(None))) == 6
