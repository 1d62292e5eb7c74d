"""What is accepted, what is refused, and in which words (R125)."""

import io
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.support import samples
from training.common import filechecks, filetypes
from training.common.filechecks import Opened, open_for_good
from training.common.filetypes import DOCX, JPEG, PDF, PNG, FileRefused, Refusal


def opened(content: bytes, name: str, allowed: frozenset[str] = filetypes.ALL) -> Opened:
    return open_for_good(io.BytesIO(content), name=name, allowed=allowed)


def refusal(content: bytes, name: str, allowed: frozenset[str] = filetypes.ALL) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        opened(content, name, allowed)
    return caught.value


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (samples.pdf(), "cv.pdf", PDF),
        (samples.docx(), "lettre.docx", DOCX),
        (samples.opendocument("text"), "lettre.odt", filetypes.ODT),
        (samples.xlsx(), "budget.xlsx", filetypes.XLSX),
        (samples.opendocument("spreadsheet"), "budget.ods", filetypes.ODS),
        (samples.pptx(), "projet.pptx", filetypes.PPTX),
        (samples.opendocument("presentation"), "projet.odp", filetypes.ODP),
        (samples.jpeg(), "photo.JPG", JPEG),
        (samples.png(), "scan.png", PNG),
        (samples.heic(), "IMG_0001.HEIC", JPEG),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_accepted_type_is_recognised_by_its_content(content: bytes, name: str, kind: filetypes.FileType) -> None:
    assert opened(content, name).kind is kind


def test_a_name_without_extension_or_with_an_unknown_one_is_read_by_its_content() -> None:
    assert opened(samples.pdf(), "").kind is PDF
    assert opened(samples.pdf(), "CV M. Dupont").kind is PDF
    assert opened(samples.jpeg(), "capture.png").kind is JPEG  # phones name pictures as they please


def test_the_pages_of_a_pdf_are_counted() -> None:
    assert opened(samples.pdf(12), "memoire.pdf").pages == 12


def test_a_pdf_with_links_and_a_first_page_to_show_is_ordinary() -> None:
    assert opened(samples.linked_pdf(), "cv.pdf").pages == 2


def test_a_pdf_that_only_restricts_printing_opens() -> None:
    assert opened(samples.restricted_pdf(), "diplome.pdf").pages == 1


def test_a_pdf_under_a_password_says_what_to_do() -> None:
    refused = refusal(samples.encrypted_pdf(), "cv.pdf")
    assert refused.reason is Refusal.ENCRYPTED
    assert refused.message == (
        "Ce PDF est protégé par un mot de passe. Enregistrez-en une copie sans mot de passe, puis déposez-la."
    )


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.97])
def test_a_truncated_pdf_is_refused(share: float) -> None:
    whole = samples.pdf(5, weight=5_000)
    assert refusal(whole[: int(len(whole) * share)], "cv.pdf").reason is Refusal.DAMAGED


