"""Lists of a cohort’s learners one may write to: each room adds its own way of choosing them, since a cohort does not know them."""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from training.cohorts.models import Cohort


@dataclass(frozen=True, slots=True)
class ListFilter:
    """A way of choosing learners: ``options`` gives values and words, ``keep`` the enrolments a value keeps. One SELECT each."""

    name: str
    position: int
    label: str
    options: Callable[[Cohort], Sequence[tuple[str, str]]]
    keep: Callable[[Cohort, str], Collection[uuid.UUID]]


_filters: Final[dict[str, ListFilter]] = {}


def add(*filters: ListFilter) -> None:
    """Offer ways of choosing learners; offering one again changes nothing."""
    _filters.update({each.name: each for each in filters})


def filters() -> list[ListFilter]:
    """Return the ways offered, in their order."""
    return sorted(_filters.values(), key=lambda each: (each.position, each.name))


@dataclass(frozen=True, slots=True)
class ChosenList:
    """What an address chose: each filter with what it offers and the value chosen, and the enrolments all of them keep.

    ``kept`` null = everybody.
    """

    offered: Sequence[tuple[ListFilter, Sequence[tuple[str, str]], str]]
    kept: frozenset[uuid.UUID] | None

    @property
    def values(self) -> dict[str, Any]:
        """The values chosen, as the address says them."""
        return {each.name: value for each, _options, value in self.offered if value}

    def words(self, cohort: Cohort) -> str:
        """Say which list it is."""
        said = [dict(options)[value] for _each, options, value in self.offered if value]
        return ", ".join([cohort.label, *(said or ["tout le monde"])])[:300]


def chosen(cohort: Cohort, asked: Mapping[str, str]) -> ChosenList:
    """Return the list an address asks for; a value nobody offers is left out. At most two SELECTs a filter."""
    offered = []
    kept: frozenset[uuid.UUID] | None = None
    for each in filters():
        options = each.options(cohort)
        value = asked.get(each.name, "")
        value = value if value in dict(options) else ""
        if value:
            found = frozenset(each.keep(cohort, value))
            kept = found if kept is None else kept & found
        if options:
            offered.append((each, options, value))
    return ChosenList(offered, kept)
