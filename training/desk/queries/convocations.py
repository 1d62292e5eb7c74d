"""Convocations on a desk: those to send, and what a convened person has not said yet (R118)."""

import uuid
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import and_, exists, func, or_, select

from training.cohorts.models import Cohort
from training.common import clock
from training.common.policy import Principal
from training.database import db
from training.desk.facts import Presence
from training.desk.queries.own import COURSE, TRAINING
from training.desk.rules import Desk, Line
from training.seminars.enums import OFF
from training.seminars.models import Convocation, HalfDay, MealChoice, Seminar

AT_MOST: Final = 8
SEND_AHEAD: Final = timedelta(days=30)
"""How long before a seminar its convocations are on its carrier’s desk."""


def add_convocations(desk: Desk, principal: Principal, there: Presence) -> None:
    """Add the convocations to send, and to whoever is convened what she has not said. One SELECT, none out of any cohort."""
    if not (there.managed or there.enrolments or there.trained):
        return
    for row in db.session.execute(_ahead(principal, list(there.managed))):
        if row.asked:
            desk.lines.append(_to_say(row, COURSE if row.cohort_id in there.learned else TRAINING))
        if row.unsent and row.cohort_id in there.managed and row.begins < clock.now() + SEND_AHEAD:
            desk.lines.append(_to_send(row, there.managed))


def _ahead(principal: Principal, managed: list[uuid.UUID]) -> Any:
    """Return the next seminars to convene to, or to which she is convened, with whether each asks something."""
    sent = exists().where(Convocation.seminar_id == Seminar.id)
    convened = exists().where(Convocation.seminar_id == Seminar.id, Convocation.person_id == principal.person_id)
    said = (
        select(MealChoice.person_id)
        .join(HalfDay, HalfDay.id == MealChoice.half_day_id)
        .where(HalfDay.seminar_id == Seminar.id, MealChoice.person_id == principal.person_id)
        .correlate(Seminar)
        .exists()
    )
    begins = func.min(HalfDay.starts_at).label("begins")
    asked = and_(convened, ~said)
    return (
        select(
            Seminar.id,
            Seminar.title,
            Seminar.cohort_id,
            Cohort.label,
            begins,
            asked.label("asked"),
            (~sent).label("unsent"),
        )
        .join(HalfDay, HalfDay.seminar_id == Seminar.id)
        .join(Cohort, Cohort.id == Seminar.cohort_id)
        .where(
            Seminar.status.not_in(OFF),
            HalfDay.cancelled_at.is_(None),
            or_(asked, and_(Seminar.cohort_id.in_(managed), ~sent)),
        )
        .group_by(Seminar.id, Seminar.title, Seminar.cohort_id, Cohort.label)
        .having(begins > clock.now())
        .order_by(begins, Seminar.id)
        .limit(AT_MOST)
    )


def _to_send(row: Any, managed: dict[uuid.UUID, str]) -> Line:
    return Line(
        f"Envoyer les convocations de «\u202f{row.title}\u202f»",
        row.label,
        "Voir les convocations",
        f"/seminaires/{row.id}/convocations",
        managed[row.cohort_id],
        due=clock.in_paris(row.begins).date(),
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
        due=clock.in_paris(row.begins).date(),
        prefix="a lieu",
        weight=5,
    )
