"""Presences of many learners counted at once: the same figures as :mod:`presence`, in a few operations each. Pure.

The half-days of a cohort are numbered once; what is known of a learner is then whole numbers, one bit a half-day. A test holds
that both ways give the same figures.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, Final, NamedTuple

from training.catalogue.enums import CreditMode, PartialCredit
from training.seminars.enums import Presence
from training.seminars.rules.carried import Carried, carried_over
from training.seminars.rules.presence import CENT, Terms

THERE: Final = frozenset({Presence.PRESENT, Presence.PARTIAL})


@dataclass(frozen=True, slots=True)
class Counted:
    """A half-day as it counts for whoever is expected; ``key`` is how entries name it.

    ``is_open``: nobody has said yet who was there, since it is to come or its sheet is not locked. ``at_choice``: it
    concerns whoever chose one of its modules (R104).
    """

    key: str
    starts_on: date
    worth: Decimal
    length: Decimal
    variants: frozenset[uuid.UUID] = frozenset()
    modules: tuple[uuid.UUID, ...] = ()
    at_choice: bool = False
    counts: bool = True
    is_off: bool = False
    is_open: bool = False
    is_ahead: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """What sheets say of a learner on some half-days, the same of each."""

    presence: Presence
    keys: Sequence[str]
    hours: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of a learner: what sheets say, what she made up, was dispensed from, chose, brought with her."""

    said: Sequence[Word] = ()
    made_up: Sequence[Word] = ()
    dispensed: Sequence[str] = ()
    chosen: frozenset[uuid.UUID] = frozenset()
    carried: Sequence[Carried] = ()


NOTHING: Final = Known()


class ModuleTally(NamedTuple):
    """Half-days of one module: those that concern her, satisfied, to come, and held without a locked sheet."""

    total: int = 0
    satisfied: int = 0
    ahead: int = 0
    unlocked: int = 0

    @property
    def missed(self) -> int:
        """Those over without her, that can only be made up or dispensed."""
        return self.total - self.satisfied - self.ahead - self.unlocked


@dataclass(frozen=True, slots=True)
class Tally:
    """A learner’s presence in figures; hours are null while the edition does not say how many are asked."""

    credited: Decimal | None
    possible: Decimal | None
    modules: Mapping[uuid.UUID, ModuleTally] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """The half-days that concern one variant of a cohort, as bits."""

    variant_id: uuid.UUID
    half_days: Sequence[Counted]
    bits: dict[str, int] = field(default_factory=dict)
    expected: int = 0
    off: int = 0
    open: int = 0
    ahead: int = 0
    worthy: int = 0
    modules: dict[uuid.UUID, int] = field(default_factory=dict)
    has_choices: bool = False
    days: dict[tuple[date | None, date | None], int] = field(default_factory=dict)
    known: dict[Any, Tally] = field(default_factory=dict)
    """What was already counted: learners who came to the same half-days have the same figures."""

    def __post_init__(self) -> None:
        """Number the half-days."""
        self.has_choices = any(half_day.at_choice for half_day in self.half_days)
        for position, half_day in enumerate(self.half_days):
            bit = 1 << position
            self.bits[half_day.key] = bit
            if not half_day.variants or self.variant_id in half_day.variants:
                self.expected |= bit
            self.off |= bit if half_day.is_off else 0
            self.open |= bit if half_day.is_open else 0
            self.ahead |= bit if half_day.is_ahead else 0
            self.worthy |= bit if half_day.worth > 0 else 0
            if half_day.counts:
                for module in half_day.modules:
                    self.modules[module] = self.modules.get(module, 0) | bit

    def mask(self, keys: Iterable[str]) -> int:
        """Return half-days as bits; those of other cohorts are left out."""
        bits, found = self.bits, 0
        for key in keys:
            found |= bits.get(key, 0)
        return found

    def unchosen(self, chosen: frozenset[uuid.UUID]) -> int:
        """Return the half-days at choice that whoever chose these modules does not follow (R104)."""
        found = 0
        for position, half_day in enumerate(self.half_days):
            if half_day.at_choice and chosen.isdisjoint(half_day.modules):
                found |= 1 << position
        return found

    def starting(self, *, before: date | None = None, since: date | None = None) -> int:
        """Return the half-days that take place before a day, or from it on."""
        found = self.days.get((before, since))
        if found is None:
            found = self.days[before, since] = self._starting(before, since)
        return found

    def _starting(self, before: date | None, since: date | None) -> int:
        found = 0
        for position, half_day in enumerate(self.half_days):
            if (before is not None and half_day.starts_on < before) or (
                since is not None and half_day.starts_on >= since
            ):
                found |= 1 << position
        return found


