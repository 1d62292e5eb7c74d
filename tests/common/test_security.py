"""What a hostile spreadsheet tries: rows without end, cells that make a reader work for hours, parts that break it."""

import io
import time
import zipfile
from collections.abc import Mapping
from typing import Any

import openpyxl
import pytest

from tests.support import samples
from training.common import filechecks, filetypes, import_cells, imports, mail, unstorable
from training.common.imports import Unreadable

HEAD = '<row r="1"><c t="inlineStr"><is><t>Nom</t></is></c><c t="inlineStr"><is><t>Courriel</t></is></c></row>'
ONE = '<row r="2"><c t="inlineStr"><is><t>Roy</t></is></c><c t="inlineStr"><is><t>a@example.org</t></is></c></row>'
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SOON = 6.0
"""Seconds: what each of these took before was counted in minutes, or never ended."""


def hostile(rows: str, after: str = "", parts: Mapping[str, bytes] | None = None) -> io.BytesIO:
    """A workbook whose sheet is written by hand."""
    made, stream = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name != "xl/worksheets/sheet1.xml":
                target.writestr(name, source.read(name))
        sheet = f'<worksheet xmlns="{SPACE}"><sheetData>{rows}</sheetData>{after}</worksheet>'
        target.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, content in (parts or {}).items():
            target.writestr(name, content)
    stream.seek(0)
    return stream


@pytest.mark.parametrize(
    "rows",
    [
        HEAD + '<row r="9999999999"><c t="inlineStr"><is><t>Roy</t></is></c></row>',
        HEAD + '<row><c r="ZZZ2"/></row>' * 60_000,
        "<row/>" * 60_000,
    ],
    ids=["a row far below", "wide rows that hold nothing", "rows without a cell"],
)
def test_a_sheet_that_never_ends_is_left_in_seconds(rows: str) -> None:
    began = time.monotonic()
    with pytest.raises(Unreadable, match="trop loin vers le bas"):
        imports.read_sheet(hostile(rows))
    assert time.monotonic() - began < SOON


def test_looking_for_merged_cells_takes_no_longer_than_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    began = time.monotonic()
    sheet = imports.read_sheet(hostile(HEAD + ONE, f"<!-- {'<mergeCell ' * 60_000} -->"))
    assert time.monotonic() - began < SOON
    assert len(sheet.rows) == 1
    cells = "".join(f'<mergeCell ref="A{row}:B{row}"/>' for row in range(1, 5_000))
    sheet = imports.read_sheet(hostile(HEAD + ONE, f"<mergeCells>{cells}</mergeCells>"))
    assert len(sheet.problems) == imports.MOST_MERGED


@pytest.mark.parametrize(
    "rows",
    [
        HEAD + "<row",
        HEAD + '<row r="deux"><c><v>1</v></c></row>',
        HEAD + '<row r="2"><c r="A2" t="s"><v>99</v></c></row>',
        HEAD + '<row r="2"><c r="A2"><v>un</v></c></row>',
        HEAD + '<row r="2"><c r="AAAA2"><v>1</v></c></row>',
    ],
)
def test_a_sheet_broken_below_its_head_is_told_like_one_broken_at_its_opening(rows: str) -> None:
    with pytest.raises(Unreadable, match="ne s’ouvre pas"):
        imports.read_sheet(hostile(rows))


def test_a_sheet_that_declares_entities_is_not_read() -> None:
    bomb = hostile(HEAD + ONE)
    with zipfile.ZipFile(bomb) as archive:
        plain = archive.read("xl/worksheets/sheet1.xml").decode()
    declared = '<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]>'
    stream = io.BytesIO()
    with zipfile.ZipFile(bomb) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, declared + plain.replace("Roy", "&b;") if "sheet1" in name else source.read(name))
    stream.seek(0)
    with pytest.raises(Unreadable, match="ne s’ouvre pas"):
        imports.read_sheet(stream)


def test_a_workbook_too_heavy_once_unpacked_is_not_read() -> None:
    heavy = {"xl/media/image1.png": b"\0" * (imports.MOST_UNPACKED + 1)}
    with pytest.raises(Unreadable, match="trop lourd"):
        imports.read_sheet(hostile(HEAD + ONE, parts=heavy))


def test_a_cell_longer_than_a_spreadsheet_holds_is_a_problem() -> None:
    long = ONE.replace("Roy", "x" * (imports.LONGEST_CELL + 1))
    (problem,) = imports.read_sheet(hostile(HEAD + long)).problems
    assert (problem.row, problem.column, problem.blocks) == (2, "Nom", True)


@pytest.mark.both_engines
@pytest.mark.parametrize("address", ["/programmes/%00", "/structures?recherche=%00a", "/connexion/lien-envoye?%00=1"])
def test_a_sign_no_database_keeps_is_refused_in_an_address(client: Any, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, unstorable.REFUSED in answer.text) == (422, True)


@pytest.mark.both_engines
def test_a_sign_no_database_keeps_is_refused_in_a_form(client: Any) -> None:
    answer = client.post("/connexion", data={"email": "a@exemple.fr\0", "password": "x"})
    assert (answer.status_code, unstorable.REFUSED in answer.text) == (422, True)
    stranger = client.post("/connexion", data={"email": "\0"}, csrf=False)
    assert unstorable.REFUSED not in stranger.text


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_an_archive_packed_as_no_office_does_is_refused(method: int) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(samples.docx())) as source, zipfile.ZipFile(packed, "w", method) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    broken = bytearray(packed.getvalue())
    for content in (packed, io.BytesIO(bytes(broken).replace(b"\x5d\0\0", b"\xff\xff\xff"))):
        with pytest.raises(filetypes.FileRefused):
            filechecks.open_for_good(content, name="a.docx", allowed=filetypes.ALL)


def test_what_no_cell_shows_never_reaches_a_name() -> None:
    read = import_cells.text(80)
    assert read("Roy\x07\x01\u202egnp.exe\u2028 Petit\x7f") == "Roy gnp.exe Petit"
    assert import_cells.several()("a\x07, b\u202e") == ("a", "b")


def test_a_subject_made_of_others_words_is_cut_to_what_is_kept() -> None:
    assert mail.shortened("x" * 250) == "x" * 250
    assert mail.shortened("x" * 251) == "x" * 249 + "…"
