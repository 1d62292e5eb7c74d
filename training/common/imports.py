"""Spreadsheets people bring: read cell by cell, their columns recognised, every problem told with its row. Pure.

Workbooks (xlsx) and text (CSV) are read alike. :func:`read_sheet` opens one and refuses what no import can trust (merged cells, formulas, too many rows);
:func:`guess` proposes which column holds what; :func:`parse` reads every row and lists every problem. What a row
means is the room's: an :class:`ImportKind` gives its fields, checks rows against what is there, and writes them.
"""

import re
import uuid
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import IO, TYPE_CHECKING, Any, Final

from training.common import csv_sheets
from training.common.formatting import number, plural
from training.common.import_cells import Reader, plain, words_of
from training.common.lazy import lazily

if TYPE_CHECKING:
    import openpyxl
else:
    openpyxl = lazily("openpyxl")

MOST_ROWS: Final = 5_000
MOST_COLUMNS: Final = 120
MOST_LINES: Final = 50_000
"""Lines looked at, empty ones too: a few bytes may announce billions of them."""
MOST_UNPACKED: Final = 40_000_000  # bytes of a workbook once unpacked: thrice what the most rows and columns take
MOST_MERGED: Final = 50
LONGEST_CELL: Final = 32_767  # characters, as in Excel
HEADER_WITHIN: Final = 20  # rows looked at to find the one of the headers
LEAST_HEADERS: Final = 2
MOST_PROBLEMS: Final = 500
BROKEN: Final = re.compile("Ã[©¨ªà§´»®¯¢]|Â[ « »°]|â€™|\ufffd")
"""Accents read in another encoding than they were written in."""
MERGED: Final = re.compile(rb'<mergeCell [^<>]{0,20}ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')


ARCHIVE: Final = b"PK"
"""How a workbook begins; anything else is read as text."""
UNOPENED: Final = (
    "Ce tableur ne s’ouvre pas : ouvrez-le dans votre logiciel, puis enregistrez-le au format xlsx ou CSV."
)


TOO_HEAVY: Final = (
    "Ce tableur est trop lourd pour être lu : copiez les lignes à importer, sans images ni mise en forme, dans un "
    "nouveau tableur."
)
TOO_LONG: Final = (
    "Ce tableur va trop loin vers le bas : copiez les lignes à importer dans un nouveau tableur, sans lignes vides."
)


class Unreadable(Exception):
    """A workbook that no import can read; ``message`` is French and says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a spreadsheet: its row as the sheet numbers it, null for the whole; ``blocks`` the import."""

    message: str
    row: int | None = None
    column: str | None = None
    blocks: bool = True
    link: tuple[str, str] | None = None
    """What settles it: the words of the link and its address."""


@dataclass(frozen=True, slots=True)
class Change:
    """What an import would write for one person or thing, in words; ``row`` when it comes from one row only."""

    who: str
    words: str
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """Something an import wrote: the row it comes from, the kind of thing, its uuid; ``changed`` when it was there before."""

    row: int
    kind: str
    id: uuid.UUID
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """Something an import wrote, as it is told: who or what, in words, and where it is seen."""

    id: uuid.UUID
    who: str
    words: str = ""
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did: a French sentence, and everything it wrote."""

    words: str
    made: Sequence[Made] = ()


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of the sheet that is not empty: its number there, and its cells by header."""

    number: int
    cells: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The first sheet of a workbook that holds something: its headers, its rows, what is wrong with it."""

    title: str
    headers: Sequence[str]
    rows: Sequence[SheetRow]
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """What an import looks for in a column. ``names`` are other headers it goes by."""

    code: str
    label: str
    read: Reader
    required: bool = False
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row read: its number in the sheet, and a value for each field."""

    number: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Trial:
    """What an import would do: the rows it read and every problem, those of the sheet first, then by row."""

    rows: Sequence[Row]
    problems: Sequence[Problem] = field(default_factory=tuple)
    changes: Sequence[Change] = ()

    @property
    def blocking(self) -> int:
        """How many problems keep it from being done."""
        return sum(problem.blocks for problem in self.problems)


# Reading --------------------------------------------------------------------------------------------------------------


