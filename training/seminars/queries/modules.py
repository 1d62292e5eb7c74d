"""When modules are taught, for the rooms below that count from it (R53)."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sqlalchemy import select

from training.common import clock
from training.common.among import among
from training.database import db
from training.portfolio.calendar import Taught
from training.seminars.enums import OFF
from training.seminars.models import HalfDay, Seminar, half_day_module, half_day_variant

_TAUGHT: Final = (
    select(
        Seminar.cohort_id,
        HalfDay.id,
        half_day_module.c.module_id,
        half_day_variant.c.variant_id,
        HalfDay.starts_at,
        HalfDay.ends_at,
    )
    .select_from(half_day_module)
    .join(HalfDay, HalfDay.id == half_day_module.c.half_day_id)
    .join(Seminar, Seminar.id == HalfDay.seminar_id)
    .outerjoin(half_day_variant, half_day_variant.c.half_day_id == HalfDay.id)
    .where(
        among(Seminar.cohort_id, "cohorts"),
        Seminar.status.not_in(OFF),
        HalfDay.cancelled_at.is_(None),
    )
    .order_by(HalfDay.starts_at, HalfDay.id)
)


def taught_in(cohort_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Sequence[Taught]]:
    """Return what is taught in these cohorts, half-day by half-day, cancelled ones left out. One SELECT."""
    variants: dict[tuple[uuid.UUID, uuid.UUID], set[uuid.UUID]] = {}
    known = {}
    for cohort_id, half_day, module, variant, starts_at, ends_at in db.session.execute(
        _TAUGHT, {"cohorts": list(cohort_ids)}
    ):
        known[half_day, module] = (cohort_id, starts_at, ends_at)
        variants.setdefault((half_day, module), set()).update([variant] if variant is not None else [])
    found: dict[uuid.UUID, list[Taught]] = {}
    for (half_day, module), (cohort_id, starts_at, ends_at) in known.items():
        found.setdefault(cohort_id, []).append(
            Taught(
                module,
                frozenset(variants[half_day, module]),
                clock.in_paris(starts_at).date(),
                clock.in_paris(ends_at).date(),
            )
        )
    return found
