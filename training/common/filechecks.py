"""Opening a file for good before taking it (R125): PDF, office archives, images. Pure.

What arrives may be hostile: nothing is unpacked to a disk, no text of the file is
logged, and each reader works under limits of size, count and pixels.
"""

import io
import logging
import struct
import warnings
import xml.parsers.expat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, Final

from PIL import Image, ImageOps
from pillow_heif import register_heif_opener
from pypdf import PdfReader, apply_configuration
from pypdf.generic import ArrayObject, DictionaryObject

from training.common import csv_sheets
from training.common import filetypes as types
from training.common.filetypes import FileRefused, FileType, Refusal

MAX_PAGES: Final = 2_000
MAX_STREAM: Final = 30_000_000  # bytes of one unpacked stream of a PDF
MAX_PIXELS: Final = 50_000_000
MAX_SIDE: Final = 4_096  # pixels; a page photographed by a phone stays readable, a poster shrinks
MAX_MEMBERS: Final = 5_000
MAX_DIRECTORY: Final = 2_000_000  # bytes of the archive's table of contents
MAX_UNPACKED: Final = 300_000_000  # bytes, all members together
MAX_RATIO: Final = 150  # unpacked to packed, looked at above SMALL_ENOUGH only: dense spreadsheets reach 60
SMALL_ENOUGH: Final = 20_000_000
MAX_PROFILE: Final = 100_000  # bytes of a colour profile worth keeping
TAIL: Final = 2_048  # bytes at the end of a PDF where its end mark must stand

_ACTIVE: Final = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/RichMediaExecute", "/GoToE"}
)
_ACTIVE_ON_OPENING: Final = _ACTIVE | {"/URI", "/GoToR"}
_ACTIVE_ANNOTATIONS: Final = frozenset({"/RichMedia", "/Screen", "/Movie", "/3D"})
_MAX_CHAIN: Final = 20

register_heif_opener()
logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it says quotes people's documents
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class Opened:
    """What opening a file taught: its type, its pages if it has some, its new content if it was re-encoded."""

    kind: FileType
    pages: int | None = None
    content: bytes | None = None


def open_for_good(content: IO[bytes], *, name: str, allowed: frozenset[str]) -> Opened:
    """Recognise and really open ``content``; return what it is, or raise :class:`FileRefused`.

    ``name`` only serves to refuse a disguise; ``allowed`` holds media types. An image comes
    back re-encoded: upright, without metadata, HEIC as JPEG.
    """
    content.seek(0)
    head = content.read(1024)
    kind = types.head_type(head)
    if kind is None and head.startswith((b"PK\3\4", b"PK\5\6")):
        kind = office_type(content, name)
    if kind is None and types.CSV.media_type in allowed and _is_csv(content, head, name):
        return Opened(types.CSV)
    if kind is None:
        raise _unrecognised(content, head, name, allowed)
    types.check_extension(name, kind)
    if not types.allows(allowed, kind):
        raise types.wrong_type(kind.label, allowed)
    content.seek(0)
    if kind is types.PDF:
        return Opened(kind, pages=pdf_pages(content))
    if kind.family == "image":
        return clean_image(content, kind)
    check_office(content, kind)
    return Opened(kind)


def _is_csv(content: IO[bytes], head: bytes, name: str) -> bool:
    """Whether a file that says so is a text to its end; it is never shown in place."""
    return types.announced_type(name) is types.CSV and not types.foreign_type(head) and csv_sheets.is_text(content)


def _unrecognised(content: IO[bytes], head: bytes, name: str, allowed: frozenset[str]) -> FileRefused:
    """Choose the most helpful refusal of a content that is none of ours."""
    announced = types.announced_type(name)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return _compound(content)
    what = types.foreign_type(head)
    if head.startswith(b"PK"):
        what = "une archive zip"
    return types.disguised(announced.extension, what) if announced else types.wrong_type(what, allowed)


def _compound(content: IO[bytes]) -> FileRefused:
    """Tell a document protected by a password from one of Office before 2007: both are OLE containers."""
    content.seek(0)
    if "EncryptedPackage".encode("utf-16-le") in content.read():
        return types.encrypted(None)
    return FileRefused(
        Refusal.OLD_FORMAT,
        "Ce fichier est dans un ancien format d’Office (doc, xls ou ppt). "
        "Enregistrez-le en PDF ou dans le format actuel (docx, xlsx ou pptx), puis déposez-le.",
    )


def pdf_pages(content: IO[bytes]) -> int:
    """Open a PDF to its last page and return how many it has.

    Refuses one that is truncated, asks for a password, runs something by itself or
    carries other files. One that only restricts printing or copying opens without a
    password and is taken.
    """
    size = content.seek(0, io.SEEK_END)
    content.seek(max(0, size - TAIL))
    if b"%%EOF" not in content.read():
        raise types.damaged(types.PDF)
    content.seek(0)
    try:
        with apply_configuration(
            zlib_maximum_output_length=MAX_STREAM,
            lzw_maximum_output_length=MAX_STREAM,
            stream_decoding_work_maximum_length=4 * MAX_STREAM,
            page_tree_maximum_entries=10 * MAX_PAGES,
        ):
            return _open_pdf(PdfReader(content))
    except FileRefused:
        raise
    except Exception as fault:  # a broken PDF may break its reader in any way; all are one refusal
        raise types.damaged(types.PDF) from fault


