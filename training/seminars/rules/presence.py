"""What presences are worth: hours of présentiel, rate, what remains possible (R36, R38, R44–R46, R115, R116). Pure.

A learner’s half-days are told one by one as :class:`Line`; every figure is computed from these lines, never stored.
"""

import functools
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from training.catalogue.enums import CreditMode, PartialCredit
from training.common import clock
from training.seminars.enums import Presence

DEFAULT_THRESHOLD: Final = 100
"""Per cent of the expected half-days asked when the edition does not say (R44)."""

CENT: Final = Decimal("0.01")
WHOLE: Final = Fraction(1)
NONE: Final = Fraction(0)


class Standing(StrEnum):
    """How one half-day stands for one learner."""

    AHEAD = "ahead"
    ATTENDED = "attended"
    BEFORE_ENTRY = "before_entry"
    CARRIED = "carried"
    DISPENSED = "dispensed"
    MADE_UP = "made_up"
    MISSED = "missed"
    NOT_EXPECTED = "not_expected"
    OFF = "off"
    UNLOCKED = "unlocked"

    @property
    def label(self) -> str:
        """French name."""
        return {
            Standing.AHEAD: "à venir",
            Standing.ATTENDED: "suivie",
            Standing.BEFORE_ENTRY: "avant l’entrée en formation",
            Standing.CARRIED: "reprise d’une autre promotion",
            Standing.DISPENSED: "dispensée par l’école",
            Standing.MADE_UP: "rattrapée",
            Standing.MISSED: "manquée",
            Standing.NOT_EXPECTED: "pas sur la feuille",
            Standing.OFF: "annulée",
            Standing.UNLOCKED: "feuille à verrouiller",
        }[self]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {
            Standing.ATTENDED: "done",
            Standing.CARRIED: "done",
            Standing.DISPENSED: "done",
            Standing.MADE_UP: "done",
            Standing.MISSED: "refused",
            Standing.UNLOCKED: "progress",
        }.get(self, "neutral" if self in {Standing.OFF, Standing.NOT_EXPECTED, Standing.BEFORE_ENTRY} else "waiting")


TO_MAKE_UP: Final = frozenset({Standing.BEFORE_ENTRY, Standing.MISSED, Standing.NOT_EXPECTED})
"""What may still be made up elsewhere, or dispensed by the school (R45, R116)."""


@dataclass(frozen=True, slots=True)
class Taught:
    """A half-day as it counts: ``worth`` are its hours of présentiel (0 = none), ``length`` how long it lasted.

    ``is_taken_over``: its presences come from a spreadsheet kept before the tool (R114).

    ``is_core`` says that it teaches something else than complementary modules, ``counts`` that it teaches at all,
    ``at_choice`` that whoever chose none of its modules is not concerned (R104).
    """

    id: uuid.UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    worth: Decimal
    length: Decimal
    variants: frozenset[uuid.UUID] = frozenset()
    modules: tuple[uuid.UUID, ...] = ()
    at_choice: bool = False
    is_core: bool = True
    counts: bool = True
    is_off: bool = False
    is_locked: bool = False
    is_taken_over: bool = False

    @property
    def starts_on(self) -> date:
        """The day it takes place, in Paris."""
        return clock.in_paris(self.starts_at).date()


@dataclass(frozen=True, slots=True)
class Line:
    """One half-day of one learner: what its sheet says of her, what was made up elsewhere, or carried (``part``: its worth)."""

    half_day: Taught
    standing: Standing
    presence: Presence | None = None
    hours: Decimal | None = None
    part: Fraction = Fraction(1)

    @property
    def is_satisfied(self) -> bool:
        """Whether nothing more is asked of her for this half-day."""
        return self.standing in {Standing.ATTENDED, Standing.CARRIED, Standing.DISPENSED, Standing.MADE_UP}

    @property
    def is_held(self) -> bool:
        """Whether a locked sheet has said something of her; what is carried counts in hours only (R45)."""
        return self.standing in {Standing.ATTENDED, Standing.DISPENSED, Standing.MADE_UP, Standing.MISSED}


@dataclass(frozen=True, slots=True)
class Said:
    """What a locked sheet says of someone."""

    presence: Presence
    hours: Decimal | None = None


