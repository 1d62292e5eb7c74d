"""Plain data behind lists: columns, sorting, filters with counts, pages.

Queries build these, templates of ``templates/components/`` print them; no HTTP here.
Addresses are made by callables the route gives, so that filters, sort and page are
always kept in the address.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")

PER_PAGE = 50
"""Rows of a page of a list, unless the screen says otherwise."""

_AROUND = 1  # pages shown on each side of the current one


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``numeric`` aligns its figures to the right."""

    key: str
    label: str
    sortable: bool = False
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Sort:
    """The order of a list: the ``key`` of a column, and its direction.

    ``url`` receives the value to put in the address (see :meth:`read`).
    """

    key: str
    descending: bool
    url: Callable[[str], str]

    @classmethod
    def read(cls, value: str | None, columns: Sequence[Column], *, default: str, url: Callable[[str], str]) -> "Sort":
        """Read ``"name"`` or ``"-name"`` from the address; anything unknown falls back to ``default``."""
        keys = {column.key for column in columns if column.sortable}
        chosen = value if value and value.removeprefix("-") in keys else default
        return cls(key=chosen.removeprefix("-"), descending=chosen.startswith("-"), url=url)

    @property
    def value(self) -> str:
        """The order as the address writes it."""
        return f"-{self.key}" if self.descending else self.key

    def aria(self, column: Column) -> str | None:
        """Return the column's ``aria-sort``, or None when the list is not sorted by it."""
        if column.key != self.key:
            return None
        return "descending" if self.descending else "ascending"

    def href(self, column: Column) -> str:
        """Return the address that sorts by this column, or turns it round when it already does."""
        turned = column.key == self.key and not self.descending
        return self.url(f"-{column.key}" if turned else column.key)


@dataclass(frozen=True, slots=True)
class FilterLink:
    """One choice of a filter: a plain link, how many rows it shows, whether it is the one in force."""

    label: str
    href: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True, slots=True)
class FilterGroup:
    """The choices of one question ("État", "Région")."""

    label: str
    links: Sequence[FilterLink]


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a list. Numbers begin at 1; an empty list has one empty page."""

    items: Sequence[Item]
    number: int
    total: int
    per_page: int
    url: Callable[[int], str]

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, math.ceil(self.total / self.per_page))

    @property
    def first(self) -> int:
        """The rank of the first row shown, 0 when there is none."""
        return (self.number - 1) * self.per_page + 1 if self.items else 0

    @property
    def last(self) -> int:
        """The rank of the last row shown."""
        return self.first + len(self.items) - 1 if self.items else 0

    @property
    def previous(self) -> str | None:
        """The address of the page before, or None."""
        return self.url(min(self.number - 1, self.pages)) if self.number > 1 else None

    @property
    def next(self) -> str | None:
        """The address of the page after, or None."""
        return self.url(self.number + 1) if self.number < self.pages else None

    @property
    def numbers(self) -> list[int | None]:
        """The page numbers to show: both ends and those around the current one, None for a gap."""
        near = range(self.number - _AROUND, self.number + _AROUND + 1)
        shown = sorted({1, self.pages} | {number for number in near if 1 <= number <= self.pages})
        numbers: list[int | None] = []
        for number in shown:
            before = numbers[-1] if numbers else None
            if before is not None and number == before + 2:
                numbers.append(before + 1)  # a gap of one page is the page itself
            elif before is not None and number > before + 2:
                numbers.append(None)
            numbers.append(number)
        return numbers


def page_number(value: str | None) -> int:
    """Read a page number from the address; anything that is not one is the first page."""
    return max(1, int(value)) if value and value.isascii() and value.isdigit() and len(value) < 7 else 1  # noqa: PLR2004 - a million pages is a typing slip


def offset(number: int, per_page: int = PER_PAGE) -> int:
    """Return how many rows stand before this page."""
    return (number - 1) * per_page
