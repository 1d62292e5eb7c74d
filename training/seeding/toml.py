"""Reading the reference data: TOML tables whose every key must be known, so that a slip of the pen is told."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from training.config import ROOT

SEEDS: Final = ROOT / "seeds"

Table = Mapping[str, Any]


class SeedError(ValueError):
    """A seed file says something the house does not understand; the message names the file and the key."""


def read(name: str, *, folder: Path = SEEDS) -> dict[str, Any]:
    """Return the content of ``folder/name.toml``; raise ``SeedError`` if it is missing or not TOML."""
    path = folder / f"{name}.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as fault:
        raise SeedError(f"{path.name}: {fault}") from fault


def only(table: Table, keys: Iterable[str], *, where: str) -> None:
    """Raise ``SeedError`` if the table holds a key that is not listed."""
    strange = set(table) - set(keys)
    if strange:
        raise SeedError(f"{where}: unknown key {', '.join(sorted(strange))}")


def needed(table: Table, key: str, *, where: str) -> Any:
    """Return a value that must be there, or raise ``SeedError``."""
    if key not in table:
        raise SeedError(f"{where}: {key} is missing")
    return table[key]
