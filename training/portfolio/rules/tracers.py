"""Which tracer documents a learner owes, when, and what changed between two versions (R51, R53, R104)."""

import difflib
import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from training.catalogue.enums import DepositPlace, ModuleType
from training.portfolio.calendar import ModuleDates
from training.portfolio.enums import AWAITING_LEARNER, TracerStatus

LONGEST_COMPARED: Final = 4_000
"""Lines of each text beyond which two versions are not compared line by line."""


@dataclass(frozen=True, slots=True)
class TracerFacts:
    """A type of tracer document, as one variant’s learners owe it."""

    id: uuid.UUID
    module_id: uuid.UUID
    label: str
    deposit: DepositPlace
    due_days: int | None
    mandatory: bool


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """A module, as one variant’s learners follow it; ``group_id`` when it is one of a choice (R2, R104)."""

    id: uuid.UUID
    code: str
    name: str
    type: ModuleType
    mandatory: bool
    parent_id: uuid.UUID | None = None
    group_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class ExpectedTracer:
    """A tracer document owed, and when."""

    facts: TracerFacts
    module: ModuleFacts
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Expected:
    """What a learner’s variant and choices ask: modules in order, and the tracer documents of each."""

    modules: Sequence[ModuleFacts]
    tracers: Sequence[ExpectedTracer]


def expected_modules(modules: Iterable[ModuleFacts], chosen: frozenset[uuid.UUID]) -> list[ModuleFacts]:
    """Return the modules a learner follows: those of her variant, and of each choice only what she chose (R104).

    A module hung on one that is not followed is not followed either.
    """
    followed = {module.id for module in modules if module.group_id is None or module.id in chosen}
    return [
        module
        for module in modules
        if module.id in followed
        and (module.parent_id is None or module.parent_id in followed or not _known(module, modules))
    ]


def _known(module: ModuleFacts, modules: Iterable[ModuleFacts]) -> bool:
    """Whether its parent is among the modules of the variant at all."""
    return any(other.id == module.parent_id for other in modules)


def undecided_groups(modules: Iterable[ModuleFacts], chosen: frozenset[uuid.UUID]) -> list[uuid.UUID]:
    """Return the choices among which nothing is chosen yet, in the modules’ order."""
    groups: dict[uuid.UUID, bool] = {}
    for module in modules:
        if module.group_id is not None:
            groups[module.group_id] = groups.get(module.group_id, False) or module.id in chosen
    return [group for group, decided in groups.items() if not decided]


def due_on(due_days: int | None, dates: ModuleDates | None) -> date | None:
    """Return the day a tracer is due: the end of its module’s seminar and so many days (R53); null = unknown."""
    return None if due_days is None or dates is None else dates.ends_on + timedelta(days=due_days)


def expected_tracers(
    tracers: Iterable[TracerFacts],
    modules: Sequence[ModuleFacts],
    dates: Mapping[uuid.UUID, ModuleDates],
) -> list[ExpectedTracer]:
    """Return the tracers of the modules followed, in their order, each with the day it is due (R51, R53)."""
    by_module: dict[uuid.UUID, list[TracerFacts]] = {}
    for tracer in tracers:
        by_module.setdefault(tracer.module_id, []).append(tracer)
    return [
        ExpectedTracer(tracer, module, due_on(tracer.due_days, dates.get(module.id)))
        for module in modules
        for tracer in by_module.get(module.id, ())
    ]


def is_late(status: TracerStatus, due: date | None, today: date) -> bool:
    """Whether the learner has passed the day without handing in; a flag, it blocks nothing (R53)."""
    return status in AWAITING_LEARNER and due is not None and today > due


def digest_of(digests: Iterable[str]) -> str:
    """Return the digest that seals a version: of its files’ own digests, in their order."""
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Change:
    """A line that a version removed or added."""

    added: bool
    words: str


def differences(before: str, after: str) -> list[Change]:
    """Return the lines that differ between two texts, in order; nothing when they are too long to compare."""
    olds, news = _lines(before), _lines(after)
    if max(len(olds), len(news)) > LONGEST_COMPARED:
        return []
    marked = difflib.ndiff(olds, news) if len(olds) + len(news) < 400 else difflib.unified_diff(olds, news, n=0)  # noqa: PLR2004 - the finer way is quadratic
    return [
        Change(line[0] == "+", line[1:].strip())
        for line in marked
        if line[:1] in {"+", "-"} and not line.startswith(("+++", "---")) and line[1:].strip()
    ]


def _lines(text: str) -> list[str]:
    return [line for line in (" ".join(raw.split()) for raw in text.splitlines()) if line]
