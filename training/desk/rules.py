"""What a desk is made of: lines that say what to do, dates to come, and their order of urgency. Pure.

A line is one sentence with a verb, about one thing, with one act (R97: it says in which capacity).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from training.common import clock
from training.common.formatting import NBSP, enumeration, plural, relative_day

NAMED: Final = 3
"""How many people a line names before it says “et 12 autres”."""
WEEK: Final = timedelta(days=7)
DATES_SHOWN: Final = 6
FAR: Final = date.max


@dataclass(frozen=True, slots=True)
class Line:
    """Something to do, about a ``thing``; ``about`` says more of it where there is more to say.

    ``due`` is the day it must be done by, ``since`` the day it has waited from. ``weight`` ranks what has no
    near day: 0 first.
    """

    sentence: str
    thing: str
    act: str
    href: str
    capacity: str
    about: str = ""
    due: date | None = None
    since: date | None = None
    prefix: str = ""
    weight: int = 5

    @property
    def is_late(self) -> bool:
        """Whether its day is past."""
        return self.due is not None and self.due < clock.today()

    @property
    def when(self) -> str:
        """Its date in words: “en retard de 2 jours”, “clôture dans 3 jours”, “attend depuis 6 jours”."""
        if self.due is not None:
            days = (clock.today() - self.due).days
            words = f"en retard de {plural(days, 'jour')}" if days > 0 else f"{self.prefix} {relative_day(self.due)}"
            return words.strip()
        if self.since is not None and self.since < clock.today():
            return f"attend depuis {plural((clock.today() - self.since).days, 'jour')}"
        return "arrivé aujourd’hui" if self.since is not None else ""


@dataclass(frozen=True, slots=True)
class Coming:
    """A date to come: nothing to do, but to know. ``until`` when it lasts several days."""

    day: date
    words: str
    thing: str = ""
    href: str | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A thing of one's own the desk leads to: its name, and what is to be known of it."""

    name: str
    words: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """Things of one kind."""

    title: str
    items: Sequence[Item]


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of one urgency; no title when they are all there is."""

    title: str
    lines: Sequence[Line]


@dataclass(slots=True)
class Desk:
    """Everything the desk of a person shows."""

    lines: list[Line] = field(default_factory=list)
    dates: list[Coming] = field(default_factory=list)
    panels: list[Panel] = field(default_factory=list)
    has_people: bool = False
    """Whether others' learning is hers to follow, so that a search is of use to her."""

    @property
    def groups(self) -> list[Group]:
        """The lines by urgency: late, this week, then the rest; a group without lines is left out."""
        this_week = clock.today() + WEEK
        late = in_order(line for line in self.lines if line.is_late)
        soon = in_order(line for line in self.lines if line.due and not line.is_late and line.due <= this_week)
        rest = by_weight(line for line in self.lines if line.due is None or line.due > this_week)
        named = (("En retard", late), ("Dans les sept jours", soon), ("Ensuite" if late or soon else "", rest))
        return [Group(title, group) for title, group in named if group]

    @property
    def coming(self) -> list[Coming]:
        """The next dates, nearest first, each once."""
        return sorted(set(self.dates), key=lambda coming: (coming.day, coming.words))[:DATES_SHOWN]


def in_order(lines: Iterable[Line]) -> list[Line]:
    """Return the lines from the nearest day to the farthest, then by weight, then by what waits longest."""
    return sorted(lines, key=lambda line: (line.due or FAR, line.weight, line.since or FAR, line.sentence))


def by_weight(lines: Iterable[Line]) -> list[Line]:
    """Return lines whose day is far or unknown: the weightiest first, then by day, then by what waits longest."""
    return sorted(lines, key=lambda line: (line.weight, line.due or FAR, line.since or FAR, line.sentence))


def names(people: Sequence[str], total: int) -> str:
    """Return “Léa Martin, Paul Petit et 12 autres”: at most ``NAMED`` names, then how many more."""
    shown = list(people[:NAMED])
    others = total - len(shown)
    if others > 0:
        shown.append(f"{others}{NBSP}{'autres' if others > 1 else 'autre'}")
    return enumeration(shown)


def day_of(moment: datetime | None) -> date | None:
    """Return the day in Paris of an instant."""
    return clock.in_paris(moment).date() if moment else None
