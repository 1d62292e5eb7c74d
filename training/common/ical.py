"""Calendar files, built from plain data (R37): the feeds people subscribe to and the invitations they receive.

The same data always give the same bytes: DTSTAMP is the last change, never now, so that a feed's
:func:`etag` moves only when something in it has. icalendar writes the envelope and each value's
text; events are put together here, because its own way takes 0.4 s for the 500 events of a full
calendar and this one a fifth of that. Its generated time zone is one hour wrong in spring, hence
the constant.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from training.common.clock import in_paris
from training.common.lazy import lazily

if TYPE_CHECKING:
    import icalendar
else:
    icalendar = lazily("icalendar")

PRODUCT: Final = "-//Tesselle//FR"
MEDIA_TYPE: Final = "text/calendar"
ZONE: Final = "Europe/Paris"

_VTIMEZONE: Final = b"""\
BEGIN:VTIMEZONE\r
TZID:Europe/Paris\r
X-LIC-LOCATION:Europe/Paris\r
BEGIN:STANDARD\r
DTSTART:19961027T030000\r
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r
TZNAME:CET\r
TZOFFSETFROM:+0200\r
TZOFFSETTO:+0100\r
END:STANDARD\r
BEGIN:DAYLIGHT\r
DTSTART:19960331T020000\r
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r
TZNAME:CEST\r
TZOFFSETFROM:+0100\r
TZOFFSETTO:+0200\r
END:DAYLIGHT\r
END:VTIMEZONE\r
"""
_END: Final = b"END:VCALENDAR\r\n"
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_ADDRESS: Final = re.compile(r"[^\s<>\"@]+@[^\s<>\"@]+")
_LINE: Final = 75  # octets, without the line break (RFC 5545 §3.1)
_BYTE_KIND, _CONTINUES = 0xC0, 0x80  # in UTF-8, a byte of this kind is the middle of a character


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Someone who invites or is invited: an e-mail address, and the name shown before it."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One entry of a calendar.

    ``start`` and ``end`` are two aware instants, or two dates, the last day included. ``uid``
    never changes; ``sequence`` grows and ``last_modified`` moves with each change (R37).
    ``alarms`` are delays before the start, in whole minutes. ``organizer`` and ``attendees`` are written in
    invitations only: a feed tells nothing of others. ``asks_reply`` false: no answer is awaited by mail.
    """

    uid: str
    start: datetime | date
    end: datetime | date
    summary: str
    created: datetime
    last_modified: datetime
    sequence: int = 0
    location: str = ""
    description: str = ""
    url: str = ""
    cancelled: bool = False
    alarms: tuple[timedelta, ...] = ()
    organizer: Mailbox | None = None
    attendees: tuple[Mailbox, ...] = ()
    asks_reply: bool = True

    def __post_init__(self) -> None:
        """Refuse with ``ValueError`` what no calendar program could place in time."""
        timed = isinstance(self.start, datetime)
        if timed is not isinstance(self.end, datetime):
            raise ValueError("an event starts and ends with two instants or with two dates")
        moments = (self.created, self.last_modified, *((self.start, self.end) if timed else ()))
        if any(isinstance(moment, datetime) and moment.tzinfo is None for moment in moments):
            raise ValueError("an event's instants are aware")
        if self.end < self.start:
            raise ValueError("an event ends after it starts")


@dataclass(frozen=True, slots=True)
class Calendar:
    """A feed: ``uid`` never changes, ``refresh`` is how long a subscriber may wait, ``color`` a CSS3 colour name."""

    name: str
    uid: str
    events: tuple[CalendarEvent, ...]
    refresh: timedelta = timedelta(hours=6)
    color: str = ""


def feed(calendar: Calendar) -> bytes:
    """Return the file a subscriber reads (METHOD:PUBLISH), events ordered by start then uid.

    Cancelled events stay, marked so and without alarm (R37). Nobody but the reader is named.
    """
    envelope = icalendar.Calendar.new(
        prodid=PRODUCT,
        method="PUBLISH",
        uid=_one_line(calendar.uid),
        color=_one_line(calendar.color) or None,
    )
    # Given as typed values: under these names the library would leave a text unescaped, write 6:00:00 for a
    # duration, and forget the VALUE that RFC 7986 demands.
    for name in ("name", "x-wr-calname"):
        envelope.add(name, icalendar.vText(_one_line(calendar.name)))
    envelope.add("refresh-interval", icalendar.vDuration(calendar.refresh), parameters={"VALUE": "DURATION"})
    envelope.add("x-published-ttl", icalendar.vDuration(calendar.refresh))
    ordered = sorted(calendar.events, key=lambda event: (_instant(event.start), event.uid))
    return _assemble(envelope, [_event(event, invitation=False) for event in ordered])


def invitation(event: CalendarEvent) -> bytes:
    """Return what a mail carries to place ``event`` in a calendar (iTIP): REQUEST, or CANCEL once it is cancelled.

    The mail part's ``method`` parameter is :func:`method`. Raises ``ValueError`` without
    organizer or attendee: programs ignore such an invitation.
    """
    if event.organizer is None or not event.attendees:
        raise ValueError("an invitation has an organizer and at least one attendee")
    envelope = icalendar.Calendar.new(prodid=PRODUCT, method=method(event))
    return _assemble(envelope, [_event(event, invitation=True)])


