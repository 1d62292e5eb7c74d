"""Hours planned for the learners of a variant, whatever they choose, beside those asked (R38, R46, R104). Pure."""

import math
import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import combinations, product
from typing import Any, Final, Protocol

from training.cohorts.choice_rules import Choice, at_choice
from training.common.formatting import hours
from training.seminars.rules.seminars import Scheduled, hours_of, is_expected

MOST_SELECTIONS: Final = 4096
"""Beyond that many ways of choosing, the bounds told still hold but may be wide."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A half-day for the count of hours; ``options``: the modules of which one must be chosen to follow it, none = everybody."""

    worth: Decimal
    variants: frozenset[uuid.UUID] = frozenset()
    options: frozenset[uuid.UUID] = frozenset()


class Followed(Scheduled, Protocol):
    """A half-day, for the count of the hours of each."""

    @property
    def variants(self) -> Iterable[Any]:
        """The variants expected; none = all."""

    @property
    def modules(self) -> Iterable[Any]:
        """What is taught."""


def counted(half_day: Followed, *, visio_counts: bool) -> Counted:
    """Return a half-day as it counts."""
    return Counted(
        hours_of(half_day, visio_counts=visio_counts),
        frozenset(variant.id for variant in half_day.variants),
        options_of(half_day.modules),
    )


def options_of(modules: Iterable[Any]) -> frozenset[uuid.UUID]:
    """Return the modules one must have chosen one of; none when something taught is everybody’s (R104)."""
    taught = list(modules)
    return frozenset(module.id for module in taught) if at_choice(taught) else frozenset()


@dataclass(frozen=True, slots=True)
class Span:
    """Hours one learner gets, from ``low`` to ``high`` according to what she chooses."""

    low: Decimal
    high: Decimal

    @property
    def is_exact(self) -> bool:
        """Whether her choice changes nothing."""
        return self.low == self.high

    def __str__(self) -> str:
        return hours(self.low) if self.is_exact else f"de {hours(self.low)} à {hours(self.high)}"


@dataclass(frozen=True, slots=True)
class HoursGap:
    """Hours of présentiel planned beside those the edition asks (R38); null = à confirmer.

    For a variant, and in its ``tracks`` for those who choose each option. The two rarely meet: official hours do
    not follow from the calendar, and a gap blocks nobody.
    """

    variant: str
    planned: Span
    required: int | None
    tracks: Sequence["HoursGap"] = field(default=())

    @property
    def missing(self) -> Span | None:
        """Hours asked and not planned; 0 when enough are, null when nothing is known."""
        if self.required is None:
            return None
        return Span(
            max(Decimal(0), self.required - self.planned.high), max(Decimal(0), self.required - self.planned.low)
        )

    @property
    def missing_words(self) -> str:
        """What is missing, in French; empty when nothing is, or when nobody knows."""
        missing = self.missing
        if missing is None or not missing.high:
            return ""
        return str(missing) if missing.low else f"jusqu’à {hours(missing.high)}"


def gap_of(
    variant: str, half_days: Iterable[Counted], variant_id: uuid.UUID, choices: Sequence[Choice], required: int | None
) -> HoursGap:
    """Return the hours planned for a variant, and for each option of the choices where one is taken at most."""
    mine = [each for each in half_days if is_expected(each.variants, variant_id)]
    taught = frozenset[uuid.UUID]().union(*(each.options for each in mine))
    tracks = [
        HoursGap(option.name, planned_hours(mine, _supposing(choices, choice, option.id)), required)
        for choice in choices
        if choice.most == 1 and not taught.isdisjoint(_ids(choice))
        for option in choice.options
    ]
    return HoursGap(variant, planned_hours(mine, choices), required, tracks)


def planned_hours(half_days: Collection[Counted], choices: Sequence[Choice]) -> Span:
    """Return the least and the most hours that a learner who has made these choices gets from these half-days (R104).

    What is at choice is followed by whoever chose one of its modules: never all the options of a choice.
    """
    common = sum((each.worth for each in half_days if not each.options), Decimal(0))
    low = high = common
    for linked in _linked(choices, half_days):
        span = _at_choice(linked, half_days)
        low, high = low + span.low, high + span.high
    return Span(low, high)


def _supposing(choices: Sequence[Choice], choice: Choice, option_id: uuid.UUID) -> list[Choice]:
    """Return the choices, one of them made."""
    made = replace(choice, least=1, options=[option for option in choice.options if option.id == option_id])
    return [made if each is choice else each for each in choices]


def _ids(choice: Choice) -> frozenset[uuid.UUID]:
    return frozenset(option.id for option in choice.options)


def _linked(choices: Sequence[Choice], half_days: Iterable[Counted]) -> list[list[Choice]]:
    """Return the choices that must be counted together: some half-day is followed by whoever made one or the other."""
    bundles = [[choice] for choice in choices]
    for half_day in half_days:
        touched = [each for each in bundles if any(half_day.options & _ids(choice) for choice in each)]
        if len(touched) > 1:
            bundles = [each for each in bundles if each not in touched]
            bundles.append([choice for each in touched for choice in each])
    return bundles


def _at_choice(choices: Sequence[Choice], half_days: Iterable[Counted]) -> Span:
    offered = frozenset[uuid.UUID]().union(*(_ids(choice) for choice in choices))
    followed = [(each.options, each.worth) for each in half_days if each.options & offered]
    taught = frozenset[uuid.UUID]().union(*(options for options, _worth in followed)) & offered

    def worth(chosen: frozenset[uuid.UUID]) -> Decimal:
        return sum((worth for options, worth in followed if options & chosen), Decimal(0))

    fewest = [(sorted(_ids(each) & taught), _fewest(each, taught)) for each in choices]
    most = [(options, min(each.most, len(options))) for each, (options, _least) in zip(choices, fewest, strict=True)]
    return Span(
        _extreme(min, fewest, worth, otherwise=Decimal(0)), _extreme(max, most, worth, otherwise=worth(offered))
    )


def _fewest(choice: Choice, taught: frozenset[uuid.UUID]) -> int:
    """Return how many of the options taught she takes at least, the others of her choices being those not planned yet."""
    options = _ids(choice)
    return max(0, min(choice.least, len(options)) - len(options - taught))


def _extreme(
    of: Callable[[Iterable[Decimal]], Decimal],
    numbers: Sequence[tuple[Sequence[uuid.UUID], int]],
    worth: Callable[[frozenset[uuid.UUID]], Decimal],
    *,
    otherwise: Decimal,
) -> Decimal:
    """Return the least or the most hours among all the ways of taking so many of the options of each choice."""
    if math.prod(math.comb(len(options), count) for options, count in numbers) > MOST_SELECTIONS:
        return otherwise
    ways = product(*(combinations(options, count) for options, count in numbers))
    return of(worth(frozenset(option for part in way for option in part)) for way in ways)
