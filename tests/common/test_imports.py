"""Spreadsheets people bring: what is read, and what each unreadable thing is told (R101). No database."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

import openpyxl
import pytest

from training.common import import_cells, imports
from training.common.imports import Field, Problem, Row, Unreadable

FIELDS = [
    Field("name", "Nom de la structure", import_cells.text(20), required=True, names=("structure",)),
    Field("email", "Courriel", import_cells.email, names=("e-mail", "mail")),
    Field("on", "Reçu le", import_cells.day),
]


def workbook(*rows: list[Any], change: Callable[[Any], None] | None = None) -> io.BytesIO:
    book = openpyxl.Workbook()
    active: Any = book.active
    for row in rows:
        active.append(row)
    if change is not None:
        change(active)
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream


HEAD = ["Structure", "E-mail", "Reçu le"]


def read(*rows: list[Any], change: Callable[[Any], None] | None = None) -> imports.Sheet:
    return imports.read_sheet(workbook(*rows, change=change))


def test_headers_are_found_below_a_title_and_columns_recognised() -> None:
    sheet = read(
        ["Candidatures 2026"], [], HEAD, ["MSP du Lac", "a@example.org", date(2026, 1, 29)], [None, None, None]
    )
    assert list(sheet.headers) == HEAD
    assert [row.number for row in sheet.rows] == [4]
    mapping = imports.guess(sheet.headers, FIELDS, {})
    assert mapping == {"name": "Structure", "email": "E-mail", "on": "Reçu le"}
    trial = imports.parse(sheet, mapping, FIELDS)
    assert trial.problems == []
    assert trial.rows == [Row(4, {"name": "MSP du Lac", "email": "a@example.org", "on": date(2026, 1, 29)})]


def test_a_column_headed_by_a_day_is_named_by_it() -> None:
    sheet = read(["Nom", "Prénom", date(2026, 1, 29), datetime(2026, 1, 30, 14, 0)], ["Roy", "Alix", "P", "A"])  # noqa: DTZ001 - as Excel tells it
    assert list(sheet.headers) == ["Nom", "Prénom", "29/01/2026", "30/01/2026 14:00"]
    assert sheet.rows[0].cells["30/01/2026 14:00"] == "A"


def test_a_remembered_column_wins_and_none_serves_twice() -> None:
    headers = ["Structure", "Nom de la structure", "Mail"]
    assert imports.guess(headers, FIELDS, {"name": "Structure"})["name"] == "Structure"
    assert imports.guess(headers, FIELDS, {"name": "Partie"})["name"] == "Nom de la structure"
    twice = [FIELDS[0], Field("other", "Structure", import_cells.text())]
    assert imports.guess(["Structure"], twice, {}) == {"name": "Structure"}


@pytest.mark.parametrize(
    ("rows", "change", "words", "row"),
    [
        ([HEAD, ["=A1", "a@example.org", None]], None, "formule", 2),
        ([HEAD, ["MSP", "a@example.org", None]], lambda s: s.merge_cells("A2:B2"), "A2:B2 sont fusionnées", None),
        ([HEAD, ["Ã‰quipe du cafÃ©", "a@example.org", None]], None, "accents sont abîmés", 2),
        ([HEAD, ["MSP", "pas une adresse", None]], None, "n’est pas une adresse", 2),
        ([HEAD, ["MSP", "a@example.org", "hier"]], None, "n’est pas une date", 2),
        ([HEAD, ["Une structure au nom interminable", None, None]], None, "20 au plus", 2),
        ([HEAD, [None, "a@example.org", None]], None, "Cette valeur manque", 2),
        ([["Structure", "Structure"], ["MSP", "MSP"]], None, "Deux colonnes s’appellent", 1),
        ([HEAD], None, "rien à importer", None),
    ],
)  # fmt: skip
def test_each_problem_is_told_with_its_row(rows: list[list[Any]], change: Any, words: str, row: int | None) -> None:
    sheet = read(*rows, change=change)
    trial = imports.parse(sheet, imports.guess(sheet.headers, FIELDS, {}), FIELDS)
    found = [problem for problem in trial.problems if words in problem.message]
    assert [(problem.row, problem.blocks) for problem in found] == [(row, True)], trial.problems
    assert trial.blocking >= 1
    assert "à corriger" in imports.told(trial)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda: io.BytesIO(b"PK\3\4 not a workbook"), "ne s’ouvre pas"),
        (lambda: io.BytesIO(b"Nom;\0\0Courriel"), "ne s’ouvre pas"),
        (lambda: io.BytesIO(b"\xff\xfeN\0o"), "ne s’ouvre pas"),
        (lambda: io.BytesIO(b"Nom;" + b"x" * 200_000), "ne s’ouvre pas"),
        (lambda: io.BytesIO(b""), "est vide"),
        (lambda: io.BytesIO(b"Nom;Courriel\n" + b"MSP;a@example.org\n" * 10_000), "plus de 5"),
        (workbook, "est vide"),
        (lambda: workbook(["seul"]), "est vide"),
        (lambda: workbook(HEAD, *([["MSP", "a@example.org", None]] * (imports.MOST_ROWS + 1))), "plus de 5"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(content: Callable[[], io.BytesIO], words: str) -> None:
    with pytest.raises(Unreadable) as fault:
        imports.read_sheet(content())
    assert words in fault.value.message


WRITTEN = (
    'Structure{0}E-mail{0}Reçu le\r\n"MSP des Étangs{0} à Dole"{0}a@example.org{0}29/01/2026 10:12:33\r\n\r\n'
    'MSP "du Lac"{0}{0}2026-01-30\r\n'
)


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_text_is_read_whatever_its_encoding_and_its_separator(separator: str, encoding: str) -> None:
    sheet = imports.read_sheet(io.BytesIO(WRITTEN.format(separator).encode(encoding)))
    assert list(sheet.headers) == HEAD
    trial = imports.parse(
        sheet, imports.guess(sheet.headers, FIELDS, {}), [replace(FIELDS[0], read=import_cells.text()), *FIELDS[1:]]
    )
    assert trial.problems == []
    assert trial.rows == [
        Row(
            2,
            {
                "name": f"MSP des Étangs{separator} à Dole".replace("\t", ""),
                "email": "a@example.org",
                "on": date(2026, 1, 29),
            },
        ),
        Row(4, {"name": 'MSP "du Lac"', "email": None, "on": date(2026, 1, 30)}),
    ]


def test_text_tells_its_formulas_and_its_broken_accents_with_their_row() -> None:
    content = "Structure;E-mail\nMSP;=A1\nMaison de santÃ©;a@example.org\n".encode()
    found = [(problem.row, problem.message) for problem in imports.read_sheet(io.BytesIO(content)).problems]
    assert [row for row, _message in found] == [2, 3]
    assert "formule" in found[0][1]
    assert "accents" in found[1][1]


def test_a_missing_required_column_is_told_once() -> None:
    sheet = read(["Mail", "Reçu le"], ["a@example.org", None], ["b@example.org", None])
    trial = imports.parse(sheet, imports.guess(sheet.headers, FIELDS, {}), FIELDS)
    assert [problem.message for problem in trial.problems] == [
        "Choisissez la colonne « Nom de la structure » : cet import en a besoin."
    ]


def test_rows_of_one_key_name_the_first() -> None:
    rows = [Row(2, {"k": "a"}), Row(3, {"k": None}), Row(5, {"k": "a"})]
    assert imports.twice(rows, lambda row: row.values["k"], "Cette adresse") == [
        Problem("Cette adresse figure déjà à la ligne 2.", 5)
    ]


KINDS = {"MSP": 1, "Maison de santé": 1, "21": 21}


@pytest.mark.parametrize(
    ("reader", "cell", "value"),
    [
        (import_cells.text(), 21.0, "21"),
        (import_cells.text(), "  deux   mots ", "deux mots"),
        (import_cells.day, "29/01/26", date(2026, 1, 29)),
        (import_cells.day, "2026-01-29", date(2026, 1, 29)),
        (import_cells.whole(2015, 2100), 2026.0, 2026),
        (import_cells.choice(KINDS, what="un type"), "MAISON DE SANTE", 1),
        (import_cells.choice(KINDS, what="un type"), 21.0, 21),
        (import_cells.email, " mailto:a@example.org", "a@example.org"),
        (import_cells.hour, "9h30", time(9, 30)),
        (import_cells.hour, "14 h", time(14)),
        (import_cells.hour, "9:05", time(9, 5)),
        (import_cells.hour, time(13, 30, 12), time(13, 30)),
        (import_cells.several(), "M1, M2 et M3/M4\nM5", ("M1", "M2", "M3", "M4", "M5")),
        (import_cells.several(), 4.0, ("4",)),
    ],
)
def test_cells_are_read_as_people_fill_them(reader: import_cells.Reader, cell: Any, value: Any) -> None:
    assert reader(cell) == value


@pytest.mark.parametrize(
    ("reader", "cell"),
    [
        (import_cells.whole(2015, 2100), "26"),
        (import_cells.choice(KINDS, what="un type"), "MDS"),
        (import_cells.email, "a@b"),
        (import_cells.hour, "25 h"),
        (import_cells.hour, "matin"),
    ],
)
def test_what_is_not_understood_is_said(reader: import_cells.Reader, cell: Any) -> None:
    with pytest.raises(ValueError, match="n’est pas"):
        reader(cell)
