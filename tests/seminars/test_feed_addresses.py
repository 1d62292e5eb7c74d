"""The addresses of calendars: revoked, renewed, guessed, sealed; their alarms (R37)."""

from datetime import timedelta
from typing import Any

import icalendar
import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import seminars as make
from tests.seminars.test_feeds import address_of, one, subscribed
from training.cohorts.commands import SlotsToOpen
from training.cohorts.services import meetings
from training.common import clock, sealing
from training.common.policy import WORKER
from training.seminars import services
from training.seminars.commands import SeminarWords
from training.seminars.enums import Alarm, Mode, SeminarAct, SeminarKind
from training.seminars.models import CalendarFeed, FeedBody


def test_a_revoked_address_answers_410_and_its_body_is_gone(session: Any, client: Any) -> None:
    cohort = cohort_rows.cohort()
    feed = services.create_feed(person_id=cohort_rows.learner(cohort).person_id)
    address = address_of(feed)
    client.get(address)

    services.revoke_feed(feed)

    assert client.get(address).status_code == 410
    assert session.scalars(select(FeedBody)).all() == []


def test_a_renewed_address_replaces_the_old_one_with_the_same_alarms(session: Any, client: Any) -> None:
    person = cohort_rows.learner(cohort_rows.cohort()).person
    old = services.create_feed(person_id=person.id, alarms=[Alarm.WEEK_BEFORE])
    new = services.renew_feed(old)

    assert client.get(address_of(old)).status_code == 410
    assert client.get(address_of(new)).status_code == 200
    assert new.reminders == (Alarm.WEEK_BEFORE,)


def test_a_closed_account_ends_its_calendar(session: Any, client: Any) -> None:
    person = cohort_rows.learner(cohort_rows.cohort()).person
    address = subscribed(person)
    person.active = False

    assert client.get(address).status_code == 410


def test_unknown_addresses_are_404_then_limited(client: Any) -> None:
    answers = [client.get(f"/calendrier/{sealing.new_secret()}.ics").status_code for _ in range(32)]

    assert answers == [404] * 30 + [429] * 2


def test_tries_are_counted_by_the_line_that_makes_them(client: Any) -> None:
    def tried(address: str) -> int:
        asked = client.get(f"/calendrier/{sealing.new_secret()}.ics", environ_overrides={"REMOTE_ADDR": address})
        return int(asked.status_code)

    answers = [tried(f"2001:db8:1:2::{number:x}") for number in range(1, 33)]

    assert answers == [404] * 30 + [429] * 2
    assert tried("2001:db8:1:3::1") == 404


def test_the_alarms_of_a_cohorts_calendar_are_its_own(session: Any, client: Any) -> None:
    cohort = cohort_rows.cohort()
    make.half_day(cohort)
    services.create_feed(person_id=cohort_rows.learner(cohort).person_id)
    feed = services.create_feed(cohort=cohort, alarms=())
    assert "VALARM" not in client.get(address_of(feed)).text
    accounts.sign_in(client, cohort_rows.carrier_of(cohort))

    answer = client.post(f"/promotions/{cohort.code}/calendrier/rappels", data={"alarms": ["week_before"]})

    assert answer.status_code == 303
    assert "TRIGGER:-PT10080M" in client.get(address_of(feed)).text
    assert client.get(f"/promotions/{cohort.code}/calendrier").text.count(" checked") == 1


def test_a_known_address_goes_on_answering_past_the_limit(session: Any, client: Any) -> None:
    address = subscribed(accounts.person())
    for _ in range(31):
        client.get("/calendrier/inconnu.ics")

    assert client.get(address).status_code == 200


@pytest.mark.both_engines
def test_one_live_address_per_person(session: Any) -> None:
    person = accounts.person()
    feed = services.create_feed(person_id=person.id)

    assert services.create_feed(person_id=person.id) is feed
    session.add(CalendarFeed(person_id=person.id, sealed_secret="x", secret_digest="y", alarms=[]))
    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.both_engines
def test_an_address_is_a_persons_or_a_cohorts(session: Any) -> None:
    session.add(CalendarFeed(sealed_secret="x", secret_digest="y", alarms=[]))

    with pytest.raises(IntegrityError):
        session.flush()


def test_the_secret_is_nowhere_in_the_database_and_survives_a_change_of_key(session: Any, configure: Any) -> None:
    feed = services.create_feed(person_id=accounts.person().id)
    secret = services.secret_of(feed)
    assert secret is not None
    assert secret not in feed.sealed_secret + feed.secret_digest

    old = "a secret that only the tests use, long enough"
    configure(secret_key="another secret, of the same length or so", secret_key_fallbacks=(old,))
    assert services.secret_of(feed) == secret
    configure(secret_key="another secret, of the same length or so", secret_key_fallbacks=())
    assert services.secret_of(feed) is None


def test_a_visio_gives_its_link_and_a_planned_date_says_so(session: Any, client: Any) -> None:
    cohort = cohort_rows.cohort()
    address = subscribed(cohort_rows.learner(cohort).person)
    half_day = make.half_day(cohort, mode=Mode.REMOTE, place="", link="https://visio.example.org/salle")

    planned = one(client, address)
    assert planned["LOCATION"] == "https://visio.example.org/salle"
    assert "à confirmer" in planned["DESCRIPTION"]

    services.advance(half_day.seminar, SeminarAct.CONFIRM, by=WORKER)
    services.rename_seminar(half_day.seminar, SeminarWords(SeminarKind.REGROUPING, "Rencontre"), by=WORKER)
    confirmed = one(client, address)
    assert "à confirmer" not in confirmed["DESCRIPTION"]
    assert confirmed["SUMMARY"].endswith("Rencontre")


@pytest.mark.both_engines
def test_a_personal_feed_holds_individual_meetings_and_follows_them_r119(
    session: Any, client: Any, frozen_clock: Any
) -> None:
    cohort = cohort_rows.cohort()
    enrolment = cohort_rows.learner(cohort, person=accounts.person(first_name="Alix", last_name="Morel"))
    trainer = cohort_rows.referent(enrolment).person
    start = clock.now() + timedelta(days=3)
    by, learner = accounts.principal(trainer), accounts.principal(enrolment.person)
    command = SlotsToOpen(cohort.id, start, start + timedelta(minutes=45), 45, link="https://visio.example.org/a")
    (slot,) = meetings.open_slots(command, by=by)
    addresses = [subscribed(trainer), subscribed(enrolment.person), subscribed(cohort_rows.animator(cohort))]

    def shown() -> list[list[str]]:
        session.commit()
        calendars = [icalendar.Calendar.from_ical(client.get(address).data) for address in addresses]
        return [[f"{event['SUMMARY']} {event.get('STATUS')}" for event in each.walk("VEVENT")] for each in calendars]

    assert shown() == [[], [], []]
    meetings.book(slot, "", by=learner)
    hers, yours, others = shown()
    assert (hers[0].startswith("Rendez-vous avec Alix Morel"), len(yours), others) == (True, 1, [])
    meetings.cancel(slot, "", by=learner)
    assert "CANCELLED" in shown()[0][0]
