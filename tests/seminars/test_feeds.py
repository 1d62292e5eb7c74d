"""Calendars read back as programs read them: content, changes, 304, 410, limits (R36, R37)."""

from collections.abc import Callable
from datetime import UTC, date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import ics
import pytest
import recurring_ical_events
from sqlalchemy import select

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import seminars as make
from training.accounts.enums import Part
from training.cohorts import services as cohort_services
from training.cohorts.commands import EnrolmentChange
from training.cohorts.enums import EnrolmentAct
from training.common import clock, journal
from training.common.access import AccessNote
from training.common.policy import WORKER
from training.seminars import services
from training.seminars.enums import Alarm, SeminarAct, StaffRole
from training.seminars.models import CalendarFeed, HalfDay

PARIS = ZoneInfo("Europe/Paris")


def address_of(feed: CalendarFeed) -> str:
    secret = services.secret_of(feed)
    return f"/promotions/{feed.cohort.code}/calendrier/{secret}.ics" if feed.cohort else f"/calendrier/{secret}.ics"


def subscribed(person: Any, alarms: Any = ()) -> str:
    return address_of(services.create_feed(person_id=person.id, alarms=alarms))


def events(client: Any, address: str) -> dict[str, Any]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    calendar = icalendar.Calendar.from_ical(answer.data)
    return {str(event["UID"]): event for event in calendar.walk("VEVENT")}


def one(client: Any, address: str) -> Any:
    (event,) = events(client, address).values()
    return event


def test_r37_a_learner_reads_her_half_days_with_another_parser(session: Any, client: Any) -> None:
    cohort = cohort_rows.cohort()
    learner = cohort_rows.learner(cohort)
    half_day = make.half_day(cohort, modules=(cohort.edition.modules[0].id,), room="Salle des mariages")
    address = subscribed(learner.person, [Alarm.DAY_BEFORE, Alarm.HOUR_BEFORE])

    answer = client.get(address)

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, max-age=300"
    (event,) = ics.Calendar(answer.text).events
    assert (event.begin.datetime, event.end.datetime) == (half_day.starts_at, half_day.ends_at)
    assert event.uid == half_day.uid
    assert event.name == f"{cohort.edition.programme.code} · Séminaire 1 · {half_day.modules[0].name}"
    assert event.location == "Salle des mariages, Beaune"
    raw: Any = icalendar.Calendar.from_ical(answer.data)
    assert raw["REFRESH-INTERVAL"].dt == timedelta(hours=6)
    triggers = {alarm["TRIGGER"].dt for alarm in raw.walk("VALARM")}
    assert triggers == {-timedelta(days=1), -timedelta(hours=1)}
    assert len(raw.walk("VTIMEZONE")) == 1


@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 3, 30), date(2026, 10, 24), date(2026, 10, 26)])
def test_r37_hours_are_those_of_paris_on_both_sides_of_the_change_of_clocks(
    session: Any, client: Any, day: date
) -> None:
    cohort = cohort_rows.cohort()
    address = subscribed(cohort_rows.learner(cohort).person)
    half_day = make.half_day(cohort, day)

    answer = client.get(address)

    (found,) = recurring_ical_events.of(icalendar.Calendar.from_ical(answer.data)).at(day)
    assert found["DTSTART"].dt.astimezone(PARIS).time() == time(9, 30)
    assert found["DTSTART"].dt.astimezone(UTC) == half_day.starts_at


def test_r36_only_her_variant_and_only_from_her_entry(session: Any, client: Any) -> None:
    cohort = cohort_rows.cohort()
    msp, cpts = (cohort_rows.variant(cohort, code).id for code in ("MSP", "CPTS"))
    both = make.half_day(cohort)
    own = make.half_day(cohort, hours=make.AFTERNOON, variants=(cpts,))
    make.half_day(cohort, make.DAY + timedelta(1), variants=(msp,))
    make.half_day(cohort, date(2026, 1, 29))
    learner = cohort_rows.learner(cohort, code="CPTS", entered_on=date(2026, 2, 1))

    shown = events(client, subscribed(learner.person))

    assert set(shown) == {both.uid, own.uid}
    assert "(CPTS)" in shown[own.uid]["SUMMARY"]


