"""Grids, kinds of bodies and the library: added when missing, then compared; a grid in use never changes (R83)."""

from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from training.cooperation.enums import CardKind, DispositifCategory, Theme
from training.cooperation.grid import GridFault, GridFile, read_grid
from training.cooperation.models import DispositifKind, Grid, LibraryCard
from training.cooperation.rules.words import folded
from training.cooperation.services import grids
from training.database import db
from training.seeding import toml
from training.seeding.report import Report

KIND_TEXTS: Final = (
    "full_name",
    "legal_text",
    "carrier",
    "scale",
    "audience",
    "level",
    "action",
    "pivot",
    "contact_hint",
)
CARD_KEYS: Final = ("code", "theme", "question", "kind", "step", "title", "text", "bodies")


def load(report: Report, *, folder: Path = toml.SEEDS) -> None:
    """Load each file of ``grids/``, then the kinds of bodies and the cards. Flushes; raises ``SeedError``."""
    for path in sorted((folder / "grids").glob("*.toml")):
        _load_grid(report, path)
    _load_kinds(report, folder)
    _load_cards(report, folder)
    db.session.flush()


def _load_grid(report: Report, path: Path) -> None:
    try:
        file: GridFile = read_grid(path.read_text(encoding="utf-8"))
    except GridFault as fault:
        raise toml.SeedError(f"grids/{path.name}: {fault}") from fault
    name = f"grid {file.code} {file.version}"
    held = db.session.scalar(select(Grid).where(Grid.code == file.code, Grid.version == file.version))
    if held is None:
        grids.keep(file)
        report.created.append(name)
    else:
        report.compare(name, {"content": held.definition}, {"content": file.definition})


def _load_kinds(report: Report, folder: Path) -> None:
    held = {kind.code: kind for kind in db.session.scalars(select(DispositifKind))}
    for position, table in enumerate(toml.read("dispositifs", folder=folder)["dispositifs"]):
        where = f"dispositifs.toml, {table.get('code')}"
        toml.only(table, ("code", "name", "category", "missions", *KIND_TEXTS), where=where)
        values: dict[str, Any] = {
            "name": toml.needed(table, "name", where=where),
            "category": DispositifCategory(toml.needed(table, "category", where=where)),
            "missions": table.get("missions", []),
            "described": "missions" in table,
            **{key: table.get(key, "") for key in KIND_TEXTS},
        }
        words = " ".join(str(value) for value in (table["name"], *values["missions"], *(values[k] for k in KIND_TEXTS)))
        values["search_key"] = folded(words)
        _keep(report, DispositifKind, held.get(table["code"]), {"code": table["code"], "position": position}, values)


def _load_cards(report: Report, folder: Path) -> None:
    held = {card.code: card for card in db.session.scalars(select(LibraryCard))}
    known = set(db.session.scalars(select(DispositifKind.code)))
    for path in sorted((folder / "library").glob("*.toml")):
        for position, table in enumerate(toml.read(f"library/{path.stem}", folder=folder)["cards"]):
            where = f"library/{path.name}, {table.get('code')}"
            toml.only(table, CARD_KEYS, where=where)
            strange = set(table.get("bodies", ())) - known
            if strange:
                raise toml.SeedError(f"{where}: no such kind of body {min(strange)}")
            values = {
                "theme": Theme(toml.needed(table, "theme", where=where)),
                "kind": CardKind(toml.needed(table, "kind", where=where)),
                "question": table.get("question", ""),
                "step": table.get("step", ""),
                "title": toml.needed(table, "title", where=where),
                "text": toml.needed(table, "text", where=where),
                "bodies": table.get("bodies", []),
            }
            values["search_key"] = folded(f"{values['title']} {values['text']} {values['question']}")
            _keep(report, LibraryCard, held.get(table["code"]), {"code": table["code"], "position": position}, values)


def _keep(report: Report, model: Any, held: Any, key: dict[str, Any], values: dict[str, Any]) -> None:
    name = f"{model.__tablename__} {key['code']}"
    if held is None:
        db.session.add(model(**key, **values))
        report.created.append(name)
    else:
        report.compare(name, {name: getattr(held, name) for name in values}, values)
