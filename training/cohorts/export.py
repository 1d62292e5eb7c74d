"""The spreadsheet of a cohort’s learners."""

from collections.abc import Iterable
from typing import IO, Final

from training.cohorts.models import Cohort
from training.cohorts.queries import LearnerRow
from training.common.xlsx import Column, write_rows

COLUMNS: Final = (
    Column("Place"),
    Column("Nom"),
    Column("Structure"),
    Column("Type de structure"),
    Column("Département"),
    Column("Parcours"),
    Column("Entrée en formation"),
    Column("Sortie de formation"),
    Column("Référent·e"),
    Column("État"),
)


def learners_workbook(cohort: Cohort, rows: Iterable[LearnerRow], stream: IO[bytes]) -> int:
    """Write the learners to ``stream``, one row each, as they come; return how many."""
    cells = (
        (
            row.seat,
            row.name,
            row.structure,
            row.structure_kind,
            row.departement,
            row.variant,
            row.entered_on,
            row.left_on,
            row.referent,
            row.status.label,
        )
        for row in rows
    )
    return write_rows(COLUMNS, cells, title=f"Apprenants {cohort.code}", stream=stream)