def test_r37_nothing_of_others_is_told(session: Any, client: Any) -> None:
    cohort = cohort_rows.cohort()
    trainer = cohort_rows.animator(cohort, first_name="Dominique", last_name="Secret")
    cohort_rows.learner(cohort, person=accounts.person(last_name="Voisine"))
    make.half_day(cohort, staff=((trainer.id, StaffRole.TRAINER),))

    text = client.get(subscribed(cohort_rows.learner(cohort).person)).text

    told = [word for word in ("Dominique", "Secret", "Voisine", "ATTENDEE", "ORGANIZER", "example.org") if word in text]
    assert told == []


def test_r37_a_move_keeps_the_uid_and_grows_the_sequence(session: Any, client: Any, frozen_clock: Any) -> None:
    cohort = cohort_rows.cohort()
    address = subscribed(cohort_rows.learner(cohort).person)
    half_day = make.half_day(cohort)
    before = one(client, address)
    frozen_clock.advance(timedelta(minutes=10))

    services.move_half_day(half_day, make.half_day_plan(make.DAY + timedelta(7), place="Dijon"), by=WORKER)

    after = one(client, address)
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after["LAST-MODIFIED"].dt == clock.now()
    assert (after["DTSTART"].dt.date(), after["LOCATION"]) == (make.DAY + timedelta(7), "Dijon")


@pytest.mark.parametrize(
    "cancel",
    [
        lambda h: services.cancel_half_day(h, by=WORKER, reason="Salle fermée"),
        lambda h: services.advance(h.seminar, SeminarAct.CANCEL, by=WORKER, reason="Grève"),
        lambda h: services.advance(h.seminar, SeminarAct.POSTPONE, by=WORKER, reason="Grève"),
    ],
)
def test_r37_what_is_cancelled_stays_marked_and_comes_back(
    session: Any, client: Any, cancel: Callable[[Any], None]
) -> None:
    cohort = cohort_rows.cohort()
    address = subscribed(cohort_rows.learner(cohort).person, [Alarm.DAY_BEFORE])
    half_day = make.half_day(cohort)
    assert one(client, address)["STATUS"] == "CONFIRMED"

    cancel(half_day)
    event = one(client, address)
    assert (event["STATUS"], event.walk("VALARM")) == ("CANCELLED", [])

    if half_day.cancelled_at:
        services.restore_half_day(half_day, by=WORKER)
    else:
        services.advance(half_day.seminar, SeminarAct.RESTORE, by=WORKER)
    back = one(client, address)
    assert (back["STATUS"], back["SEQUENCE"]) == ("CONFIRMED", event["SEQUENCE"] + 1)


def test_who_leaves_who_trains_and_who_carries_have_their_own_view(session: Any, client: Any) -> None:
    cohort = cohort_rows.cohort()
    cpts = cohort_rows.variant(cohort, "CPTS").id
    half_day = make.half_day(cohort, variants=(cpts,))
    elsewhere = make.half_day(cohort_rows.cohort(), staff=())
    learner = cohort_rows.learner(cohort, code="CPTS")
    trainer, manager = cohort_rows.animator(cohort), accounts.manager(cohort_rows.part_of(cohort, Part.CARRIER))
    speaker = accounts.person()
    services.move_half_day(elsewhere, make.half_day_plan(staff=((speaker.id, StaffRole.SPEAKER),)), by=WORKER)
    addresses = {person: subscribed(person) for person in (learner.person, trainer, manager, speaker)}

    assert set(events(client, addresses[learner.person])) == {half_day.uid}
    assert set(events(client, addresses[trainer])) == {half_day.uid}
    assert set(events(client, addresses[manager])) == {half_day.uid}
    assert set(events(client, addresses[speaker])) == {elsewhere.uid}

    change = EnrolmentChange(date(2026, 3, 2), "Nouvel emploi")
    cohort_services.change_enrolment(learner, EnrolmentAct.WITHDRAW, change, by=WORKER)
    assert events(client, addresses[learner.person]) == {}


