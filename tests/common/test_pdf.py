"""PDF documents: accessible, archivable, reproducible, and impossible to break from a form."""

import hashlib
import io
import re
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from training.common import fonts, pdf, qr
from training.common.pdf import Rendered

SUBMITTED = datetime(2026, 10, 30, 22, 14, tzinfo=UTC)
TITLE = "Accusé de réception de candidature"
PIECES = [
    ("Curriculum vitæ", "CV_Zoé.pdf"),
    ("Lettre d’engagement de l’employeur", "Lettre_engagement_" + "tres_longue_" * 8 + "definitive.pdf"),
    ("Projet de santé", "P" * 120),
]


def receipt_data(**changes: Any) -> dict[str, Any]:
    return {
        "carrier": {"name": "Fédération BFC", "address": "12 rue de la Préfecture", "city": "21000 Dijon"},
        "number": "BFC-2026-0042",
        "applicant_name": "Zoé Łukasiewicz-Œuvrard",
        "call_title": "Appel à candidatures PACTE 2026",
        "structure": "MSP du Val d’Amour",
        "variant": "Coordination de maison de santé (MSP)",
        "submitted_at": "vendredi 30 octobre 2026 à 23 h 14",
        "pieces": [
            {"label": label, "filename": name, "size": "1,2 Mo", "sha256": hashlib.sha256(name.encode()).hexdigest()}
            for label, name in PIECES
        ],
        "declarations": ["Je certifie l’exactitude de ce dossier.", "J’ai lu « l’information » : elle est claire !"],
        "verification": "Le même fichier donne toujours la même empreinte.",
    } | changes


def receipt(**changes: Any) -> Rendered:
    return pdf.render("submission-receipt", receipt_data(**changes), title=TITLE, timestamp=SUBMITTED)


def open_pdf(rendered: Rendered) -> PdfReader:
    return PdfReader(io.BytesIO(rendered.content))


def catalogue(rendered: Rendered) -> Any:
    """Return the root of the file's objects."""
    return open_pdf(rendered).root_object


def text_of(rendered: Rendered) -> str:
    """Return the text layer, all white space made one space."""
    return " ".join(" ".join(page.extract_text() for page in open_pdf(rendered).pages).split())


