"""One’s own calendar: half-days and individual meetings, as a list and month by month (R34, R119)."""

import uuid
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import seminars as make
from training.cohorts.commands import MeetingReport, SlotsToOpen
from training.cohorts.meetings import MeetingAct, MeetingSlot
from training.cohorts.models import Enrolment
from training.cohorts.services import meetings as services
from training.common import clock
from training.database import db
from training.seminars.rules.agenda import Appointment, days_of, entries_of

START = datetime.fromisoformat("2026-03-10T14:00+01:00")
PLACES = ("/calendrier", "/calendrier?mois=2026-03")


def half_day(start: datetime, **values: Any) -> Any:
    told = {"seminar_id": 1, "is_off": False, "mode": "in_person", "room": "", "place": "Beaune", "address": ""}
    return SimpleNamespace(**{**told, "starts_at": start, "modules": [], "variants": [], **values})


def meeting(start: datetime) -> Appointment:
    return Appointment(uuid.uuid4(), start, start + timedelta(minutes=30), "Ada", "PACTE", "Promo 8", "Dole", "", "")


@pytest.mark.parametrize(
    ("entries", "lines"),
    [
        ([half_day(START), half_day(START + timedelta(hours=4))], [2]),
        ([half_day(START), meeting(START + timedelta(hours=3)), half_day(START + timedelta(hours=4))], [1, 0, 1]),
        ([half_day(START), half_day(START + timedelta(hours=4), place="Dole")], [1, 1]),
        ([half_day(START), half_day(START + timedelta(hours=4), is_off=True)], [1, 1]),
        ([half_day(START), half_day(START + timedelta(hours=4), seminar_id=2)], [1, 1]),
    ],
)
def test_what_follows_on_in_one_place_is_one_line_and_a_meeting_is_its_own(
    entries: list[Any], lines: list[int]
) -> None:
    half_days = [each for each in entries if not isinstance(each, Appointment)]
    meetings = [each for each in entries if isinstance(each, Appointment)]

    (day,) = days_of(entries_of(half_days, meetings))

    assert [len(entry.half_days) for entry in day.entries] == lines


def test_the_past_is_read_backwards_day_by_day_and_each_day_forwards() -> None:
    days = days_of(
        entries_of([half_day(START)], [meeting(START + timedelta(hours=day * 12)) for day in (0, 2)])[::-1],
        backwards=True,
    )

    assert [(day.date, len(day.entries)) for day in days] == [(date(2026, 3, 11), 1), (date(2026, 3, 10), 2)]


@pytest.fixture
def booked(learner: Enrolment) -> MeetingSlot:
    """A meeting the learner has taken with her trainer, and another slot nobody has."""
    trainer = cohort_rows.trainer(learner.cohort, first_name="Ada", last_name="Relais")
    cohort_rows.referent(learner, trainer)
    wanted = SlotsToOpen(learner.cohort_id, START, START + timedelta(hours=1), 30, "Dole", "", None)
    slot, _free = services.open_slots(wanted, by=accounts.principal(trainer))
    services.book(slot, "Mon mémoire", by=accounts.principal(learner.person))
    db.session.commit()
    return slot


@pytest.mark.both_engines
@pytest.mark.parametrize("place", PLACES)
def test_r119_both_read_the_meeting_on_their_calendar_and_nobody_else(
    booked: MeetingSlot, learner: Enrolment, client: Any, page: Any, place: str
) -> None:
    make.half_day(learner.cohort, date(2026, 3, 10))
    db.session.commit()
    for reader, other in ((learner.person, booked.trainer), (booked.trainer, learner.person)):
        accounts.sign_in(client, reader)
        shown = page(place)
        assert shown.text.count("Rendez-vous avec") == 1
        assert any(f"Rendez-vous avec {other.name}" in words for words in shown.links())
        assert "Séminaire 1" in shown.text
    for stranger in (cohort_rows.learner(learner.cohort).person, cohort_rows.carrier_of(learner.cohort)):
        accounts.sign_in(client, stranger)
        shown = page(place)
        assert "Séminaire 1" in shown.text
        assert "Rendez-vous avec" not in shown.text


def test_r119_a_meeting_past_awaits_its_note_on_the_calendar_of_whoever_gives_it(
    booked: MeetingSlot, learner: Enrolment, client: Any, page: Any, frozen_clock: Any
) -> None:
    frozen_clock.at(START + timedelta(hours=3))
    trainer = booked.trainer
    for reader, awaits in ((learner.person, False), (trainer, True)):
        accounts.sign_in(client, reader)
        assert "Rendez-vous avec" not in page("/calendrier").text
        assert ("compte rendu à écrire" in page("/calendrier?quand=passe").text) is awaits
    report = MeetingReport(MeetingAct.HOLD, "Fait le point.", shared=False)
    services.conclude(booked, report, by=accounts.principal(trainer))
    db.session.commit()
    shown = page("/calendrier?quand=passe").text
    assert f"Rendez-vous avec {learner.person.name}" in shown
    assert "compte rendu à écrire" not in shown


def test_r119_a_meeting_given_up_leaves_the_calendar(booked: MeetingSlot, client: Any, page: Any) -> None:
    services.cancel(booked, "", by=accounts.principal(booked.trainer))
    db.session.commit()
    accounts.sign_in(client, booked.trainer)
    for place in PLACES:
        assert "Rendez-vous avec" not in page(place).text


@pytest.mark.parametrize("place", PLACES)
def test_meetings_cost_the_calendar_one_select_whatever_their_number(
    learner: Enrolment, client: Any, selects: Any, place: str
) -> None:
    trainer = cohort_rows.trainer(learner.cohort)
    counts = []
    accounts.sign_in(client, trainer)
    for number in range(1, 4):
        other = cohort_rows.learner(learner.cohort)
        cohort_rows.referent(other, trainer)
        start = START + timedelta(days=number)
        wanted = SlotsToOpen(learner.cohort_id, start, start + timedelta(minutes=30), 30, "Dole", "", None)
        (slot,) = services.open_slots(wanted, by=accounts.principal(trainer))
        services.book(slot, "", by=accounts.principal(other.person))
        make.half_day(learner.cohort, date(2026, 3, 10) + timedelta(days=number))
        db.session.commit()
        client.get(place)
        with selects() as asked:
            assert client.get(place).text.count("Rendez-vous avec") == number
        counts.append(asked.count)
    assert len(set(counts)) == 1
    assert counts[0] <= 12
    assert clock.today() < START.date()
