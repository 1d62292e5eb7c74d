"""What a plan would meet elsewhere, and do to hours already acquired, told before it is saved (R35, R46)."""

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from sqlalchemy import select

from training.catalogue.enums import CreditMode
from training.catalogue.models import Module
from training.cohorts.enums import GONE
from training.cohorts.models import Cohort
from training.common.policy import Principal
from training.database import db
from training.seminars.commands import HalfDayPlan, SeminarPlan
from training.seminars.models import HalfDay, Seminar
from training.seminars.queries.clashes import Clash, Wanted, clashes, options_among
from training.seminars.queries.presence import presence_of_cohort
from training.seminars.queries.scope import half_days_of
from training.seminars.queries.seminars import gaps_of
from training.seminars.rules import CalendarScope, HoursGap
from training.seminars.rules.planned import Counted, options_of
from training.seminars.rules.proportion import Lowered, proportion_of
from training.seminars.rules.seminars import UNTAUGHT, is_expected, worth_of
from training.seminars.services.venues import too_small

NONE: Final[Mapping[uuid.UUID, uuid.UUID | None]] = MappingProxyType({})


FOR_ALL: Final[Sequence[frozenset[uuid.UUID]]] = (frozenset(),)
"""One half-day more, for every variant."""


def wanted_by(
    plan: HalfDayPlan, half_day: HalfDay | None = None, groups: Mapping[uuid.UUID, uuid.UUID | None] = NONE
) -> Wanted:
    """Return what a plan asks for, new or in place of a half-day; ``groups``: the group of choice of each module."""
    return Wanted(
        plan.starts_at,
        plan.ends_at,
        frozenset(plan.variants),
        frozenset(person for person, _role in plan.staff),
        plan.place,
        plan.room,
        half_day.id if half_day is not None else None,
        options_among((module, groups.get(module)) for module in plan.modules),
    )


def clashes_with(
    cohort: Cohort, plans: Iterable[HalfDayPlan], *, by: Principal, half_day: HalfDay | None = None
) -> list[Clash]:
    """Return who and which rooms these half-days would want twice at once, which rooms are too small.

    Five SELECTs at most.
    """
    groups: dict[uuid.UUID, uuid.UUID | None] = dict(
        db.session.execute(
            select(Module.id, Module.choice_group_id).where(Module.edition_id == cohort.edition_id)
        ).all()
    )
    asked = list(plans)
    wanted = [wanted_by(plan, half_day, groups) for plan in asked]
    return [*clashes(cohort, wanted, by), *too_small(cohort, wanted, [plan.mode for plan in asked])]


def hours_after(cohort: Cohort, plans: Iterable[SeminarPlan]) -> list[HoursGap]:
    """Return the hours of each variant once these seminars were planned too (R38). Six SELECTs at most."""
    modules = {
        module.id: module for module in db.session.scalars(select(Module).where(Module.edition_id == cohort.edition_id))
    }
    terms = cohort.edition.rules
    added = [
        _counted(plan, half_day, modules, visio_counts=bool(terms and terms.visio_counts))
        for plan in plans
        for half_day in plan.half_days
    ]
    half_days = half_days_of(CalendarScope(whole=frozenset({cohort.id})), Seminar.cohort_id == cohort.id)
    return gaps_of(cohort, half_days, added)


def _counted(
    seminar: SeminarPlan, plan: HalfDayPlan, modules: Mapping[uuid.UUID, Module], *, visio_counts: bool
) -> Counted:
    worth = worth_of(seminar.kind, plan, visio_counts=visio_counts)
    taught = [modules[module_id] for module_id in plan.modules if module_id in modules]
    return Counted(worth, frozenset(plan.variants), options_of(taught))


def lowered_by(cohort: Cohort, added: Sequence[frozenset[uuid.UUID]]) -> Lowered | None:
    """Return whose acquired hours these half-days would lower, each told by its variants (none = all); null for nobody.

    The learner who would lose most stands as the example. Six SELECTs at most; none where hours are not
    in proportion.
    """
    terms = cohort.edition.rules
    if not added or (terms is not None and terms.credit_mode is CreditMode.EXPLICIT):
        return None
    found = []
    for learner in presence_of_cohort(cohort).learners:
        enrolment, counted = learner.enrolment, proportion_of(learner.presence)
        if counted is None or enrolment.status in GONE:
            continue
        more = sum(is_expected(variants, enrolment.variant_id) for variants in added)
        before, after = counted.credited(), counted.credited(more)
        if after < before:
            found.append((after - before, learner.name, before, after, counted.required))
    if not found:
        return None
    _loss, name, before, after, required = min(found)
    return Lowered(len(found), name, before, after, required)


def lowered_in(seminar: Seminar) -> Lowered | None:
    """Return whose acquired hours one more half-day of a seminar would lower; null when it teaches nothing that counts."""
    return None if seminar.kind in UNTAUGHT else lowered_by(seminar.cohort, FOR_ALL)


def counting_in(cohort: Cohort, plans: Iterable[SeminarPlan]) -> list[frozenset[uuid.UUID]]:
    """Return the variants of each half-day of these plans that counts hours of présentiel."""
    terms = cohort.edition.rules
    visio = bool(terms and terms.visio_counts)
    return [
        frozenset(half_day.variants)
        for plan in plans
        for half_day in plan.half_days
        if worth_of(plan.kind, half_day, visio_counts=visio) > 0
    ]


def seal_of(found: Sequence[Clash]) -> str:
    """Return a mark of these clashes: whoever goes on despite them has seen these and no others."""
    return hashlib.sha256("\n".join(sorted(clash.mark for clash in found)).encode()).hexdigest()[:32]
