"""What waits, for the desk: of a juror, of those who organise, of a learner. A fixed number of SELECTs."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from training.cohorts.enums import LIVE
from training.cohorts.models import Cohort, Enrolment
from training.common import clock
from training.common.policy import Principal
from training.database import db
from training.defences.models import DefenceDay, DefenceSlot, Juror, JurySeat, Memoire, Minutes
from training.defences.queries.days import TO_PLACE
from training.defences.queries.defences import jurors_who_are, seats_of


@dataclass(frozen=True, slots=True)
class CohortDefences:
    """What the defences of a cohort lack; ``days`` are those to come, with how many are placed on each."""

    id: uuid.UUID
    code: str
    label: str
    to_place: int
    to_convoke: int
    unanswered: int
    to_sign: int
    to_publish: int
    days: dict[date, int] = field(default_factory=dict)


def own_seats(principal: Principal) -> tuple[list[Juror], list[JurySeat]]:
    """Return a person’s places in juries, and her defences not told of yet. At most two SELECTs."""
    if principal.person_id is None:
        return [], []
    jurors = jurors_who_are(principal.person_id)
    seats = seats_of([juror.id for juror in jurors]) if jurors else []
    return jurors, [seat for seat in seats if seat.slot.published_at is None]


def own_defences(enrolments: Sequence[Enrolment]) -> list[DefenceSlot]:
    """Return these learners’ defences to come. One SELECT, none without learners."""
    if not enrolments:
        return []
    query = (
        select(DefenceSlot)
        .join(DefenceSlot.memoire)
        .where(
            Memoire.enrolment_id.in_([each.id for each in enrolments]),
            DefenceSlot.published_at.is_(None),
            DefenceSlot.starts_at > clock.now(),
        )
        .options(joinedload(DefenceSlot.room, innerjoin=True))
        .order_by(DefenceSlot.starts_at, DefenceSlot.id)
    )
    return list(db.session.scalars(query))


def defences_of(cohort_ids: Collection[uuid.UUID]) -> list[CohortDefences]:
    """Return what the defences of these cohorts lack, and their days to come. One SELECT, none without cohorts."""
    if not cohort_ids:
        return []
    untold = (DefenceSlot.convoked_at.is_(None)) | (DefenceSlot.convoked_at < DefenceSlot.changed_at)
    rows = db.session.execute(
        select(
            Cohort.id,
            Cohort.code,
            Cohort.label,
            _to_place(),
            _defences(DefenceSlot.starts_at > clock.now(), untold),
            _unanswered(),
            _defences(Minutes.id.is_not(None), Minutes.locked_at.is_(None)),
            _defences(Minutes.locked_at.is_not(None)),
            DefenceDay.held_on,
            _placed(),
        )
        .outerjoin(DefenceDay, (DefenceDay.cohort_id == Cohort.id) & (DefenceDay.held_on >= clock.today()))
        .where(Cohort.id.in_(list(cohort_ids)))
        .order_by(Cohort.label, Cohort.id, DefenceDay.held_on, DefenceDay.id)
    )
    found: dict[uuid.UUID, CohortDefences] = {}
    for *facts, held_on, placed in rows:
        cohort = found.setdefault(facts[0], CohortDefences(*facts))
        if held_on is not None:
            cohort.days[held_on] = cohort.days.get(held_on, 0) + placed
    return list(found.values())


def _placed() -> Any:
    return (
        select(func.count(DefenceSlot.memoire_id))
        .where(DefenceSlot.day_id == DefenceDay.id)
        .correlate(DefenceDay)
        .scalar_subquery()
    )


def _counted(query: Any) -> Any:
    return query.correlate(Cohort).scalar_subquery()


def _to_place() -> Any:
    live = select(DefenceSlot.memoire_id).where(DefenceSlot.memoire_id.is_not(None), DefenceSlot.published_at.is_(None))
    return _counted(
        select(func.count(Memoire.id))
        .join(Enrolment, Enrolment.id == Memoire.enrolment_id)
        .where(
            Enrolment.cohort_id == Cohort.id,
            Enrolment.status.in_(LIVE),
            Memoire.status.in_(TO_PLACE),
            Memoire.id.not_in(live),
        )
    )


def _unanswered() -> Any:
    coming = select(DefenceDay.id).where(DefenceDay.cohort_id == Cohort.id, DefenceDay.held_on >= clock.today())
    return _counted(
        select(func.count(Juror.id)).where(
            Juror.cohort_id == Cohort.id,
            Juror.ended_at.is_(None),
            Juror.answered_at.is_(None),
            coming.correlate(Cohort).exists(),
        )
    )


def _defences(*conditions: ColumnElement[bool]) -> Any:
    return _counted(
        select(func.count(DefenceSlot.id))
        .join(DefenceDay, DefenceDay.id == DefenceSlot.day_id)
        .outerjoin(Minutes, Minutes.slot_id == DefenceSlot.id)
        .where(
            DefenceDay.cohort_id == Cohort.id,
            DefenceSlot.memoire_id.is_not(None),
            DefenceSlot.published_at.is_(None),
            *conditions,
        )
    )