def method(event: CalendarEvent) -> str:
    """Return the iTIP method of an invitation to ``event``."""
    return "CANCEL" if event.cancelled else "REQUEST"


def etag(body: bytes) -> str:
    """Return a strong entity tag of ``body``, without its quotes."""
    return hashlib.sha256(body).hexdigest()[:32]


def _assemble(envelope: "icalendar.Calendar", events: list[bytes]) -> bytes:
    """Put time zone and events before the envelope's end."""
    head = envelope.to_ical().removesuffix(_END)
    return b"".join([head, _VTIMEZONE, *events, _END])


def _event(event: CalendarEvent, *, invitation: bool) -> bytes:
    """Return one VEVENT, its lines always in the same order."""
    return b"".join(_fold(line) for line in _lines(event, invitation=invitation))


def _lines(event: CalendarEvent, *, invitation: bool) -> Iterator[str]:
    """Yield the unfolded lines of a VEVENT."""
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"DTSTAMP:{_utc(event.last_modified)}"
    yield from _span(event)
    yield f"SUMMARY:{_text(event.summary)}"
    for name, value in (("LOCATION", event.location), ("DESCRIPTION", event.description)):
        if value:
            yield f"{name}:{_text(value)}"
    if event.url:
        yield f"URL:{_uri(event.url)}"
    yield f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"CREATED:{_utc(event.created)}"
    yield f"LAST-MODIFIED:{_utc(event.last_modified)}"
    if invitation:
        yield from _people(event)
    if not event.cancelled:
        yield from _alarms(event)
    yield "END:VEVENT"


def _span(event: CalendarEvent) -> Iterator[str]:
    """Yield when it takes place; whole days leave the person free, and their DTEND is the day after."""
    if isinstance(event.start, datetime) and isinstance(event.end, datetime):
        yield f"DTSTART;TZID={ZONE}:{in_paris(event.start):%Y%m%dT%H%M%S}"
        yield f"DTEND;TZID={ZONE}:{in_paris(event.end):%Y%m%dT%H%M%S}"
    else:
        yield f"DTSTART;VALUE=DATE:{event.start:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{event.end + timedelta(days=1):%Y%m%d}"
        yield "TRANSP:TRANSPARENT"


def _people(event: CalendarEvent) -> Iterator[str]:
    """Yield who invites and who is invited."""
    if event.organizer is not None:
        yield f"ORGANIZER{_name(event.organizer)}:{_mailto(event.organizer)}"
    for attendee in event.attendees:
        rsvp = "TRUE" if event.asks_reply else "FALSE"
        asked = f"CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP={rsvp}"
        yield f"ATTENDEE{_name(attendee)};{asked}:{_mailto(attendee)}"


def _alarms(event: CalendarEvent) -> Iterator[str]:
    """Yield one display alarm per delay, the earliest first."""
    for delay in sorted(event.alarms, reverse=True):
        yield "BEGIN:VALARM"
        yield "ACTION:DISPLAY"
        yield f"DESCRIPTION:{_text(event.summary)}"
        yield f"TRIGGER:-PT{delay // timedelta(minutes=1)}M"
        yield "END:VALARM"


def _plain(value: str) -> str:
    """Return ``value`` without the characters a calendar file may not hold."""
    return _CONTROLS.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))


def _one_line(value: str) -> str:
    """Return ``value`` without line breaks, for what programs show as a name."""
    return " ".join(_plain(value).split())


def _text(value: str) -> str:
    """Return ``value`` escaped as a TEXT, on one line."""
    return icalendar.vText(_plain(value)).to_ical().decode()


def _uri(value: str) -> str:
    """Return an address as it is; raise ``ValueError`` if it could end its line."""
    if any(character.isspace() or not character.isprintable() for character in value):
        raise ValueError("an event's address holds no space and no control character")
    return value


def _name(box: Mailbox) -> str:
    """Return the CN parameter, quoted, or nothing for a box without name (a quote cannot be escaped: it goes)."""
    shown = _one_line(box.name.replace('"', ""))
    return f';CN="{shown}"' if shown else ""


def _mailto(box: Mailbox) -> str:
    """Return the address as a URI; raise ``ValueError`` if it is none."""
    if not _ADDRESS.fullmatch(box.address):
        raise ValueError("a mailbox has an e-mail address")
    return _uri(f"mailto:{box.address}")


def _utc(moment: datetime) -> str:
    """Return an instant as a UTC DATE-TIME, to the second."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _instant(moment: datetime | date) -> str:
    """Return a sort key common to days and instants."""
    return f"{in_paris(moment):%Y%m%dT%H%M%S}" if isinstance(moment, datetime) else f"{moment:%Y%m%d}"


def _fold(line: str) -> bytes:
    """Return ``line`` ended, cut every 75 octets, never inside a character."""
    rest = line.encode()
    if len(rest) <= _LINE:
        return rest + b"\r\n"
    pieces, room = [], _LINE
    while len(rest) > room:
        cut = room
        while rest[cut] & _BYTE_KIND == _CONTINUES:
            cut -= 1
        pieces.append(rest[:cut])
        rest, room = rest[cut:], _LINE - 1  # a continued line begins with one space
    return b"\r\n ".join([*pieces, rest]) + b"\r\n"
