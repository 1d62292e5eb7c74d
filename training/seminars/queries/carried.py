"""What learners brought from the cohorts they left, and for whom a half-day stands for one followed there (R116)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from training.cohorts.choice_rules import at_choice
from training.cohorts.models import Enrolment
from training.cohorts.queries.choosing import chosen_by
from training.database import db
from training.seminars.models import CarriedPresence, HalfDay, Seminar
from training.seminars.rules.carried import Carried, carried_of, carried_over
from training.seminars.rules.seminars import UNTAUGHT


def carried_by(enrolments: Sequence[Enrolment]) -> dict[uuid.UUID, list[Carried]]:
    """Return what these learners brought with them. One SELECT, none when nobody came from another cohort."""
    ids = [enrolment.id for enrolment in enrolments if enrolment.carried_from]
    found: dict[uuid.UUID, list[Carried]] = {}
    rows = db.session.scalars(select(CarriedPresence).where(CarriedPresence.enrolment_id.in_(ids))) if ids else ()
    for row in rows:
        told = carried_of(row.module_id, row.followed, row.planned, row.credited)
        found.setdefault(row.enrolment_id, []).append(told)
    return found


@dataclass(frozen=True, slots=True)
class _Facts:
    """A half-day, as far as what it teaches goes."""

    id: uuid.UUID
    modules: tuple[uuid.UUID, ...]
    variants: frozenset[uuid.UUID]
    at_choice: bool
    counts: bool
    is_off: bool


def carried_at(half_day: HalfDay, enrolments: Sequence[Enrolment]) -> frozenset[uuid.UUID]:
    """Return those for whom a half-day stands for one they followed elsewhere. No SELECT when nobody came from another cohort."""
    brought = carried_by(enrolments)
    if not brought:
        return frozenset()
    facts = _facts_in(half_day.seminar.cohort_id)
    place = next(place for place, each in enumerate(facts) if each.id == half_day.id)
    chosen = chosen_by(list(brought))
    return frozenset(
        each.id
        for each in enrolments
        if each.id in brought
        and place
        in carried_over(facts, brought[each.id], variant_id=each.variant_id, chosen=chosen.get(each.id, frozenset()))
    )


def _facts_in(cohort_id: uuid.UUID) -> list[_Facts]:
    half_days = db.session.scalars(
        select(HalfDay)
        .join(HalfDay.seminar)
        .where(Seminar.cohort_id == cohort_id)
        .options(
            joinedload(HalfDay.seminar, innerjoin=True), selectinload(HalfDay.modules), selectinload(HalfDay.variants)
        )
        .order_by(HalfDay.starts_at, HalfDay.uid)
    )
    return [
        _Facts(
            id=each.id,
            modules=tuple(module.id for module in each.modules),
            variants=frozenset(variant.id for variant in each.variants),
            at_choice=at_choice(each.modules),
            counts=each.seminar.kind not in UNTAUGHT,
            is_off=each.is_off,
        )
        for each in half_days
    ]
