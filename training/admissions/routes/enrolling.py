"""The enrolment, in one act: the place taken, the variant frozen, the referent named, the welcome sent (R12, R31, R32)."""

import uuid
from typing import Final

from flask import Blueprint, render_template

from training.admissions.enums import ApplicationStatus
from training.admissions.forms.staff import EnrolForm
from training.admissions.models import Application
from training.admissions.queries.messages import file_of_thread
from training.admissions.routes import loaders
from training.admissions.routes.dossier import address
from training.admissions.services import reserve
from training.cohorts import queries as cohorts
from training.cohorts.queries import registration as given
from training.common.errors import ActUnavailable
from training.common.guard import current_principal, requires
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.common.views import Answer, answer

bp: Final = Blueprint("admissions_enrolling", __name__, url_prefix="/candidatures/<uuid:application_id>/inscription")
LABEL: Final = "Inscrire dans la promotion"


def _to_read(principal: Principal, application_id: uuid.UUID) -> Application:
    return file_of_thread(principal, application_id)


def _form(application: Application) -> EnrolForm:
    return EnrolForm().choose_among(cohorts.approved_trainers(application.call.cohort))


def _page(application: Application, form: EnrolForm) -> str:
    return render_template(
        "admissions/staff/enrol.html",
        application=application,
        call=application.call,
        given=given.given(application.call.cohort_id, application.person_id),
        form=form,
    )


@bp.get("")
@requires(Permission.ADMISSIONS_APPLICATION_PROCESS, _to_read)
def confirm(application: Application) -> str:
    """Show what the enrolment does, and ask who follows the learner."""
    if application.status is not ApplicationStatus.CONFIRMED:
        raise ActUnavailable(LABEL, application.status.label)
    return _page(application, _form(application))


@bp.post("")
@commits
@requires(Permission.ADMISSIONS_APPLICATION_PROCESS, loaders.file_and_seats)
def enrol(application: Application) -> Answer:
    """Enrol, name the referent, send the welcome."""
    form, principal = _form(application), current_principal()
    return answer(
        form,
        lambda: reserve.enrol(application, by=principal, referent_id=form.referent_id),
        again=lambda: _page(application, form),
        to=address(application),
        done="La personne est inscrite dans la promotion ; le message d’accueil part.",
    )
