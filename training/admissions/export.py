"""The spreadsheet of the list of files."""

from collections.abc import Iterator
from typing import Any, Final

from training.admissions import queries
from training.admissions.queries import ApplicationFilters
from training.common.policy import Principal
from training.common.xlsx import Column

COLUMNS: Final = (
    Column("Dossier", 16),
    Column("Nom", 28),
    Column("Courriel", 30),
    Column("Structure", 34),
    Column("Type", 14),
    Column("Département", 12),
    Column("Parcours", 12),
    Column("État", 22),
    Column("Déposé le", 18, "dd/mm/yyyy hh:mm"),
    Column("Rang", 8),
    Column("Avis", 8),
)


def rows(principal: Principal, filters: ApplicationFilters) -> Iterator[tuple[Any, ...]]:
    """Return one tuple a file, in the order of ``COLUMNS``, streamed."""
    for row in queries.export_rows(principal, filters):
        yield (
            row.reference,
            row.name,
            row.email,
            row.structure,
            row.kind.label if row.kind else None,
            row.departement,
            row.variant,
            row.status.label,
            row.submitted_at,
            row.rank,
            row.opinions,
        )
