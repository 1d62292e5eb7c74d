"""``/promotions/<code>/etat-civil`` and ``/trombinoscope``: what the school needs, and the faces of a cohort (R110, R113)."""

from collections.abc import Iterator
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from training.cohorts.layout import layout_for
from training.cohorts.models import Cohort
from training.cohorts.queries import registration as queries
from training.cohorts.registration import CivilField
from training.cohorts.registration_forms import CivilFieldsForm
from training.cohorts.routes.blueprint import COHORT, bp, type_answer
from training.cohorts.routes.loaders import cohort_of
from training.cohorts.services import registration
from training.common import access, clock, xlsx
from training.common.attachments import spreadsheet
from training.common.forms import attempt
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits


@bp.get(f"{COHORT}/etat-civil")
@requires(Permission.COHORTS_CIVIL_READ, cohort_of)
def civil_list(cohort: Cohort) -> str | Response:
    """Say who has given her civil status; as a spreadsheet for the school, what each gave. The reading is noted."""
    asked = queries.civil_fields(cohort.edition_id)
    if request.args.get("format") == "xlsx":
        return _workbook(cohort, asked)
    return _civil_page(cohort, asked, CivilFieldsForm(fields=[field.value for field in asked]))


def _civil_page(cohort: Cohort, asked: list[CivilField], form: CivilFieldsForm) -> str:
    return render_template(
        "cohorts/civil.html",
        layout=layout_for(current_principal()),
        cohort=cohort,
        asked=asked,
        rows=[(person.name, row is not None) for person, row in queries.civil_rows(cohort)],
        export=url_for(".civil_list", code=cohort.code, format="xlsx"),
        form=form,
    )


@bp.post(f"{COHORT}/etat-civil")
@commits
@requires(Permission.COHORTS_CIVIL_READ, cohort_of)
def ask_civil_fields(cohort: Cohort) -> type_answer:
    """Say what the school of the edition needs to know."""
    form = CivilFieldsForm()

    def act() -> None:
        registration.ask_civil_fields(cohort.edition, form.chosen, by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("C’est enregistré : ces informations sont demandées à chaque personne confirmée.", "success")
        return redirect(url_for(".civil_list", code=cohort.code), 303)
    return _civil_page(cohort, queries.civil_fields(cohort.edition_id), form), 422


def _workbook(cohort: Cohort, asked: list[CivilField]) -> Response:
    def cells() -> Iterator[tuple[Any, ...]]:
        for person, row in queries.civil_rows(cohort):
            yield (
                person.last_name,
                person.first_name,
                person.email,
                *(getattr(row, field.value, None) for field in asked),
                "oui" if row else "à fournir",
            )

    names = ("Nom d’usage", "Prénom d’usage", "Courriel", *(field.label for field in asked), "État civil donné")
    access.note_export(current_principal(), "cohort.civil_export")
    columns = [xlsx.Column(name) for name in names]
    name = f"{cohort.code}-etat-civil-{clock.today().isoformat()}".lower()
    return spreadsheet(columns, cells(), title=f"Inscriptions {cohort.code}", name=name)


@bp.get(f"{COHORT}/trombinoscope")
@requires(Permission.COHORTS_LEARNERS_READ, cohort_of)
def faces(cohort: Cohort) -> str:
    """Show the learners, with the portrait of those who agreed."""
    return render_template(
        "cohorts/faces.html",
        layout=layout_for(current_principal()),
        cohort=cohort,
        faces=queries.faces(cohort),
    )
