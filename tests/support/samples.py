"""Builders of sample files: the ordinary ones people deposit, the hostile ones, and who owns them."""

import hashlib
import io
import struct
import uuid
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pillow_heif
from openpyxl import Workbook
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo
from pypdf import PdfWriter
from pypdf.annotations import Link
from pypdf.generic import ArrayObject, DictionaryObject, Fit, NameObject, NullObject, NumberObject, TextStringObject

from training.common import filetypes
from training.common.declarations import FileUse
from training.common.policy import Permission

ORIENTATION: Final = 0x0112
DESCRIPTION: Final = 0x010E

_CONTENT_TYPES: Final = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/{part}" ContentType="{kind}"/></Types>'
)
_WORD_KIND: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_MACRO_KIND: Final = "application/vnd.ms-word.document.macroEnabled.main+xml"


def _written(writer: PdfWriter) -> bytes:
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def _writer(pages: int = 1) -> PdfWriter:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    return writer


def pdf(pages: int = 1, *, weight: int = 0) -> bytes:
    """Return a valid PDF; ``weight`` adds about that many bytes of incompressible content."""
    writer = _writer(pages)
    if weight:
        writer.add_metadata({"/Keywords": hashlib.shake_256(b"weight").hexdigest(weight // 2)})
    return _written(writer)


def linked_pdf() -> bytes:
    """Return a PDF as word processors make them: opened at its first page, with a link to a web address."""
    writer = _writer(2)
    fit = ArrayObject(
        [writer.pages[0].indirect_reference, NameObject("/XYZ"), NullObject(), NullObject(), NumberObject(0)]
    )
    writer.root_object[NameObject("/OpenAction")] = fit
    writer.add_annotation(0, Link(rect=(50, 50, 90, 90), url="https://example.org/"))
    writer.add_annotation(0, Link(rect=(50, 150, 90, 190), target_page_index=1, fit=Fit.fit()))
    return _written(writer)


def encrypted_pdf() -> bytes:
    """Return a PDF that asks for a password to be opened."""
    writer = _writer()
    writer.encrypt("secret", algorithm="AES-256")
    return _written(writer)


def restricted_pdf() -> bytes:
    """Return a PDF anybody opens, whose owner's password only restricts printing and copying."""
    writer = _writer()
    writer.encrypt("", "owner", algorithm="AES-256")
    return _written(writer)


def action_pdf(action: Mapping[str, str], *, where: str = "open") -> bytes:
    """Return a PDF that runs ``action`` on opening, on a page, on an annotation, or after another action."""
    writer = _writer()
    node = DictionaryObject({NameObject(key): _value(value) for key, value in action.items()})
    if where == "open":
        writer.root_object[NameObject("/OpenAction")] = node
    elif where == "chained":
        first = DictionaryObject({NameObject("/S"): NameObject("/GoTo"), NameObject("/Next"): node})
        writer.root_object[NameObject("/OpenAction")] = first
    elif where == "page":
        writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): node})
    elif where == "annotation":
        link = Link(rect=(50, 50, 90, 90), url="https://example.org/")
        link[NameObject("/A")] = node
        writer.add_annotation(0, link)
    elif where == "names":
        names = DictionaryObject({NameObject("/Names"): ArrayObject([TextStringObject("run"), node])})
        writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): names})
    return _written(writer)


def _value(value: str) -> Any:
    return NameObject(value) if value.startswith("/") else TextStringObject(value)


def xfa_pdf() -> bytes:
    """Return a PDF whose content is a dynamic form that only one reader shows."""
    writer = _writer()
    form = DictionaryObject({NameObject("/Fields"): ArrayObject(), NameObject("/XFA"): TextStringObject("<xdp/>")})
    writer.root_object[NameObject("/AcroForm")] = form
    return _written(writer)


def attachment_pdf() -> bytes:
    """Return a PDF that carries another file."""
    writer = _writer()
    writer.add_attachment("inside.txt", b"hidden")
    return _written(writer)


def annotation_pdf(subtype: str) -> bytes:
    """Return a PDF with an annotation of a rare subtype (``/FileAttachment``, ``/RichMedia``…)."""
    writer = _writer()
    link = Link(rect=(50, 50, 90, 90), url="https://example.org/")
    link[NameObject("/Subtype")] = NameObject(subtype)
    del link["/A"]
    writer.add_annotation(0, link)
    return _written(writer)


