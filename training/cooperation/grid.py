"""A grid of self-assessment: what its file says, checked line by line (R83). Pure.

A grid is data: a scale, steps with their items, bands of the total with their advice, and the
answers that sit oddly together. Loading another one takes a file and no code.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Final

from training.catalogue.enums import Provenance

FILE_KEYS: Final = frozenset(
    {"code", "version", "name", "note", "provenance", "source", "choices", "steps", "bands", "cautions"}
)


class GridFault(ValueError):
    """A grid file that cannot be used; the message is French and names the line."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of the scale, and the points it is worth."""

    code: str
    label: str
    points: int


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a territory has, has in part, or has not."""

    code: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class GridStep:
    """A step of the method, with its items."""

    code: str
    title: str
    hint: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """What a total from ``low`` to ``high`` means, and what to do then."""

    low: int
    high: int
    label: str
    meaning: str
    advice: str


@dataclass(frozen=True, slots=True)
class Caution:
    """Answers that sit oddly together: one of ``others`` says more than ``item`` (R78).

    ``only_lowest``: odd only when ``item`` has the lowest answer and another has not.
    """

    item: str
    others: tuple[str, ...]
    only_lowest: bool
    text: str


@dataclass(frozen=True)
class GridDefinition:
    """All that a grid says."""

    choices: tuple[Choice, ...]
    steps: tuple[GridStep, ...]
    bands: tuple[Band, ...]
    cautions: tuple[Caution, ...]

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The items of all steps, in order."""
        return tuple(item for step in self.steps for item in step.items)

    @cached_property
    def points(self) -> Mapping[str, int]:
        """Points of each choice, by its code."""
        return {choice.code: choice.points for choice in self.choices}

    @cached_property
    def top(self) -> int:
        """The most an item is worth."""
        return max(choice.points for choice in self.choices)

    @cached_property
    def bottom(self) -> int:
        """The least an item is worth."""
        return min(choice.points for choice in self.choices)

    @property
    def maximum(self) -> int:
        """The highest total."""
        return self.top * len(self.items)

    def label(self, choice: str | None) -> str:
        """Return how an answer reads; none given is « non tranché », which is not the lowest answer (R74, R130)."""
        return next((each.label for each in self.choices if each.code == choice), "non tranché")

    def item(self, code: str) -> Item:
        """Return an item; ``KeyError`` for a code the grid does not have."""
        for item in self.items:
            if item.code == code:
                return item
        raise KeyError(code)

    def band(self, total: int) -> Band:
        """Return the band of a final total (R76)."""
        return next(band for band in self.bands if band.low <= total <= band.high)

    def as_data(self) -> dict[str, Any]:
        """Return the definition as plain data, to be stored."""
        return asdict(self)


def definition_of(data: Mapping[str, Any]) -> GridDefinition:
    """Return the definition stored as plain data; it was checked when it was loaded."""
    return GridDefinition(
        choices=tuple(Choice(**choice) for choice in data["choices"]),
        steps=tuple(
            GridStep(**{**step, "items": tuple(Item(**item) for item in step["items"])}) for step in data["steps"]
        ),
        bands=tuple(Band(**band) for band in data["bands"]),
        cautions=tuple(Caution(**{**caution, "others": tuple(caution["others"])}) for caution in data["cautions"]),
    )


@dataclass(frozen=True, slots=True)
class GridFile:
    """A grid as its file gives it."""

    code: str
    version: int
    name: str
    note: str
    provenance: Provenance
    source: str
    definition: GridDefinition


class _Reader:
    """Reads one file; every fault names its line."""

    def __init__(self, text: str) -> None:
        self._lines = text.replace("\r\n", "\n").split("\n")

    def fault(self, header: str, rank: int, words: str) -> GridFault:
        """Return the fault of the ``rank``-th table of this header, with its line."""
        marks = [number for number, line in enumerate(self._lines, 1) if line.strip() == f"[[{header}]]"]
        line = marks[rank] if rank < len(marks) else 1
        return GridFault(f"Ligne {line} : {words}")

    def table(self, table: object, header: str, rank: int, texts: Iterable[str], rest: Iterable[str] = ()) -> Any:
        """Return a table whose keys are known and whose texts are there."""
        if not isinstance(table, dict):
            raise self.fault(header, rank, f"« {header} » attend une suite de tableaux [[{header}]].")
        for key in texts:
            if not isinstance(table.get(key), str) or not table[key].strip():
                raise self.fault(header, rank, f"il manque « {key} », un texte entre guillemets.")
        strange = set(table) - set(texts) - set(rest)
        if strange:
            raise self.fault(header, rank, f"« {min(strange)} » n’est pas un champ connu.")
        return table

    def whole(self, table: Mapping[str, Any], key: str, header: str, rank: int) -> int:
        """Return a whole number, zero or more."""
        value = table.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.fault(header, rank, f"« {key} » attend un nombre entier, zéro ou plus.")
        return value

    def unique(self, codes: Sequence[str], header: str) -> None:
        """Refuse a code given twice."""
        for rank, code in enumerate(codes):
            if code in codes[:rank]:
                raise self.fault(header, rank, f"le code « {code} » sert déjà.")


