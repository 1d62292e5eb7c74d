"""Spreadsheets saved as text (CSV): their encoding and their separator are found, their rows read like a workbook's. Pure.

French spreadsheets write CSV with semicolons, in the encoding of Windows or in UTF-8 with its mark; forms of the web write
commas in UTF-8; « texte Unicode » is UTF-16 with tabulations. All are read, without a question.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import IO, Final, NamedTuple

SEPARATORS: Final = (";", ",", "\t")
SAMPLE: Final = 50
"""Lines looked at to find the separator."""

MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
WINDOWS: Final = "cp1252"


class NotText(Exception):
    """The content is no text that a spreadsheet would have saved."""


class Cell(NamedTuple):
    """A cell, told as a workbook's: its value, and « f » for a formula."""

    value: str
    data_type: str


def decoded(content: bytes) -> str:
    """Return the text of a file: by its mark, else in UTF-8, else in the encoding of Windows; raise :class:`NotText`."""
    encoding = next((name for mark, name in MARKS if content.startswith(mark)), None)
    for name in (encoding,) if encoding else ("utf-8", WINDOWS):
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise NotText


def is_text(content: IO[bytes]) -> bool:
    """Whether a file is text to its end."""
    content.seek(0)
    try:
        decoded(content.read())
    except NotText:
        return False
    return True


def separator_of(text: str) -> str:
    """Return the separator that cuts the first lines into the most columns of a same number; semicolon if none does."""
    head = "\n".join(text.splitlines()[:SAMPLE])

    def evenness(separator: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(io.StringIO(head), delimiter=separator) if len(row) > 1]
        usual = max(set(widths), key=widths.count, default=0)
        return (widths.count(usual) * (usual - 1), -SEPARATORS.index(separator))

    return max(SEPARATORS, key=evenness)


def rows(content: bytes) -> Iterator[list[Cell]]:
    """Yield the rows of a file, each cell without the spaces around it; raise :class:`NotText`."""
    text = decoded(content)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text)):
            yield [Cell(value.strip(), "f" if value.lstrip().startswith("=") else "s") for value in row]
    except csv.Error as fault:
        raise NotText from fault
