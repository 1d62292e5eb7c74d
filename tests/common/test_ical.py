"""Calendar files: what a subscriber's program reads (R37), and what it must never read."""

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
import recurring_ical_events
from ics import Calendar as OtherReader

from training.common import clock, ical
from training.common.ical import Calendar, CalendarEvent, Mailbox

CREATED = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
CHANGED = datetime(2026, 1, 12, 14, 30, 12, tzinfo=UTC)
MORNING = CalendarEvent(
    uid="half-day-1@tesselle",
    start=datetime(2026, 1, 29, 8, 30, tzinfo=UTC),
    end=datetime(2026, 1, 29, 11, 30, tzinfo=UTC),
    summary="Séminaire 3 : matin; « Diagnostic, territoire »",
    created=CREATED,
    last_modified=CHANGED,
    sequence=2,
    location="Salle Pasteur, 12 rue de la Préfecture, Dijon",
    description="Apportez votre diagnostic.\nAccueil à 9 h\\9 h 30.",
    url="https://example.test/seminaires/1",
    alarms=(timedelta(hours=1), timedelta(days=1)),
)
ORGANIZER = Mailbox("pacte@example.test", "Fédération BFC")
GUEST = Mailbox("zoe@example.test", 'Zoé "Zo" Œuvrard; CN=x')


def calendar(*events: CalendarEvent) -> Calendar:
    return Calendar(name="Promo 8, PACTE", uid="cohort-8@tesselle", events=events, color="teal")


def read(body: bytes) -> icalendar.Calendar:
    return icalendar.Calendar.from_ical(body)


def only_event(body: bytes) -> icalendar.Event:
    (event,) = read(body).events
    return event


def unfolded(body: bytes) -> list[str]:
    return body.decode().replace("\r\n ", "").split("\r\n")


def test_an_event_is_read_back_as_it_was_given() -> None:
    event = only_event(ical.feed(calendar(MORNING)))
    assert str(event["SUMMARY"]) == MORNING.summary
    assert str(event["LOCATION"]) == MORNING.location
    assert str(event["DESCRIPTION"]) == MORNING.description
    assert str(event["URL"]) == MORNING.url
    assert event["UID"] == MORNING.uid
    assert event.start == MORNING.start
    assert event.end == MORNING.end


def test_times_are_written_on_the_paris_clock() -> None:
    lines = unfolded(ical.feed(calendar(MORNING)))
    assert "DTSTART;TZID=Europe/Paris:20260129T093000" in lines
    assert "DTEND;TZID=Europe/Paris:20260129T123000" in lines


def test_another_reader_agrees() -> None:
    (event,) = OtherReader(ical.feed(calendar(MORNING)).decode()).events
    assert event.begin.to("UTC").datetime == MORNING.start
    assert event.name == MORNING.summary


def test_whole_days_end_the_day_after_and_leave_the_person_free() -> None:
    days = replace(MORNING, start=date(2026, 2, 3), end=date(2026, 2, 4))
    lines = unfolded(ical.feed(calendar(days)))
    assert "DTSTART;VALUE=DATE:20260203" in lines
    assert "DTEND;VALUE=DATE:20260205" in lines
    assert "TRANSP:TRANSPARENT" in lines


@pytest.mark.parametrize(
    "day", [date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25), date(2045, 7, 1)]
)
def test_the_written_time_zone_alone_gives_the_right_instant(day: date) -> None:
    """A program that trusts VTIMEZONE and not its own table must not be one hour late in spring."""
    event = replace(MORNING, start=clock.at_paris(day, 14), end=clock.at_paris(day, 17))
    body = (
        ical.feed(calendar(event))
        .replace(b"TZID:Europe/Paris", b"TZID:House")
        .replace(b"TZID=Europe/Paris", b"TZID=House")
    )
    start = only_event(body).start
    assert isinstance(start, datetime)
    assert start.astimezone(UTC) == event.start


@pytest.mark.parametrize(
    ("instant", "offset"),
    [
        (datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), 1),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), 2),
        (datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC), 2),
        (datetime(2026, 10, 25, 1, 0, tzinfo=UTC), 1),
    ],
)
def test_the_written_time_zone_turns_at_the_right_second(instant: datetime, offset: int) -> None:
    (zone,) = read(ical.feed(calendar()).replace(b"TZID:Europe/Paris", b"TZID:House")).walk("VTIMEZONE")
    assert isinstance(zone, icalendar.Timezone)
    assert instant.astimezone(zone.to_tz(lookup_tzid=False)).utcoffset() == timedelta(hours=offset)


def test_the_present_time_changes_nothing() -> None:
    with clock.freeze(datetime(2026, 2, 1, tzinfo=UTC)):
        before = ical.feed(calendar(MORNING))
    with clock.freeze(datetime(2027, 2, 1, tzinfo=UTC)):
        after = ical.feed(calendar(MORNING))
    assert before == after
    assert f"DTSTAMP:{CHANGED:%Y%m%dT%H%M%SZ}".encode() in before


def test_a_change_moves_stamp_sequence_and_etag() -> None:
    moved = replace(MORNING, sequence=3, last_modified=CHANGED + timedelta(days=1), location="Salle Curie")
    before, after = ical.feed(calendar(MORNING)), ical.feed(calendar(moved))
    assert ical.etag(before) != ical.etag(after)
    assert "SEQUENCE:3" in unfolded(after)
    assert "LAST-MODIFIED:20260113T143012Z" in unfolded(after)
    assert ical.etag(before) == ical.etag(ical.feed(calendar(MORNING)))


def test_events_come_in_order_whatever_the_order_given() -> None:
    later = replace(
        MORNING, uid="a@tesselle", start=MORNING.start + timedelta(days=1), end=MORNING.end + timedelta(days=1)
    )
    assert ical.feed(calendar(later, MORNING)) == ical.feed(calendar(MORNING, later))