def test_a_cohorts_calendar_shows_every_variant_at_its_own_address_only(session: Any, client: Any) -> None:
    cohort = cohort_rows.cohort()
    msp = cohort_rows.variant(cohort).id
    half_day = make.half_day(cohort, variants=(msp,))
    feed = services.create_feed(cohort=cohort, alarms=())

    assert set(events(client, address_of(feed))) == {half_day.uid}
    assert client.get(f"/calendrier/{services.secret_of(feed)}.ics").status_code == 404
    assert client.get(f"/promotions/AUTRE/calendrier/{services.secret_of(feed)}.ics").status_code == 404


def test_a_title_settled_in_a_published_edition_reaches_calendars(session: Any, client: Any) -> None:
    """R103: the only thing a lower room may change in what a calendar shows."""
    cohort = cohort_rows.cohort()
    address = subscribed(cohort_rows.learner(cohort).person)
    make.half_day(cohort)
    first = client.get(address).headers["ETag"]

    journal.record(cohort.edition, "edition.value_set", by=WORKER)

    assert client.get(address).headers["ETag"] != first


# --- asked again -----------------------------------------------------------------------------------------------------


@pytest.fixture
def feed_address(session: Any) -> str:
    cohort = cohort_rows.cohort()
    for number in range(4):
        make.half_day(cohort, make.DAY + timedelta(number))
    return subscribed(cohort_rows.learner(cohort).person)


@pytest.mark.both_engines
def test_the_same_calendar_is_not_sent_twice(client: Any, feed_address: str) -> None:
    first = client.get(feed_address)

    by_tag = client.get(feed_address, headers={"If-None-Match": first.headers["ETag"]})
    by_date = client.get(feed_address, headers={"If-Modified-Since": first.headers["Last-Modified"]})

    assert (by_tag.status_code, by_date.status_code, by_tag.data) == (304, 304, b"")
    assert by_tag.headers["ETag"] == first.headers["ETag"]
    assert client.get(feed_address).data == first.data


@pytest.mark.both_engines
def test_a_change_is_sent_even_in_the_same_second(
    session: Any, client: Any, feed_address: str, frozen_clock: Any
) -> None:
    first = client.get(feed_address)
    half_day = session.scalars(select(HalfDay)).first()
    services.cancel_half_day(half_day, by=WORKER, reason="Salle fermée")

    again = client.get(feed_address, headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 200
    assert b"STATUS:CANCELLED" in again.data


@pytest.mark.both_engines
def test_a_feed_costs_three_selects_and_two_when_nothing_has_changed(
    client: Any, feed_address: str, selects: Any
) -> None:
    tag = client.get(feed_address).headers["ETag"]

    with selects() as full:
        client.get(feed_address)
    with selects() as unchanged:
        client.get(feed_address, headers={"If-None-Match": tag})

    assert (full.count, unchanged.count) == (3, 2)


@pytest.mark.both_engines
def test_building_costs_the_same_whatever_the_number_of_half_days(session: Any, client: Any, selects: Any) -> None:
    counts = []
    for size in (1, 3):
        cohort = cohort_rows.cohort()
        for number in range(size):
            make.half_day(cohort, make.DAY + timedelta(number), modules=(cohort.edition.modules[0].id,))
        address = subscribed(cohort_rows.learner(cohort).person)
        with selects() as asked:
            client.get(address)
        counts.append(asked.count)

    assert counts[0] == counts[1]


@pytest.mark.both_engines
def test_readings_are_noted_once_an_hour(session: Any, client: Any, feed_address: str, frozen_clock: Any) -> None:
    for minutes in (0, 10, 49, 2):
        frozen_clock.advance(timedelta(minutes=minutes))
        client.get(feed_address)

    notes = session.scalars(select(AccessNote).order_by(AccessNote.at)).all()
    assert [note.at - notes[0].at for note in notes] == [timedelta(0), timedelta(minutes=61)]
