"""Seminars: one of them, a cohort’s schedule, what a half-day may be made of."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from training.catalogue.enums import Modality
from training.catalogue.models import Edition, HoursRequirement, Module, Variant
from training.cohorts.choice_rules import at_choice
from training.cohorts.models import Cohort, CohortPart
from training.cohorts.queries import TrainerChoice, approved_trainers, seen_by
from training.cohorts.queries.choosing import options_by_variant
from training.common import clock
from training.common.errors import NotFound
from training.common.listing import Column
from training.common.loading import load_list
from training.common.policy import Principal
from training.database import db
from training.seminars.models import HalfDay, HalfDayStaff, Seminar
from training.seminars.queries.scope import half_days_of, scope_of, with_choices
from training.seminars.queries.speakers import KnownSpeaker, known_speakers
from training.seminars.rules import (
    CalendarScope,
    HoursGap,
    is_shown,
    learner_scope,
    reads_whole_cohort,
)
from training.seminars.rules.planned import Counted, counted, gap_of

HOURS_COLUMNS: Final = (
    Column("variant", "Parcours"),
    Column("scheduled", "Planifiées", numeric=True),
    Column("required", "Demandées", numeric=True),
    Column("gap", "Écart", numeric=True),
)


def find_seminar(principal: Principal, seminar_id: uuid.UUID, *, to_change: bool = False) -> Seminar:
    """Return a seminar this person may see, with its half-days; ``NotFound`` for any other.

    ``to_change`` takes its cohort FOR UPDATE first, then the seminar, for a POST. Six SELECTs.
    """
    works = exists().where(
        HalfDay.seminar_id == Seminar.id,
        HalfDayStaff.half_day_id == HalfDay.id,
        HalfDayStaff.person_id == principal.person_id,
    )
    query = (
        select(Seminar)
        .join(Seminar.cohort)
        .where(Seminar.id == seminar_id, or_(seen_by(principal), works))
        .options(
            joinedload(Seminar.cohort, innerjoin=True).options(
                joinedload(Cohort.edition, innerjoin=True).options(
                    joinedload(Edition.programme, innerjoin=True), joinedload(Edition.rules)
                ),
            ),
        )
    )
    if to_change:
        query = query.with_for_update(of=[Cohort, Seminar])
    seminar = db.session.scalar(query)
    if seminar is None:
        raise NotFound
    load_list(seminar.cohort, Cohort.parts, _WITH_BODY)
    load_list(seminar, Seminar.half_days, *_OF_A_HALF_DAY)
    return seminar


_WITH_BODY: Final = joinedload(CohortPart.organisation)
_OF_A_HALF_DAY: Final = (
    selectinload(HalfDay.modules),
    selectinload(HalfDay.variants),
    selectinload(HalfDay.staff).joinedload(HalfDayStaff.person, innerjoin=True),
)


def find_half_day(
    principal: Principal, seminar_id: uuid.UUID, half_day_id: uuid.UUID, *, to_change: bool = False
) -> HalfDay:
    """Return a half-day of a seminar this person may see; ``NotFound`` for any other."""
    seminar = find_seminar(principal, seminar_id, to_change=to_change)
    half_day = next((each for each in seminar.half_days if each.id == half_day_id), None)
    if half_day is None:
        raise NotFound
    return half_day


def visible_half_days(principal: Principal, seminar: Seminar) -> list[HalfDay]:
    """Return the half-days of the seminar this person is shown: all, or those that concern her (R36)."""
    if reads_whole_cohort(principal, seminar):
        return list(seminar.half_days)
    scope = learner_scope(principal, seminar.cohort)
    if any(at_choice(half_day.modules) for half_day in seminar.half_days):
        scope = with_choices(scope)
    return [half_day for half_day in seminar.half_days if is_shown(half_day, scope)]


@dataclass(frozen=True, slots=True)
class CohortSchedule:
    """A cohort’s seminars as its page shows them: the next half-day, all of them, planned hours beside asked ones."""

    cohort: Cohort
    seminars: Sequence[tuple[Seminar, Sequence[HalfDay]]]
    next: HalfDay | None
    gaps: Sequence[HoursGap]
    own: bool = False
    hours_columns: Sequence[Column] = HOURS_COLUMNS


def cohort_schedule(cohort: Cohort, principal: Principal) -> CohortSchedule:
    """Return the schedule of a cohort, limited to what concerns the reader. At most seven SELECTs.

    Hours are shown to those who read the whole cohort (R38).
    """
    whole = reads_whole_cohort(principal, cohort)
    scope = CalendarScope(whole=frozenset({cohort.id})) if whole else learner_scope(principal, cohort)
    half_days = half_days_of(scope, Seminar.cohort_id == cohort.id)
    grouped: dict[Seminar, list[HalfDay]] = {}
    for half_day in half_days:
        grouped.setdefault(half_day.seminar, []).append(half_day)
    if whole:
        empty = select(Seminar).where(Seminar.cohort_id == cohort.id, ~exists().where(HalfDay.seminar_id == Seminar.id))
        for seminar in db.session.scalars(empty.order_by(Seminar.created_at, Seminar.id)):
            grouped[seminar] = []
    now = clock.now()
    return CohortSchedule(
        cohort=cohort,
        seminars=list(grouped.items()),
        next=next((each for each in half_days if not each.is_off and each.ends_at > now), None),
        gaps=gaps_of(cohort, half_days) if whole else [],
        own=bool(scope.learnings),
    )


def gaps_of(cohort: Cohort, half_days: Sequence[HalfDay], plans: Sequence[Counted] = ()) -> list[HoursGap]:
    """Return the hours planned for each variant of the cohort, ``plans`` included, beside those asked (R38).

    One SELECT, two when something planned is at choice (R104).
    """
    rules = cohort.edition.rules
    visio_counts = bool(rules and rules.visio_counts)
    found = [*(counted(half_day, visio_counts=visio_counts) for half_day in half_days), *plans]
    choices = options_by_variant(cohort.edition_id) if any(each.options for each in found) else {}
    rows = db.session.execute(
        select(Variant, HoursRequirement)
        .outerjoin(
            HoursRequirement,
            and_(HoursRequirement.variant_id == Variant.id, HoursRequirement.modality == Modality.IN_PERSON),
        )
        .where(Variant.edition_id == cohort.edition_id)
        .order_by(Variant.position, Variant.code)
    )
    return [
        gap_of(
            variant.label, found, variant.id, choices.get(variant.id, ()), requirement.hours if requirement else None
        )
        for variant, requirement in rows
    ]


def next_half_day_of(person_id: uuid.UUID) -> HalfDay | None:
    """Return the next half-day of a person’s calendar that takes place, or null. For desks."""
    ahead = half_days_of(scope_of(person_id), HalfDay.ends_at > clock.now(), HalfDay.cancelled_at.is_(None))
    return next((half_day for half_day in ahead if not half_day.is_off), None)


@dataclass(frozen=True, slots=True)
class Choices:
    """What a half-day may be made of: the edition’s modules and variants, its trainers and speakers."""

    modules: Sequence[Module]
    variants: Sequence[Variant]
    trainers: Sequence[TrainerChoice]
    speakers: Sequence[KnownSpeaker]


def choices_for(cohort: Cohort) -> Choices:
    """Return what the form of a half-day offers. Four SELECTs."""
    return Choices(
        modules=db.session.scalars(
            select(Module).where(Module.edition_id == cohort.edition_id).order_by(Module.position, Module.code)
        ).all(),
        variants=db.session.scalars(
            select(Variant).where(Variant.edition_id == cohort.edition_id).order_by(Variant.position, Variant.code)
        ).all(),
        trainers=approved_trainers(cohort),
        speakers=known_speakers(cohort),
    )
