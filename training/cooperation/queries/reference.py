"""Kinds of bodies, the library, the grids: what every partnership finds there."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select

from training.common.errors import NotFound
from training.common.listing import PER_PAGE, Page, offset
from training.cooperation.enums import CardKind, Theme
from training.cooperation.models import DispositifKind, Grid, LibraryCard
from training.cooperation.rules.words import folded
from training.database import db


def _has_words(column: Any, words: str) -> list[ColumnElement[bool]]:
    """Return the conditions: each word is there, whatever its accents and capitals."""
    return [column.contains(word, autoescape=True) for word in folded(words).split()]


def kinds(words: str = "") -> Sequence[DispositifKind]:
    """Return the kinds of bodies, the described ones first, that hold all the words. One SELECT."""
    query = select(DispositifKind).where(*_has_words(DispositifKind.search_key, words))
    return db.session.scalars(query.order_by(DispositifKind.position, DispositifKind.code)).all()


def find_kind(code: str) -> DispositifKind:
    """Return a kind of bodies; ``NotFound`` if nobody described it."""
    kind = db.session.get(DispositifKind, code)
    if kind is None or not kind.described:
        raise NotFound
    return kind


@dataclass(frozen=True, slots=True)
class LibraryFilters:
    """What one looks for in the library."""

    words: str = ""
    theme: Theme | None = None
    kind: CardKind | None = None
    question: str = ""
    step: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return them as conditions."""
        found = _has_words(LibraryCard.search_key, self.words)
        if self.theme is not None:
            found.append(LibraryCard.theme == self.theme)
        if self.kind is not None:
            found.append(LibraryCard.kind == self.kind)
        if self.question:
            found.append(LibraryCard.question == self.question)
        if self.step:
            found.append(LibraryCard.step == self.step)
        return found


def cards(filters: LibraryFilters, number: int, url: Callable[[int], str]) -> Page[LibraryCard]:
    """Return a page of the cards looked for. Two SELECTs."""
    conditions = filters.conditions()
    total = db.session.scalar(select(func.count()).select_from(LibraryCard).where(*conditions)) or 0
    query = select(LibraryCard).where(*conditions)
    order = (LibraryCard.theme, LibraryCard.position, LibraryCard.code)
    found = db.session.scalars(query.order_by(*order).limit(PER_PAGE).offset(offset(number)))
    return Page(found.all(), number, total, PER_PAGE, url)


def find_card(code: str) -> LibraryCard:
    """Return a card, or raise ``NotFound``."""
    card = db.session.get(LibraryCard, code)
    if card is None:
        raise NotFound
    return card


def questions(theme: Theme | None) -> list[str]:
    """Return the questions of a theme, or of all. One SELECT."""
    query = select(LibraryCard.question, func.min(LibraryCard.theme), func.min(LibraryCard.position))
    query = query.where(LibraryCard.question != "").group_by(LibraryCard.question)
    if theme is not None:
        query = query.where(LibraryCard.theme == theme)
    rows = db.session.execute(query.order_by(func.min(LibraryCard.theme), func.min(LibraryCard.position)))
    return [row[0] for row in rows]


def kind_names() -> dict[str, str]:
    """Return the name of each kind of bodies, by its code. One SELECT."""
    return dict(db.session.execute(select(DispositifKind.code, DispositifKind.name)).all())


def grids() -> Sequence[Grid]:
    """Return the grids, the official ones first, the newest version of each before the others. One SELECT."""
    query = select(Grid).order_by(Grid.provenance.desc(), Grid.name, Grid.version.desc())
    return db.session.scalars(query).all()


def find_grid(grid_id: uuid.UUID) -> Grid:
    """Return a grid, or raise ``NotFound``."""
    grid = db.session.get(Grid, grid_id)
    if grid is None:
        raise NotFound
    return grid
