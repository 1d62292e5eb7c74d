"""A cohort’s year on one page: its months, hours beside those asked, what is missing, what clashes (R34, R35, R38)."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import exists, select

from training.catalogue.models import Module
from training.cohorts.models import Cohort
from training.common import clock
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.seminars.models import HalfDay, HalfDayStaff, Seminar
from training.seminars.queries.clashes import Clash, Wanted, clashes, wanted_of
from training.seminars.queries.scope import half_days_of
from training.seminars.queries.seminars import gaps_of
from training.seminars.rules import CalendarScope, HoursGap, learner_scope, reads_whole_cohort, year


@dataclass(frozen=True, slots=True)
class CohortYear:
    """What the page shows; holes and clashes still to come to those who plan, hours to those who read the whole cohort."""

    months: Sequence[year.YearMonth]
    later: Sequence[year.Entry]
    undated: Sequence[Seminar]
    gaps: Sequence[HoursGap]
    holes: Sequence[year.Hole]
    clashes: Sequence[Clash]
    plans: bool
    days: int
    half_days: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is planned."""
        return not self.half_days and not self.undated


def year_of(cohort: Cohort, principal: Principal) -> CohortYear:
    """Return the year of a cohort, limited to what concerns the reader. At most twelve SELECTs."""
    whole = reads_whole_cohort(principal, cohort)
    scope = CalendarScope(whole=frozenset({cohort.id})) if whole else learner_scope(principal, cohort)
    half_days = half_days_of(scope, Seminar.cohort_id == cohort.id)
    plans = policy.allows(principal, Permission.SEMINARS_SEMINAR_PLAN, cohort)
    first, last = year.span(
        [cohort.launch_on, cohort.first_seminar_on, cohort.ends_on, *(half_day.starts_on for half_day in half_days)],
        clock.today(),
    )
    now = clock.now()
    on = [half_day for half_day in half_days if not half_day.is_off]
    undated = _undated(cohort) if whole else []
    staff = _staff(cohort) if plans else {}
    return CohortYear(
        months=year.months(first, last, half_days, clock.today()),
        later=year.entries(each for each in half_days if each.starts_on >= year.add_months(last, 1)),
        undated=undated,
        gaps=gaps_of(cohort, half_days) if whole else [],
        holes=year.holes([seminar.title for seminar in undated], half_days, _modules(cohort), staff) if plans else [],
        clashes=clashes(cohort, [_wanted(each, staff) for each in on if each.ends_at > now], principal)
        if plans
        else [],
        plans=plans,
        days=len({half_day.starts_on for half_day in on}),
        half_days=len(on),
    )


def _undated(cohort: Cohort) -> Sequence[Seminar]:
    without = select(Seminar).where(Seminar.cohort_id == cohort.id, ~exists().where(HalfDay.seminar_id == Seminar.id))
    return db.session.scalars(without.order_by(Seminar.created_at, Seminar.id)).all()


def _modules(cohort: Cohort) -> Sequence[Module]:
    return db.session.scalars(
        select(Module).where(Module.edition_id == cohort.edition_id).order_by(Module.position, Module.code)
    ).all()


def _staff(cohort: Cohort) -> Mapping[uuid.UUID, frozenset[uuid.UUID]]:
    """Return who teaches at each half-day of the cohort that names someone."""
    found: dict[uuid.UUID, frozenset[uuid.UUID]] = {}
    for half_day_id, person_id in db.session.execute(
        select(HalfDayStaff.half_day_id, HalfDayStaff.person_id)
        .join(HalfDay, HalfDay.id == HalfDayStaff.half_day_id)
        .join(Seminar, Seminar.id == HalfDay.seminar_id)
        .where(Seminar.cohort_id == cohort.id)
    ):
        found[half_day_id] = found.get(half_day_id, frozenset()) | {person_id}
    return found


def _wanted(half_day: HalfDay, staff: Mapping[uuid.UUID, frozenset[uuid.UUID]]) -> Wanted:
    return replace(wanted_of(half_day, staffed=False), staff=staff.get(half_day.id, frozenset()))