def read_sheet(content: IO[bytes]) -> Sheet:
    """Read the first sheet that holds something; raise :class:`Unreadable` when there is nothing to read."""
    head = content.read(len(ARCHIVE))
    content.seek(0)
    found = _read_workbook(content) if head == ARCHIVE else _read_text(content)
    if found is None:
        raise Unreadable("Ce tableur est vide : il faut une ligne d’en-têtes, puis une ligne par enregistrement.")
    return found


def _read_workbook(content: IO[bytes]) -> Sheet | None:
    try:
        _refuse_heavy(content)
        book = openpyxl.load_workbook(content, read_only=True)
        try:
            return _first_filled(book, content)
        finally:
            book.close()
    except Unreadable:
        raise
    except Exception as fault:  # the library raises whatever its parsers do, at its opening and at each row
        raise Unreadable(UNOPENED) from fault


def _refuse_heavy(content: IO[bytes]) -> None:
    with zipfile.ZipFile(content) as archive:
        if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
            raise Unreadable(TOO_HEAVY)
    content.seek(0)


def _first_filled(book: Any, content: IO[bytes]) -> Sheet | None:
    """Read the first visible sheet that holds something; each part once, however many sheets name it."""
    read: set[str] = set()
    for sheet in book.worksheets:
        part = str(sheet._worksheet_path).lstrip("/")  # noqa: SLF001 - nothing public names the part
        if sheet.sheet_state != "visible" or part in read:
            continue
        read.add(part)
        sheet.reset_dimensions()
        found = _sheet(sheet.title, sheet.iter_rows(max_row=MOST_LINES + 1, max_col=MOST_COLUMNS))
        if found is not None:
            merged = [
                Problem(f"Les cellules {place} sont fusionnées : défusionnez-les, une valeur par cellule.")
                for place in _merged(part, content)
            ]
            return replace(found, problems=[*merged, *found.problems])
    return None


def _read_text(content: IO[bytes]) -> Sheet | None:
    try:
        return _sheet("CSV", csv_sheets.rows(content.read()))
    except csv_sheets.NotText as fault:
        raise Unreadable(UNOPENED) from fault


def _sheet(title: str, lines: Iterable[Sequence[Any]]) -> Sheet | None:
    """Read rows of cells below their headers; null when no row looks like headers."""
    headers: dict[int, str] = {}
    rows: list[SheetRow] = []
    problems: list[Problem] = []
    for index, cells in enumerate(lines, start=1):
        if index > MOST_LINES:
            raise Unreadable(TOO_LONG)
        filled = [(rank, cell) for rank, cell in enumerate(cells[:MOST_COLUMNS]) if cell.value not in (None, "")]
        if not filled:
            continue
        if not headers:
            named = {rank: words_of(cell.value) for rank, cell in filled if isinstance(cell.value, str)}
            if len(named) >= LEAST_HEADERS:
                headers = named | {rank: _dated(cell.value) for rank, cell in filled if isinstance(cell.value, date)}
                problems += _header_problems(headers, index)
            elif index > HEADER_WITHIN:
                break
            continue
        if len(rows) == MOST_ROWS:
            raise Unreadable(
                f"Ce tableur a plus de {number(MOST_ROWS)} lignes. Coupez-le en plusieurs fichiers, ou gardez seulement ce qui "
                "concerne cet import."
            )
        problems += _cell_problems(filled, headers, index)
        rows.append(SheetRow(index, {headers[rank]: cell.value for rank, cell in filled if rank in headers}))
    if not headers:
        return None
    return Sheet(title, list(dict.fromkeys(headers.values())), rows, problems)


def _dated(value: date) -> str:
    """Return the header of a column named by a day, with its hour when it tells one."""
    if isinstance(value, datetime) and (value.hour or value.minute):
        return f"{value:%d/%m/%Y %H:%M}"
    return f"{value:%d/%m/%Y}"


def _header_problems(headers: Mapping[int, str], row: int) -> list[Problem]:
    names = list(headers.values())
    twice = sorted({name for name in names if names.count(name) > 1})
    return [
        Problem(f"Deux colonnes s’appellent « {name} » : renommez ou retirez l’une d’elles.", row) for name in twice
    ]