def read_grid(text: str) -> GridFile:
    """Return the grid a TOML file describes.

    Raises ``GridFault``, naming the line, for what is missing, unknown or given twice, and for bands that leave a
    hole, overlap, or do not go from zero to the highest total.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise GridFault(f"Ce fichier n’est pas du TOML : {fault}") from fault
    strange = set(data) - FILE_KEYS
    if strange:
        raise GridFault(f"Ligne 1 : « {min(strange)} » n’est pas un champ connu d’une grille.")
    reader = _Reader(text)
    head = reader.table({key: data[key] for key in ("code", "name") if key in data}, "head", 0, ("code", "name"))
    provenance = data.get("provenance", Provenance.EXAMPLE.value)
    if provenance not in list(Provenance):
        raise GridFault("Ligne 1 : « provenance » vaut officiel ou exemple.")
    choices = _choices(reader, data.get("choices", []))
    steps = _steps(reader, data.get("steps", []))
    definition = GridDefinition(choices, steps, (), ())
    return GridFile(
        code=head["code"],
        version=reader.whole({"version": data.get("version", 1)}, "version", "head", 0),
        name=head["name"],
        note=str(data.get("note", "")),
        provenance=Provenance(provenance),
        source=str(data.get("source", "")),
        definition=GridDefinition(
            choices,
            steps,
            _bands(reader, data.get("bands", []), definition.maximum),
            _cautions(reader, data.get("cautions", []), {item.code for item in definition.items}),
        ),
    )


def _choices(reader: _Reader, tables: Sequence[Any]) -> tuple[Choice, ...]:
    found = []
    for rank, table in enumerate(tables):
        reader.table(table, "choices", rank, ("code", "label"), ("points",))
        found.append(Choice(table["code"], table["label"], reader.whole(table, "points", "choices", rank)))
    reader.unique([choice.code for choice in found], "choices")
    if len({choice.points for choice in found}) < 2:  # noqa: PLR2004 - one answer alone says nothing
        raise reader.fault("choices", 0, "l’échelle compte au moins deux réponses, de points différents.")
    return tuple(found)


def _steps(reader: _Reader, tables: Sequence[Any]) -> tuple[GridStep, ...]:
    steps: list[GridStep] = []
    codes: list[str] = []
    for rank, table in enumerate(tables):
        reader.table(table, "steps", rank, ("code", "title"), ("hint", "items"))
        items = []
        for item in table.get("items", []):
            reader.table(item, "steps.items", len(codes), ("code", "label"), ("hint",))
            items.append(Item(item["code"], item["label"], item.get("hint", "")))
            codes.append(item["code"])
        if not items:
            raise reader.fault("steps", rank, "une étape compte au moins une question [[steps.items]].")
        steps.append(GridStep(table["code"], table["title"], table.get("hint", ""), tuple(items)))
    reader.unique([step.code for step in steps], "steps")
    reader.unique(codes, "steps.items")
    if not steps:
        raise reader.fault("steps", 0, "une grille compte au moins une étape [[steps]].")
    return tuple(steps)


def _bands(reader: _Reader, tables: Sequence[Any], maximum: int) -> tuple[Band, ...]:
    bands: list[Band] = []
    for rank, table in enumerate(tables):
        reader.table(table, "bands", rank, ("label", "advice"), ("low", "high", "meaning"))
        low, high = (reader.whole(table, key, "bands", rank) for key in ("low", "high"))
        expected = bands[-1].high + 1 if bands else 0
        if low < expected:
            raise reader.fault("bands", rank, f"ce palier commence à {low} et recouvre le précédent.")
        if low > expected:
            raise reader.fault("bands", rank, f"ce palier commence à {low} : il manque {expected} à {low - 1}.")
        if high < low:
            raise reader.fault("bands", rank, f"ce palier finit à {high}, avant de commencer à {low}.")
        bands.append(Band(low, high, table["label"], table.get("meaning", ""), table["advice"]))
    last = bands[-1].high if bands else -1
    if last != maximum:
        raise reader.fault(
            "bands", max(len(bands) - 1, 0), f"les paliers vont jusqu’à {last} ; le total le plus haut est {maximum}."
        )
    return tuple(bands)


def _cautions(reader: _Reader, tables: Sequence[Any], known: set[str]) -> tuple[Caution, ...]:
    cautions = []
    for rank, table in enumerate(tables):
        reader.table(table, "cautions", rank, ("item", "text"), ("others", "only_lowest"))
        others = tuple(table.get("others", ()))
        unknown = [code for code in (table["item"], *others) if code not in known]
        if unknown or not others:
            raise reader.fault(
                "cautions", rank, f"« {unknown[0] if unknown else 'others'} » ne désigne pas une question."
            )
        cautions.append(Caution(table["item"], others, bool(table.get("only_lowest")), table["text"]))
    return tuple(cautions)
