"""What every partnership finds there: grids, kinds of bodies, cards of the library."""

from typing import Any

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training.catalogue.enums import Provenance
from training.cooperation.enums import CardKind, DispositifCategory, Theme
from training.cooperation.grid import GridDefinition, definition_of
from training.database import Base, WithId


class Grid(WithId, Base):
    """One version of a grid. The database refuses to change it: what was answered keeps its meaning (R83)."""

    __tablename__ = "cooperation_grid"
    __table_args__ = (UniqueConstraint("code", "version"),)
    code: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(160))
    note: Mapped[str] = mapped_column(Text, default="")
    provenance: Mapped[Provenance]
    source: Mapped[str] = mapped_column(String(200), default="")
    content: Mapped[dict[str, Any]]

    @property
    def definition(self) -> GridDefinition:
        """What it says."""
        return definition_of(self.content)

    @property
    def label(self) -> str:
        """Its name and version."""
        return f"{self.name} (version {self.version})"


class DispositifKind(Base):
    """A kind of body of a territory: the described ones have a whole reference sheet, the list stays open (R128)."""

    __tablename__ = "dispositif_kind"
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    full_name: Mapped[str] = mapped_column(String(200), default="")
    category: Mapped[DispositifCategory]
    position: Mapped[int]
    described: Mapped[bool] = mapped_column(default=False)
    legal_text: Mapped[str] = mapped_column(String(200), default="")
    carrier: Mapped[str] = mapped_column(Text, default="")
    scale: Mapped[str] = mapped_column(Text, default="")
    audience: Mapped[str] = mapped_column(Text, default="")
    level: Mapped[str] = mapped_column(Text, default="")
    action: Mapped[str] = mapped_column(Text, default="")
    missions: Mapped[list[str]] = mapped_column(default=list)
    pivot: Mapped[str] = mapped_column(Text, default="")
    contact_hint: Mapped[str] = mapped_column(Text, default="")
    search_key: Mapped[str] = mapped_column(Text, default="")


class LibraryCard(Base):
    """One idea of the library: a theme, a question, a step of the method, in our own words (R131)."""

    __tablename__ = "library_card"
    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    theme: Mapped[Theme]
    question: Mapped[str] = mapped_column(String(200), default="", index=True)
    kind: Mapped[CardKind]
    step: Mapped[str] = mapped_column(String(10), default="")
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    bodies: Mapped[list[str]] = mapped_column(default=list)
    position: Mapped[int]
    search_key: Mapped[str] = mapped_column(Text, default="")
