"""Half-days told to calendar programs (R36, R37). Pure: nobody but the reader is named."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from training.common.ical import Calendar, CalendarEvent
from training.seminars.enums import Alarm, Mode, SeminarStatus
from training.seminars.models import HalfDay

REFRESH = timedelta(hours=6)


def summary_of(half_day: HalfDay) -> str:
    """Return the line a calendar shows: programme, seminar, modules, and the variants when not all are expected."""
    seminar = half_day.seminar
    words = [seminar.cohort.edition.programme.code, seminar.title]
    if half_day.modules:
        words.append(", ".join(module.name for module in half_day.modules))
    line = " · ".join(words)
    if half_day.variants:
        line += f" ({', '.join(variant.code for variant in half_day.variants)})"
    return line


def location_of(half_day: HalfDay) -> str:
    """Return where it takes place: room, place, address, or the video link."""
    written = ", ".join(part for part in (half_day.room, half_day.place, half_day.address) if part)
    return half_day.link or "En visio" if half_day.mode is Mode.REMOTE else written


def description_of(half_day: HalfDay) -> str:
    """Return what else there is to know, a line each."""
    seminar = half_day.seminar
    lines = [f"{seminar.cohort.label}, {seminar.kind.label}, {half_day.mode.label}"]
    if seminar.status is SeminarStatus.PLANNED:
        lines.append("Date prévue, à confirmer.")
    if seminar.status is SeminarStatus.POSTPONED:
        lines.append("Reporté : la nouvelle date viendra dans ce calendrier.")
    if half_day.link and half_day.mode is not Mode.IN_PERSON:
        lines.append(f"Lien de visio : {half_day.link}")
    if half_day.guests_allowed:
        lines.append("Votre équipe est invitée.")
    return "\n".join(lines)


def event_of(half_day: HalfDay, *, public_url: str, alarms: Iterable[Alarm] = ()) -> CalendarEvent:
    """Return the calendar entry of a half-day; its sequence only grows (R37)."""
    seminar = half_day.seminar
    return CalendarEvent(
        uid=half_day.uid,
        start=half_day.starts_at,
        end=half_day.ends_at,
        summary=summary_of(half_day),
        location=location_of(half_day),
        description=description_of(half_day),
        url=f"{public_url}/seminaires/{seminar.id}",
        created=half_day.created_at,
        last_modified=max(half_day.changed_at, seminar.changed_at),
        sequence=half_day.sequence + seminar.sequence,
        cancelled=half_day.is_off,
        alarms=tuple(alarm.delay for alarm in alarms),
    )


def calendar_of(
    half_days: Sequence[HalfDay],
    *,
    name: str,
    uid: str,
    public_url: str,
    alarms: Sequence[Alarm] = (),
    unread: Collection[uuid.UUID] = (),
) -> Calendar:
    """Return a calendar of half-days, one entry each; those of ``unread`` cohorts lead to no page."""
    events = (event_of(half_day, public_url=public_url, alarms=alarms) for half_day in half_days)
    return Calendar(
        name=name,
        uid=uid,
        events=tuple(
            replace(event, url="") if half_day.seminar.cohort_id in unread else event
            for half_day, event in zip(half_days, events, strict=True)
        ),
        refresh=REFRESH,
    )
