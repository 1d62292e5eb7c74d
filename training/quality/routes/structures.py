"""``/ma-structure``: the people of a structure in training, to whoever represents it (R122)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, render_template, request

from training.catalogue.enums import MODALITIES
from training.cohorts.layout import layout_for
from training.common import access, clock, xlsx
from training.common.attachments import file_name, spreadsheet
from training.common.guard import current_principal, requires
from training.common.policy import Permission, Principal
from training.quality.queries.structure import OfStructure, people_of_structures
from training.quality.routes.blueprint import bp

COLUMNS: Final = (
    "Personne",
    "Promotion",
    "État",
    *(words for each in MODALITIES for words in (f"{each.label} : comptées", f"{each.label} : demandées")),
    "Modules validés",
    "Modules demandés",
    "Mémoire",
)


@dataclass(frozen=True, slots=True)
class People:
    """Those of the structures someone represents."""

    found: list[OfStructure]


def people_of(principal: Principal) -> People:
    """Return those of the structures this person represents."""
    return People(people_of_structures(principal))


@bp.get("/ma-structure")
@requires(Permission.QUALITY_STRUCTURE_READ, people_of)
def own_structure(people: People) -> str | Response:
    """Where each one of the structure stands; ``?format=xlsx`` keeps it."""
    principal = current_principal()
    if request.args.get("format") == "xlsx":
        access.note_export(principal, "structure.learners_xlsx")
        name = file_name("formation", clock.today().isoformat())
        columns = [xlsx.Column(label) for label in COLUMNS]
        return spreadsheet(columns, _rows(people.found), title="En formation", name=name)
    return render_template(
        "quality/structure.html", layout=layout_for(principal), people=people.found, modalities=MODALITIES
    )


def _rows(found: list[OfStructure]) -> Iterator[tuple[Any, ...]]:
    for each in found:
        progress = each.progress
        told: list[tuple[Any, Any]] = [(hours.counted, hours.required) for hours in each.hours]
        told += [(None, None)] * (len(MODALITIES) - len(told))
        yield (
            progress.name, progress.cohort_label, progress.status.label, *(value for pair in told for value in pair),
            progress.modules_done, progress.modules_asked, each.memoire,
        )  # fmt: skip
