"""The spreadsheet of a cohort’s learners."""

from collections.abc import Iterable, Iterator
from typing import Final

from training.cohorts.queries import LearnerRow
from training.common.xlsx import Column, Value

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


def cells_of(rows: Iterable[LearnerRow]) -> Iterator[tuple[Value, ...]]:
    """Yield the cells of each learner, as they come."""
    for row in rows:
        yield (
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
