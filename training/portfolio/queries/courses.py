"""What courses ask of their learners: modules, tracer documents and when they are due, hours (R51, R53, R104).

One reading serves any number of learners: a page of one, a list, a desk.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import and_, select

from training.catalogue.enums import DepositPlace, Modality
from training.catalogue.models import (
    ChoiceGroup,
    Module,
    ModuleVariant,
    Resource,
    TracerType,
    TracerVariant,
)
from training.catalogue.published import Version, by_variant, hours_asked
from training.cohorts.models import Enrolment
from training.common import clock
from training.common.among import among
from training.database import db
from training.portfolio import calendar, choices, rules
from training.portfolio.calendar import ModuleDates
from training.portfolio.enums import TracerStatus
from training.portfolio.models import Tracer
from training.portfolio.rules import ExpectedTracer, ModuleFacts, TracerFacts

_MODULES: Final = (
    select(
        ModuleVariant.variant_id,
        Module.id,
        Module.code,
        Module.title,
        Module.type,
        ModuleVariant.mandatory,
        Module.parent_id,
        Module.choice_group_id,
    )
    .join(Module, Module.id == ModuleVariant.module_id)
    .where(among(ModuleVariant.variant_id, "variants"))
    .order_by(Module.position, Module.code, Module.id)
)
_TRACERS: Final = (
    select(
        TracerVariant.variant_id,
        TracerType.id,
        TracerType.module_id,
        TracerType.label,
        TracerType.deposit,
        TracerType.due_days,
        TracerVariant.mandatory,
    )
    .join(TracerType, TracerType.id == TracerVariant.tracer_id)
    .where(among(TracerVariant.variant_id, "variants"))
    .order_by(TracerType.position, TracerType.code, TracerType.id)
)
_HANDED_IN: Final = select(Tracer.id, Tracer.enrolment_id, Tracer.type_id, Tracer.status, Tracer.deposited_at).where(
    among(Tracer.enrolment_id, "enrolments")
)
_RESOURCES: Final = (
    select(Resource).where(among(Resource.module_id, "modules")).order_by(Resource.position, Resource.title)
)
_GROUPS: Final = select(ChoiceGroup).where(among(ChoiceGroup.id, "groups"))


@dataclass(frozen=True, slots=True)
class TracerLine:
    """A tracer document owed, and where it stands; ``id`` is null while nothing was begun."""

    type_id: uuid.UUID
    module_id: uuid.UUID
    label: str
    deposit: DepositPlace
    mandatory: bool
    due_on: date | None
    status: TracerStatus
    id: uuid.UUID | None = None
    deposited_on: date | None = None

    @property
    def is_late(self) -> bool:
        """Whether it is asked for and its day has passed without it (R53)."""
        return self.mandatory and rules.is_late(self.status, self.due_on, clock.today())

    @property
    def is_past_advice(self) -> bool:
        """Whether its day has passed though nobody must hand it in: it was an advice, and it still may come."""
        return not self.mandatory and rules.is_late(self.status, self.due_on, clock.today())

    @property
    def awaits_learner(self) -> bool:
        """Whether the next act is the learner’s."""
        return self.status in {TracerStatus.EXPECTED, TracerStatus.TO_REVISE, TracerStatus.QUARANTINED}


@dataclass(frozen=True, slots=True)
class Course:
    """What one learner follows and owes."""

    modules: Sequence[ModuleFacts]
    dates: Mapping[uuid.UUID, ModuleDates]
    tracers: Sequence[TracerLine]
    undecided: Sequence[uuid.UUID] = ()
    chosen: frozenset[uuid.UUID] = frozenset()


@dataclass(slots=True)
class _Asked:
    """Modules and tracers of a variant."""

    modules: list[ModuleFacts] = field(default_factory=list)
    tracers: list[TracerFacts] = field(default_factory=list)


def courses_of(enrolments: Collection[Enrolment]) -> dict[uuid.UUID, Course]:
    """Return what each of these learners follows and owes, and where it stands. At most five SELECTs."""
    if not enrolments:
        return {}
    versions = {each.variant_id: Version.of(each.cohort.edition) for each in enrolments}
    asked = by_variant(versions, "portfolio", _asked)
    taught = calendar.taught_in({enrolment.cohort_id for enrolment in enrolments})
    choosing = {each.id for each in enrolments if any(module.group_id for module in asked[each.variant_id].modules)}
    chosen = choices.chosen_by(choosing)
    handed_in = _handed_in({enrolment.id for enrolment in enrolments})
    courses = {}
    for enrolment in enrolments:
        own, picked = asked[enrolment.variant_id], chosen.get(enrolment.id, frozenset())
        modules = rules.expected_modules(own.modules, picked)
        dates = calendar.dates_of(taught.get(enrolment.cohort_id, ()), enrolment.variant_id)
        expected = rules.expected_tracers(own.tracers, modules, dates)
        courses[enrolment.id] = Course(
            modules=modules,
            dates=dates,
            tracers=[_line(each, handed_in.get((enrolment.id, each.facts.id))) for each in expected],
            undecided=rules.undecided_groups(own.modules, picked),
            chosen=picked,
        )
    return courses


def course_of(enrolment: Enrolment) -> Course:
    """Return what one learner follows and owes. At most five SELECTs."""
    return courses_of([enrolment])[enrolment.id]


def _asked(variants: Collection[uuid.UUID]) -> dict[uuid.UUID, _Asked]:
    asked = {variant: _Asked() for variant in variants}
    for variant, module, code, title, kind, mandatory, parent, group in db.session.execute(
        _MODULES, {"variants": list(variants)}
    ):
        asked[variant].modules.append(ModuleFacts(module, code, title or code, kind, mandatory, parent, group))
    for row in db.session.execute(_TRACERS, {"variants": list(variants)}):
        variant, tracer, module, label, deposit, due_days, mandatory = row
        asked[variant].tracers.append(TracerFacts(tracer, module, label, deposit, due_days, mandatory))
    return asked


def _handed_in(enrolments: Iterable[uuid.UUID]) -> dict[tuple[uuid.UUID, uuid.UUID], Any]:
    rows = db.session.execute(_HANDED_IN, {"enrolments": list(enrolments)})
    return {(row.enrolment_id, row.type_id): row for row in rows}


def _line(expected: ExpectedTracer, row: Any) -> TracerLine:
    facts = expected.facts
    return TracerLine(
        type_id=facts.id,
        module_id=facts.module_id,
        label=facts.label,
        deposit=facts.deposit,
        mandatory=facts.mandatory,
        due_on=expected.due_on,
        status=row.status if row is not None else TracerStatus.EXPECTED,
        id=row.id if row is not None else None,
        deposited_on=clock.in_paris(row.deposited_at).date() if row is not None and row.deposited_at else None,
    )


def lines_of_modules(enrolment: Enrolment, modules: Collection[uuid.UUID]) -> list[TracerLine]:
    """Return the documents some modules ask of a learner, and where each stands. Two SELECTs."""
    rows = db.session.execute(
        select(TracerType, TracerVariant.mandatory, Tracer.id, Tracer.status, Tracer.deposited_at)
        .join(
            TracerVariant,
            and_(TracerVariant.tracer_id == TracerType.id, TracerVariant.variant_id == enrolment.variant_id),
        )
        .outerjoin(Tracer, and_(Tracer.type_id == TracerType.id, Tracer.enrolment_id == enrolment.id))
        .where(TracerType.module_id.in_(list(modules)))
        .order_by(TracerType.position, TracerType.code, TracerType.id)
    ).all()
    taught = calendar.taught_in({enrolment.cohort_id}) if rows else {}
    dates = calendar.dates_of(taught.get(enrolment.cohort_id, ()), enrolment.variant_id)
    return [
        TracerLine(
            type_id=kind.id,
            module_id=kind.module_id,
            label=kind.label,
            deposit=kind.deposit,
            mandatory=mandatory,
            due_on=rules.due_on(kind.due_days, dates.get(kind.module_id)),
            status=status or TracerStatus.EXPECTED,
            id=tracer_id,
            deposited_on=clock.in_paris(deposited_at).date() if deposited_at else None,
        )
        for kind, mandatory, tracer_id, status, deposited_at in rows
    ]


def required_hours(enrolment: Enrolment) -> Mapping[Modality, int | None]:
    """Return the exact hours asked in each modality, null when unknown or a range (R3). One SELECT at most."""
    return hours_asked({enrolment.variant_id: Version.of(enrolment.cohort.edition)})[enrolment.variant_id]


def resources_of(modules: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Resource]]:
    """Return the e-learning resources of modules, by module. One SELECT."""
    found: dict[uuid.UUID, list[Resource]] = {}
    for resource in db.session.scalars(_RESOURCES, {"modules": list(modules)}):
        found.setdefault(resource.module_id, []).append(resource)
    return found


def groups_of(ids: Collection[uuid.UUID]) -> Sequence[ChoiceGroup]:
    """Return choices by their ids. One SELECT, none for none."""
    return db.session.scalars(_GROUPS, {"groups": list(ids)}).all() if ids else ()
