"""Which files the house accepts, how they are recognised, and what a refusal says (R125). Pure.

A type is read from the content, never from the name nor from what the browser
announces. Each refusal is a :class:`FileRefused` whose French message says what
happened and what to do.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from training.common.errors import Refused
from training.common.formatting import file_size

MAX_NAME: Final = 120  # characters; below 255 bytes in UTF-8 for any Latin name, so that every file system takes it


class Refusal(StrEnum):
    """Why a file is refused."""

    ACTIVE_CONTENT = "active_content"
    ATTACHMENTS = "attachments"
    BOMB = "bomb"
    DAMAGED = "damaged"
    DISGUISED = "disguised"
    EMPTY = "empty"
    ENCRYPTED = "encrypted"
    LOST = "lost"
    MACROS = "macros"
    OLD_FORMAT = "old_format"
    PIXELS = "pixels"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    WRONG_TYPE = "wrong_type"


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file. ``label`` carries its article, to stand in a sentence; ``family`` is pdf, office or image."""

    media_type: str
    extension: str
    label: str
    short: str
    family: str
    other_extensions: frozenset[str] = frozenset()

    @property
    def extensions(self) -> frozenset[str]:
        """Every extension this type goes by, without the dot."""
        return self.other_extensions | {self.extension}


_OOXML: Final = "application/vnd.openxmlformats-officedocument."
_ODF: Final = "application/vnd.oasis.opendocument."

PDF: Final = FileType("application/pdf", "pdf", "un PDF", "PDF", "pdf")
DOCX: Final = FileType(_OOXML + "wordprocessingml.document", "docx", "un document Word", "Word (docx)", "office")
XLSX: Final = FileType(_OOXML + "spreadsheetml.sheet", "xlsx", "un classeur Excel", "Excel (xlsx)", "office")
PPTX: Final = FileType(
    _OOXML + "presentationml.presentation", "pptx", "une présentation PowerPoint", "PowerPoint (pptx)", "office"
)
ODT: Final = FileType(_ODF + "text", "odt", "un document OpenDocument", "OpenDocument (odt)", "office")
ODS: Final = FileType(_ODF + "spreadsheet", "ods", "un classeur OpenDocument", "OpenDocument (ods)", "office")
ODP: Final = FileType(_ODF + "presentation", "odp", "une présentation OpenDocument", "OpenDocument (odp)", "office")
JPEG: Final = FileType("image/jpeg", "jpg", "une image JPEG", "JPEG", "image", frozenset({"jpeg", "jpe", "jfif"}))
PNG: Final = FileType("image/png", "png", "une image PNG", "PNG", "image")
HEIC: Final = FileType("image/heic", "heic", "une image HEIC", "HEIC", "image", frozenset({"heif", "hif"}))

CSV: Final = FileType("text/csv", "csv", "un tableur en texte (CSV)", "CSV", "text")

TYPES: Final = (PDF, DOCX, ODT, XLSX, ODS, PPTX, ODP, JPEG, PNG, HEIC)
"""What a piece of a file may be."""
EVERY: Final = (*TYPES, CSV)
BY_MEDIA_TYPE: Final = {kind.media_type: kind for kind in EVERY}

ALL: Final = frozenset(kind.media_type for kind in TYPES)
DOCUMENTS: Final = frozenset(kind.media_type for kind in TYPES if kind.family != "image")
IMAGES: Final = frozenset(kind.media_type for kind in TYPES if kind.family == "image")
SHOWN_IN_PLACE: Final = frozenset({PDF.media_type, JPEG.media_type, PNG.media_type})

_BY_EXTENSION: Final = {extension: kind for kind in EVERY for extension in kind.extensions}
_HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})

_FOREIGN: Final = (
    (b"MZ", "un programme"),
    (b"\x7fELF", "un programme"),
    (b"#!", "un programme"),
    (b"GIF8", "une image GIF"),
    (b"BM", "une image BMP"),
    (b"II*\0", "une image TIFF"),
    (b"MM\0*", "une image TIFF"),
    (b"{\\rtf", "un document RTF"),
    (b"Rar!", "une archive"),
    (b"7z\xbc\xaf", "une archive"),
    (b"\x1f\x8b", "une archive"),
    (b"<!doctype", "une page web"),
    (b"<html", "une page web"),
    (b"<svg", "une image SVG"),
    (b"<?xml", "un fichier XML"),
)