def line_of(
    half_day: Taught,
    *,
    variant_id: uuid.UUID,
    entered_on: date,
    left_on: date | None,
    said: Said | None,
    made_up: Said | None,
    dispensed: bool,
    now: datetime,
    chosen: frozenset[uuid.UUID] = frozenset(),
    carried: Fraction | None = None,
) -> Line | None:
    """Return how a half-day stands for a learner; null when it never concerned her (another variant or choice, after she left).

    ``said`` is the word of its locked sheet, ``made_up`` that of the sheet she was invited on, ``carried`` what the half-day
    is worth when it stands for one she followed in the cohort she left (R116).
    What a sheet said stands whatever has changed since: her variant, the half-day’s hour.
    """
    if said is not None:
        return _said(half_day, said, made_up, carried, dispensed=dispensed)
    gone = left_on is not None and half_day.starts_on >= left_on
    if gone or not _concerns(half_day, variant_id, chosen):
        return None
    if half_day.is_off:
        return Line(half_day, Standing.OFF)
    if made_up is not None:
        return Line(half_day, Standing.MADE_UP, made_up.presence, made_up.hours)
    if dispensed:
        return Line(half_day, Standing.DISPENSED, Presence.DISPENSED)
    standing = _unsaid(half_day, entered_on, now) if carried is None else Standing.CARRIED
    return Line(half_day, standing, part=Fraction(1) if carried is None else carried)


def _concerns(half_day: Taught, variant_id: uuid.UUID, chosen: frozenset[uuid.UUID]) -> bool:
    """Whether it is for her variant, and for what she chose (R36, R104)."""
    if half_day.variants and variant_id not in half_day.variants:
        return False
    return not (half_day.at_choice and chosen.isdisjoint(half_day.modules))


def _unsaid(half_day: Taught, entered_on: date, now: datetime) -> Standing:
    if half_day.starts_on < entered_on:
        return Standing.BEFORE_ENTRY
    if half_day.is_locked:
        return Standing.NOT_EXPECTED
    return Standing.AHEAD if half_day.ends_at > now else Standing.UNLOCKED


def _said(half_day: Taught, said: Said, made_up: Said | None, carried: Fraction | None, *, dispensed: bool) -> Line:
    if said.presence in {Presence.PRESENT, Presence.PARTIAL}:
        return Line(half_day, Standing.ATTENDED, said.presence, said.hours)
    if said.presence is Presence.DISPENSED or dispensed:
        return Line(half_day, Standing.DISPENSED, Presence.DISPENSED)
    if made_up is not None:
        return Line(half_day, Standing.MADE_UP, made_up.presence, made_up.hours)
    if carried is not None:
        return Line(half_day, Standing.CARRIED, part=carried)
    return Line(half_day, Standing.MISSED, said.presence)


def share(line: Line, partial: PartialCredit) -> Fraction:
    """Return which share of a half-day is credited, from 0 to 1 (R115)."""
    if not line.is_satisfied:
        return NONE
    if line.standing is Standing.CARRIED:
        return line.part
    if line.presence is not Presence.PARTIAL or partial is PartialCredit.FULL:
        return WHOLE
    if partial is PartialCredit.NONE or line.hours is None or line.half_day.length <= 0:
        return NONE
    return min(WHOLE, Fraction(line.hours) / Fraction(line.half_day.length))


def credit(
    lines: Iterable[Line],
    *,
    required: int | None,
    mode: CreditMode | None,
    partial: PartialCredit | None,
    supposing: frozenset[Standing] = frozenset(),
) -> Decimal | None:
    """Return the hours of présentiel credited, never above what is required (R46, R50); null when unknown.

    In proportion (the default): the required hours × the half-days followed ÷ all those of the variant, earlier
    ones included. Explicitly: the hours each half-day carries. ``supposing`` are the standings to take as attended.
    """
    counting = [line for line in lines if line.half_day.worth > 0 and line.standing is not Standing.OFF]
    shares = [
        (line, WHOLE if line.standing in supposing else share(line, partial or PartialCredit.HOURS))
        for line in counting
    ]
    if mode is CreditMode.EXPLICIT:
        total = sum((part * Fraction(line.half_day.worth) for line, part in shares), Fraction(0))
    elif required is None:
        return None
    else:
        total = required * _sum([part for _, part in shares]) / len(shares) if shares else NONE
    return _rounded(total if required is None else min(total, Fraction(required)))


def _sum(shares: Sequence[Fraction]) -> Fraction:
    """Return the sum of shares, of which nearly all are the whole or nothing."""
    whole = sum(part is WHOLE for part in shares)
    return sum((part for part in shares if part is not WHOLE and part is not NONE), Fraction(whole))


