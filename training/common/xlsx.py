"""Spreadsheets, built from plain rows and streamed as they come.

openpyxl makes the workbook (styles, widths, frozen header, filter, print set-up) around an empty
sheet; the rows are written into that sheet's part as text, one after the other, because openpyxl's own cell
writer takes 0.5 s for the 1,000 rows × 20 columns of a list of candidates and this one a fifth of
that. No row is kept: a list of any length costs the same memory.
"""

import math
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any, Final, TypeAlias

from training.common.clock import in_paris
from training.common.lazy import lazily

if TYPE_CHECKING:
    import openpyxl
    from openpyxl import cell as cells
    from openpyxl import styles, utils
else:
    openpyxl, cells = lazily("openpyxl"), lazily("openpyxl.cell")
    styles, utils = lazily("openpyxl.styles"), lazily("openpyxl.utils")

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_TEXT: Final = 32_767  # characters of a cell, Excel's limit

Value: TypeAlias = str | int | float | Decimal | bool | date | datetime | time | None
_Fragment: TypeAlias = Callable[[Any, int], str]

_SHEET: Final = "xl/worksheets/sheet1.xml"
_SAMPLE: Final = 200  # rows looked at to choose the widths
_NARROWEST, _WIDEST, _FILTER_BUTTON = 8, 60, 4  # in characters
_LARGEST_NUMBER: Final = 2**53  # beyond, Excel would change the last digits
_DAY_ZERO: Final = date(1899, 12, 30).toordinal()
_FIRST_DAY: Final = date(1900, 3, 1)  # before, Excel counts one day too many
_UNFIT: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_RARE: Final = re.compile(rf"{_UNFIT.pattern}|_x[0-9A-Fa-f]{{4}}_")  # a carriage return is unfit too
_ESCAPE_LOOKALIKE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FORMULA_LIKE: Final = re.compile(r"\s*[=+\-@＝＋－＠]")
_NOT_IN_TITLE: Final = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, its width in characters (None: chosen from the first rows), how its numbers are shown."""

    label: str
    width: float | None = None
    number_format: str = "General"


@dataclass(frozen=True, slots=True)
class _Frame:
    """An empty workbook: the parts of its file, and the numbers its styles bear in it."""

    parts: dict[str, bytes]
    quoted: int
    day: int
    moment: int
    hour: int
    numbers: tuple[int, ...]

    def halves(self) -> tuple[bytes, bytes]:
        """Return the sheet before and after the place of its rows."""
        head, mark, tail = self.parts[_SHEET].partition(b"</sheetData>")
        return head, mark + tail


def write_rows(columns: Sequence[Column], rows: Iterable[Sequence[Value]], *, title: str, stream: IO[bytes]) -> int:
    """Write a workbook of one sheet to ``stream`` (seekable or not) and return its number of rows.

    Instants become Paris wall-clock times, booleans oui or non, None an empty cell, any text a
    text: never a formula, whatever it starts with. Control characters go, a text too long for a
    cell is cut and ends with …. Raises ``ValueError`` on a row that has not one value per column or
    on a naive instant, ``TypeError`` on a value that is none of the types above.
    """
    coming = iter(rows)
    first = list(islice(coming, _SAMPLE))
    widths = [_width(column, [row[index] for row in first if index < len(row)]) for index, column in enumerate(columns)]
    frame = _frame(columns, widths, title, last_row=1)
    count = 0
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        head, tail = frame.halves()
        with archive.open(_entry(_SHEET), "w") as sheet:
            sheet.write(head)
            write = _RowWriter(frame)
            for count, row in enumerate(chain(first, coming), start=1):
                sheet.write(write(row, count + 1))
            if count:  # only now is the last row of the filter known
                frame = _frame(columns, widths, title, last_row=count + 1)
                tail = frame.halves()[1]
            sheet.write(tail)
        for name, part in frame.parts.items():
            if name != _SHEET:
                archive.writestr(_entry(name), part)
    return count


def sheet_title(title: str) -> str:
    """Return ``title`` as Excel accepts it: 31 characters at most, no sign of its formulas, never empty."""
    kept = " ".join(_NOT_IN_TITLE.sub(" ", _UNFIT.sub("", title)).split())[:31].strip("' ")
    return kept if kept and kept.casefold() != "history" else "Feuille 1"


class _RowWriter:
    """Turns a row into its XML, one function per type of value.

    Such a function returns what follows the cell's reference: style, type and content, or nothing.
    """

    def __init__(self, frame: _Frame) -> None:
        self._frame = frame
        self._letters = [utils.get_column_letter(index) for index in range(1, len(frame.numbers) + 1)]
        self._by_type: dict[type, _Fragment] = {
            type(None): lambda _value, _index: "",
            str: self._text,
            bool: lambda value, index: self._text("oui" if value else "non", index),
            int: self._integer,
            float: lambda value, index: self._number(repr(value), index) if math.isfinite(value) else "",
            Decimal: lambda value, index: self._number(f"{value:f}", index) if value.is_finite() else "",
            datetime: self._moment,
            date: self._day,
            time: lambda value, _index: f' s="{frame.hour}"><v>{_fraction(value)!r}</v>',
        }

    def __call__(self, row: Sequence[Value], number: int) -> bytes:
        """Return the ``<row>`` of this number."""
        if len(row) != len(self._letters):
            raise ValueError(f"row {number} has {len(row)} values for {len(self._letters)} columns")
        cells = []
        for index, value in enumerate(row):
            write = self._by_type.get(type(value)) or self._learn(type(value))
            if fragment := write(value, index):
                cells.append(f'<c r="{self._letters[index]}{number}"{fragment}</c>')
        return f'<row r="{number}">{"".join(cells)}</row>'.encode()

    def _learn(self, kind: type) -> _Fragment:
        """Return the function of the nearest type ``kind`` derives from (enumerations are texts)."""
        found = next((self._by_type[base] for base in kind.__mro__ if base in self._by_type), None)
        if found is None:
            raise TypeError(f"a cell holds no {kind.__name__}")
        self._by_type[kind] = found
        return found

    def _text(self, value: str, _index: int) -> str:
        """Return a text; one that looks like a formula also says so to whoever edits the cell (quotePrefix)."""
        content = _escaped(value)
        if not content:
            return ""
        style = f' s="{self._frame.quoted}"' if _FORMULA_LIKE.match(content) else ""
        return f'{style} t="inlineStr"><is><t xml:space="preserve">{content}</t></is>'

    def _number(self, digits: str, index: int) -> str:
        """Return a number in the format of its column."""
        return f' s="{self._frame.numbers[index]}"><v>{digits}</v>'

    def _integer(self, value: int, index: int) -> str:
        """Return a number, or a text if Excel would round it."""
        return (self._text if abs(value) > _LARGEST_NUMBER else self._number)(f"{value:d}", index)

    def _moment(self, value: datetime, index: int) -> str:
        """Return an instant as the Paris clock showed it, to the second."""
        if value.tzinfo is None:
            raise ValueError("an instant in a spreadsheet is aware")
        local = in_paris(value)
        if local.date() < _FIRST_DAY:
            return self._text(f"{local:%d/%m/%Y %H:%M}", index)
        return f' s="{self._frame.moment}"><v>{local.toordinal() - _DAY_ZERO + _fraction(local.time())!r}</v>'

    def _day(self, value: date, index: int) -> str:
        """Return a date; one older than Excel's calendar is a text."""
        if value < _FIRST_DAY:
            return self._text(f"{value:%d/%m/%Y}", index)
        return f' s="{self._frame.day}"><v>{value.toordinal() - _DAY_ZERO}</v>'


