"""The typefaces of the house: the same files for screen and paper, from two pinned packages, never the system's."""

import tempfile
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from training.common.lazy import lazily

if TYPE_CHECKING:
    import typst
    from fontTools import ttLib
else:
    typst, ttLib = lazily("typst"), lazily("fontTools.ttLib")  # noqa: N816 - the library's own name

SANS: Final = "Source Sans Pro"
SERIF: Final = "Source Serif Pro"


@dataclass(frozen=True, slots=True)
class Face:
    """One upright face: its family, its CSS weight, and where its package keeps it."""

    family: str
    weight: int
    package: str
    filename: str

    def read(self) -> bytes:
        """Return the font's bytes (TrueType)."""
        return (files(self.package) / "files" / self.filename).read_bytes()


FACES: Final = (
    Face(SANS, 400, "font_source_sans_pro", "SourceSansPro-Regular.ttf"),
    Face(SANS, 600, "font_source_sans_pro", "SourceSansPro-Semibold.ttf"),
    Face(SANS, 700, "font_source_sans_pro", "SourceSansPro-Bold.ttf"),
    Face(SERIF, 400, "font_source_serif_pro", "SourceSerifPro-Regular.ttf"),
    Face(SERIF, 600, "font_source_serif_pro", "SourceSerifPro-Semibold.ttf"),
)


@cache
def covered() -> frozenset[int]:
    """Return the code points every sans face can draw: what a document may print.

    The sans alone counts: a character the serif lacks is drawn by the sans in its place.
    Italics, which cover less, are no part of the house.
    """
    drawn = []
    for face in FACES:
        if face.family == SANS:
            with as_file(files(face.package) / "files" / face.filename) as path, ttLib.TTFont(path, lazy=True) as font:
                drawn.append(frozenset(font.getBestCmap() or ()))
    return frozenset.intersection(*drawn)


@cache
def for_documents() -> "typst.Fonts":
    """Return the faces loaded for typst, once per process; threads may share them.

    Typst takes folders only, and the packages' own hold each face twice (OTF and TTF) in no set
    order, which would make the bytes of a document depend on the machine. So the chosen files stand
    alone in a passing folder until a first document has made typst read every one of them.
    """
    with tempfile.TemporaryDirectory() as folder:
        for face in FACES:
            Path(folder, face.filename).write_bytes(face.read())
        loaded = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
        sample = "".join(f'#text(font: "{face.family}", weight: {face.weight})[a]' for face in FACES)
        typst.Compiler(font_paths=loaded, ignore_system_fonts=True).compile(sample.encode(), format="pdf")
    return loaded
