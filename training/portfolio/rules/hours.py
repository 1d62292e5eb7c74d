"""Hours by modality: each counts by itself, up to what is asked, and fills no other (R47, R48, R50)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol

from training.catalogue.enums import Modality
from training.portfolio.enums import EntryStatus

FULL: Final = Decimal(1)
HOUR: Final = Decimal(60)
LONGEST: Final = 24 * 60
"""Minutes of one entry a person may type: a day."""

_TYPED: Final = (
    re.compile(
        r"^(?P<hours>\d{1,2})\s*(?:h|:|heures?)\s*(?P<minutes>[0-5]?\d)?\s*(?:min|mn|minutes?)?$", re.IGNORECASE
    ),
    re.compile(r"^(?P<minutes>\d{1,4})\s*(?:min|mn|minutes?)$", re.IGNORECASE),
    re.compile(r"^(?P<hours>\d{1,2}(?:[.,]\d{1,2})?)$"),
)


class Entry(Protocol):
    """Minutes of a modality, and whether they count."""

    @property
    def modality(self) -> Modality:
        """E-learning or team work."""

    @property
    def minutes(self) -> int:
        """How many."""

    @property
    def status(self) -> EntryStatus:
        """Whether someone confirmed them."""


@dataclass(frozen=True, slots=True)
class ModalityCount:
    """Hours of one modality: asked (null = à confirmer), confirmed, waiting to be.

    ``counted`` never exceeds what is asked, and what exceeds it serves no other modality (R50).
    """

    modality: Modality
    required: int | None
    confirmed: Decimal
    waiting: Decimal = Decimal(0)

    @property
    def counted(self) -> Decimal:
        """What counts towards the requirement; all of it while nothing is known to be asked."""
        return self.confirmed if self.required is None else min(self.confirmed, Decimal(self.required))

    @property
    def missing(self) -> Decimal | None:
        """What remains to be done; null when nothing is known to be asked."""
        return None if self.required is None else Decimal(self.required) - self.counted

    @property
    def is_met(self) -> bool:
        """Whether the requirement is known and reached."""
        return self.required is not None and self.counted >= self.required

    @property
    def share(self) -> Decimal | None:
        """From 0 to 1, how much of it is there; null when nothing is known to be asked."""
        if self.required is None:
            return None
        return FULL if self.required == 0 else self.counted / self.required


def hours_of_minutes(minutes: int) -> Decimal:
    """Return minutes in hours."""
    return Decimal(minutes) / HOUR


def counted_minutes(entries: Iterable[Entry], modality: Modality, status: EntryStatus) -> int:
    """Return the minutes of a modality in one state."""
    return sum(entry.minutes for entry in entries if entry.modality is modality and entry.status is status)


def count_modality(entries: Iterable[Entry], modality: Modality, required: int | None) -> ModalityCount:
    """Return how a modality stands: only confirmed hours count, and only for it (R50)."""
    known = list(entries)
    return ModalityCount(
        modality,
        required,
        hours_of_minutes(counted_minutes(known, modality, EntryStatus.CONFIRMED)),
        hours_of_minutes(counted_minutes(known, modality, EntryStatus.DECLARED)),
    )


def minutes_typed(text: str) -> int | None:
    """Return the minutes people mean by « 1 h 30 », « 1h30 », « 1:30 », « 90 min », « 1,5 » or « 2 »; null if unclear."""
    plain = " ".join(text.split())
    for pattern in _TYPED:
        match = pattern.match(plain)
        if match:
            found = match.groupdict()
            hours = Decimal((found.get("hours") or "0").replace(",", "."))
            return int(hours * 60) + int(found.get("minutes") or 0)
    return None
