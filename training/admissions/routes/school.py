"""The school's desk: the files transmitted to it, for all its regions, by date of launch (R27, R121)."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from flask import Blueprint, Response, render_template, request

from training.admissions import queries
from training.admissions.queries import SchoolList
from training.common import access, clock
from training.common.attachments import spreadsheet
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.xlsx import Column

bp: Final = Blueprint("admissions_school", __name__)

COLUMNS: Final = (
    Column("Appel", 16),
    Column("Promotion", 24),
    Column("Lancement", 12, "dd/mm/yyyy"),
    Column("Dossier", 18),
    Column("Nom", 28),
    Column("Fonction", 26),
    Column("Structure", 34),
    Column("Type", 12),
    Column("Département", 22),
    Column("Parcours", 10),
    Column("Rang", 8),
    Column("Moyenne sur 20", 10, "0.0"),
    Column("Entretien", 14),
)


@bp.get("/candidatures/ecole")
@requires(Permission.ADMISSIONS_APPLICATION_EXPORT)
def transmitted() -> Response | str:
    """List the files that wait for the school; ``?format=xlsx`` exports them, ``?appel=`` narrows to one call."""
    lists = queries.for_school(current_principal(), request.args.get("appel") or None)
    if request.args.get("format") == "xlsx":
        return _spreadsheet(lists)
    return render_template(
        "admissions/staff/transmitted.html", lists=lists, count=sum(len(each.rows) for each in lists)
    )


def _spreadsheet(lists: Sequence[SchoolList]) -> Response:
    access.note_export(current_principal(), "school.export")
    name = f"candidatures-transmises-{clock.today().isoformat()}"
    return spreadsheet(COLUMNS, _rows(lists), title="Candidatures transmises", name=name)


def _rows(lists: Sequence[SchoolList]) -> Iterator[tuple[Any, ...]]:
    for each in lists:
        for row in each.rows:
            yield (
                each.code,
                each.cohort,
                each.launch_on,
                f"{each.code}-{row.number:04d}",
                row.name,
                row.post_title,
                row.structure,
                row.kind.label if row.kind else None,
                row.departement,
                row.variant,
                row.rank,
                round(row.average, 1) if row.average is not None else None,
                row.interview.label if row.interview else None,
            )
