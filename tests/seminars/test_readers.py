"""Feeds and invitations read by three independent programs, whatever was moved (R37)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import icalendar
import ics
import pytest
import vobject
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import seminars as make
from tests.seminars.test_feeds import subscribed
from training.common import ical
from training.common.errors import ActUnavailable, Refused
from training.common.ical import Mailbox
from training.common.policy import WORKER
from training.seminars import services
from training.seminars.enums import SeminarAct, StaffRole
from training.seminars.ical import event_of
from training.seminars.models import HalfDay
from training.seminars.services.feeds import build


@dataclass(frozen=True)
class Read:
    """What a program makes of an event."""

    uid: str
    start: datetime
    end: datetime
    summary: str
    cancelled: bool
    sequence: int


def _icalendar(body: str) -> list[Read]:
    calendar: Any = icalendar.Calendar.from_ical(body)
    return [
        Read(
            str(event["UID"]),
            event["DTSTART"].dt.astimezone(UTC),
            event["DTEND"].dt.astimezone(UTC),
            str(event["SUMMARY"]),
            str(event["STATUS"]) == "CANCELLED",
            int(event["SEQUENCE"]),
        )
        for event in calendar.walk("VEVENT")
    ]


def _ics(body: str) -> list[Read]:
    calendar: Any = ics.Calendar(body)
    return [
        Read(
            event.uid,
            event.begin.datetime.astimezone(UTC),
            event.end.datetime.astimezone(UTC),
            event.name,
            event.status == "CANCELLED",
            int(next(line.value for line in event.extra if line.name == "SEQUENCE")),
        )
        for event in calendar.events
    ]


def _vobject(body: str) -> list[Read]:
    calendar = vobject.readOne(body)
    return [
        Read(
            event.uid.value,
            event.dtstart.value.astimezone(UTC),
            event.dtend.value.astimezone(UTC),
            event.summary.value,
            event.status.value == "CANCELLED",
            int(event.sequence.value),
        )
        for event in calendar.contents.get("vevent", [])
    ]


READERS: dict[str, Callable[[str], list[Read]]] = {"icalendar": _icalendar, "ics": _ics, "vobject": _vobject}
Reader = Callable[[str], list[Read]]


def planned(half_day: HalfDay) -> Read:
    event = event_of(half_day, public_url="")
    return Read(half_day.uid, half_day.starts_at, half_day.ends_at, event.summary, half_day.is_off, event.sequence)


@pytest.fixture(params=list(READERS))
def read(request: pytest.FixtureRequest) -> Reader:
    return READERS[request.param]


@pytest.mark.parametrize(
    "day", [date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30), date(2026, 10, 24), date(2026, 10, 25)]
)
def test_each_program_reads_the_hours_of_paris_across_the_changes_of_clock(
    session: Any, client: Any, read: Reader, day: date
) -> None:
    cohort = cohort_rows.cohort()
    address = subscribed(cohort_rows.learner(cohort).person)
    half_days = [make.half_day(cohort, day, hours) for hours in (make.MORNING, make.AFTERNOON)]
    services.cancel_half_day(half_days[1], by=WORKER, reason="Salle fermée")

    found = read(client.get(address).text)

    assert sorted(found, key=lambda each: each.start) == [planned(half_day) for half_day in half_days]


@pytest.mark.parametrize("cancelled", [False, True])
def test_each_program_reads_an_invitation(session: Any, read: Reader, cancelled: bool) -> None:
    half_day = make.half_day(cohort_rows.cohort(), room="Salle « A », 2e étage ; à gauche")
    event = replace(
        event_of(half_day, public_url="http://localhost"),
        organizer=Mailbox("carrier@example.org", "Féd. 1"),
        attendees=(Mailbox("camille@example.org", "Camille Roy"),),
        cancelled=cancelled,
        sequence=3,
    )

    body = ical.invitation(event).decode()

    (found,) = read(body)
    assert (found.uid, found.cancelled, found.sequence) == (half_day.uid, cancelled, 3)
    assert (found.start, found.end) == (half_day.starts_at, half_day.ends_at)
    assert f"METHOD:{'CANCEL' if cancelled else 'REQUEST'}\r\n" in body


def test_who_trains_speaks_carries_and_employs_each_read_theirs(session: Any, client: Any, read: Reader) -> None:
    cohort = cohort_rows.cohort()
    speaker = accounts.person()
    half_day = make.half_day(cohort, staff=((speaker.id, StaffRole.SPEAKER),))
    readers = (
        cohort_rows.animator(cohort),
        speaker,
        cohort_rows.carrier_of(cohort),
        cohort_rows.learner(cohort).person,
    )

    for someone in readers:
        assert read(client.get(subscribed(someone)).text) == [planned(half_day)]


# --- any sequence of moves -------------------------------------------------------------------------------------------

DAYS = st.integers(0, 20)
MOVES = st.one_of(
    st.tuples(st.just("move"), DAYS, st.integers(7, 18)),
    st.tuples(st.sampled_from(("cancel", "restore", "postpone", "call off", "bring back")), st.just(0), st.just(0)),
)


def act(half_day: HalfDay, move: tuple[str, int, int]) -> None:
    name, days, hour = move
    seminar = half_day.seminar
    if name == "move":
        hours = (time(hour, 15), time(hour + 3, 0))
        services.move_half_day(half_day, make.half_day_plan(date(2026, 3, 20) + timedelta(days), hours), by=WORKER)
    elif name == "cancel":
        services.cancel_half_day(half_day, by=WORKER, reason="Salle fermée")
    elif name == "restore":
        services.restore_half_day(half_day, by=WORKER)
    else:
        step = {
            "postpone": SeminarAct.POSTPONE, "call off": SeminarAct.CANCEL, "bring back": SeminarAct.RESTORE,
        }[name]  # fmt: skip
        services.advance(seminar, step, by=WORKER, reason=None if name == "bring back" else "Grève")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.tuples(st.integers(0, 1), MOVES), min_size=1, max_size=8))
def test_after_any_sequence_of_moves_the_feed_says_what_is_planned(
    session: Any, moves: list[tuple[int, tuple[str, int, int]]]
) -> None:
    cohort = cohort_rows.cohort()
    feed: Any = services.create_feed(person_id=cohort_rows.learner(cohort).person_id)
    half_days = [
        half_day
        for day in (date(2026, 6, 4), date(2026, 6, 11))
        for half_day in make.seminar(cohort, make.half_day_plan(day), title=f"Le {day}").half_days
    ]
    known = {each.uid: each for each in _icalendar(build(feed).decode())}
    for which, move in moves:
        try:
            with session.begin_nested():
                act(half_days[which], move)
        except (Refused, ActUnavailable):
            session.expire_all()
        now = {each.uid: each for each in _icalendar(build(feed).decode())}
        assert now == {half_day.uid: planned(half_day) for half_day in half_days}
        for uid, each in now.items():
            changed = (each.start, each.end, each.cancelled) != (known[uid].start, known[uid].end, known[uid].cancelled)
            assert each.sequence >= known[uid].sequence + changed
        known = now
    body = build(feed).decode()
    assert {each.uid: each for each in _ics(body)} == {each.uid: each for each in _vobject(body)} == known
