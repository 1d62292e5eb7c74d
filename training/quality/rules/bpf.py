"""The yearly figures of a training body (bilan pédagogique et financier), from what each learner followed. Pure.

Frames F-1, F-3 and F-4 count the same people and hours, so their totals are equal; F-2 is a part of F-1; G stands apart. What is
unknown is counted on a line of its own, never guessed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from training.quality.enums import CohortRole, TraineeType

UNKNOWN: Final = "à confirmer"
OBJECTIVE: Final = "d. autres formations professionnelles"
"""The objective of these courses (frame F-3), none being registered so far."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What one learner followed in the year; null = to be confirmed."""

    hours: Decimal
    trainee: TraineeType | None
    role: CohortRole | None
    nsf: str | None
    programme: str
    cohort: str


@dataclass(frozen=True, slots=True)
class FrameLine:
    """A line of a frame: how many people, how many hours."""

    label: str
    people: int
    hours: Decimal


def _lines(rows: Iterable[Followed], key: Callable[[Followed], str]) -> list[FrameLine]:
    found: dict[str, list[Decimal]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row.hours)
    ordered = sorted(found, key=lambda label: (label.startswith(UNKNOWN), label))
    return [FrameLine(label, len(found[label]), sum(found[label], Decimal(0))) for label in ordered]


def total(lines: Sequence[FrameLine]) -> FrameLine:
    """Return the sum of a frame."""
    return FrameLine("Ensemble", sum(line.people for line in lines), sum((line.hours for line in lines), Decimal(0)))


@dataclass(frozen=True, slots=True)
class Frames:
    """The frames about learners."""

    trainees: Sequence[FrameLine]
    entrusted_to: Sequence[FrameLine]
    objectives: Sequence[FrameLine]
    specialities: Sequence[FrameLine]
    entrusted_by: Sequence[FrameLine]


def frames_of(rows: Iterable[Followed]) -> Frames:
    """Return the frames F-1, F-2, F-3, F-4 and G; whoever followed no hour is not counted."""
    there = [row for row in rows if row.hours > 0]
    own = [row for row in there if row.role is not CohortRole.ENTRUSTED_BY]
    return Frames(
        trainees=_lines(own, lambda row: f"{row.trainee.letter}. {row.trainee.label}" if row.trainee else UNKNOWN),
        entrusted_to=_lines((r for r in own if r.role is CohortRole.ENTRUSTED_TO), lambda row: row.cohort),
        objectives=_lines(own, lambda _row: OBJECTIVE),
        specialities=_lines(own, lambda row: row.nsf or f"{UNKNOWN} ({row.programme})"),
        entrusted_by=_lines((r for r in there if r.role is CohortRole.ENTRUSTED_BY), lambda row: row.cohort),
    )


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Something missing in the figures: what, about what, where it is settled."""

    words: str
    thing: str
    href: Any
