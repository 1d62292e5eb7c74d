"""Who reads which file, the grid it is read with, and what the marks come to (R25, R106)."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from training.accounts import queries as accounts
from training.accounts.enums import Function, Part
from training.accounts.models import Person, Structure
from training.admissions import rules
from training.admissions.enums import ApplicationStatus, ReadingMoment
from training.admissions.models import Application, Call, Criterion, Mark, Opinion, ReviewAssignment
from training.admissions.queries.scope import visible
from training.common.policy import Principal
from training.database import db

READABLE: Final = (ApplicationStatus.ADMISSIBLE, ApplicationStatus.UNDER_REVIEW, ApplicationStatus.PRESELECTED)
"""States of a file on which opinions are still given."""
REVIEWERS: Final = (Function.MANAGER, Function.COMMITTEE_MEMBER)
REVIEWING: Final = (Part.CARRIER, Part.CO_CARRIER, Part.FUNDER, Part.PARTNER, Part.SCHOOL)


def criteria(call_id: uuid.UUID, moment: ReadingMoment | None = None) -> Sequence[Criterion]:
    """Return the lines of a call's grids, or of one, in order."""
    query = select(Criterion).where(Criterion.call_id == call_id).order_by(Criterion.moment, Criterion.position)
    return db.session.scalars(query if moment is None else query.where(Criterion.moment == moment)).all()


def has_marks(call_id: uuid.UUID) -> bool:
    """Whether someone has already marked a file of this call: its grids then no longer change."""
    query = select(Mark.id).join(Mark.criterion).where(Criterion.call_id == call_id).limit(1)
    return db.session.scalar(query) is not None