def tags(node: Any) -> Iterator[str]:
    """Yield the structure types below a node of the structure tree."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from tags(child)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node["/S"]
        if "/K" in node:
            yield from tags(node["/K"])


def test_the_receipt_says_what_was_received() -> None:
    """R22: number, instant, list of pieces and their fingerprints."""
    text, squeezed = text_of(receipt()), "".join(text_of(receipt()).split())
    data = receipt_data()
    for shown in ("number", "applicant_name", "structure", "variant", "submitted_at", "call_title", "verification"):
        assert data[shown] in text
    for piece in data["pieces"]:
        assert piece["label"] in text
        assert piece["sha256"] in squeezed
        assert piece["filename"] in squeezed
    for line in data["carrier"].values():
        assert line in text
    assert "J’ai lu « l’information » : elle est claire !" in text


def test_a_receipt_without_piece_nor_declaration_stands() -> None:
    text = text_of(receipt(pieces=[], declarations=[]))
    assert "Aucune pièce" in text
    assert "Déclarations" not in text


def test_the_file_tells_its_language_and_title() -> None:
    assert catalogue(receipt())["/Lang"] == "fr-FR"
    assert catalogue(receipt())["/ViewerPreferences"]["/DisplayDocTitle"]
    reader = open_pdf(receipt())
    assert reader.metadata is not None
    assert reader.metadata.title == TITLE
    assert reader.metadata.author == "Fédération BFC"


def test_the_file_is_tagged_and_says_which_standards_it_keeps() -> None:
    root = catalogue(receipt())
    assert root["/MarkInfo"]["/Marked"]
    found = list(tags(root["/StructTreeRoot"]["/K"]))
    assert found.count("/H1") == 1
    assert found.count("/H2") == 2
    assert found.count("/TH") == 3
    assert found.count("/TR") == 1 + len(PIECES)
    assert "/THead" in found
    declared = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in declared
    assert "<pdfaid:part>2</pdfaid:part>" in declared
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in declared


def test_only_the_fonts_of_the_house_are_used_and_they_travel_with_the_file() -> None:
    names = set()
    for page in open_pdf(receipt()).pages:
        resources: Any = page["/Resources"]
        for entry in resources["/Font"].values():
            (descendant,) = entry.get_object()["/DescendantFonts"]
            descriptor = descendant.get_object()["/FontDescriptor"].get_object()
            assert "/FontFile2" in descriptor
            names.add(descriptor["/FontName"].split("+")[1])
    assert names == {"SourceSansPro-Regular", "SourceSansPro-Semibold", "SourceSerifPro-Semibold"}


def test_long_names_are_broken_before_the_next_column() -> None:
    text = "\n".join(page.extract_text() for page in open_pdf(receipt()).pages)
    runs = re.findall("P{10,}", text)
    assert sum(map(len, runs)) == 120
    assert max(map(len, runs)) < 40


def test_the_same_data_give_the_same_bytes_in_any_thread() -> None:
    with ThreadPoolExecutor(4) as pool:
        made = {rendered.content for rendered in pool.map(lambda _: receipt(), range(12))}
    assert made == {receipt().content}


def test_the_timestamp_dates_the_file() -> None:
    later = pdf.render("submission-receipt", receipt_data(), title=TITLE, timestamp=SUBMITTED + timedelta(days=1))
    assert later.content != receipt().content
    metadata = open_pdf(later).metadata
    assert metadata is not None
    assert metadata.creation_date == SUBMITTED + timedelta(days=1)


@pytest.mark.parametrize(
    "name",
    [
        '#read("/etc/passwd")',
        "*gras* _italique_ = titre",
        "$ x^2 $ <label> @ref",
        "// commentaire",
        "\\#{ panic() }",
        '"); #panic("',
    ],
)
def test_markup_typed_by_people_is_shown_as_typed(name: str) -> None:
    rendered = receipt(applicant_name=name)
    assert name in text_of(rendered)
    assert rendered.missing_characters == ()


@pytest.mark.parametrize(
    ("name", "shown", "missing"),
    [
        ("Zoe\u0301 Œuvrard", "Zoé Œuvrard", ()),
        ("Nguyễn Đặng", "Nguyễn Đặng", ()),
        ("Ана Ђурић", "Ана Ђурић", ()),
        ("Zoé 😀", "Zoé ☐", ("😀",)),
        ("مر", "☐☐", ("م", "ر")),
        ("漢字 漢", "☐☐ ☐", ("漢", "字")),
        ("Ａｎｎａ", "Anna", ("Ａ", "ｎ", "ａ")),
        ("x\u20dd", "x", ("\u20dd",)),
        ("\u202eabc\u200f\u200b\ufeff", "abc", ()),
        ("nul\x00 bel\x07", "nul bel", ()),
        ("un\u2011deux\u2009trois", "un-deux trois", ()),
        ("\ud800", "☐", ("\ud800",)),
    ],
)
def test_a_character_no_font_has_is_replaced_and_told(name: str, shown: str, missing: tuple[str, ...]) -> None:
    rendered = receipt(applicant_name=f"[{name}]")
    assert f"[{shown}]" in text_of(rendered)
    assert rendered.missing_characters == missing


def test_characters_are_told_wherever_they_stand() -> None:
    data = receipt_data(declarations=["😀"])
    rendered = pdf.render("submission-receipt", data, title="Accusé 漢", timestamp=SUBMITTED)
    assert rendered.missing_characters == ("漢", "😀")


def test_every_character_the_fonts_cover_makes_a_document() -> None:
    everything = "".join(map(chr, sorted(fonts.covered())))
    assert receipt(applicant_name=everything, call_title=everything).missing_characters == ()


def test_an_empty_title_does_not_stop_a_document() -> None:
    rendered = pdf.render("submission-receipt", receipt_data(), title=" \u200b ", timestamp=SUBMITTED)
    assert open_pdf(rendered).metadata.title == "Document"  # type: ignore[union-attr]  # a document of ours has metadata


@pytest.mark.parametrize("name", ["unknown", "../pdf/submission-receipt", "_house", ""])
def test_an_unknown_document_is_refused(name: str) -> None:
    with pytest.raises(LookupError):
        pdf.render(name, {}, title="x", timestamp=SUBMITTED)


def test_data_that_are_not_plain_are_refused() -> None:
    with pytest.raises(TypeError, match="datetime"):
        receipt(submitted_at=SUBMITTED)


HOUSE_DOCUMENT = """
#import "/_house.typ": *
#show: house.with(carrier: data.carrier, kind: "Convocation", number: "12", flipped: true)
#summary(("Lieu", "Salle Pasteur"), ("Vide", none))
#picture(data.code, "Code de la séance", width: 30mm)
#ruled((1fr, auto), ([Heure], [Présents]), (([9 h 30], [12]), ([14 h], [11])), align: (left, right))
#note[Venez tôt.]
#signatures((role: "Pour la fédération", name: "Anne Petit", signed: "Signé le 29/01/2026"), (role: "Apprenant·e"))
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A folder of documents with one that uses every piece of the house."""
    (tmp_path / "convocation").mkdir()
    (tmp_path / "convocation" / "document.typ").write_text(HOUSE_DOCUMENT, encoding="utf-8")
    shutil.copy(pdf.TEMPLATES / "_house.typ", tmp_path)
    return tmp_path


def test_the_pieces_of_the_house_make_an_accessible_document(house: Path) -> None:
    logo = io.BytesIO()
    Image.new("RGB", (60, 30), "#0e5a5f").save(logo, "PNG")
    data = {"carrier": {"name": "Fédération BFC", "logo": logo.getvalue()}, "code": qr.svg("https://example.test/7K3M")}
    rendered = pdf.render("convocation", data, title="Séminaire 3", timestamp=SUBMITTED, templates=house)
    text = text_of(rendered)
    for shown in (
        "Fédération BFC",
        "Convocation",
        "Séminaire 3",
        "Salle Pasteur",
        "14 h",
        "Venez tôt.",
        "Anne Petit",
        "Date et signature",
    ):
        assert shown in text
    assert "Vide" not in text
    page = open_pdf(rendered).pages[0]
    assert page.mediabox.width > page.mediabox.height
    assert list(tags(catalogue(rendered)["/StructTreeRoot"]["/K"])).count("/Figure") == 2


def test_a_document_reads_nothing_outside_its_folder(house: Path) -> None:
    (house.parent / "secret.txt").write_text("secret", encoding="utf-8")
    (house / "convocation" / "document.typ").write_text('#read("../../secret.txt")', encoding="utf-8")
    with pytest.raises(RuntimeError):
        pdf.render("convocation", {}, title="x", timestamp=SUBMITTED, templates=house)


def test_a_receipt_is_quick() -> None:
    receipt()
    started = time.process_time()
    for number in range(5):
        receipt(number=f"BFC-2026-{number}")
    assert (time.process_time() - started) / 5 < 0.15


def test_an_instant_with_parts_of_a_second_gives_a_document_all_the_same() -> None:
    made = pdf.render(
        "submission-receipt", receipt_data(), title=TITLE, timestamp=datetime(2026, 3, 2, 9, 0, 1, 234_567, UTC)
    )
    assert made.content.startswith(b"%PDF")
