"""Individual meetings: offered, taken by one learner, moved, given up, reported on (R119)."""

import itertools
import threading
from datetime import datetime, timedelta
from typing import Any

import icalendar
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.factories import accounts
from tests.factories import cohorts as make
from tests.support.queries import count_selects
from training.cohorts.commands import EnrolmentChange, MeetingMove, MeetingReport, SlotsToOpen
from training.cohorts.enums import EnrolmentAct, LeavingReason
from training.cohorts.meeting_rules import cut, overlaps
from training.cohorts.meetings import MeetingAct, MeetingSlot, MeetingStatus
from training.cohorts.models import Cohort, Enrolment, FollowUpNote
from training.cohorts.queries.meetings import held_meetings, offered_to
from training.cohorts.services import enrolments
from training.cohorts.services import meetings as services
from training.common import clock
from training.common.errors import ActUnavailable, Forbidden, Refused
from training.common.mail import OutgoingMail
from training.common.policy import Principal
from training.database import db

START = datetime.fromisoformat("2026-03-10T14:00+01:00")
HALF_HOUR = timedelta(minutes=30)


@pytest.mark.parametrize(
    ("length", "minutes", "count"), [(60, 30, 2), (60, 45, 1), (60, 60, 1), (44, 45, 0), (180, 25, 7), (0, 15, 0)]
)
def test_a_stretch_of_time_is_cut_into_whole_meetings(length: int, minutes: int, count: int) -> None:
    slots = cut(START, START + timedelta(minutes=length), minutes)
    assert len(slots) == count
    assert all(end - start == timedelta(minutes=minutes) for start, end in slots)
    assert all(one[1] == other[0] for one, other in itertools.pairwise(slots))


@pytest.mark.parametrize(("begins", "shared"), [(-30, False), (-29, True), (0, True), (29, True), (30, False)])
def test_meetings_that_touch_do_not_overlap(begins: int, shared: bool) -> None:
    start = START + timedelta(minutes=begins)
    assert overlaps((start, start + HALF_HOUR), [(START, START + HALF_HOUR)]) is shared


class Followed:
    """A trainer and learners she follows."""

    def __init__(self, cohort: Cohort, count: int = 2) -> None:
        self.cohort = cohort
        self.person = make.trainer(cohort, first_name="Ada", last_name="Relais")
        self.learners: list[Enrolment] = []
        for number in range(count):
            learner = make.learner(cohort, person=accounts.person(first_name=f"Apprenante {number}"))
            make.referent(learner, self.person)
            self.learners.append(learner)
        self.trainer = accounts.principal(self.person)

    def by(self, number: int = 0) -> Principal:
        return accounts.principal(self.learners[number].person)

    def open(self, start: datetime = START, length: int = 60, **values: Any) -> list[MeetingSlot]:
        end = start + timedelta(minutes=length)
        command = SlotsToOpen(self.cohort.id, start, end, 30, **{"place": "Dijon", **values})
        return list(services.open_slots(command, by=self.trainer))


@pytest.fixture
def there(cohort: Cohort, frozen_clock: Any) -> Followed:
    return Followed(cohort)


def posted(session: Any, message: str) -> list[OutgoingMail]:
    return list(session.scalars(select(OutgoingMail).where(OutgoingMail.message == f"cohorts/{message}")))


def test_slots_are_offered_to_those_she_follows_who_are_told(there: Followed, session: Any) -> None:
    stranger = make.learner(there.cohort)
    slots = there.open()
    assert [slot.status for slot in slots] == [MeetingStatus.FREE] * 2
    assert list(offered_to(there.by(0))) == list(offered_to(there.by(1))) == slots
    assert offered_to(accounts.principal(stranger.person)) == []
    told = {mail.to_person_id for mail in posted(session, "meetings_offered")}
    assert told == {each.person_id for each in there.learners}


def test_a_slot_for_one_learner_is_hers_alone(there: Followed, session: Any) -> None:
    (slot,) = there.open(length=30, offered_to_id=there.learners[0].id)
    assert offered_to(there.by(1)) == []
    with pytest.raises(Forbidden):
        services.book(slot, "", by=there.by(1))
    services.book(slot, "", by=there.by(0))
    assert slot.enrolment_id == there.learners[0].id


def test_slots_are_refused_in_the_past_over_another_too_many_or_for_nobody(there: Followed, session: Any) -> None:
    there.open()
    for start, length in ((clock.now() - HALF_HOUR, 60), (START + HALF_HOUR, 60), (START, 20), (START, 25 * 30)):
        with pytest.raises(Refused):
            there.open(start, length)
    with pytest.raises(Refused):
        there.open(START + timedelta(days=1), offered_to_id=make.learner(there.cohort).id)
    nobody = accounts.principal(make.trainer(there.cohort))
    with pytest.raises(Refused):
        services.open_slots(SlotsToOpen(there.cohort.id, START, START + HALF_HOUR, 30, place="Ici"), by=nobody)


