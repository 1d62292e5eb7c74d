"""Tagged PDF documents (PDF/UA-1 and PDF/A-2a), built from plain data by typst.

A document is ``templates/pdf/<name>/document.typ``, dressed by ``templates/pdf/_house.typ``. Data
reach it as JSON, so that what people typed is never markup; it reads no file outside that folder.
The same data with the same timestamp give the same bytes.
"""

import functools
import json
import re
import threading
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from training.common import fonts
from training.common.lazy import lazily
from training.config import ROOT

if TYPE_CHECKING:
    import typst
else:
    typst = lazily("typst")

MEDIA_TYPE: Final = "application/pdf"
TEMPLATES: Final = ROOT / "templates" / "pdf"
REPLACEMENT: Final = "☐"  # U+2610, which the fonts draw; U+25A1 they do not

_DOCUMENT: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_EQUIVALENT: Final[Mapping[str, str]] = {
    **dict.fromkeys("\u2000\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u200a\u205f\u3000\t", " "),
    "\u2009": "\u202f",  # thin space
    **dict.fromkeys("\u2010\u2011", "-"),  # hyphens
    **dict.fromkeys("\u02bc\u02b9\uff07", "’"),  # apostrophes
    **dict.fromkeys("\r\v\f\x85\u2028\u2029", "\n"),
    "\n": "\n",
}
_IGNORED: Final = frozenset({"Cc", "Cf"})  # controls and invisible marks: direction, joiners, byte order
_ONE_AT_A_TIME: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class Rendered:
    """A document, and the characters of its data that it could not show as they were, in order of appearance.

    Staff is told of them: each was transliterated or stands as ☐ in the document.
    """

    content: bytes
    missing_characters: tuple[str, ...]


def render(
    document: str,
    data: Mapping[str, Any],
    *,
    title: str,
    timestamp: datetime,
    language: str = "fr",
    templates: Path = TEMPLATES,
) -> Rendered:
    """Return the document made of ``data``: text, numbers, booleans, None, ``bytes`` (images), lists and mappings of them.

    ``title`` is the file's and its first heading; ``timestamp``, aware, is its date. Raises
    ``LookupError`` if there is no such document, ``TypeError`` on other data, ``typst.TypstError``
    if the template itself is wrong. No text whatever can prevent a document.
    """
    source = templates / document / "document.typ"
    if not _DOCUMENT.fullmatch(document) or not source.is_file():
        raise LookupError(f"no document {document!r}")
    cleaner = _Cleaner()
    inputs = {
        "title": cleaner.line(title) or "Document",  # PDF/UA refuses an empty heading
        "language": language,
        "data": json.dumps(cleaner.value(data), ensure_ascii=False, allow_nan=False),
    }
    with (
        _ONE_AT_A_TIME
    ):  # a compiler refuses two threads (« Already borrowed »), and one per thread holds its fonts again
        content = _compiler(templates).compile(
            source,
            format="pdf",
            sys_inputs=inputs,
            pdf_standards=["ua-1", "a-2a"],
            timestamp=timestamp.astimezone(UTC).replace(microsecond=0),  # typst refuses parts of a second
        )
    if not isinstance(content, bytes):  # typst gives a list for images only
        raise TypeError("typst gave no document")
    return Rendered(content, tuple(cleaner.missing))


@functools.lru_cache(maxsize=2)
def _compiler(templates: Path) -> "typst.Compiler":
    """Return the compiler of a folder of documents, kept with its fonts for the whole process."""
    nowhere = templates / "_packages"  # no such folder: documents import nothing from outside
    return typst.Compiler(
        root=templates,
        font_paths=fonts.for_documents(),
        ignore_system_fonts=True,
        package_path=nowhere,
        package_cache_path=nowhere,
    )


class _Cleaner:
    """Makes data printable, and notes what it could not keep."""

    def __init__(self) -> None:
        self.missing: dict[str, None] = {}  # an ordered set
        self._known: dict[str, str] = {}
        self._covered = fonts.covered()

    def value(self, value: object) -> object:
        """Return ``value`` with all its text cleaned, at any depth; raise ``TypeError`` on what JSON cannot hold."""
        match value:
            case str():
                return self.text(value)
            case bytes():
                return list(value)
            case None | bool() | int() | float():
                return value
            case Mapping():
                return {str(key): self.value(item) for key, item in value.items()}
            case Sequence():
                return [self.value(item) for item in value]
            case _:
                raise TypeError(f"a document's data hold no {type(value).__name__}")

    def line(self, value: str) -> str:
        """Return ``value`` cleaned, on one line; a space that does not break is kept."""
        return " ".join(re.findall(r"[\S\u00a0\u202f]+", self.text(value)))

    def text(self, value: str) -> str:
        """Return ``value`` in characters the fonts have: composed, then each as it is, near it, or ☐."""
        if value.isascii() and value.isprintable():
            return value
        composed = unicodedata.normalize("NFC", value.replace("\r\n", "\n"))
        return "".join(map(self._shown, composed))

    def _shown(self, character: str) -> str:
        """Return what stands for one character."""
        if character not in self._known:
            self._known[character] = self._found(character)
        return self._known[character]

    def _found(self, character: str) -> str:
        """Choose what stands for a character met for the first time."""
        if character in _EQUIVALENT:
            return _EQUIVALENT[character]
        category = unicodedata.category(character)
        if category in _IGNORED:
            return ""
        if ord(character) in self._covered:
            return character
        self.missing[character] = None
        near = "".join(part for part in unicodedata.normalize("NFKD", character) if ord(part) in self._covered)
        if near and not unicodedata.combining(near[0]):
            return near
        return "" if category.startswith("M") else REPLACEMENT
