"""What the desk reads of the rooms below, as plain facts from which its lines are written. Pure."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from training.accounts.enums import CARRYING, Part
from training.admissions.enums import SECRET_UNTIL_PUBLICATION, ApplicationStatus
from training.cohorts.models import Enrolment

S = ApplicationStatus
BEFORE_COMMITTEE: Final = (S.UNDER_REVIEW, S.PRESELECTED)
"""Files that await the committee."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The files of a call in one state: how many, who the first ones are, since when the oldest waits."""

    total: int = 0
    late: int = 0
    untold: int = 0
    people: Sequence[str] = ()
    first_id: uuid.UUID | None = None
    since: date | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class RunCall:
    """A call in which the person acts: hers to run, or to decide on for the school."""

    id: uuid.UUID
    code: str
    title: str
    capacity: str
    parts: frozenset[Part]
    opinion_parts: frozenset[Part]
    has_preselection: bool
    has_school_step: bool
    told_before_school: bool
    school_outside: bool
    closes_at: datetime | None
    launch_on: date | None
    seats_left: int | None
    over: bool
    files: dict[ApplicationStatus, Batch] = field(default_factory=dict)
    opinions: dict[Part, int] = field(default_factory=dict)
    meeting_id: uuid.UUID | None = None
    meeting_on: date | None = None
    offer_expires: date | None = None

    @property
    def is_run(self) -> bool:
        """Whether the person runs it."""
        return bool(self.parts & set(CARRYING))

    def batch(self, *states: ApplicationStatus) -> Batch:
        """Return the files of the first of these states that has some."""
        return next((self.files[state] for state in states if state in self.files), Batch())

    def untold(self) -> int:
        """Return how many decisions could be published now (R105)."""
        states = set(SECRET_UNTIL_PUBLICATION) - {S.TRANSMITTED}
        if self.has_school_step and not self.told_before_school:
            states -= {S.SHORTLISTED, S.WAITING}
        return sum(batch.untold for state, batch in self.files.items() if state in states)

    def lacking(self) -> dict[Part, int]:
        """Return, for each part whose opinion is required, how many files before the committee lack it (R24)."""
        there = sum(self.files[state].total for state in BEFORE_COMMITTEE if state in self.files)
        counts = {part: there - self.opinions.get(part, 0) for part in sorted(self.opinion_parts)}
        return {part: count for part, count in counts.items() if count > 0}


@dataclass(frozen=True, slots=True)
class PendingInterview:
    """An interview to fix, or whose report is due."""

    id: uuid.UUID
    call_id: uuid.UUID
    name: str
    starts_at: datetime | None
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Unpaid:
    """The structures of a call that are not up to date with its carrier (R8)."""

    call_id: uuid.UUID
    total: int
    names: Sequence[str]
    first_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Awaited:
    """The files of a call that await the opinion of the person, in the name of a body."""

    call_code: str
    call_title: str
    capacity: str
    total: int
    names: Sequence[str]
    first_id: uuid.UUID
    since: date | None


@dataclass(frozen=True, slots=True)
class Presence:
    """The cohorts a person is in: those she learns in, those she trains, those a body of hers plays a part in.

    ``taught`` are those whose school is a body she acts for.
    """

    enrolments: Sequence[Enrolment]
    trained: dict[uuid.UUID, str]
    followed: dict[uuid.UUID, int]
    managed: dict[uuid.UUID, str]
    read: frozenset[uuid.UUID]
    taught: frozenset[uuid.UUID]
    has_feed: bool

    @property
    def learned(self) -> frozenset[uuid.UUID]:
        """The cohorts she learns in."""
        return frozenset(enrolment.cohort_id for enrolment in self.enrolments)
