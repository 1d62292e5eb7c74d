"""When and where the launch of a cohort takes place, as its seminar is planned (R117)."""

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from training.cohorts.launch import Occasion
from training.cohorts.models import Cohort
from training.database import db
from training.seminars.enums import OFF, SeminarKind
from training.seminars.models import HalfDay, Seminar


def planned_launch(cohort: Cohort) -> Occasion | None:
    """Return the launch seminar of a cohort, from its first half-day to its last; null while none is planned. One SELECT."""
    half_days = db.session.scalars(
        select(HalfDay)
        .join(HalfDay.seminar)
        .options(contains_eager(HalfDay.seminar))
        .where(
            Seminar.cohort_id == cohort.id,
            Seminar.kind == SeminarKind.LAUNCH,
            Seminar.status.not_in(OFF),
            HalfDay.cancelled_at.is_(None),
        )
        .order_by(HalfDay.starts_at, HalfDay.id)
    ).all()
    if not half_days:
        return None
    first, last = half_days[0], max(half_days, key=lambda half_day: half_day.ends_at)
    place = ", ".join(part for part in (first.room, first.place, first.address) if part)
    return Occasion(first.starts_at, last.ends_at, place)
