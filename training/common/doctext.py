"""The text of a document, for reading on any machine, comparing versions and looking for what should not be there (R125).

Only what was already opened by :mod:`training.common.filechecks` comes here. Office formats are archives of XML: their
text is read in its order, one line per paragraph, row or slide; a PDF gives its pages’ text; an image gives none.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO, Final
from xml.parsers import expat

from training.common import filetypes
from training.common.lazy import lazily

pypdf = lazily("pypdf")

MOST_CHARACTERS: Final = 200_000
MOST_PAGES: Final = 60
"""Pages of a PDF that are read: it is slow, and a tracer document is shorter."""
_MOST_MEMBER: Final = 20_000_000  # bytes of one part of an archive

_PARAGRAPHS: Final = frozenset({"p", "h", "tr", "table-row", "row", "br", "line-break"})
"""Names of elements, without their namespace, after which a line ends."""
_CELLS: Final = frozenset({"tc", "table-cell", "c"})
_NUMBER: Final = re.compile(r"(\d+)")


def text_of(content: IO[bytes], media_type: str) -> str:
    """Return what can be read in a checked file, at most ``MOST_CHARACTERS``; nothing for an image or a scan.

    Reading is a service, never a condition: what cannot be read gives an empty text.
    """
    try:
        content.seek(0)
        return _joined(_lines(content, media_type))
    except Exception:  # noqa: BLE001 - a reader may fail in any way on a document it could open; the document stands
        return ""


def _lines(content: IO[bytes], media_type: str) -> Iterator[str]:
    if media_type == filetypes.PDF.media_type:
        yield from _pdf(content)
    elif media_type == filetypes.DOCX.media_type:
        yield from _office(content, ["word/document.xml"])
    elif media_type == filetypes.PPTX.media_type:
        yield from _office(content, _numbered(content, "ppt/slides/slide"))
    elif media_type == filetypes.XLSX.media_type:
        yield from _workbook(content)
    elif media_type in {kind.media_type for kind in (filetypes.ODT, filetypes.ODS, filetypes.ODP)}:
        yield from _office(content, ["content.xml"])


def _joined(lines: Iterable[str]) -> str:
    kept: list[str] = []
    size = 0
    for raw in lines:
        line = " ".join(raw.replace("\0", "").split())
        if not line:
            continue
        size += len(line) + 1
        if size > MOST_CHARACTERS:
            break
        kept.append(line)
    return "\n".join(kept)


def _pdf(content: IO[bytes]) -> Iterator[str]:
    reader = pypdf.PdfReader(content)
    if reader.is_encrypted:
        reader.decrypt("")
    for page in reader.pages[:MOST_PAGES]:
        yield from (page.extract_text() or "").splitlines()


def _numbered(content: IO[bytes], prefix: str) -> list[str]:
    """Return the parts of an archive named ``prefix`` and a number, in the order of the numbers."""
    with zipfile.ZipFile(content) as archive:
        names = [n for n in archive.namelist() if n.startswith(prefix) and n.endswith(".xml")]
    return sorted(names, key=lambda name: int(found[1]) if (found := _NUMBER.search(name)) else 0)


def _office(content: IO[bytes], names: Iterable[str]) -> Iterator[str]:
    with zipfile.ZipFile(content) as archive:
        for name in names:
            yield from _Reader().lines(_part(archive, name))


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(_MOST_MEMBER)


def _workbook(content: IO[bytes]) -> Iterator[str]:
    """Yield the rows of a workbook; its texts stand apart, and cells point to them by number."""
    sheets = _numbered(content, "xl/worksheets/sheet")
    with zipfile.ZipFile(content) as archive:
        shared: list[str] = []
        if "xl/sharedStrings.xml" in archive.namelist():
            shared = _Strings().read(_part(archive, "xl/sharedStrings.xml"))
        for name in sheets:
            yield from _Sheet(shared).lines(_part(archive, name))


class _Reader:
    """Reads the text of an XML part, ending a line where a paragraph does."""

    def __init__(self) -> None:
        self._done: list[str] = []
        self._line: list[str] = []

    def lines(self, part: bytes) -> list[str]:
        """Return the lines of a part."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_declarations
        parser.StartElementHandler = self.opened
        parser.EndElementHandler = self.closed
        parser.CharacterDataHandler = self.told
        parser.Parse(part, True)
        self._end()
        return self._done

    def opened(self, name: str, _attributes: dict[str, str]) -> None:
        """See an element begin."""
        if _local(name) in {"tab", "s"}:
            self._line.append(" ")

    def closed(self, name: str) -> None:
        """See an element end."""
        local = _local(name)
        if local in _CELLS:
            self._line.append(" | ")
        elif local in _PARAGRAPHS:
            self._end()

    def told(self, words: str) -> None:
        """Take its text."""
        self._line.append(words)

    def _end(self) -> None:
        line = "".join(self._line).strip(" |")
        self._line.clear()
        if line:
            self._done.append(line)


class _Strings(_Reader):
    """Reads the shared texts of a workbook: one per ``si``."""

    def read(self, part: bytes) -> list[str]:
        """Return the texts in their order, empty ones too: they are known by their rank."""
        self._texts: list[str] = []
        self.lines(part)
        return self._texts

    def closed(self, name: str) -> None:
        """Keep a text when its element ends."""
        if _local(name) == "si":
            self._texts.append("".join(self._line))
            self._line.clear()


class _Sheet(_Reader):
    """Reads the rows of a sheet, looking shared texts up."""

    def __init__(self, shared: list[str]) -> None:
        super().__init__()
        self._shared = shared
        self._is_shared = False
        self._value: list[str] = []
        self._in_value = False

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        """See a cell or a value begin."""
        local = _local(name)
        if local == "c":
            self._is_shared = attributes.get("t") == "s"
        elif local in {"v", "t"}:
            self._in_value = True

    def closed(self, name: str) -> None:
        """See a value, a cell or a row end."""
        local = _local(name)
        if local in {"v", "t"}:
            value = "".join(self._value)
            self._value.clear()
            self._in_value = False
            if self._is_shared and value.isdigit() and int(value) < len(self._shared):
                value = self._shared[int(value)]
            self._line.append(value)
        else:
            super().closed(name)

    def told(self, words: str) -> None:
        """Take the text of a value, and no formula."""
        if self._in_value:
            self._value.append(words)


def _refuse_declarations(*_declared: object) -> None:
    """A part that declares a document type may declare entities that multiply: it is not read."""
    raise ValueError("A part of an office document declares no document type.")


def _local(name: str) -> str:
    return name.rpartition(":")[2]