def test_taking_another_slot_gives_up_the_first_whose_time_is_offered_again(there: Followed, session: Any) -> None:
    first, second = there.open()
    services.book(first, "Mon sujet", by=there.by())
    services.book(second, "", by=there.by())
    assert (first.status, second.status) == (MeetingStatus.CANCELLED, MeetingStatus.BOOKED)
    (again,) = offered_to(there.by(1))
    assert (again.starts_at, again.id != first.id, again.topic) == (first.starts_at, True, "")


def test_each_step_places_the_meeting_in_both_calendars(there: Followed, session: Any) -> None:
    carrier = there.cohort.parts[0].organisation
    for part in there.cohort.parts:
        part.organisation.email = "porteur@example.org"
    session.flush()
    assert carrier
    slot, _ = there.open()
    services.book(slot, "", by=there.by())
    services.move(
        slot, MeetingMove(START + timedelta(days=2), START + timedelta(days=2, hours=1), "Beaune"), by=there.trainer
    )
    services.cancel(slot, "Je suis souffrante", by=there.trainer)

    events = []
    for message in ("meeting_booked", "meeting_moved", "meeting_cancelled"):
        (mail,) = posted(session, message)
        assert mail.to_person_id == there.learners[0].person_id
        calendar = icalendar.Calendar.from_ical(mail.calendar or b"")
        (event,) = calendar.walk("VEVENT")
        events.append((str(calendar["METHOD"]), str(event["UID"]), int(str(event["SEQUENCE"]))))
    assert [method for method, _, _ in events] == ["REQUEST", "REQUEST", "CANCEL"]
    assert {uid for _, uid, _ in events} == {slot.uid}
    assert [number for _, _, number in events] == [1, 2, 3]
    assert "Je suis souffrante" in posted(session, "meeting_cancelled")[0].text
    assert {len(posted(session, each)) for each in ("meeting_taken", "meeting_kept", "meeting_given_up")} == {1}


def test_a_meeting_given_up_by_the_learner_is_offered_again_by_the_trainer_is_not(
    there: Followed, session: Any
) -> None:
    slot, other = there.open()
    services.book(slot, "", by=there.by())
    services.cancel(slot, "", by=there.by())
    assert {each.starts_at for each in offered_to(there.by())} == {slot.starts_at, other.starts_at}
    services.cancel(other, "", by=there.trainer)
    assert {each.starts_at for each in offered_to(there.by())} == {slot.starts_at}
    with pytest.raises(ActUnavailable):
        services.cancel(other, "", by=there.trainer)


def test_a_departure_cancels_the_meetings_to_come_and_both_are_told_r33(there: Followed, session: Any) -> None:
    slot, free = there.open()
    services.book(slot, "", by=there.by())
    staff = accounts.principal(make.carrier_of(there.cohort))
    change = EnrolmentChange(clock.today(), reason="Poste supprimé", leaving=LeavingReason.POST)
    enrolments.change_enrolment(there.learners[0], EnrolmentAct.WITHDRAW, change, by=staff)
    assert (slot.status, free.status) == (MeetingStatus.CANCELLED, MeetingStatus.FREE)
    assert {mail.to_person_id for mail in posted(session, "meeting_cancelled")} == {
        there.person.id,
        there.learners[0].person_id,
    }


def test_a_meeting_held_leaves_its_note_and_its_hours_r123(there: Followed, session: Any, frozen_clock: Any) -> None:
    slot, missed = there.open()
    services.book(slot, "Mémoire", by=there.by())
    services.book(missed, "", by=there.by(1))
    with pytest.raises(Refused):
        services.conclude(slot, MeetingReport(MeetingAct.HOLD, "Trop tôt"), by=there.trainer)

    frozen_clock.at(START + timedelta(hours=2))
    services.conclude(slot, MeetingReport(MeetingAct.HOLD, "On a choisi le sujet", shared=True), by=there.trainer)
    services.conclude(missed, MeetingReport(MeetingAct.MISS), by=there.trainer)
    (note,) = session.scalars(select(FollowUpNote))
    assert (note.words, note.shared, slot.note_id) == ("On a choisi le sujet", True, note.id)
    (held,) = held_meetings(MeetingSlot.cohort_id == there.cohort.id)
    assert (held.trainer_id, held.enrolment_id, held.minutes) == (there.person.id, there.learners[0].id, 30)
    assert len(posted(session, "meeting_report")) == 1


@pytest.mark.both_engines
@pytest.mark.parametrize(
    "change",
    [
        {"status": MeetingStatus.BOOKED},
        {"place": ""},
        {"ends_at": START - HALF_HOUR},
    ],
)
def test_the_database_refuses_a_meeting_without_holder_place_or_length(
    there: Followed, session: Any, change: dict[str, Any]
) -> None:
    (slot,) = there.open(length=30)
    for name, value in change.items():
        setattr(slot, name, value)
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


