"""The school’s spreadsheet of a cohort: civil status, printed name, eligibility, decision (R110)."""

from collections.abc import Iterator
from typing import IO, Any

from sqlalchemy import select

from training.cohorts.models import Cohort, Enrolment
from training.cohorts.queries import registration
from training.common.xlsx import Column, write_rows
from training.database import db
from training.diplomas import queries
from training.diplomas.models import PrintedName


def board_workbook(cohort: Cohort, stream: IO[bytes]) -> int:
    """Write a cohort’s learners to ``stream``, one row each; return how many. Those who left are not there."""
    asked = registration.civil_fields(cohort.edition_id)
    civil = {person.id: (person, row) for person, row in registration.civil_rows_of_all(cohort)}
    names = dict(
        db.session.execute(
            select(PrintedName.enrolment_id, PrintedName.name)
            .join(Enrolment, Enrolment.id == PrintedName.enrolment_id)
            .where(Enrolment.cohort_id == cohort.id)
        ).all()
    )

    def cells() -> Iterator[tuple[Any, ...]]:
        for each in queries.progress_of_cohort(cohort.id):
            if each.person_id not in civil:
                continue
            person, row = civil[each.person_id]
            yield (
                person.last_name,
                person.first_name,
                person.email,
                *(getattr(row, field.value, None) for field in asked),
                names.get(each.enrolment_id),
                "oui" if each.proofread_at else "à relire",
                each.structure,
                each.variant,
                "oui" if each.eligibility.is_met else "non",
                " / ".join(reason.sentence for reason in each.eligibility.reasons),
                each.verdict.label if each.verdict else None,
                each.decided_on,
                each.reference,
            )

    columns = (
        "Nom d’usage", "Prénom d’usage", "Courriel", *(field.label for field in asked), "Nom à imprimer", "Nom relu",
        "Structure", "Parcours", "Peut être proposé·e", "Ce qui manque", "Décision", "Décidée le", "Registre",
    )  # fmt: skip
    return write_rows([Column(name) for name in columns], cells(), title=f"Diplômes {cohort.code}", stream=stream)