def _open_pdf(reader: PdfReader) -> int:
    if reader.is_encrypted and not reader.decrypt(""):
        raise types.encrypted(types.PDF)
    root = reader.root_object
    count = len(reader.pages)
    if count == 0:
        raise types.damaged(types.PDF)
    if count > MAX_PAGES:
        raise FileRefused(
            Refusal.BOMB, f"Ce PDF compte {count} pages, et {MAX_PAGES} au plus sont acceptées. Déposez-en un extrait."
        )
    _check_catalogue(root)
    for page in reader.pages:
        _check_page(page)
    return count


def _check_catalogue(root: DictionaryObject) -> None:
    names = _dictionary(root.get("/Names"))
    if "/EmbeddedFiles" in names or "/AF" in root or "/Collection" in root:
        raise _attachments()
    form = _dictionary(root.get("/AcroForm"))
    if "/JavaScript" in names or "/AA" in root or "/XFA" in form:
        raise _active()
    if _runs(root.get("/OpenAction"), _ACTIVE_ON_OPENING):
        raise _active()


def _check_page(page: DictionaryObject) -> None:
    if _triggers(page):
        raise _active()
    for entry in _array(page.get("/Annots")):
        annotation = _dictionary(entry)
        subtype = annotation.get("/Subtype")
        if subtype == "/FileAttachment":
            raise _attachments()
        if subtype in _ACTIVE_ANNOTATIONS or any(_triggers(node) for node in _lineage(annotation)):
            raise _active()


def _triggers(node: DictionaryObject) -> bool:
    """Whether a page, an annotation or a form field runs something."""
    events = _dictionary(node.get("/AA"))
    return _runs(node.get("/A"), _ACTIVE) or any(_runs(action, _ACTIVE_ON_OPENING) for action in events.values())


def _lineage(field: DictionaryObject) -> Iterator[DictionaryObject]:
    for _ in range(_MAX_CHAIN):
        yield field
        field = _dictionary(field.get("/Parent"))
        if not field:
            return


def _runs(action: Any, kinds: frozenset[str]) -> bool:
    """Whether an action, or one chained after it, is of these kinds. A mere destination is not an action."""
    waiting = [action]
    for _ in range(_MAX_CHAIN):
        if not waiting:
            return False
        node = _dictionary(waiting.pop())
        if node.get("/S") in kinds:
            return True
        following = node.get("/Next")
        waiting.extend(_array(following) or ([following] if following is not None else []))
    return True  # no honest document chains that many


def _resolved(value: Any) -> Any:
    return value.get_object() if hasattr(value, "get_object") else value


def _dictionary(value: Any) -> DictionaryObject:
    found = _resolved(value)
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _array(value: Any) -> list[Any]:
    found = _resolved(value)
    return list(found) if isinstance(found, ArrayObject) else []


def _active() -> FileRefused:
    return FileRefused(
        Refusal.ACTIVE_CONTENT,
        "Ce PDF contient des commandes automatiques (formulaire programmé, vidéo, script). Ouvrez-le, "
        "choisissez « Imprimer » puis « Enregistrer au format PDF », et déposez le PDF obtenu.",
    )


def _attachments() -> FileRefused:
    return FileRefused(
        Refusal.ATTACHMENTS,
        "Ce PDF contient d’autres fichiers joints à l’intérieur. Enregistrez-le sans ses pièces jointes "
        "(« Imprimer » puis « Enregistrer au format PDF »), et déposez chaque pièce à sa place.",
    )


def office_type(content: IO[bytes], name: str) -> FileType | None:
    """Recognise an office document by the members of its archive; null for any other archive.

    Refuses an archive too big to be read, a truncated one, and a member under a password.
    """
    announced = types.announced_type(name) or types.DOCX
    with _archive(content, announced) as archive:
        members = {member.filename: member for member in archive.infolist()}
        if any(member.flag_bits & 1 for member in members.values()):
            raise types.encrypted(None)
        for part, kind in _MAIN_PARTS.items():
            if part in members and "[Content_Types].xml" in members:
                return kind
        if "mimetype" in members and members["mimetype"].file_size < _LONGEST_MEDIA_TYPE:
            return types.BY_MEDIA_TYPE.get(_member(archive, "mimetype", announced).decode("ascii", "replace").strip())
    return None


def check_office(content: IO[bytes], kind: FileType) -> None:
    """Read every member of an office archive to its end; refuse macros, passwords and bombs."""
    with _archive(content, kind) as archive:
        names = archive.namelist()
        if _has_macros(archive, names, kind):
            raise FileRefused(
                Refusal.MACROS,
                "Ce document contient des macros (de petits programmes). Enregistrez-le au format "
                f"{kind.short} sans macros, ou en PDF, puis déposez-le.",
            )
        if "META-INF/manifest.xml" in names and b"encryption-data" in _member(archive, "META-INF/manifest.xml", kind):
            raise types.encrypted(None)
        for name in names:
            _member(archive, name, kind, keep=False)
        main = next((part for part, of in _MAIN_PARTS.items() if of is kind), "content.xml")
        if main not in names:
            raise types.damaged(kind)
        _check_xml(_member(archive, main, kind), kind)