def _cell_problems(filled: Sequence[tuple[int, Any]], headers: Mapping[int, str], row: int) -> list[Problem]:
    found = []
    for rank, cell in filled:
        column = headers.get(rank)
        if column is None:
            continue
        if isinstance(cell.value, str) and len(cell.value) > LONGEST_CELL:
            found.append(Problem(f"Ce texte compte plus de {number(LONGEST_CELL)} caractères.", row, column))
        elif cell.data_type == "f":
            found.append(Problem("Cette cellule contient une formule : remplacez-la par sa valeur.", row, column))
        elif cell.data_type == "e":
            found.append(Problem(f"Cette cellule contient l’erreur {cell.value}.", row, column))
        elif isinstance(cell.value, str) and BROKEN.search(cell.value):
            found.append(
                Problem("Les accents sont abîmés : réenregistrez la source en UTF-8 avant de l’ouvrir.", row, column)
            )
    return found


def _merged(path: str, content: IO[bytes]) -> list[str]:
    """Return the first ranges of merged cells, which the library tells only of a workbook read whole."""
    content.seek(0)
    with zipfile.ZipFile(content) as archive, archive.open(path) as part:
        tail: bytes = b""
        found: list[str] = []
        while len(found) < MOST_MERGED and (block := part.read(65_536)):
            found += [place.decode() for place in MERGED.findall(tail + block)]
            tail = (tail + block)[-80:] if not MERGED.search((tail + block)[-80:]) else b""
        return found[:MOST_MERGED]


# Columns --------------------------------------------------------------------------------------------------------------


def guess(headers: Sequence[str], fields: Sequence[Field], remembered: Mapping[str, str]) -> dict[str, str]:
    """Return the column proposed for each field: the one remembered, else the one of the same name; none twice."""
    by_name = {plain(header): header for header in reversed(headers)}
    chosen: dict[str, str] = {}
    for each in fields:
        kept = remembered.get(each.code)
        names = [kept] if kept in headers else [by_name.get(plain(name)) for name in (each.label, *each.names)]
        found = next((name for name in names if name and name not in chosen.values()), None)
        if found is not None:
            chosen[each.code] = found
    return chosen


def parse(sheet: Sheet, mapping: Mapping[str, str], fields: Sequence[Field]) -> Trial:
    """Read every row by the columns chosen; list what lacks and what is not understood."""
    problems = list(sheet.problems)
    problems += [
        Problem(f"Choisissez la colonne « {each.label} » : cet import en a besoin.")
        for each in fields
        if each.required and each.code not in mapping
    ]
    rows = []
    for line in sheet.rows:
        values: dict[str, Any] = {}
        for each in fields:
            cell = line.cells.get(mapping.get(each.code, ""))
            try:
                values[each.code] = each.read(cell) if cell not in (None, "") else None
            except ValueError as fault:
                values[each.code] = None
                problems.append(Problem(str(fault), line.number, mapping[each.code]))
                continue
            if each.required and values[each.code] is None and each.code in mapping:
                problems.append(Problem("Cette valeur manque.", line.number, mapping[each.code]))
        rows.append(Row(line.number, values))
    if not rows:
        problems.append(Problem("Aucune ligne sous les en-têtes : il n’y a rien à importer."))
    return Trial(rows, problems)


def twice(rows: Sequence[Row], key: Callable[[Row], Any], what: str) -> list[Problem]:
    """Return a problem for each row whose key an earlier row already has; a null key is nobody's."""
    seen: dict[Any, int] = {}
    found = []
    for row in rows:
        value = key(row)
        if value is None:
            continue
        if value in seen:
            found.append(Problem(f"{what} figure déjà à la ligne {seen[value]}.", row.number))
        else:
            seen[value] = row.number
    return found


def told(trial: Trial) -> str:
    """Return the outcome of a trial in a sentence."""
    if trial.blocking:
        return f"{plural(trial.blocking, 'problème')} à corriger dans le tableur avant d’importer."
    return f"{plural(len(trial.rows), 'ligne prête', 'lignes prêtes')} à importer."
