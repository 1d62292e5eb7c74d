"""The dues of a file's structure, recorded where they are missed (R8)."""

from datetime import date

from training.accounts.commands import DuesCommand
from training.accounts.services import structures
from training.admissions import rules
from training.admissions.forms.dues import DuesForm
from training.admissions.models import Application
from training.admissions.routes import loaders
from training.admissions.routes.dossier import address as _address
from training.admissions.routes.staff import bp, page
from training.common import clock
from training.common.articles import of_the
from training.common.errors import Conflict
from training.common.forms import Form
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits
from training.common.views import Answer, answer


@bp.get("/candidatures/<uuid:application_id>/cotisation")
@requires(Permission.ADMISSIONS_APPLICATION_PROCESS, loaders.file)
def dues(application: Application) -> str:
    """Ask when the structure paid this year's dues to the carrier."""
    return _page(application, DuesForm(paid_on=clock.today()))


def _page(application: Application, form: Form) -> str:
    if application.structure is None:
        raise Conflict("Le dossier n’indique pas encore de structure.")
    return page(
        application,
        "dues",
        form,
        year=clock.today().year,
        missing=rules.dues_are_missing(application, clock.today()),
    )


@bp.post("/candidatures/<uuid:application_id>/cotisation")
@commits
@requires(Permission.ADMISSIONS_APPLICATION_PROCESS, loaders.file_to_change)
def record_dues(application: Application) -> Answer:
    """Record this year's dues of the structure to the carrier: every file of the structure counts on them."""
    form, structure = DuesForm(), application.structure
    if structure is None:
        raise Conflict("Le dossier n’indique pas encore de structure.")
    year = clock.today().year

    def act() -> None:
        day: date = form.paid_on.value
        command = DuesCommand(organisation_id=application.call.carrier.id, year=year, paid_on=day)
        structures.record_dues(structure, command, by=current_principal())

    return answer(
        form,
        act,
        again=lambda: _page(application, form),
        to=_address(application),
        done=f"La cotisation {year} {of_the(structure.name)} est enregistrée.",
    )
