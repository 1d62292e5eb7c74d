"""When modules are taught: known to a higher room, which says so here, since the portfolio does not know seminars.

Due dates are computed from it each time (R53), so that a seminar moved moves them and nothing has to be told.
"""

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class Taught:
    """A stretch of days of one gathering where a module is taught; no variant named means all of them (R36)."""

    module_id: uuid.UUID
    variants: frozenset[uuid.UUID]
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class ModuleDates:
    """The first and the last day a module is taught to a variant."""

    starts_on: date
    ends_on: date


Provider = Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, Sequence[Taught]]]
"""From cohorts to what is taught there, cancelled half-days left out, in one SELECT."""

_providers: Final[list[Provider]] = []


def provide(provider: Provider) -> None:
    """Let the room that plans seminars answer; the last one that asks does."""
    _providers[:] = [provider]


def taught_in(cohort_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Sequence[Taught]]:
    """Return what is taught in these cohorts, by cohort; nothing while no room tells. One SELECT."""
    if not cohort_ids or not _providers:
        return {}
    return _providers[0](cohort_ids)


def dates_of(taught: Iterable[Taught], variant_id: uuid.UUID) -> dict[uuid.UUID, ModuleDates]:
    """Return when each module is taught to a variant."""
    found: dict[uuid.UUID, ModuleDates] = {}
    for stretch in taught:
        if stretch.variants and variant_id not in stretch.variants:
            continue
        known = found.get(stretch.module_id, ModuleDates(stretch.starts_on, stretch.ends_on))
        found[stretch.module_id] = ModuleDates(
            min(known.starts_on, stretch.starts_on), max(known.ends_on, stretch.ends_on)
        )
    return found
