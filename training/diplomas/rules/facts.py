"""What is known of one learner on the way to her diploma: plain facts, from which the reasons are drawn. Pure."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from training.catalogue.enums import Modality, ModuleType
from training.cohorts.enums import EnrolmentStatus
from training.diplomas.enums import WaiverScope
from training.portfolio.enums import TracerStatus
from training.seminars.rules.tally import ModuleTally

DEFAULT_THRESHOLD: Final = 100
NO_HALF_DAY: Final = ModuleTally()


@dataclass(frozen=True, slots=True)
class WaiverKey:
    """What a waiver dispenses from: a module, a document, a modality of hours… ``target`` is its uuid or its slug."""

    scope: WaiverScope
    target: str = ""


@dataclass(frozen=True, slots=True)
class TracerFacts:
    """A mandatory tracer document and where it stands."""

    type_id: uuid.UUID
    label: str
    status: TracerStatus = TracerStatus.EXPECTED


@dataclass(frozen=True, slots=True)
class ModuleProgress:
    """A module of her course. ``is_asked``: the diploma asks for it (R2, R68).

    ``minutes_asked`` is null while nobody says how long its e-learning lasts: it is then not tracked (R55).
    """

    id: uuid.UUID
    name: str
    type: ModuleType
    is_asked: bool
    group_id: uuid.UUID | None = None
    half_days: ModuleTally = NO_HALF_DAY
    tracers: Sequence[TracerFacts] = ()
    minutes_asked: int | None = None
    minutes_confirmed: int = 0
    minutes_waiting: int = 0

    @property
    def is_begun(self) -> bool:
        """Whether anything at all can say that it is validated: half-days planned, documents, e-learning."""
        return bool(self.half_days.total or self.tracers or self.minutes_asked)


@dataclass(frozen=True, slots=True)
class ChoiceFacts:
    """Modules to choose among: how many at least, how many she chose, until when (R104)."""

    id: uuid.UUID
    label: str
    at_least: int
    chosen: int
    until: date | None = None
    is_asked: bool = True


@dataclass(frozen=True, slots=True)
class HoursFacts:
    """Hours of one modality; ``required`` is null when unknown or a range: it blocks nobody (R3).

    ``possible`` is what she will have if she comes to all that is planned; null where nothing is planned.
    """

    modality: Modality
    required: int | None
    counted: Decimal = Decimal(0)
    waiting: Decimal = Decimal(0)
    possible: Decimal | None = None

    @property
    def missing(self) -> Decimal:
        """What remains; nothing while nothing is known to be asked."""
        return Decimal(0) if self.required is None else max(Decimal(0), Decimal(self.required) - self.counted)

    @property
    def shown(self) -> Decimal:
        """What counts towards what is asked (R50)."""
        return self.counted if self.required is None else min(self.counted, Decimal(self.required))


@dataclass(frozen=True, slots=True)
class LearnerFacts:
    """One learner. ``forum`` is null where the edition does not ask for it, ``memoire`` its step (null: not begun).

    ``asks_memoire`` is null while the edition says nothing of a mémoire: shown to be confirmed, blocking nobody.
    """

    enrolment_id: uuid.UUID
    cohort_code: str
    status: EnrolmentStatus = EnrolmentStatus.ACTIVE
    held_from: date | None = None
    threshold: int | None = None
    modules: Sequence[ModuleProgress] = ()
    choices: Sequence[ChoiceFacts] = ()
    hours: Sequence[HoursFacts] = ()
    forum: bool | None = None
    asks_memoire: bool | None = True
    memoire: str | None = None
    memoire_id: uuid.UUID | None = None
    waived: Collection[WaiverKey] = field(default_factory=frozenset)

    @property
    def asked_rate(self) -> int:
        """Per cent of the half-days of a module that must be satisfied (R44)."""
        return DEFAULT_THRESHOLD if self.threshold is None else self.threshold


def module_key(module: Any) -> WaiverKey:
    """Return what dispenses from a module."""
    return WaiverKey(WaiverScope.MODULE, str(module.id))


def label_of(facts: LearnerFacts, key: WaiverKey) -> str | None:
    """Return what a waiver would dispense from, in words; null for something her course does not hold."""
    named: dict[WaiverKey, str] = {module_key(each): f"Module «\u202f{each.name}\u202f»" for each in facts.modules}
    for module in facts.modules:
        for tracer in module.tracers:
            named[WaiverKey(WaiverScope.TRACER, str(tracer.type_id))] = f"Document «\u202f{tracer.label}\u202f»"
    for group in facts.choices:
        named[WaiverKey(WaiverScope.CHOICE, str(group.id))] = f"Choix «\u202f{group.label}\u202f»"
    for count in facts.hours:
        named[WaiverKey(WaiverScope.HOURS, count.modality.value)] = f"Heures\u00a0: {count.modality.label.lower()}"
    named[WaiverKey(WaiverScope.FORUM)] = "Participation au forum"
    return named.get(key)