def test_a_pdf_with_its_middle_missing_is_refused_even_with_its_end_mark() -> None:
    whole = samples.pdf(5)
    assert refusal(whole[: len(whole) // 3] + b"\n%%EOF\n", "cv.pdf").reason is Refusal.DAMAGED


JAVASCRIPT = {"/S": "/JavaScript", "/JS": "app.alert(1)"}


@pytest.mark.parametrize(
    ("action", "where"),
    [
        (JAVASCRIPT, "open"),
        (JAVASCRIPT, "chained"),
        (JAVASCRIPT, "page"),
        (JAVASCRIPT, "annotation"),
        (JAVASCRIPT, "names"),
        ({"/S": "/Launch", "/F": "calc.exe"}, "annotation"),
        ({"/S": "/Launch", "/F": "calc.exe"}, "open"),
        ({"/S": "/URI", "/URI": "https://example.org/"}, "open"),
    ],
)
def test_a_pdf_that_acts_by_itself_is_refused(action: dict[str, str], where: str) -> None:
    assert refusal(samples.action_pdf(action, where=where), "cv.pdf").reason is Refusal.ACTIVE_CONTENT


def test_a_dynamic_form_and_rich_media_are_refused() -> None:
    assert refusal(samples.xfa_pdf(), "cerfa.pdf").reason is Refusal.ACTIVE_CONTENT
    assert refusal(samples.annotation_pdf("/RichMedia"), "cv.pdf").reason is Refusal.ACTIVE_CONTENT


def test_a_pdf_that_carries_files_is_refused() -> None:
    assert refusal(samples.attachment_pdf(), "cv.pdf").reason is Refusal.ATTACHMENTS
    assert refusal(samples.annotation_pdf("/FileAttachment"), "cv.pdf").reason is Refusal.ATTACHMENTS


def test_a_pdf_of_too_many_pages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filechecks, "MAX_PAGES", 3)
    assert refusal(samples.pdf(4), "cv.pdf").reason is Refusal.BOMB


@pytest.mark.parametrize(
    ("content", "name", "what"),
    [
        (samples.program(), "cv.pdf", "un programme"),
        (samples.gif(), "photo.jpg", "une image GIF"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "cv.pdf", "une page web"),
        (samples.archive({"a.txt": "a"}), "lettre.docx", "une archive zip"),
        (samples.png(), "cv.pdf", "une image PNG"),
        (samples.pdf(), "photo.png", "un PDF"),
        (b"just words", "cv.pdf", ""),
    ],
)
def test_another_content_behind_a_right_extension_is_told_as_such(content: bytes, name: str, what: str) -> None:
    refused = refusal(content, name)
    assert refused.reason is Refusal.DISGUISED
    assert refused.what == what
    assert f".{name.rpartition('.')[2]}" in refused.message


def test_an_unexpected_type_lists_the_expected_ones() -> None:
    refused = refusal(samples.docx(), "lettre.docx", frozenset({PDF.media_type, JPEG.media_type}))
    assert refused.message == "Ce fichier est un document Word. Formats acceptés ici\u00a0: PDF, JPEG ou HEIC."
    assert refusal(samples.program(), "setup.exe").reason is Refusal.WRONG_TYPE
    assert refusal(samples.archive({"a.txt": "a"}), "dossier.zip").what == "une archive zip"
    assert refusal(b"PK\5\6" + b"\0" * 18, "dossier.zip").reason is Refusal.WRONG_TYPE


def test_heic_is_welcome_where_jpeg_is_and_nowhere_else() -> None:
    assert opened(samples.heic(), "photo.heic", frozenset({JPEG.media_type})).kind is JPEG
    assert refusal(samples.heic(), "photo.heic", frozenset({PDF.media_type})).reason is Refusal.WRONG_TYPE


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (samples.docm(), "lettre.docm"),
        (samples.docm(), "lettre.docx"),
        (samples.docx(extra={"word/vbaProject.bin": b"x"}), "lettre.docx"),
        (samples.docx(extra={"word/activeX/activeX1.bin": b"x"}), "lettre.docx"),
        (samples.opendocument(extra={"Basic/Standard/Module1.xml": "<m/>"}), "lettre.odt"),
    ],
)
def test_macros_are_refused_whatever_the_extension(content: bytes, name: str) -> None:
    assert refusal(content, name).reason is Refusal.MACROS


def test_office_documents_under_a_password_are_refused() -> None:
    assert refusal(samples.encrypted_docx(), "lettre.docx").reason is Refusal.ENCRYPTED
    assert refusal(samples.encrypted_opendocument(), "lettre.odt").reason is Refusal.ENCRYPTED


def test_the_office_of_before_2007_is_named() -> None:
    refused = refusal(samples.old_word(), "lettre.doc")
    assert refused.reason is Refusal.OLD_FORMAT
    assert "docx" in refused.message


@pytest.mark.parametrize("build", [samples.bomb_docx, samples.crowded_docx, samples.entity_docx])
def test_bombs_are_refused_before_they_unfold(build: Callable[[], bytes]) -> None:
    assert refusal(build(), "lettre.docx").reason is Refusal.BOMB


def test_an_archive_that_lies_about_its_sizes_is_refused() -> None:
    honest = bytearray(samples.docx())
    directory = honest.rfind(b"PK\1\2")
    honest[directory + 24 : directory + 28] = (5).to_bytes(4, "little")
    assert refusal(bytes(honest), "lettre.docx").reason is Refusal.DAMAGED


@pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
def test_truncated_office_documents_are_refused(share: float) -> None:
    whole = samples.docx()
    assert refusal(whole[: int(len(whole) * share)], "lettre.docx").reason is Refusal.DAMAGED


def test_a_word_document_whose_text_is_cut_is_refused() -> None:
    assert refusal(samples.docx(document="<w:document xmlns:w='w'>"), "lettre.docx").reason is Refusal.DAMAGED


@pytest.mark.parametrize("content", [samples.jpeg(orientation=6), samples.png(), samples.heic()])
def test_images_come_back_without_anything_but_pixels(content: bytes) -> None:
    result = opened(content, "photo")
    assert result.content is not None
    with Image.open(io.BytesIO(result.content)) as image:
        assert not image.getexif()
        assert not {"comment", "exif", "xmp", "Author"} & image.info.keys()
    assert b"Lilas" not in result.content
    assert b"Marie" not in result.content


