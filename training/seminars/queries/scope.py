"""Whose calendar shows which half-days (R36, R45)."""

import uuid
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true, union_all
from sqlalchemy.orm import joinedload, selectinload

from training.accounts.enums import CARRYING, Function
from training.accounts.models import Membership
from training.catalogue.models import Edition, Module
from training.cohorts.choosing import ModuleChoice
from training.cohorts.enums import GONE
from training.cohorts.models import Cohort, CohortPart, Enrolment, TrainerAssignment
from training.cohorts.queries import in_force_on
from training.cohorts.queries.choosing import chosen_by
from training.common import clock
from training.database import db
from training.seminars.enums import SeminarKind
from training.seminars.models import HalfDay, HalfDayStaff, Seminar, half_day_module, half_day_variant
from training.seminars.rules import CalendarScope, Learning


def concerned_cohorts(person_id: Any, *, on: Any) -> Select[uuid.UUID]:
    """Return the query of the cohorts whose calendar may show in this person’s own on a day.

    The person and the day may be parameters to be given later.
    """
    learns = select(Enrolment.cohort_id).where(Enrolment.person_id == person_id, Enrolment.status.not_in(GONE))
    works = (
        select(Seminar.cohort_id)
        .join(HalfDay, HalfDay.seminar_id == Seminar.id)
        .join(HalfDayStaff, HalfDayStaff.half_day_id == HalfDay.id)
        .where(HalfDayStaff.person_id == person_id)
    )
    concerned = union_all(learns, works, _whole(person_id, on), _hosting(person_id)).subquery()
    return select(concerned.c[0])


def _whole(person_id: Any, on: Any) -> Select[uuid.UUID]:
    """Return the query of the cohorts seen whole: those one trains or whose carrier one manages."""
    trains = select(TrainerAssignment.cohort_id).where(TrainerAssignment.person_id == person_id, in_force_on(on))
    carries = (
        select(CohortPart.cohort_id)
        .join(Membership, Membership.organisation_id == CohortPart.organisation_id)
        .where(
            CohortPart.part.in_(CARRYING),
            Membership.person_id == person_id,
            Membership.function == Function.MANAGER,
            Membership.until.is_(None),
        )
    )
    whole = union_all(trains, carries).subquery()
    return select(whole.c[0])


def _hosting(person_id: Any) -> Select[uuid.UUID]:
    """Return the query of the cohorts where someone of a structure this person represents learns (R117, R122)."""
    return (
        select(Enrolment.cohort_id)
        .join(Membership, Membership.structure_id == Enrolment.structure_id)
        .where(
            Membership.person_id == person_id,
            Membership.function == Function.REPRESENTATIVE,
            Membership.until.is_(None),
            Enrolment.status.not_in(GONE),
        )
    )


def scope_of(person_id: uuid.UUID) -> CalendarScope:
    """Return what a person’s calendar shows. Two SELECTs."""
    columns = (Enrolment.cohort_id, Enrolment.variant_id, Enrolment.entered_on, Enrolment.id)
    own = select(*columns, true().label("own")).where(Enrolment.person_id == person_id, Enrolment.status.not_in(GONE))
    sent = _hosting(person_id).with_only_columns(*columns, false())
    enrolments = union_all(own, sent).subquery()
    learnings: dict[bool, dict[Learning, None]] = {True: {}, False: {}}
    for *enrolment, is_own in db.session.execute(select(enrolments).order_by(enrolments.c.entered_on, enrolments.c.id)):
        learnings[is_own][Learning(*enrolment)] = None
    whole = _whole(person_id, clock.today())
    return CalendarScope(
        learnings=tuple(learnings[True]),
        sending=tuple(learnings[False]),
        whole=frozenset(db.session.scalars(whole)),
        person_id=person_id,
    )


def shown_in(scope: CalendarScope) -> ColumnElement[bool]:
    """Return the condition: the half-day shows in the calendar of this scope."""
    conditions: list[ColumnElement[bool]] = [Seminar.cohort_id.in_(scope.whole)]
    if scope.hosting:
        launched = and_(Seminar.kind == SeminarKind.LAUNCH, HalfDay.guests_allowed)
        conditions.append(and_(Seminar.cohort_id.in_(scope.hosting), launched))
    for learning in (*scope.learnings, *scope.sending):
        named = half_day_variant.c.half_day_id == HalfDay.id
        expected = or_(
            ~exists().where(named), exists().where(named, half_day_variant.c.variant_id == learning.variant_id)
        )
        conditions.append(
            and_(
                Seminar.cohort_id == learning.cohort_id,
                HalfDay.starts_at >= clock.at_paris(learning.entered_on),
                expected,
                _follows(learning),
            )
        )
    if scope.person_id is not None:
        conditions.append(
            exists().where(HalfDayStaff.half_day_id == HalfDay.id, HalfDayStaff.person_id == scope.person_id)
        )
    return or_(*conditions)


def _follows(learning: Learning) -> ColumnElement[bool]:
    """Return the condition: something is taught there that is at nobody’s choice, or that she chose (R104)."""
    taught = half_day_module.c.half_day_id == HalfDay.id
    hers = select(ModuleChoice.module_id).where(
        ModuleChoice.enrolment_id == learning.enrolment_id, ModuleChoice.agreed_at.is_not(None)
    )
    followed = exists().where(
        taught,
        Module.id == half_day_module.c.module_id,
        or_(Module.choice_group_id.is_(None), Module.id.in_(hers)),
    )
    return or_(~exists().where(taught), followed)


def with_choices(scope: CalendarScope) -> CalendarScope:
    """Return the scope with the modules each of its learners chose, as one row is judged. One SELECT, none for no learner."""
    chosen = chosen_by([each.enrolment_id for each in scope.learnings if each.enrolment_id is not None])
    learnings = tuple(
        replace(each, chosen=chosen.get(each.enrolment_id, frozenset())) if each.enrolment_id else each
        for each in scope.learnings
    )
    return replace(scope, learnings=learnings)


def half_days_of(scope: CalendarScope, *conditions: ColumnElement[bool]) -> list[HalfDay]:
    """Return the half-days of a calendar in order of time, with what a calendar says of them. Three SELECTs."""
    return list(
        db.session.scalars(
            select(HalfDay)
            .join(HalfDay.seminar)
            .options(
                joinedload(HalfDay.seminar, innerjoin=True)
                .joinedload(Seminar.cohort, innerjoin=True)
                .joinedload(Cohort.edition, innerjoin=True)
                .joinedload(Edition.programme, innerjoin=True),
                selectinload(HalfDay.modules),
                selectinload(HalfDay.variants),
            )
            .where(shown_in(scope), *conditions)
            .order_by(HalfDay.starts_at, HalfDay.uid)
        )
    )
