"""Convocations on a desk: those to send, and what a convened person has not said yet (R118)."""

import uuid
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import exists, func, select

from training.cohorts.models import Cohort
from training.common import clock
from training.common.policy import Principal
from training.database import db
from training.desk.facts import Presence
from training.desk.queries.own import COURSE, TRAINING
from training.desk.rules import Desk, Line
from training.seminars.enums import OFF
from training.seminars.models import Convocation, HalfDay, MealChoice, Seminar

SEND_AHEAD: Final = timedelta(days=30)
"""How long before a seminar its convocations are on its carrier’s desk."""


def add_convocations(desk: Desk, principal: Principal, there: Presence) -> None:
    """Add the convocations to send, and to whoever is convened what she has not said. Two SELECTs at most."""
    if there.managed:
        desk.lines += [_to_send(row, there.managed) for row in db.session.execute(_unsent(list(there.managed)))]
    if there.enrolments or there.trained:
        capacity = COURSE if there.enrolments else TRAINING
        desk.lines += [_to_say(row, capacity) for row in db.session.execute(_unsaid(principal))]


def _ahead(*columns: Any) -> Any:
    begins = func.min(HalfDay.starts_at)
    return (
        select(Seminar.id, Seminar.title, Seminar.cohort_id, Cohort.label, begins, *columns)
        .join(HalfDay, HalfDay.seminar_id == Seminar.id)
        .join(Cohort, Cohort.id == Seminar.cohort_id)
        .where(Seminar.status.not_in(OFF), HalfDay.cancelled_at.is_(None))
        .group_by(Seminar.id, Seminar.title, Seminar.cohort_id, Cohort.label)
        .having(begins > clock.now())
        .order_by(begins, Seminar.id)
        .limit(5)
    )


def _unsent(cohorts: list[uuid.UUID]) -> Any:
    sent = exists().where(Convocation.seminar_id == Seminar.id)
    return (
        _ahead()
        .where(Seminar.cohort_id.in_(cohorts), ~sent)
        .having(func.min(HalfDay.starts_at) < clock.now() + SEND_AHEAD)
    )


def _unsaid(principal: Principal) -> Any:
    convened = exists().where(Convocation.seminar_id == Seminar.id, Convocation.person_id == principal.person_id)
    said = (
        select(MealChoice.person_id)
        .join(HalfDay, HalfDay.id == MealChoice.half_day_id)
        .where(HalfDay.seminar_id == Seminar.id, MealChoice.person_id == principal.person_id)
        .correlate(Seminar)
        .exists()
    )
    return _ahead().where(convened, ~said)


def _to_send(row: Any, managed: dict[uuid.UUID, str]) -> Line:
    return Line(
        f"Envoyer les convocations de «\u202f{row.title}\u202f»",
        row.label,
        "Voir les convocations",
        f"/seminaires/{row.id}/convocations",
        managed[row.cohort_id],
        due=clock.in_paris(row[4]).date(),
        prefix="a lieu",
        weight=3,
    )


def _to_say(row: Any, capacity: str) -> Line:
    return Line(
        f"Préparer votre venue à «\u202f{row.title}\u202f»",
        row.label,
        "Répondre",
        f"/seminaires/{row.id}/pratique",
        capacity,
        about="Repas, régime et covoiturage.",
        due=clock.in_paris(row[4]).date(),
        prefix="a lieu",
        weight=5,
    )