def _rounded(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the edition says of presence; null = its default."""

    required: int | None = None
    mode: CreditMode | None = None
    partial: PartialCredit | None = None
    threshold: int | None = None


@dataclass(frozen=True)
class LearnerPresence:
    """A learner’s presence: her half-days in order of time, and what they come to."""

    lines: Sequence[Line]
    terms: Terms = field(default_factory=Terms)

    @property
    def asked(self) -> int:
        """The rate asked, in per cent (R44)."""
        return DEFAULT_THRESHOLD if self.terms.threshold is None else self.terms.threshold

    def _core(self, *standings: Standing) -> list[Line]:
        return [
            line
            for line in self.lines
            if line.half_day.is_core and line.half_day.counts and (not standings or line.standing in standings)
        ]

    @functools.cached_property
    def held(self) -> list[Line]:
        """The core half-days on which a locked sheet has spoken, since she entered (R45)."""
        return [line for line in self._core() if line.is_held]

    @functools.cached_property
    def satisfied(self) -> list[Line]:
        """Those for which nothing more is asked."""
        return [line for line in self.held if line.is_satisfied]

    @property
    def missed(self) -> list[Line]:
        """Every half-day missed and neither made up nor dispensed, complementary ones too."""
        return [line for line in self.lines if line.standing is Standing.MISSED and line.half_day.counts]

    @property
    def ahead(self) -> list[Line]:
        """Those still to come."""
        return [line for line in self.lines if line.standing is Standing.AHEAD]

    @property
    def rate(self) -> Fraction | None:
        """The share of the expected core half-days she followed; null while none was held (R44)."""
        return Fraction(len(self.satisfied), len(self.held)) if self.held else None

    @property
    def percent(self) -> Decimal | None:
        """The rate as a ratio fit to be shown."""
        return None if self.rate is None else _rounded(self.rate)

    @property
    def is_to_regularise(self) -> bool:
        """Whether her rate is below what is asked: something must be made up, or dispensed by the school (R44)."""
        return self.rate is not None and self.rate * 100 < self.asked

    @property
    def to_regularise(self) -> list[Line]:
        """The core half-days to make up, when she is below what is asked."""
        return self._core(Standing.MISSED) if self.is_to_regularise else []

    @property
    def is_reachable(self) -> bool:
        """Whether coming to all that remains would be enough, without making anything up."""
        to_come = self._core(Standing.AHEAD, Standing.UNLOCKED)
        all_of_them = len(self.held) + len(to_come)
        return not all_of_them or Fraction(len(self.satisfied) + len(to_come), all_of_them) * 100 >= self.asked

    def _credit(self, supposing: frozenset[Standing] = frozenset()) -> Decimal | None:
        return credit(
            self.lines,
            required=self.terms.required,
            mode=self.terms.mode,
            partial=self.terms.partial,
            supposing=supposing,
        )

    @functools.cached_property
    def credited(self) -> Decimal | None:
        """Hours of présentiel credited so far (R46); null = à confirmer."""
        return self._credit()

    @functools.cached_property
    def possible(self) -> Decimal | None:
        """Hours she will have if she comes to all that remains."""
        return self._credit(frozenset({Standing.AHEAD, Standing.UNLOCKED}))

    @property
    def out_of_reach(self) -> Decimal | None:
        """Hours required that only making up or a dispensation can still give; null when unknown."""
        if self.terms.required is None or self.possible is None:
            return None
        return max(Decimal(0), self.terms.required - self.possible)

    @property
    def done_hours(self) -> Decimal:
        """Hours really spent in class, for a certificate: never those of a half-day she was dispensed from (R42)."""
        return sum((time_spent(line) for line in self.lines), Decimal(0))

    @property
    def missed_hours(self) -> Decimal:
        """Hours of the half-days she missed, and of what she missed of the others."""
        lost = sum((line.half_day.worth for line in self.lines if line.standing is Standing.MISSED), Decimal(0))
        partly = [line for line in self.lines if line.presence is Presence.PARTIAL and line.is_satisfied]
        return lost + sum((line.half_day.worth - time_spent(line) for line in partly), Decimal(0))


def time_spent(line: Line) -> Decimal:
    """Return the hours a learner really spent at a half-day, in class: none of a launch, of a dispensation."""
    if line.standing not in {Standing.ATTENDED, Standing.MADE_UP}:
        return Decimal(0)
    if line.presence is Presence.PARTIAL and line.hours is not None:
        return min(line.hours, line.half_day.worth)
    return line.half_day.worth


def in_turn(lines: Iterable[Line], now: datetime) -> tuple[list[Line], list[Line]]:
    """Return the half-days begun, the latest first, then those to come, the nearest first."""
    told = sorted(lines, key=lambda line: line.half_day.starts_at)
    begun = [line for line in told if line.half_day.starts_at <= now]
    return begun[::-1], [line for line in told if line.half_day.starts_at > now]


def carried_words(presence: LearnerPresence, origin: str) -> str:
    """Return what a certificate says of half-days followed in another cohort, which attests them itself; empty for none (R116)."""
    if not any(line.standing is Standing.CARRIED for line in presence.lines):
        return ""
    return f"Les demi-journées suivies auparavant, dans «\u202f{origin}\u202f», sont attestées par cette promotion."
