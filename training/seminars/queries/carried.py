"""What learners brought from the cohorts they left, and for whom a half-day stands for one followed there (R116)."""

import uuid
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import String, case, cast, func, select

from training.cohorts.choosing import ModuleChoice
from training.cohorts.models import Enrolment
from training.seminars.models import CarriedPresence, HalfDay
from training.seminars.queries.rows import SEPARATOR, counted, half_days_in, ids_in
from training.seminars.rules.carried import Carried, carried_of, carried_over


def _of_newcomers(told: Any, *where: Any) -> Any:
    """Return a list as one string, for whoever came from another cohort only."""
    listed = select(func.aggregate_strings(told, SEPARATOR)).where(*where).correlate(Enrolment).scalar_subquery()
    return case((Enrolment.carried_from != "", listed))


BROUGHT: Final = _of_newcomers(
    func.coalesce(cast(CarriedPresence.module_id, String), "")
    + "/"
    + cast(CarriedPresence.followed, String)
    + "/"
    + cast(CarriedPresence.planned, String)
    + "/"
    + cast(CarriedPresence.credited, String),
    CarriedPresence.enrolment_id == Enrolment.id,
)
"""What a learner brought, beside her enrolment in a statement that reads many."""

CHOSEN: Final = _of_newcomers(
    cast(ModuleChoice.module_id, String),
    ModuleChoice.enrolment_id == Enrolment.id,
    ModuleChoice.agreed_at.is_not(None),
)
"""What she chose here, beside it (R104)."""


def carried_at(half_day: HalfDay, told: Iterable[tuple[Enrolment, str | None, str | None]]) -> frozenset[uuid.UUID]:
    """Return those for whom a half-day stands for one they followed elsewhere; ``told`` are ``BROUGHT`` and ``CHOSEN``.

    One SELECT, none when nobody brought anything.
    """
    newcomers = [(enrolment, brought, chosen) for enrolment, brought, chosen in told if brought]
    if not newcomers:
        return frozenset()
    rows = half_days_in([half_day.seminar.cohort_id]).get(half_day.seminar.cohort_id, ())
    facts = [counted(row, visio_counts=False) for row in rows]
    place = next((place for place, row in enumerate(rows) if uuid.UUID(row.key) == half_day.id), None)
    return frozenset(
        enrolment.id
        for enrolment, brought, chosen in newcomers
        if place
        in carried_over(facts, _read(brought), variant_id=enrolment.variant_id, chosen=frozenset(ids_in(chosen)))
    )


def _read(brought: str) -> list[Carried]:
    found = []
    for each in brought.split(SEPARATOR):
        module, followed, planned, credited = each.split("/")
        found.append(carried_of(uuid.UUID(module) if module else None, int(followed), int(planned), Decimal(credited)))
    return found