def marks_of_opinion(opinion_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """Return the points an opinion gives, by criterion."""
    rows = db.session.execute(select(Mark.criterion_id, Mark.points).where(Mark.opinion_id == opinion_id))
    return dict(rows.all())


def marks_of_interview(interview_id: uuid.UUID) -> Sequence[Mark]:
    """Return the marks of an interview's report, in the order of its grid."""
    return db.session.scalars(
        select(Mark)
        .join(Mark.criterion)
        .where(Mark.interview_id == interview_id)
        .options(contains_eager(Mark.criterion))
        .order_by(Criterion.position)
    ).all()


def averages(files: Collection[uuid.UUID]) -> dict[uuid.UUID, float]:
    """Return the average of each file that was marked, out of 20. One SELECT."""
    rows = db.session.execute(
        select(Opinion.application_id, Criterion.weight, Criterion.highest, Mark.points)
        .select_from(Mark)
        .join(Opinion, Opinion.id == Mark.opinion_id)
        .join(Criterion, Criterion.id == Mark.criterion_id)
        .where(Opinion.application_id.in_(files), Opinion.recused.is_(False))
    )
    given: defaultdict[uuid.UUID, list[tuple[rules.Weighed, int]]] = defaultdict(list)
    for file_id, weight, highest, points in rows:
        given[file_id].append((_Weight(weight, highest), points))
    return {file_id: mean for file_id, marks in given.items() if (mean := rules.average(marks)) is not None}


@dataclass(frozen=True, slots=True)
class _Weight:
    weight: int
    highest: int


def reviewers(call: Call) -> list[Principal]:
    """Return those who may be given files of this call, with all their functions. One SELECT.

    Members of a body outside the tool are not: what it says is transcribed (R96).
    """
    bodies = [played.organisation_id for played in call.parts if played.part in REVIEWING and not played.outside_tool]
    return accounts.members_of(bodies, REVIEWERS)


def assignments(call_id: uuid.UUID) -> Sequence[ReviewAssignment]:
    """Return who reads the files of a call, by file and name."""
    return db.session.scalars(
        select(ReviewAssignment)
        .join(ReviewAssignment.application)
        .join(ReviewAssignment.reviewer)
        .where(Application.call_id == call_id)
        .options(contains_eager(ReviewAssignment.reviewer), contains_eager(ReviewAssignment.application))
        .order_by(Application.number, Person.sort_key, ReviewAssignment.id)
    ).all()


def assigned_to(application_id: uuid.UUID) -> Sequence[ReviewAssignment]:
    """Return who reads one file, by name."""
    return db.session.scalars(
        select(ReviewAssignment)
        .join(ReviewAssignment.reviewer)
        .where(ReviewAssignment.application_id == application_id)
        .options(contains_eager(ReviewAssignment.reviewer), joinedload(ReviewAssignment.organisation))
        .order_by(Person.sort_key, ReviewAssignment.id)
    ).all()


def readable_files(principal: Principal, call: Call, *, lock: bool = False) -> Sequence[Application]:
    """Return the files of a call open to opinions that this person may see, but her own, by number. Three SELECTs."""
    query = (
        select(Application)
        .where(
            Application.call_id == call.id,
            Application.status.in_(READABLE),
            Application.person_id != principal.person_id,
            visible(principal),
        )
        .order_by(Application.number)
    )
    if lock:
        db.session.execute(query.with_only_columns(Application.id).with_for_update(of=Application)).all()
    query = query.execution_options(populate_existing=lock).options(
        joinedload(Application.person),
        joinedload(Application.structure).joinedload(Structure.departement),
        selectinload(Application.opinions),
    )
    return db.session.scalars(query).all()


@dataclass(frozen=True, slots=True)
class Reading:
    """One file in a reviewer's pile: whether her opinion is given, and since when it waits."""

    application: Application
    since: datetime
    given: bool


def pile(principal: Principal, call: Call) -> list[Reading]:
    """Return the files of a call given to this reviewer, those that wait first, then by number. Three SELECTs."""
    rows = db.session.execute(
        select(Application, ReviewAssignment.assigned_at)
        .join(ReviewAssignment, ReviewAssignment.application_id == Application.id)
        .where(
            Application.call_id == call.id,
            Application.status.in_(READABLE),
            ReviewAssignment.reviewer_id == principal.person_id,
            visible(principal),
        )
        .options(
            joinedload(Application.person),
            joinedload(Application.structure).joinedload(Structure.departement),
            selectinload(Application.opinions),
        )
        .order_by(Application.number)
    )
    readings = [
        Reading(application, since, any(o.reviewer_id == principal.person_id for o in application.opinions))
        for application, since in rows
    ]
    return sorted(readings, key=lambda reading: reading.given)


def next_to_read(principal: Principal, call_id: uuid.UUID, after: int | None) -> uuid.UUID | None:
    """Return the next file of this reviewer's pile that waits for her opinion, round the pile. One SELECT."""
    given = select(Opinion.application_id).where(Opinion.reviewer_id == principal.person_id)
    rows = db.session.execute(
        select(Application.id, Application.number)
        .join(ReviewAssignment, ReviewAssignment.application_id == Application.id)
        .where(
            Application.call_id == call_id,
            Application.status.in_(READABLE),
            Application.number != after,
            ReviewAssignment.reviewer_id == principal.person_id,
            Application.id.not_in(given),
        )
        .order_by(Application.number)
    ).all()
    later = [row.id for row in rows if (row.number or 0) > (after or 0)]
    return next(iter([*later, *(row.id for row in rows)]), None)


def awaited_readings(call_ids: Iterable[uuid.UUID], person_id: uuid.UUID) -> Mapping[uuid.UUID, int]:
    """Return how many opinions are awaited from this person on each call. One SELECT."""
    rows = db.session.execute(
        select(Application.call_id, func.count())
        .join(ReviewAssignment, ReviewAssignment.application_id == Application.id)
        .where(
            Application.call_id.in_(list(call_ids)),
            Application.status.in_(READABLE),
            ReviewAssignment.reviewer_id == person_id,
            Application.id.not_in(select(Opinion.application_id).where(Opinion.reviewer_id == person_id)),
        )
        .group_by(Application.call_id)
    )
    return dict(rows.all())


def to_remind(before: datetime) -> Sequence[tuple[uuid.UUID, uuid.UUID]]:
    """Return the (call, reviewer) pairs with files given before this instant, neither read nor reminded (R16)."""
    rows = db.session.execute(
        select(Application.call_id, ReviewAssignment.reviewer_id)
        .join(ReviewAssignment.application)
        .where(ReviewAssignment.reminded_at.is_(None), ReviewAssignment.assigned_at < before, *_unread())
        .distinct()
        .order_by(Application.call_id, ReviewAssignment.reviewer_id)
    )
    return [(call_id, reviewer_id) for call_id, reviewer_id in rows]


def unread_of(call_id: uuid.UUID, reviewer_id: uuid.UUID) -> Sequence[ReviewAssignment]:
    """Return the files of a call that wait for this reviewer, her assignments taken FOR UPDATE where nobody has them."""
    return db.session.scalars(
        select(ReviewAssignment)
        .join(ReviewAssignment.application)
        .where(Application.call_id == call_id, ReviewAssignment.reviewer_id == reviewer_id, *_unread())
        .order_by(ReviewAssignment.assigned_at, ReviewAssignment.id)
        .with_for_update(of=ReviewAssignment, skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()


def _unread() -> tuple[ColumnElement[bool], ...]:
    given = select(Opinion.id).where(
        Opinion.application_id == ReviewAssignment.application_id, Opinion.reviewer_id == ReviewAssignment.reviewer_id
    )
    return Application.status.in_(READABLE), ~given.exists()
