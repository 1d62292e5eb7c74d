"""What a variant asks of whoever follows it, and how it stands for one learner or another.

Learners of a region are in the same few situations, module by module: each is made once, and so is what it lacks.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from training.catalogue.enums import Modality
from training.diplomas.rules import (
    DEFAULT_THRESHOLD,
    NO_HALF_DAY,
    ChoiceFacts,
    HoursFacts,
    ModuleProgress,
    TracerFacts,
)
from training.portfolio.enums import TracerStatus
from training.portfolio.rules import expected_modules, hours_of_minutes
from training.portfolio.rules.tracers import ModuleFacts
from training.seminars.rules.tally import ModuleTally, Tally


@dataclass(slots=True)
class Logged:
    """Minutes of one learner in one modality."""

    confirmed: int = 0
    waiting: int = 0
    confirmed_in: dict[uuid.UUID, int] = field(default_factory=dict)
    waiting_in: dict[uuid.UUID, int] = field(default_factory=dict)


type_state = tuple[ModuleTally, Sequence[str | None], int, int]
"""How a module stands for someone: its half-days, the state of each document, minutes of e-learning confirmed and waiting."""


@dataclass(slots=True)
class Owed:
    """A module that one variant asks, and how it stands for one learner or another: those for whom it stands alike share it."""

    row: Any
    tracers: Sequence[Any]
    rate: int
    keys: Sequence[str] = ()
    untouched: Sequence[str | None] = ()
    is_asked: bool = False
    is_logged: bool = False
    states: dict[type_state, ModuleProgress] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Name its documents."""
        self.keys = [tracer.key for tracer in self.tracers]
        self.untouched = tuple(None for _ in self.keys)
        self.is_asked = self.row.blocking and (self.row.mandatory or self.row.choice_group_id is not None)
        self.is_logged = self.row.minutes is not None

    def standing(self, half_days: ModuleTally, handed_in: Mapping[str, str], logged: Logged) -> ModuleProgress:
        """Return how it stands for one learner."""
        tracers = tuple(map(handed_in.get, self.keys)) if handed_in else self.untouched
        confirmed = logged.confirmed_in.get(self.row.id, 0) if self.is_logged else 0
        waiting = logged.waiting_in.get(self.row.id, 0) if self.is_logged else 0
        state = (half_days, tracers, confirmed, waiting)
        found = self.states.get(state)
        if found is None:
            found = self.states[state] = self._progress(*state)
        return found

    def _progress(
        self, half_days: ModuleTally, states: Sequence[str | None], confirmed: int, waiting: int
    ) -> ModuleProgress:
        return ModuleProgress(
            id=self.row.id,
            name=self.row.title or self.row.code,
            type=self.row.type,
            is_asked=self.is_asked,
            group_id=self.row.choice_group_id,
            half_days=half_days,
            tracers=[
                TracerFacts(tracer.id, tracer.label, TracerStatus(state) if state else TracerStatus.EXPECTED)
                for tracer, state in zip(self.tracers, states, strict=True)
            ],
            minutes_asked=self.row.minutes,
            minutes_confirmed=confirmed,
            minutes_waiting=waiting,
            asked_rate=self.rate,
        )


@dataclass(slots=True)
class Asked:
    """What one variant asks, as rows; kept from one page to the next."""

    modules: list[Any] = field(default_factory=list)
    tracers: dict[uuid.UUID, list[Any]] = field(default_factory=dict)


NOTHING_LOGGED: Final = Logged()
NO_HOURS: Final[Mapping[Modality, Logged]] = {}
NOTHING_HANDED_IN: Final[Mapping[str, str]] = {}
NOTHING_CHOSEN: Final[frozenset[uuid.UUID]] = frozenset()
LOGGED: Final = (Modality.E_LEARNING, Modality.TEAM)
"""The modalities one logs; présentiel comes from attendance."""


@dataclass(slots=True)
class Course:
    """What one variant asks in one cohort, of whoever chose one thing or another (R104)."""

    cohort: Any
    asked: Asked
    hours: Mapping[Modality, int | None]
    counts: dict[tuple[Any, ...], HoursFacts] = field(default_factory=dict)
    followed: dict[frozenset[uuid.UUID], Sequence[Owed]] = field(default_factory=dict)
    half_days: dict[tuple[int, frozenset[uuid.UUID]], Sequence[ModuleTally]] = field(default_factory=dict)
    groups: dict[frozenset[uuid.UUID], Sequence[ChoiceFacts]] = field(default_factory=dict)

    def standing(
        self, chosen: frozenset[uuid.UUID], tally: Tally, handed_in: Mapping[str, str], logged: Logged
    ) -> Sequence[ModuleProgress]:
        """Return how each module stands for a learner."""
        modules = self._modules(chosen)
        key = (id(tally), chosen)  # the tallies outlive this reading
        half_days = self.half_days.get(key)
        if half_days is None:
            half_days = self.half_days[key] = [tally.modules.get(owed.row.id, NO_HALF_DAY) for owed in modules]
        return [owed.standing(each, handed_in, logged) for owed, each in zip(modules, half_days, strict=True)]

    def in_person(self, tally: Tally) -> HoursFacts:
        """Return the hours of présentiel of whoever has this presence."""
        known = (tally.credited, tally.possible)
        found = self.counts.get(known)
        if found is None:
            required, counted = self.hours.get(Modality.IN_PERSON), tally.credited or Decimal(0)
            found = self.counts[known] = HoursFacts(Modality.IN_PERSON, required, counted, possible=tally.possible)
        return found

    def logged(self, modality: Modality, logged: Logged) -> HoursFacts:
        """Return the hours of whoever logged so much."""
        known = (modality, logged.confirmed, logged.waiting)
        found = self.counts.get(known)
        if found is None:
            confirmed, waiting = hours_of_minutes(logged.confirmed), hours_of_minutes(logged.waiting)
            found = self.counts[known] = HoursFacts(modality, self.hours.get(modality), confirmed, waiting)
        return found

    def _modules(self, chosen: frozenset[uuid.UUID]) -> Sequence[Owed]:
        found = self.followed.get(chosen)
        if found is None:
            threshold = self.cohort.attendance_threshold
            rate = DEFAULT_THRESHOLD if threshold is None else threshold
            rows = {module.id: module for module in self.asked.modules}
            facts = [
                ModuleFacts(m.id, m.code, m.title or m.code, m.type, m.mandatory, m.parent_id, m.choice_group_id)
                for m in rows.values()
            ]
            followed = expected_modules(facts, chosen)
            found = self.followed[chosen] = [
                Owed(rows[module.id], self.asked.tracers.get(module.id, ()), rate) for module in followed
            ]
        return found

    def choices(self, chosen: frozenset[uuid.UUID]) -> Sequence[ChoiceFacts]:
        """Return the choices of the variant, as whoever chose so has made them."""
        found = self.groups.get(chosen)
        if found is None:
            found = self.groups[chosen] = list(_choices(self.asked, chosen))
        return found


def _choices(asked: Asked, chosen: frozenset[uuid.UUID]) -> Iterator[ChoiceFacts]:
    """Yield the choices of a variant; one among modules that do not block is no reason (R68)."""
    groups: dict[uuid.UUID, list[Any]] = {}
    for module in asked.modules:
        if module.choice_group_id is not None:
            groups.setdefault(module.choice_group_id, []).append(module)
    for group_id, members in groups.items():
        yield ChoiceFacts(
            id=group_id,
            label=members[0].label,
            at_least=members[0].min_choices,
            chosen=sum(module.id in chosen for module in members),
            until=members[0].decided_until,
            is_asked=any(module.blocking for module in members),
        )