def test_a_cancelled_event_stays_marked_and_rings_no_more() -> None:
    lines = unfolded(ical.feed(calendar(replace(MORNING, cancelled=True))))
    assert "STATUS:CANCELLED" in lines
    assert "BEGIN:VALARM" not in lines
    assert "STATUS:CONFIRMED" in unfolded(ical.feed(calendar(MORNING)))


def test_alarms_ring_before_the_start() -> None:
    lines = unfolded(ical.feed(calendar(MORNING)))
    assert [line for line in lines if line.startswith("TRIGGER")] == ["TRIGGER:-PT1440M", "TRIGGER:-PT60M"]
    assert lines.count("ACTION:DISPLAY") == 2


def test_the_envelope_says_each_thing_once() -> None:
    lines = unfolded(ical.feed(calendar(MORNING)))
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    for line in (
        "PRODID:-//Tesselle//FR",
        "METHOD:PUBLISH",
        "NAME:Promo 8\\, PACTE",
        "X-WR-CALNAME:Promo 8\\, PACTE",
        "COLOR:teal",
        "X-PUBLISHED-TTL:PT6H",
        "BEGIN:VTIMEZONE",
    ):
        assert lines.count(line) == 1, line
    assert [line for line in lines if line.startswith("REFRESH-INTERVAL")] == ["REFRESH-INTERVAL;VALUE=DURATION:PT6H"]


def test_a_feed_names_nobody() -> None:
    """R37: no personal data of others, even when the event knows who is invited."""
    body = ical.feed(calendar(replace(MORNING, organizer=ORGANIZER, attendees=(GUEST,))))
    assert b"example.test" not in body.replace(MORNING.url.encode(), b"")


def test_an_invitation_asks_for_an_answer() -> None:
    event = replace(MORNING, organizer=ORGANIZER, attendees=(GUEST,))
    body = ical.invitation(event)
    assert read(body)["METHOD"] == "REQUEST" == ical.method(event)
    guest = only_event(body)["ATTENDEE"]
    assert guest == "mailto:zoe@example.test"
    assert guest.params["CN"] == "Zoé Zo Œuvrard; CN=x"
    assert guest.params["RSVP"] == "TRUE"
    assert only_event(body)["ORGANIZER"] == "mailto:pacte@example.test"


def test_a_cancelled_invitation_is_withdrawn() -> None:
    event = replace(MORNING, organizer=ORGANIZER, attendees=(GUEST,), cancelled=True)
    body = ical.invitation(event)
    assert read(body)["METHOD"] == "CANCEL" == ical.method(event)
    assert only_event(body)["STATUS"] == "CANCELLED"


def test_an_invitation_without_people_is_refused() -> None:
    with pytest.raises(ValueError, match="attendee"):
        ical.invitation(replace(MORNING, organizer=ORGANIZER))


@pytest.mark.parametrize("text", ["é" * 200, "a" * 74 + "é" * 40, "👩‍⚕️" * 40, "x" * 67, "x" * 68])
def test_no_line_passes_75_octets_nor_cuts_a_character(text: str) -> None:
    body = ical.feed(calendar(replace(MORNING, summary=text)))
    lines = body.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()
    assert str(only_event(body)["SUMMARY"]) == text


def test_no_text_can_add_a_line() -> None:
    hostile = "x\r\nATTENDEE:mailto:a@b.test\rSTATUS:CANCELLED\n\x00\x0b\ud800"
    event = replace(MORNING, uid=hostile, summary=hostile, location=hostile, description=hostile)
    body = ical.feed(replace(calendar(event), name=hostile))
    assert not [line for line in unfolded(body) if line.startswith("ATTENDEE")]
    assert unfolded(body).count("STATUS:CONFIRMED") == 1
    assert str(only_event(body)["SUMMARY"]) == "x\nATTENDEE:mailto:a@b.test\nSTATUS:CANCELLED\n"


def test_an_address_that_would_end_its_line_is_refused() -> None:
    with pytest.raises(ValueError, match="address"):
        ical.feed(calendar(replace(MORNING, url="https://example.test/\r\nSTATUS:CANCELLED")))
    with pytest.raises(ValueError, match="e-mail"):
        ical.invitation(replace(MORNING, organizer=ORGANIZER, attendees=(Mailbox("a@b.test\r\nX:1"),)))


@pytest.mark.parametrize(
    "change",
    [
        {"end": date(2026, 1, 29)},
        {"start": datetime.fromisoformat("2026-01-29T08:30")},
        {"end": datetime(2026, 1, 29, 8, 0, tzinfo=UTC)},
        {"last_modified": datetime.fromisoformat("2026-01-12")},
    ],
)
def test_an_event_out_of_time_is_refused(change: dict[str, datetime]) -> None:
    with pytest.raises(ValueError, match="event"):
        replace(MORNING, **change)  # type: ignore[arg-type]  # the point: values the type cannot refuse


def test_a_planner_finds_the_day_of_an_event() -> None:
    found = recurring_ical_events.of(read(ical.feed(calendar(MORNING)))).at(date(2026, 1, 29))
    assert [str(event["SUMMARY"]) for event in found] == [MORNING.summary]


def test_five_hundred_events_are_quick() -> None:
    events = tuple(
        replace(MORNING, uid=f"{n}@x", start=MORNING.start + timedelta(days=n), end=MORNING.end + timedelta(days=n))
        for n in range(500)
    )
    started = time.process_time()
    body = ical.feed(calendar(*events))
    assert time.process_time() - started < 0.3
    assert body.count(b"BEGIN:VEVENT") == 500