def archive(members: Mapping[str, bytes | str], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of ``members``."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archived:
        for name, content in members.items():
            archived.writestr(name, content)
    return target.getvalue()


def docx(
    *, extra: Mapping[str, bytes | str] | None = None, kind: str = _WORD_KIND, document: str | None = None
) -> bytes:
    """Return a small Word document; ``extra`` adds members, ``document`` replaces its main part."""
    body = "<w:p><w:r><w:t>Lettre d’engagement de l’équipe</w:t></w:r></w:p>" * 20
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    main = document or f'<?xml version="1.0"?><w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'
    types = _CONTENT_TYPES.format(part="word/document.xml", kind=kind)
    return archive({"[Content_Types].xml": types, "word/document.xml": main, **(extra or {})})


def docm() -> bytes:
    """Return a Word document with macros, as Word writes it."""
    return docx(extra={"word/vbaProject.bin": b"\xd0\xcf\x11\xe0macro"}, kind=_MACRO_KIND)


def pptx() -> bytes:
    """Return the skeleton of a presentation."""
    types = _CONTENT_TYPES.format(part="ppt/presentation.xml", kind="application/xml")
    return archive({"[Content_Types].xml": types, "ppt/presentation.xml": "<p:presentation xmlns:p='urn:p'/>"})


def xlsx() -> bytes:
    """Return a workbook."""
    workbook, target = Workbook(write_only=True), io.BytesIO()
    workbook.create_sheet("Heures").append(["Structure", "Heures"])
    workbook.save(target)
    return target.getvalue()


def opendocument(
    kind: str = "text", *, extra: Mapping[str, bytes | str] | None = None, manifest: str = "<m/>"
) -> bytes:
    """Return an OpenDocument file: ``text``, ``spreadsheet`` or ``presentation``."""
    media_type = f"application/vnd.oasis.opendocument.{kind}"
    content = "<office:document-content xmlns:office='urn:o'/>"
    return archive(
        {"mimetype": media_type, "content.xml": content, "META-INF/manifest.xml": manifest, **(extra or {})},
        compression=zipfile.ZIP_STORED,
    )


def encrypted_opendocument() -> bytes:
    """Return an OpenDocument text under a password."""
    manifest = "<m:manifest xmlns:m='urn:m'><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>"
    return opendocument(extra={"content.xml": b"\x13\x37scrambled"}, manifest=manifest)


def old_word() -> bytes:
    """Return the beginning of a .doc of before 2007."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "WordDocument".encode("utf-16-le") + b"\0" * 512


def encrypted_docx() -> bytes:
    """Return a Word document under a password: an OLE container around an encrypted archive."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512


def bomb_docx(size: int = 40_000_000) -> bytes:
    """Return a tiny Word document that unpacks to ``size`` bytes."""
    return docx(extra={"word/media/image1.bmp": b"\0" * size})


def crowded_docx(count: int = 6_000) -> bytes:
    """Return a Word document with far too many members."""
    return docx(extra={f"word/media/{number}.xml": b"" for number in range(count)})


def entity_docx() -> bytes:
    """Return a Word document whose text declares entities that multiply."""
    return docx(document='<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><d>&b;</d>')


def picture(width: int = 120, height: int = 80) -> Image.Image:
    """Return a picture whose left upper corner alone is red, to know its way up."""
    image = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(image).rectangle((0, 0, width // 3, height // 3), fill=(220, 0, 0))
    return image


def _saved(image: Image.Image, form: str, **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


def jpeg(width: int = 120, height: int = 80, *, orientation: int | None = None) -> bytes:
    """Return a photo with a description, a comment and, if asked, a camera's orientation."""
    image = picture(width, height)
    marks = image.getexif()
    marks[DESCRIPTION] = "Chez Marie, 12 rue des Lilas"
    if orientation:
        marks[ORIENTATION] = orientation
    return _saved(image, "JPEG", quality=90, exif=marks, comment="a secret comment")


def png(*, transparent: bool = False) -> bytes:
    """Return a PNG, with a text chunk that should not survive."""
    told = PngInfo()
    told.add_text("Author", "Marie")
    image = picture()
    return _saved(image.convert("RGBA") if transparent else image, "PNG", pnginfo=told)


def heic() -> bytes:
    """Return a photo as iPhones make them."""
    pillow_heif.register_heif_opener()
    return _saved(picture(), "HEIF", quality=90)


def gif() -> bytes:
    """Return a GIF, which is not accepted."""
    return _saved(picture(), "GIF")


def pixel_bomb(side: int = 30_000) -> bytes:
    """Return a PNG of a few hundred bytes that announces ``side`` × ``side`` pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1_000)), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def program() -> bytes:
    """Return the beginning of a Windows program."""
    return b"MZ\x90\0" + b"\0" * 200


LETTER: Final = FileUse(
    code="tests.letter",
    label="Lettre",
    max_bytes=2_000_000,
    media_types=filetypes.ALL,
    permission=Permission.ADMISSIONS_APPLICATION_READ,
    load=lambda _principal, subject_id: subject_id,
    retention="The time of a test",
    max_count=2,
)


@dataclass
class Dossier:
    """Whatever owns files."""

    id: uuid.UUID
    __tablename__: str = "dossier"


class Sent:
    """An upload as a request gives it."""

    def __init__(self, content: bytes, filename: str | None = "cv.pdf") -> None:
        self.filename = filename
        self.stream = io.BytesIO(content)
