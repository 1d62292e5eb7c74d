"""The derogation a file asks for: decided, then lifted by the proof of the recruitment (R7)."""

from training.admissions import rules
from training.admissions.enums import Situation
from training.admissions.forms import staff as forms
from training.admissions.models import Application
from training.admissions.routes import loaders
from training.admissions.routes.dossier import address
from training.admissions.routes.staff import bp, page
from training.admissions.services import derogations
from training.common.errors import Conflict
from training.common.forms import Form
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits
from training.common.views import Answer, answer


def _page(application: Application, form: Form, proof: Form) -> str:
    return page(application, "derogation", form, proof=proof, awaited_from=rules.proof_awaited_from(application))


def _asked(application: Application) -> None:
    if application.situation is not Situation.BEING_RECRUITED:
        raise Conflict("Ce dossier ne demande pas de dérogation.")


def _form(application: Application) -> forms.DerogationForm:
    decided = application.derogation
    if decided is None:
        return forms.DerogationForm(due_on=application.call.cohort.first_seminar_on)
    said = "granted" if decided.granted else "refused"
    return forms.DerogationForm(decision=said, due_on=decided.due_on, reason=decided.reason)


@bp.get("/candidatures/<uuid:application_id>/derogation")
@requires(Permission.ADMISSIONS_APPLICATION_PROCESS, loaders.file)
def derogation(application: Application) -> str:
    """Ask for the decision, or for the proof."""
    _asked(application)
    return _page(application, _form(application), forms.ProofForm())


@bp.post("/candidatures/<uuid:application_id>/derogation")
@commits
@requires(Permission.ADMISSIONS_APPLICATION_PROCESS, loaders.file_to_change)
def decide_derogation(application: Application) -> Answer:
    """Grant or refuse."""
    _asked(application)
    form = _form(application)
    return answer(
        form,
        lambda: derogations.decide(application, form.to_command(), by=current_principal()),
        again=lambda: _page(application, form, forms.ProofForm(formdata=None)),
        to=address(application),
        done="La décision est enregistrée ; la personne est prévenue par courriel.",
    )


@bp.post("/candidatures/<uuid:application_id>/derogation/preuve")
@commits
@requires(Permission.ADMISSIONS_APPLICATION_PROCESS, loaders.file_to_change)
def receive_proof(application: Application) -> Answer:
    """Note the proof received."""
    _asked(application)
    form = forms.ProofForm()
    return answer(
        form,
        lambda: derogations.receive_proof(application, form.note.data or "", by=current_principal()),
        again=lambda: _page(application, _form_apart(application), form),
        to=address(application),
        done="La preuve est reçue : l’admission tient sans condition.",
    )


def _form_apart(application: Application) -> forms.DerogationForm:
    """Return the form of the decision as it stands, whatever another form of the page sent."""
    decided = application.derogation
    return forms.DerogationForm(
        formdata=None,
        decision="granted",
        due_on=decided.due_on if decided else None,
        reason=decided.reason if decided else "",
    )