@pytest.mark.both_engines
def test_the_database_keeps_one_slot_of_a_trainer_at_a_time(there: Followed, session: Any) -> None:
    there.open(length=30)
    session.add(
        MeetingSlot(
            cohort_id=there.cohort.id,
            trainer_id=there.person.id,
            starts_at=START,
            ends_at=START + HALF_HOUR,
            place="Là",
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_ten_learners_want_the_same_slot_and_one_has_it(fresh_database: Any) -> None:
    app: Flask = fresh_database("postgresql")
    with app.app_context(), clock.freeze(START - timedelta(days=5)):
        there = Followed(make.cohort(), 10)
        (slot,) = there.open(length=30)
        slot_id, people = slot.id, [there.by(number) for number in range(10)]
        db.session.commit()
        outcomes: list[str] = []
        gate = threading.Barrier(10)

        def take(by: Principal) -> None:
            with app.app_context():
                gate.wait()
                try:
                    services.book(db.session.get_one(MeetingSlot, slot_id), "", by=by)
                    db.session.commit()
                    outcomes.append("taken")
                except (Refused, ActUnavailable):
                    db.session.rollback()
                    outcomes.append("refused")

        threads = [threading.Thread(target=take, args=(by,)) for by in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["refused"] * 9 + ["taken"]
        db.session.expire_all()
        booked = db.session.scalars(select(MeetingSlot).where(MeetingSlot.status == MeetingStatus.BOOKED)).all()
        assert len(booked) == 1
        assert len(posted(db.session, "meeting_booked")) == 1


def test_from_the_trainers_form_to_the_learners_page_and_back(there: Followed, new_client: Any, session: Any) -> None:
    trainer, learner = new_client(), new_client()
    accounts.sign_in(trainer, there.person)
    accounts.sign_in(learner, there.learners[0].person)
    form = {
        "day": "10/03/2026",
        "starts_at": "14 h",
        "ends_at": "15 h",
        "minutes": "30",
        "cohort_id": str(there.cohort.id),
    }
    for wrong in ({}, {"place": "Ici", "ends_at": "13 h"}, {"link": "zoom"}, {"place": "Ici", "minutes": "5"}):
        answer = trainer.post("/rendez-vous/ouvrir", data={**form, **wrong})
        assert answer.status_code == 422, wrong
    assert trainer.post("/rendez-vous/ouvrir", data={**form, "place": "Salle 2"}).status_code == 303
    shown = learner.get("/rendez-vous").text
    assert "Salle 2" in shown
    slot = session.scalars(select(MeetingSlot).order_by(MeetingSlot.starts_at)).first()
    assert learner.get(f"/rendez-vous/{slot.id}/prendre").status_code == 200
    assert learner.post(f"/rendez-vous/{slot.id}/prendre", data={"topic": "Mon équipe"}).status_code == 303
    assert "Mon équipe" in trainer.get("/rendez-vous").text
    assert learner.get(f"/rendez-vous/{slot.id}/deplacer").status_code == 403
    other = new_client()
    accounts.sign_in(other, there.learners[1].person)
    assert other.get(f"/rendez-vous/{slot.id}/annuler").status_code == 404
    for path in ("deplacer", "annuler", "compte-rendu"):
        assert trainer.get(f"/rendez-vous/{slot.id}/{path}").status_code == 200, path
    move = {"day": "11/03/2026", "starts_at": "9 h", "ends_at": "9 h 45", "place": "Salle 3"}
    assert trainer.post(f"/rendez-vous/{slot.id}/deplacer", data=move).status_code == 303
    assert trainer.post(f"/rendez-vous/{slot.id}/compte-rendu", data={"act": "hold"}).status_code == 422
    assert learner.post(f"/rendez-vous/{slot.id}/annuler", data={"words": ""}).status_code == 303


def test_pages_of_meetings_are_whole(there: Followed, client: Any, page: Any, frozen_clock: Any) -> None:
    accounts.sign_in(client, there.person)
    assert "Aucun rendez-vous" in page("/rendez-vous").text
    page("/rendez-vous/ouvrir")
    slot, free = there.open()
    services.book(slot, "Mémoire", by=there.by())
    db.session.commit()
    assert "Rendez-vous pris" in page("/rendez-vous").text
    for address in (f"{slot.id}/annuler", f"{free.id}/annuler", f"{slot.id}/deplacer", f"{slot.id}/compte-rendu"):
        page(f"/rendez-vous/{address}")
    accounts.sign_in(client, there.learners[0].person)
    assert "Vos rendez-vous" in page("/rendez-vous").text
    page(f"/rendez-vous/{free.id}/prendre")
    frozen_clock.at(START + timedelta(hours=3))
    accounts.sign_in(client, there.person)
    assert "Compte rendu à écrire" in page("/rendez-vous").text
    services.conclude(slot, MeetingReport(MeetingAct.HOLD), by=there.trainer)
    db.session.commit()
    assert "Déjà passés" in page("/rendez-vous").text


@pytest.mark.both_engines
def test_the_page_of_meetings_costs_the_same_for_one_and_for_three(there: Followed, client: Any) -> None:
    accounts.sign_in(client, there.learners[0].person)
    services.book(there.open(length=30)[0], "", by=there.by())
    db.session.commit()
    client.get("/rendez-vous")
    with count_selects() as one:
        assert client.get("/rendez-vous").status_code == 200
    there.open(START + timedelta(days=1), 90)
    db.session.commit()
    with count_selects() as more:
        assert client.get("/rendez-vous").status_code == 200
    assert one.count == more.count <= 12
