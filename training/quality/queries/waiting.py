"""What the evidence asks of people today: read by the desk and by the path (R123)."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, CompoundSelect, String, Subquery, cast, exists, func, literal, select, union_all

from training.cohorts.enums import LIVE
from training.cohorts.models import Cohort, Enrolment
from training.common import clock
from training.common.among import among
from training.database import db
from training.quality.enums import ComplaintStatus, HandbookKind, ImprovementStatus, Moment
from training.quality.models import Complaint, Handbook, Improvement, Positioning, ReadReceipt
from training.quality.queries.handbooks import in_force
from training.quality.rules.evidence import END_OPENS

IMPROVED_AHEAD: Final = timedelta(days=15)
"""How long before its day an improvement is on its carrier’s desk."""


def _own() -> CompoundSelect[Any]:
    """Return what learners have not read of what is in force, and the moments at which they have rated themselves."""
    read = exists().where(ReadReceipt.handbook_id == Handbook.id, ReadReceipt.enrolment_id == Enrolment.id)
    unread = (
        select(Enrolment.id, literal("unread").label("what"), cast(Handbook.kind, String).label("which"))
        .join(Handbook, Handbook.cohort_id == Enrolment.cohort_id)
        .where(among(Enrolment.id, "enrolments"), in_force(), ~read)
    )
    given = select(Positioning.enrolment_id, literal("given"), cast(Positioning.moment, String)).where(
        among(Positioning.enrolment_id, "enrolments")
    )
    return union_all(unread, given)


_OWN: Final = _own()


@dataclass(frozen=True, slots=True)
class OwnWaiting:
    """What a learner has to read, and when she has to rate herself."""

    unread: Sequence[HandbookKind] = ()
    moments: Sequence[Moment] = ()


def waiting_for_learner(enrolments: Collection[Enrolment]) -> Mapping[uuid.UUID, OwnWaiting]:
    """Return what each of these enrolments awaits; the self-rating at the end, once its time has come. One SELECT."""
    live = [each for each in enrolments if each.status in LIVE]
    if not live:
        return {}
    found: dict[uuid.UUID, dict[str, set[str]]] = {each.id: {"unread": set(), "given": set()} for each in live}
    for enrolment_id, what, which in db.session.execute(_OWN, {"enrolments": list(found)}):
        found[enrolment_id][what].add(str(which))
    today = clock.today()
    return {
        each.id: OwnWaiting(
            [kind for kind in (HandbookKind.WELCOME, HandbookKind.RULES) if kind.value in found[each.id]["unread"]],
            [
                moment
                for moment in (Moment.ENTRY, Moment.END)
                if moment.value not in found[each.id]["given"] and _is_time(moment, each.cohort, today)
            ],
        )
        for each in live
    }


def _is_time(moment: Moment, cohort: Cohort, today: date) -> bool:
    """Whether the desk asks for it: at entry until the end opens, at the end once its known date is near."""
    nearly_over = cohort.ends_on is not None and cohort.ends_on - END_OPENS <= today
    return nearly_over if moment is Moment.END else not nearly_over


@dataclass(frozen=True, slots=True)
class RegisterWaiting:
    """In a cohort, the answers and the improvements its carrier owes: how many, and by when the first."""

    code: str
    label: str
    cohort_id: uuid.UUID
    complaints: int
    answer_by: date | None
    improvements: int
    improve_by: date | None
    first_id: uuid.UUID | None


def _counted(model: Any, *conditions: ColumnElement[bool]) -> Subquery:
    """Return, by cohort, how many rows there are and the first day one of them is due."""
    return (
        select(model.cohort_id, func.count().label("count"), func.min(model.due_on).label("due_on"))
        .where(*conditions)
        .group_by(model.cohort_id)
        .subquery()
    )


def waiting_for_carrier(cohorts: Collection[uuid.UUID]) -> Sequence[RegisterWaiting]:
    """Return what the registers of these cohorts await. One SELECT."""
    if not cohorts:
        return ()
    complaints = _counted(Complaint, Complaint.cohort_id.in_(cohorts), Complaint.status == ComplaintStatus.RECEIVED)
    improvements = _counted(
        Improvement,
        Improvement.cohort_id.in_(cohorts),
        Improvement.status == ImprovementStatus.PLANNED,
        Improvement.due_on <= clock.today() + IMPROVED_AHEAD,
    )
    first = (
        select(Complaint.id)
        .where(Complaint.cohort_id == Cohort.id, Complaint.status == ComplaintStatus.RECEIVED)
        .order_by(Complaint.due_on, Complaint.id)
        .limit(1)
        .correlate(Cohort)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Cohort.code,
            Cohort.label,
            Cohort.id,
            func.coalesce(complaints.c.count, 0),
            complaints.c.due_on,
            func.coalesce(improvements.c.count, 0),
            improvements.c.due_on,
            first,
        )
        .outerjoin(complaints, complaints.c.cohort_id == Cohort.id)
        .outerjoin(improvements, improvements.c.cohort_id == Cohort.id)
        .where(complaints.c.count.is_not(None) | improvements.c.count.is_not(None))
        .order_by(Cohort.code)
    )
    return [RegisterWaiting(*row) for row in rows]
