"""Example spreadsheets for an import: its columns, a few invented lines, and what to know before filling it."""

from collections.abc import Sequence
from datetime import date, time
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from training.common import xlsx
from training.common.declarations import ImportKind
from training.common.formatting import NBSP
from training.common.imports import Field
from training.common.lazy import lazily

if TYPE_CHECKING:
    import openpyxl
    from openpyxl import styles
else:
    openpyxl, styles = lazily("openpyxl"), lazily("openpyxl.styles")

NARROWEST: Final = 14
READ_ME: Final = "Lisez-moi"
FORMATS: Final = {date: "dd/mm/yyyy", time: "hh:mm"}
ALWAYS: Final = (
    "Une ligne d’en-têtes, puis une ligne par enregistrement. Remplacez les lignes inventées par les vôtres.",
    "Vos colonnes peuvent porter d’autres noms, et être dans un autre ordre : vous direz laquelle contient quoi.",
    "Ni cellules fusionnées, ni formules. Rien n’est écrit avant l’essai, et tout l’est ensuite, ou rien.",
)


def sample_of(kind: ImportKind, owner: Any) -> bytes:
    """Return the example workbook of an import: the sheet to fill, then a page to read."""
    fields: Sequence[Field] = kind.fields(owner)
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = xlsx.sheet_title(kind.label)
    sheet.append([each.label for each in fields])
    for line in kind.sample(owner) if kind.sample else ():
        sheet.append([line.get(each.code) for each in fields])
    for cells in sheet.iter_cols():
        cells[0].font = styles.Font(bold=True)
        for cell in cells[1:]:
            cell.number_format = FORMATS.get(type(cell.value), "General")
        longest = max(len(str(cell.value or "")) for cell in cells)
        sheet.column_dimensions[cells[0].column_letter].width = max(NARROWEST, min(longest + 3, 50))
    sheet.freeze_panes = "A2"
    _read_me(book.create_sheet(READ_ME), kind, fields)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _read_me(sheet: Any, kind: ImportKind, fields: Sequence[Field]) -> None:
    needed = ", ".join(each.label for each in fields if each.required) or "aucune"
    lines = [kind.label, "", kind.lead, *ALWAYS, f"Colonnes indispensables{NBSP}: {needed}.", *kind.notes]
    for words in lines:
        sheet.append([words])
    sheet["A1"].font = styles.Font(bold=True, size=14)
    sheet.column_dimensions["A"].width = 110
    for row in sheet.iter_rows():
        row[0].alignment = styles.Alignment(wrap_text=True, vertical="top")
