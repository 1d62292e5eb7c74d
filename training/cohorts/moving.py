"""Moving in: the steps by which a cohort that is half-way is brought in from its spreadsheets (R114).

Each room declares the steps it answers for; the page shows them in order, with what is there and what is left.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, select

from training.accounts.enums import CARRYING
from training.cohorts.models import Cohort
from training.common.declarations import ImportKind, registry
from training.common.errors import NotFound
from training.common.policy import Principal, policy
from training.database import db


class StepState(StrEnum):
    """How far a step is."""

    DONE = "done"
    STARTED = "started"
    TO_DO = "to_do"

    @property
    def label(self) -> str:
        """French name."""
        return {StepState.DONE: "fait", StepState.STARTED: "commencé", StepState.TO_DO: "à faire"}[self]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {StepState.DONE: "done", StepState.STARTED: "progress", StepState.TO_DO: "waiting"}[self]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a step stands: its state, what is there, what is left if anything."""

    state: StepState
    there: str
    left: str = ""


@dataclass(frozen=True, slots=True)
class MovingStep:
    """One step. ``kinds`` are the imports that serve it; ``counts`` the numbers it is judged by, asked all at once;
    ``told`` says where it stands from them. ``into`` is what the imports go into: the cohort, unless said otherwise.
    """

    position: int
    title: str
    lead: str
    kinds: tuple[str, ...]
    counts: Callable[[Cohort], Mapping[str, ColumnElement[Any]]]
    told: Callable[[Mapping[str, int]], Standing]
    into: Callable[[Cohort], uuid.UUID | None] = lambda cohort: cohort.id


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step as the page shows it: ``imports`` are those this person may begin, each with what it goes into."""

    step: MovingStep
    standing: Standing
    imports: Sequence[tuple[ImportKind, uuid.UUID]]


_steps: Final[dict[str, MovingStep]] = {}


def add(*steps: MovingStep) -> None:
    """Declare steps; declaring one again changes nothing."""
    _steps.update({step.title: step for step in steps})


def shown(cohort: Cohort, principal: Principal) -> list[ShownStep]:
    """Return the steps of moving in, in order, with where each stands. One SELECT, and those of the imports' owners."""
    ordered = sorted(_steps.values(), key=lambda step: step.position)
    columns = [
        column.label(f"{rank}_{name}")
        for rank, step in enumerate(ordered)
        for name, column in step.counts(cohort).items()
    ]
    row = db.session.execute(select(*columns)).one()._mapping if columns else {}  # noqa: SLF001 - the public name of it
    found = []
    for rank, step in enumerate(ordered):
        numbers = {name: int(row[f"{rank}_{name}"] or 0) for name in step.counts(cohort)}
        found.append(ShownStep(step, step.told(numbers), _imports(step, cohort, principal)))
    return found


def _imports(step: MovingStep, cohort: Cohort, principal: Principal) -> list[tuple[ImportKind, uuid.UUID]]:
    owner_id = step.into(cohort)
    if owner_id is None:
        return []
    return [
        (kind, owner_id)
        for code in step.kinds
        if (kind := registry.import_kind(code)) is not None and _may(kind, cohort, owner_id, principal)
    ]


def _may(kind: ImportKind, cohort: Cohort, owner_id: uuid.UUID, principal: Principal) -> bool:
    if owner_id == cohort.id:
        return policy.allows(principal, kind.permission, cohort)
    try:
        return policy.allows(principal, kind.permission, kind.load(principal, owner_id))
    except NotFound:
        return False


def carrier_id(cohort: Cohort) -> uuid.UUID | None:
    """Return the body that carries the cohort, or null."""
    carriers = [part for part in cohort.parts if part.part in CARRYING]
    carriers.sort(key=lambda part: (CARRYING.index(part.part), str(part.organisation_id)))
    return carriers[0].organisation_id if carriers else None


def memory(cohort: Cohort) -> uuid.UUID:
    """Return whose memory of columns serves: the carrier's, from one cohort to the next."""
    return carrier_id(cohort) or cohort.id


def back(cohort: Cohort) -> str:
    """Return the address of the page of steps."""
    return f"/promotions/{cohort.code}/reprise"