def tally(plan: Plan, known: Known, terms: Terms, *, entered_on: date, left_on: date | None) -> Tally:
    """Return the figures of one learner (R44–R46, R115, R116)."""
    said = there = by_sheet = 0
    partly: list[tuple[int, Decimal | None]] = []
    for word in known.said:
        mask = plan.mask(word.keys)
        said |= mask
        if word.presence in THERE:
            there |= mask
            if word.presence is Presence.PARTIAL:
                partly.append((mask, word.hours))
        elif word.presence is Presence.DISPENSED:
            by_sheet |= mask
    dispensed = plan.mask(known.dispensed)
    made_up, before = 0, there | (said & (by_sheet | dispensed))
    for word in known.made_up:
        mask = plan.mask(word.keys)
        made_up |= mask
        if word.presence is Presence.PARTIAL:
            partly.append((mask & ~before, word.hours))
    unsaid = plan.expected & ~plan.off & ~said
    if plan.has_choices:
        unsaid &= ~plan.unchosen(known.chosen)
    if left_on is not None:
        unsaid &= ~plan.starting(since=left_on)
    whole = unsaid | said
    satisfied = there | by_sheet | ((dispensed | made_up) & whole)
    brought = _brought(plan, known, whole & ~satisfied)
    satisfied |= sum(1 << place for place in brought)
    in_part = InPart(partly, brought)
    waiting = unsaid & ~satisfied & plan.open & ~plan.starting(before=entered_on)
    key = (terms, whole, satisfied, waiting, tuple(brought.items()), *partly)
    found: Tally | None = plan.known.get(key)
    if found is None:
        found = plan.known[key] = Tally(
            credited=_credit(plan, whole, satisfied, in_part, terms),
            possible=_credit(plan, whole, satisfied | waiting, in_part, terms),
            modules=_by_module(plan, whole, satisfied, waiting),
        )
    return found


def _by_module(plan: Plan, whole: int, satisfied: int, waiting: int) -> dict[uuid.UUID, ModuleTally]:
    return {
        module: ModuleTally(
            total=(whole & mask).bit_count(),
            satisfied=(satisfied & mask).bit_count(),
            ahead=(waiting & plan.ahead & mask).bit_count(),
            unlocked=(waiting & ~plan.ahead & mask).bit_count(),
        )
        for module, mask in plan.modules.items()
    }


def _brought(plan: Plan, known: Known, awaited: int) -> Mapping[int, Fraction]:
    """Return the half-days, still awaited, that stand for those of the cohort she left, and what each is worth (R116)."""
    if not known.carried:
        return {}
    found = carried_over(plan.half_days, known.carried, variant_id=plan.variant_id, chosen=known.chosen)
    return {place: worth for place, worth in found.items() if awaited >> place & 1}


@dataclass(frozen=True, slots=True)
class InPart:
    """What counts for less than a half-day: followed in part, with the hours spent; carried, with what each is worth."""

    partly: Sequence[tuple[int, Decimal | None]]
    brought: Mapping[int, Fraction]


def _credit(plan: Plan, whole: int, satisfied: int, in_part: InPart, terms: Terms) -> Decimal | None:
    counting = whole & plan.worthy
    followed = counting & satisfied
    partial = terms.partial or PartialCredit.HOURS
    lost = [(place, 1 - worth) for place, worth in in_part.brought.items() if counting >> place & 1]
    if partial is not PartialCredit.FULL:
        lost += [
            (position, _lost(plan.half_days[position], hours, partial))
            for mask, hours in in_part.partly
            for position in _positions(mask & followed)
        ]
    if terms.mode is CreditMode.EXPLICIT:
        total = sum((Fraction(plan.half_days[position].worth) for position in _positions(followed)), Fraction(0))
        total -= sum((part * Fraction(plan.half_days[position].worth) for position, part in lost), Fraction(0))
    elif terms.required is None:
        return None
    else:
        shares = followed.bit_count() - sum((part for _position, part in lost), Fraction(0))
        total = Fraction(terms.required * shares) / counting.bit_count() if counting else Fraction(0)
    value = total if terms.required is None else min(total, Fraction(terms.required))
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(CENT, ROUND_HALF_UP)


def _lost(half_day: Counted, hours: Decimal | None, partial: PartialCredit) -> Fraction:
    """Return the share of a half-day followed in part that is not credited (R115)."""
    if partial is PartialCredit.NONE or hours is None or half_day.length <= 0:
        return Fraction(1)
    return 1 - min(Fraction(1), Fraction(hours) / Fraction(half_day.length))


def _positions(mask: int) -> Iterable[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
