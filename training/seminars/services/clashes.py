"""What a plan would meet elsewhere, told before it is saved (R35)."""

import hashlib
from collections.abc import Iterable, Sequence

from training.cohorts.models import Cohort
from training.common.policy import Principal
from training.seminars.commands import HalfDayPlan
from training.seminars.models import HalfDay
from training.seminars.queries.clashes import Clash, Wanted, clashes


def wanted_by(plan: HalfDayPlan, half_day: HalfDay | None = None) -> Wanted:
    """Return what a plan asks for, new or in place of a half-day."""
    return Wanted(
        plan.starts_at,
        plan.ends_at,
        frozenset(plan.variants),
        frozenset(person for person, _role in plan.staff),
        plan.place,
        plan.room,
        half_day.id if half_day is not None else None,
    )


def clashes_with(
    cohort: Cohort, plans: Iterable[HalfDayPlan], *, by: Principal, half_day: HalfDay | None = None
) -> list[Clash]:
    """Return who and which rooms these half-days would want twice at once. Two SELECTs."""
    return clashes(cohort, [wanted_by(plan, half_day) for plan in plans], by)


def seal_of(found: Sequence[Clash]) -> str:
    """Return a mark of these clashes: whoever goes on despite them has seen these and no others."""
    return hashlib.sha256("\n".join(sorted(clash.mark for clash in found)).encode()).hexdigest()[:32]
