"""A whole day of defences moved: where each slot goes, and what stands in the way (R63, R64). Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from training.common import clock
from training.common.errors import Refused


@dataclass(frozen=True, slots=True)
class Place:
    """When and where a defence is held, as its people are told."""

    starts_at: datetime
    ends_at: datetime
    place: str
    room: str
    access: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """A slot and where it goes."""

    slot: Any
    before: Place
    after: Place

    @property
    def changes(self) -> bool:
        """Whether anything its people were told changes."""
        return self.before != self.after


def place_of(slot: Any) -> Place:
    """Return when and where a slot is now."""
    return Place(slot.starts_at, slot.ends_at, slot.day.place, slot.room.name, slot.day.access)


def moved_slots(
    slots: Sequence[Any],
    *,
    held_on: date,
    first_at: time | None,
    place: str,
    access: str,
    rooms: Mapping[Any, str],
) -> list[Moved]:
    """Return each slot of a day with where it goes: all keep their order, length and gaps, by the clock of Paris.

    ``first_at`` is when the first one starts; null = as before. Raises ``Refused`` for hours that would pass midnight.
    """
    later = _delay(slots, first_at)
    found = []
    for slot in slots:
        local = datetime.combine(held_on, clock.in_paris(slot.starts_at).time()) + later
        length = slot.ends_at - slot.starts_at
        if local.date() != held_on or (local + length).date() != held_on:
            raise Refused("À ces heures, des soutenances passeraient minuit.", field="first_at")
        starts_at = clock.at_paris(held_on, local.hour, local.minute)
        found.append(
            Moved(slot, place_of(slot), Place(starts_at, starts_at + length, place, rooms[slot.room_id], access))
        )
    return found


def _delay(slots: Sequence[Any], first_at: time | None) -> timedelta:
    if first_at is None or not slots:
        return timedelta()
    first = min(clock.in_paris(slot.starts_at).time() for slot in slots)
    day = date(2000, 1, 1)
    return datetime.combine(day, first_at) - datetime.combine(day, first.replace(second=0, microsecond=0))


def in_writing_order(moved: Iterable[Moved]) -> list[Moved]:
    """Return the slots in the order in which none takes an hour that another still holds."""
    found = list(moved)
    forward = bool(found) and found[0].after.starts_at > found[0].before.starts_at
    return sorted(found, key=lambda each: each.before.starts_at, reverse=forward)


def meet(place: Place, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether a time meets the one a slot goes to."""
    return place.starts_at < ends_at and starts_at < place.ends_at
