"""What forms ask of the services."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from training.seminars.enums import Mode, SeminarKind, StaffRole


@dataclass(frozen=True, slots=True)
class SpeakerWords:
    """Someone from outside; no email: nobody can write to her."""

    first_name: str
    last_name: str
    quality: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class HalfDayPlan:
    """Everything one says of a half-day; ``variants`` empty = all of them, ``staff`` are (person, role).

    ``newcomer``: a speaker to enter, then to name there.
    """

    starts_at: datetime
    ends_at: datetime
    mode: Mode = Mode.IN_PERSON
    place: str = ""
    room: str = ""
    address: str = ""
    link: str = ""
    guests_allowed: bool = False
    credited_hours: Decimal | None = None
    modules: tuple[uuid.UUID, ...] = ()
    variants: tuple[uuid.UUID, ...] = ()
    staff: tuple[tuple[uuid.UUID, StaffRole], ...] = ()
    newcomer: SpeakerWords | None = None


@dataclass(frozen=True, slots=True)
class SeminarPlan:
    """A seminar to plan, with its half-days."""

    kind: SeminarKind
    title: str
    half_days: tuple[HalfDayPlan, ...] = ()
    provenance: str = "officiel"
    source: str = ""


@dataclass(frozen=True, slots=True)
class VenueWords:
    """What is to be known of a place or of a room in it; capacity null = to be confirmed."""

    place: str
    room: str = ""
    address: str = ""
    access: str = ""
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class SeminarWords:
    """What a seminar is called."""

    kind: SeminarKind
    title: str
