"""Two half-days of one cohort never meet for the same variant (R35)."""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from training.cohorts.choice_rules import are_alternatives
from training.common.errors import Refused
from training.common.formatting import long_date, time_range
from training.database import db
from training.seminars import rules
from training.seminars.enums import OFF
from training.seminars.models import HalfDay, Seminar


class Overlap(Refused):
    """Two half-days of one cohort would meet for the same variant (R35)."""


def check_free(
    half_day: HalfDay,
    cohort_id: uuid.UUID,
    *,
    at: tuple[datetime, datetime] | None = None,
    besides: Collection[uuid.UUID] = (),
    field: str = "starts",
) -> None:
    """Refuse a half-day that meets another of the cohort for the same variant (R35), once it is flushed.

    ``at``: where it would be; ``besides``: those that move with it. Raises ``Overlap``. Four SELECTs at most.
    """
    if half_day.cancelled_at is not None:
        return
    starts_at, ends_at = at or (half_day.starts_at, half_day.ends_at)
    others = db.session.scalars(
        select(HalfDay)
        .join(HalfDay.seminar)
        .options(selectinload(HalfDay.variants), selectinload(HalfDay.modules), selectinload(HalfDay.seminar))
        .where(
            Seminar.cohort_id == cohort_id,
            Seminar.status.not_in(OFF),
            HalfDay.id.not_in([half_day.id, *besides]),
            HalfDay.cancelled_at.is_(None),
            HalfDay.starts_at < ends_at,
            HalfDay.ends_at > starts_at,
        )
        .order_by(HalfDay.starts_at, HalfDay.id)
    )
    own = [variant.id for variant in half_day.variants]
    for other in others:
        if are_alternatives(half_day.modules, other.modules):
            continue
        if rules.share_a_variant(own, [variant.id for variant in other.variants]):
            raise Overlap(
                f"La promotion a déjà « {other.seminar.title} » le {long_date(other.starts_at)}, "
                f"{time_range(other.starts_at, other.ends_at)}. Choisissez un autre moment, ou d’autres parcours.",
                field=field,
            )
