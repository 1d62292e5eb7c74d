"""Which half-days of her cohort stand for those a learner followed in the one she left (R45, R116). Pure.

One rule for both ways of counting presence. Within a module, as large a share of the half-days is carried as she followed
there, rounded down, the first ones first; so that a module followed whole is carried whole, however many half-days it has here.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any


@dataclass(frozen=True, slots=True)
class Carried:
    """What she followed of a module, here called as it is in her new course (null: half-days that name none).

    ``share`` is what each of its half-days followed was worth on average, 1 unless some were followed in part (R115).
    """

    module_id: uuid.UUID | None
    followed: int
    planned: int
    share: Fraction = Fraction(1)


def carried_of(module_id: uuid.UUID | None, followed: int, planned: int, credited: Decimal) -> Carried:
    """Return what was followed of a module, ``credited`` being what it was worth in half-days."""
    return Carried(module_id, followed, planned, Fraction(credited) / followed)


def carried_over(
    half_days: Sequence[Any],
    carried: Iterable[Carried],
    *,
    variant_id: uuid.UUID,
    chosen: frozenset[uuid.UUID] = frozenset(),
) -> dict[int, Fraction]:
    """Return the half-days carried, by their place in ``half_days`` (in order of time), and what each is worth.

    A half-day that teaches several modules is carried if each of them is, there; for one at choice, those she chose.
    """
    found: dict[int, dict[uuid.UUID | None, Fraction]] = {}
    hers = [_modules(half_day, variant_id, chosen) for half_day in half_days]
    for each in carried:
        places = [place for place, modules in enumerate(hers) if each.module_id in modules]
        count = each.followed * len(places) // each.planned
        for place in places[:count]:
            found.setdefault(place, {})[each.module_id] = each.share
    return {
        place: min(shares.values())
        for place, shares in found.items()
        if all(module in shares for module in hers[place])
    }


def _modules(half_day: Any, variant_id: uuid.UUID, chosen: frozenset[uuid.UUID]) -> tuple[uuid.UUID | None, ...]:
    """Return the modules a half-day teaches her; none when it does not concern her, null when it names none."""
    if half_day.is_off or not half_day.counts or (half_day.variants and variant_id not in half_day.variants):
        return ()
    if half_day.at_choice:
        return tuple(module for module in half_day.modules if module in chosen)
    return half_day.modules or (None,)
