"""When modules are taught, for the rooms below that count from it (R53)."""

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from training.common import clock
from training.portfolio.calendar import Taught
from training.seminars.queries.rows import half_days_in, ids_in, is_off


def taught_in(cohort_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Sequence[Taught]]:
    """Return what is taught in these cohorts, half-day by half-day, cancelled ones left out. One SELECT, once a page."""
    return {
        cohort: [stretch for row in rows if not is_off(row) for stretch in _taught(row)]
        for cohort, rows in half_days_in(cohort_ids).items()
    }


def _taught(row: Any) -> Iterator[Taught]:
    variants = frozenset(ids_in(row.variants))
    starts_on, ends_on = clock.in_paris(row.starts_at).date(), clock.in_paris(row.ends_at).date()
    for module in ids_in(row.modules):
        yield Taught(module, variants, starts_on, ends_on)