class FileRefused(Refused):
    """A file cannot be taken. ``reason`` is the kind of refusal, ``what`` names what the file is, if known."""

    def __init__(self, reason: Refusal, message: str, *, what: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.what = what


def wrong_type(what: str, allowed: Iterable[str]) -> FileRefused:
    """Return the refusal of a type that is not expected here; ``what`` is empty when it was not recognised."""
    found = f"Ce fichier est {what}." if what else "Nous ne reconnaissons pas le format de ce fichier."
    return FileRefused(Refusal.WRONG_TYPE, f"{found} Formats acceptés ici : {describe(allowed)}.", what=what)


def disguised(extension: str, what: str) -> FileRefused:
    """Return the refusal of a content that is not what the extension says."""
    content = f"son contenu est {what}" if what else "son contenu n’est pas de ce format"
    return FileRefused(
        Refusal.DISGUISED,
        f"Ce fichier porte l’extension « .{extension} », mais {content}. "
        "Enregistrez-le de nouveau depuis le logiciel où il a été créé, puis déposez-le.",
        what=what,
    )


def too_large(max_bytes: int) -> FileRefused:
    """Return the refusal of a file heavier than ``max_bytes``."""
    return FileRefused(
        Refusal.TOO_LARGE,
        f"Ce fichier dépasse la taille acceptée ici : {file_size(max_bytes)}. "
        "Réduisez-le (par exemple en l’exportant en PDF de taille réduite), puis déposez-le.",
    )


def too_many(max_count: int) -> FileRefused:
    """Return the refusal of more files than ``max_count``."""
    limit = "un seul fichier est accepté" if max_count == 1 else f"{max_count} fichiers au plus sont acceptés"
    return FileRefused(
        Refusal.TOO_MANY, f"Vous avez choisi trop de fichiers : {limit} ici. Gardez l’essentiel, ou réunissez-les."
    )


def empty() -> FileRefused:
    """Return the refusal of a file without a byte."""
    return FileRefused(
        Refusal.EMPTY,
        "Ce fichier est vide (0 octet). Ouvrez-le sur votre appareil pour vérifier ce qu’il contient, "
        "puis déposez-le de nouveau.",
    )


def damaged(kind: FileType) -> FileRefused:
    """Return the refusal of a file that does not open to its end."""
    again = "Reprenez la photo" if kind.family == "image" else "Enregistrez-le ou numérisez-le de nouveau"
    return FileRefused(
        Refusal.DAMAGED,
        f"Ce fichier est incomplet ou abîmé : il ne s’ouvre pas jusqu’au bout. {again}, puis déposez-le.",
    )


def encrypted(kind: FileType | None) -> FileRefused:
    """Return the refusal of a file that asks for a password."""
    subject = "Ce PDF" if kind is PDF else "Ce document"
    return FileRefused(
        Refusal.ENCRYPTED,
        f"{subject} est protégé par un mot de passe. Enregistrez-en une copie sans mot de passe, puis déposez-la.",
    )


def head_type(head: bytes) -> FileType | None:
    """Recognise a PDF or an image by its first bytes; office formats need the whole archive."""
    if head.lstrip(b"\xef\xbb\xbf \t\r\n\0").startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return HEIC
    return None


def foreign_type(head: bytes) -> str:
    """Name in French a content that is never accepted, or return an empty string."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "une image WebP"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return next((what for magic, what in _FOREIGN if start.startswith(magic.lower())), "")


def check_extension(name: str, kind: FileType) -> None:
    """Refuse a name whose extension announces another kind of file; images go by each other's names."""
    announced = _BY_EXTENSION.get(_extension(name))
    if announced is None or announced is kind or announced.family == kind.family == "image":
        return
    raise disguised(announced.extension, kind.label)


def announced_type(name: str) -> FileType | None:
    """Return the type a name announces, if it is one we know."""
    return _BY_EXTENSION.get(_extension(name))


def clean_name(name: str | None, kind: FileType) -> str:
    """Return a name fit to be shown and saved anywhere, ending with the right extension.

    Folders, control characters, invisible and direction marks (U+202E), surrogates and
    leading dots go; spaces are single; the length is at most ``MAX_NAME``.
    """
    last = re.split(r"[/\\]", name or "")[-1]
    letters = (
        " " if letter.isspace() else letter
        for letter in unicodedata.normalize("NFC", last)
        if letter.isspace() or unicodedata.category(letter)[0] != "C"
    )
    plain = re.sub(r'[<>:"|?*]', "_", " ".join("".join(letters).split())).strip(". ")
    stem, extension = ("", plain) if plain.lower() in kind.extensions else _split(plain)
    if extension.lower() not in kind.extensions:
        known_image = kind.family == "image" and extension.lower() in _BY_EXTENSION
        stem, extension = (stem if known_image else plain), kind.extension
    stem = stem[: MAX_NAME - len(extension) - 1].strip(". ")
    return f"{stem or 'fichier'}.{extension}"


def describe(media_types: Iterable[str]) -> str:
    """Return the types in words, for hints and refusals: "PDF, Word (docx), JPEG ou PNG"."""
    wanted = set(media_types) | ({HEIC.media_type} if JPEG.media_type in set(media_types) else set())
    words = [kind.short for kind in EVERY if kind.media_type in wanted]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} ou {words[-1]}"


def accept_attribute(media_types: Iterable[str]) -> str:
    """Return the value of a file field's ``accept``: extensions, which every browser understands."""
    wanted = set(media_types) | ({HEIC.media_type} if JPEG.media_type in set(media_types) else set())
    return ",".join(f".{e}" for kind in EVERY if kind.media_type in wanted for e in sorted(kind.extensions))


def allows(media_types: frozenset[str], kind: FileType) -> bool:
    """Whether ``kind`` may be given where ``media_types`` are asked; HEIC may wherever JPEG may (it becomes one)."""
    return kind.media_type in media_types or (kind is HEIC and JPEG.media_type in media_types)


def _split(name: str) -> tuple[str, str]:
    stem, dot, extension = name.rpartition(".")
    return (stem, extension) if dot and stem else (name, "")


def _extension(name: str) -> str:
    return _split(name.strip().rstrip(". "))[1].lower()