def test_a_photo_taken_sideways_is_put_upright() -> None:
    result = opened(samples.jpeg(orientation=6), "photo.jpg")
    assert result.content is not None
    with Image.open(io.BytesIO(result.content)) as image:
        assert image.size == (80, 120)
        corner = image.convert("RGB").getpixel((75, 5))
    assert isinstance(corner, tuple)
    assert corner[0] > 180
    assert corner[1] < 80


def test_a_transparent_picture_stays_transparent_and_a_large_one_shrinks() -> None:
    kept = opened(samples.png(transparent=True), "logo.png").content
    assert kept is not None
    with Image.open(io.BytesIO(kept)) as image:
        assert image.mode == "RGBA"
    shrunk = opened(samples.jpeg(6_000, 1_000), "panorama.jpg").content
    assert shrunk is not None
    with Image.open(io.BytesIO(shrunk)) as image:
        assert max(image.size) <= filechecks.MAX_SIDE


@pytest.mark.parametrize("side", [8_000, 12_000, 30_000])
def test_a_pixel_bomb_is_refused_on_its_header(side: int) -> None:
    assert refusal(samples.pixel_bomb(side), "photo.png").reason is Refusal.PIXELS


@pytest.mark.parametrize("content", [samples.jpeg(), samples.png(), samples.heic()])
def test_a_truncated_image_is_refused(content: bytes) -> None:
    assert refusal(content[: len(content) // 2], "photo").reason is Refusal.DAMAGED


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\Marie\\CV.pdf", "CV.pdf"),
        ("cv\u202efdp.exe", "cvfdp.exe.pdf"),
        ("cv\u200b\u2066.pdf", "cv.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
        ("a\0b.pdf", "ab.pdf"),
        ("...bashrc", "bashrc.pdf"),
        (".pdf", "fichier.pdf"),
        ("", "fichier.pdf"),
        (None, "fichier.pdf"),
        ("Lettre  d’engagement\u00a0— équipe.PDF", "Lettre d’engagement — équipe.PDF"),
        ("e\u0301quipe.pdf", "équipe.pdf"),
        ('<b>"x"</b>.pdf', "b_.pdf"),
        ("\ud800.pdf", "fichier.pdf"),
        ("CV M. Dupont", "CV M. Dupont.pdf"),
    ],
)
def test_hostile_names_become_harmless(name: str | None, clean: str) -> None:
    assert filetypes.clean_name(name, PDF) == clean


def test_a_long_name_keeps_its_extension() -> None:
    clean = filetypes.clean_name("é" * 300 + ".pdf", PDF)
    assert len(clean) == filetypes.MAX_NAME
    assert clean.endswith("é.pdf")
    assert len(clean.encode()) <= 255


def test_a_converted_photo_takes_its_new_extension() -> None:
    assert filetypes.clean_name("IMG_0001.HEIC", JPEG) == "IMG_0001.jpg"
    assert filetypes.clean_name("photo.jpeg", JPEG) == "photo.jpeg"


@given(st.text(max_size=400))
def test_any_name_comes_out_showable(name: str) -> None:
    clean = filetypes.clean_name(name, PDF)
    assert clean.lower().endswith(".pdf")
    assert 5 <= len(clean) <= filetypes.MAX_NAME
    assert not set(clean) & set('/\\<>:"|?*')
    assert not clean.startswith((".", " "))
    assert all(unicodedata.category(letter)[0] != "C" for letter in clean)


def test_hints_name_the_types_and_the_field_accepts_their_extensions() -> None:
    assert filetypes.describe({PDF.media_type}) == "PDF"
    assert filetypes.describe(filetypes.IMAGES) == "JPEG, PNG ou HEIC"
    assert filetypes.accept_attribute({PDF.media_type, PNG.media_type}) == ".pdf,.png"
    assert ".heic" in filetypes.accept_attribute({JPEG.media_type})


def test_every_refusal_speaks_true_french_typography() -> None:
    told = [
        filetypes.wrong_type("un PDF", {PNG.media_type}),
        filetypes.disguised("pdf", "une page web"),
        filetypes.too_large(10_000_000),
        filetypes.too_many(3),
        filetypes.empty(),
        filetypes.damaged(PDF),
        filetypes.encrypted(None),
    ]
    for refused in told:
        assert "'" not in refused.message
        assert " :" not in refused.message.replace("\u00a0:", "")
        assert refused.message.endswith(".")
    assert "10\u00a0Mo" in filetypes.too_large(10_000_000).message.replace(",0", "")
