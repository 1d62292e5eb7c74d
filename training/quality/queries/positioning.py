"""Self-ratings: of one learner, at entry and at the end; of a cohort, averaged without names (R123)."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from training.catalogue.models import Module, Objective
from training.cohorts.enums import GONE
from training.cohorts.models import Cohort, Enrolment
from training.common import clock
from training.database import db
from training.portfolio.queries import course_of
from training.quality.enums import Moment
from training.quality.models import Positioning, Rating
from training.quality.rules.evidence import average, open_moments


@dataclass(frozen=True, slots=True)
class ObjectiveLine:
    """An objective with the level a learner gave herself at each moment; null while she has not."""

    id: uuid.UUID
    text: str
    entry: int | None = None
    end: int | None = None

    @property
    def gain(self) -> int | None:
        """How far she came."""
        return None if self.entry is None or self.end is None else self.end - self.entry


@dataclass(frozen=True, slots=True)
class ModuleObjectives:
    """A module and its objectives."""

    name: str
    lines: Sequence[ObjectiveLine]


@dataclass(frozen=True, slots=True)
class OwnPositioning:
    """What a learner said of herself, and at which moments she may still say it."""

    modules: Sequence[ModuleObjectives]
    given: Mapping[Moment, datetime]
    open: Sequence[Moment]

    @property
    def objectives(self) -> list[uuid.UUID]:
        """All she is asked about, in order."""
        return [line.id for module in self.modules for line in module.lines]


def objectives_by_module(modules: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Objective]]:
    """Return the objectives of modules. One SELECT."""
    found: dict[uuid.UUID, list[Objective]] = {}
    rows = db.session.scalars(
        select(Objective).where(Objective.module_id.in_(list(modules))).order_by(Objective.position, Objective.id)
    )
    for objective in rows:
        found.setdefault(objective.module_id, []).append(objective)
    return found


def positioning_of(enrolment: Enrolment) -> OwnPositioning:
    """Return how a learner rated herself. Those of her course, and two SELECTs."""
    modules = course_of(enrolment).modules
    objectives = objectives_by_module(module.id for module in modules)
    given: dict[Moment, datetime] = {}
    levels: dict[tuple[Moment, uuid.UUID], int] = {}
    rows = db.session.execute(
        select(Positioning.moment, Positioning.given_at, Rating.objective_id, Rating.level)
        .join(Rating, Rating.positioning_id == Positioning.id)
        .where(Positioning.enrolment_id == enrolment.id)
    )
    for moment, given_at, objective_id, level in rows:
        given[moment] = given_at
        levels[moment, objective_id] = level
    shown = [
        ModuleObjectives(
            module.name,
            [
                ObjectiveLine(o.id, o.text, levels.get((Moment.ENTRY, o.id)), levels.get((Moment.END, o.id)))
                for o in objectives[module.id]
            ],
        )
        for module in modules
        if module.id in objectives
    ]
    return OwnPositioning(shown, given, open_moments(given, enrolment.cohort.ends_on, clock.today()))


@dataclass(frozen=True, slots=True)
class AverageLine:
    """An objective with the cohort’s mean level at each moment; null under five people."""

    text: str
    entry: Decimal | None
    end: Decimal | None

    @property
    def gain(self) -> Decimal | None:
        """How far the cohort came."""
        return None if self.entry is None or self.end is None else self.end - self.entry


@dataclass(frozen=True, slots=True)
class CohortPositioning:
    """The averages of a cohort by module, and how many people answered at each moment."""

    modules: Sequence[tuple[str, Sequence[AverageLine]]]
    answers: Mapping[Moment, int]
    learners: int


def positioning_of_cohort(cohort: Cohort) -> CohortPositioning:
    """Return what a cohort’s learners said, without names. Four SELECTs."""
    modules = db.session.scalars(
        select(Module).where(Module.edition_id == cohort.edition_id).order_by(Module.position, Module.code)
    ).all()
    objectives = objectives_by_module(module.id for module in modules)
    learners = db.session.scalar(
        select(func.count()).where(Enrolment.cohort_id == cohort.id, Enrolment.status.not_in(GONE))
    )
    levels: dict[tuple[Moment, uuid.UUID], list[int]] = {}
    who: dict[Moment, set[uuid.UUID]] = {moment: set() for moment in Moment}
    rows = db.session.execute(
        select(Positioning.moment, Positioning.id, Rating.objective_id, Rating.level)
        .join(Rating, Rating.positioning_id == Positioning.id)
        .join(Enrolment, Enrolment.id == Positioning.enrolment_id)
        .where(Enrolment.cohort_id == cohort.id)
    )
    for moment, positioning_id, objective_id, level in rows:
        who[moment].add(positioning_id)
        levels.setdefault((moment, objective_id), []).append(level)
    shown = [
        (
            module.name,
            [
                AverageLine(
                    o.text, average(levels.get((Moment.ENTRY, o.id), [])), average(levels.get((Moment.END, o.id), []))
                )
                for o in objectives[module.id]
            ],
        )
        for module in modules
        if module.id in objectives
    ]
    return CohortPositioning(shown, {moment: len(ids) for moment, ids in who.items()}, learners or 0)


@dataclass(frozen=True, slots=True)
class Given:
    """A learner and when she rated herself."""

    enrolment: Enrolment
    moments: Mapping[Moment, datetime]


def who_gave(cohort: Cohort) -> list[Given]:
    """Return who rated herself and when, not how. Two SELECTs."""
    found: dict[uuid.UUID, dict[Moment, datetime]] = {}
    rows = db.session.execute(
        select(Positioning.enrolment_id, Positioning.moment, Positioning.given_at)
        .join(Enrolment, Enrolment.id == Positioning.enrolment_id)
        .where(Enrolment.cohort_id == cohort.id)
    )
    for enrolment_id, moment, given_at in rows:
        found.setdefault(enrolment_id, {})[moment] = given_at
    learners = db.session.scalars(
        select(Enrolment)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.status.not_in(GONE))
        .options(joinedload(Enrolment.person, innerjoin=True))
    ).all()
    ordered = sorted(learners, key=lambda each: (each.person.sort_key, str(each.id)))
    return [Given(each, found.get(each.id, {})) for each in ordered]