def _escaped(value: str) -> str:
    """Return ``value`` as XML text, cleaned and cut."""
    if len(value) > LONGEST_TEXT:
        value = value[: LONGEST_TEXT - 1] + "…"
    if _RARE.search(value):
        value = _UNFIT.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
        value = _ESCAPE_LOOKALIKE.sub("_x005F_", value)  # Excel reads _x0041_ as an escaped A
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _fraction(hour: time) -> float:
    """Return a time of day as a part of the day, to the second."""
    return (hour.hour * 3600 + hour.minute * 60 + hour.second) / 86_400


def _width(column: Column, sample: Sequence[Value]) -> float:
    """Return a column's width: its own, or what its header and its first values need."""
    if column.width is not None:
        return column.width
    needed = max((_length(value) for value in sample), default=0)
    return min(max(needed + 2, len(column.label) + _FILTER_BUTTON, _NARROWEST), _WIDEST)


def _length(value: Value) -> int:
    """Return about how many characters a value shows."""
    if isinstance(value, datetime):
        return 16
    if isinstance(value, date):
        return 10
    return 0 if value is None else len(str(value)[: _WIDEST + 1])


def _entry(name: str) -> zipfile.ZipInfo:
    """Return an entry of the archive without the time of day."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _frame(columns: Sequence[Column], widths: Sequence[float], title: str, *, last_row: int) -> _Frame:
    """Return the workbook with its header and no row yet; its filter covers ``last_row`` rows."""
    book = openpyxl.Workbook(write_only=True)
    book.properties.creator = "Tesselle"
    sheet = book.create_sheet(sheet_title(title))
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0  # as many pages as it takes, one page wide
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.auto_filter.ref = f"A1:{utils.get_column_letter(len(columns))}{last_row}"
    for index, width in enumerate(widths, start=1):
        sheet.column_dimensions[utils.get_column_letter(index)].width = width
    sheet.append([_header(sheet, column.label) for column in columns])
    quoted = cells.WriteOnlyCell(sheet)
    quoted.quotePrefix = True
    frame = _Frame(
        parts={},
        quoted=quoted.style_id,
        day=_style(sheet, "dd/mm/yyyy"),
        moment=_style(sheet, "dd/mm/yyyy hh:mm"),
        hour=_style(sheet, "hh:mm"),
        numbers=tuple(_style(sheet, column.number_format) for column in columns),
    )
    saved = BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as archive:
        frame.parts.update((name, archive.read(name)) for name in archive.namelist())
    return frame


def _header(sheet: Any, label: str) -> "cells.Cell":
    """Return a header cell: bold on a tint that prints, with a rule below."""
    cell = cells.WriteOnlyCell(sheet, _UNFIT.sub("", label))
    cell.data_type = "s"
    cell.font = styles.Font(name="Calibri", size=11, bold=True)
    cell.fill = styles.PatternFill("solid", fgColor="E3EEEC")
    cell.border = styles.Border(bottom=styles.Side("thin", color="0E5A5F"))
    cell.alignment = styles.Alignment(vertical="center", wrap_text=True)
    return cell


def _style(sheet: Any, number_format: str) -> int:
    """Return the number of a style that only sets a number format."""
    cell = cells.WriteOnlyCell(sheet)
    cell.number_format = number_format
    return cell.style_id