_MAIN_PARTS: Final = {
    "word/document.xml": types.DOCX,
    "xl/workbook.xml": types.XLSX,
    "ppt/presentation.xml": types.PPTX,
}
_LONGEST_MEDIA_TYPE: Final = 100
_PACKED: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


def _archive(content: IO[bytes], kind: FileType) -> zipfile.ZipFile:
    """Open an archive once its table of contents and the sizes it declares are known to be bearable."""
    size = content.seek(0, io.SEEK_END)
    content.seek(max(0, size - 65_557))  # the end record and its longest comment
    tail = content.read()
    end = tail.rfind(b"PK\5\6")
    if end < 0 or len(tail) < end + 22:
        raise types.damaged(kind)
    if struct.unpack_from("<L", tail, end + 12)[0] > MAX_DIRECTORY:
        raise _bomb()
    try:
        archive = zipfile.ZipFile(content)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, struct.error) as fault:
        raise types.damaged(kind) from fault
    members = archive.infolist()
    if any(member.compress_type not in _PACKED for member in members):
        raise types.damaged(kind)  # no office writes so, and their readers take what memory the file says
    unpacked = sum(member.file_size for member in members)
    too_dense = unpacked > SMALL_ENOUGH and unpacked > MAX_RATIO * size
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or too_dense:
        raise _bomb()
    return archive


def _member(archive: zipfile.ZipFile, name: str, kind: FileType, *, keep: bool = True) -> bytes:
    """Read a member to its end, which checks its length and its CRC; return it if asked to keep it."""
    kept = io.BytesIO()
    try:
        with archive.open(name) as member:
            while block := member.read(1 << 20):
                if keep:
                    kept.write(block)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as fault:
        raise types.damaged(kind) from fault
    return kept.getvalue()


def _has_macros(archive: zipfile.ZipFile, names: list[str], kind: FileType) -> bool:
    lowered = [name.lower() for name in names]
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) or "/activex/" in name for name in lowered):
        return True
    if any(name.startswith(("basic/", "scripts/")) and not name.endswith("/") for name in lowered):
        return True
    content_types = "[Content_Types].xml"
    return content_types in names and b"macroenabled" in _member(archive, content_types, kind).lower()


def _check_xml(document: bytes, kind: FileType) -> None:
    """Refuse a main part that is not whole XML, or that declares entities (a text bomb)."""
    parser = xml.parsers.expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise _bomb()

    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(document, True)
    except xml.parsers.expat.ExpatError as fault:
        raise types.damaged(kind) from fault


def _bomb() -> FileRefused:
    return FileRefused(
        Refusal.BOMB,
        "Ce document est anormalement gros une fois décompressé, et nous ne pouvons pas l’ouvrir sans risque. "
        "Enregistrez-le en PDF, puis déposez ce PDF.",
    )


def clean_image(content: IO[bytes], kind: FileType) -> Opened:
    """Decode an image and encode it anew: upright, at most ``MAX_SIDE`` wide or high, without metadata.

    PNG stays PNG; JPEG and HEIC give JPEG.
    """
    reader = "HEIF" if kind is types.HEIC else kind.short
    try:
        with Image.open(content, formats=(reader,)) as image:
            _check_pixels(image)
            image.draft("RGB", (MAX_SIDE, MAX_SIDE))
            image.load()
            picture = ImageOps.exif_transpose(image)
        return _encoded(picture, types.PNG if kind is types.PNG else types.JPEG)
    except FileRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise _pixels() from fault
    except Exception as fault:  # a broken image may break its decoder in any way; all are one refusal
        raise types.damaged(kind) from fault


def _check_pixels(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise _pixels()


def _encoded(picture: Image.Image, kind: FileType) -> Opened:
    mode, profile = picture.mode, picture.info.get("icc_profile")
    if "transparency" in picture.info:
        picture = picture.convert("RGBA")
    if kind is types.JPEG and picture.mode not in ("RGB", "L"):
        picture = picture.convert("RGB")
    picture.thumbnail((MAX_SIDE, MAX_SIDE))
    picture.info = {}
    kept = {"icc_profile": profile} if profile and mode == picture.mode and len(profile) <= MAX_PROFILE else {}
    encoded = io.BytesIO()
    picture.save(encoded, kind.short, **({"quality": 85} if kind is types.JPEG else {}), **kept)
    return Opened(kind, content=encoded.getvalue())


def _pixels() -> FileRefused:
    return FileRefused(
        Refusal.PIXELS,
        f"Cette image est trop grande : {MAX_PIXELS // 1_000_000} millions de pixels au plus. "
        "Réduisez-la, ou prenez la photo en moindre qualité, puis déposez-la.",
    )
