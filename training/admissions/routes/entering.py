"""Staff fill in for a person who sent everything by mail; she takes her file over."""

from typing import Final

from flask import Blueprint, render_template, url_for

from training.admissions.forms.staff import EnterForm
from training.admissions.models import Application, Call
from training.admissions.routes import loaders
from training.admissions.routes.own_file import address, file_page
from training.admissions.services import entering
from training.common.errors import Forbidden
from training.common.forms import ActForm
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits
from training.common.views import Answer, answer

bp: Final = Blueprint("admissions_entering", __name__)


def _page(call: Call, form: EnterForm) -> str:
    return render_template("admissions/staff/enter.html", call=call, form=form)


@bp.get("/appels/<code>/saisie")
@requires(Permission.ADMISSIONS_CALL_MANAGE, loaders.call_to_run)
def ask(call: Call) -> str:
    """Ask whose application came by mail."""
    return _page(call, EnterForm())


@bp.post("/appels/<code>/saisie")
@commits
@requires(Permission.ADMISSIONS_CALL_MANAGE, loaders.call_to_run)
def enter(call: Call) -> Answer:
    """Open the file in her name."""
    form, principal = EnterForm(), current_principal()
    opened: list[str] = []

    def act() -> None:
        opened.append(
            url_for(
                "admissions_applicant.structure",
                application_id=entering.enter(call, form.to_command(), by=principal).id,
            )
        )

    return answer(
        form,
        act,
        again=lambda: _page(call, form),
        to=lambda: opened[0],
        done="Le dossier est ouvert à son nom ; elle en est prévenue. Saisissez ce qu’elle a envoyé.",
    )


@bp.post("/candidatures/<uuid:application_id>/reprise-en-main")
@commits
@requires(Permission.ADMISSIONS_APPLICATION_EDIT, loaders.file_to_change)
def take_over(application: Application) -> Answer:
    """Take one's own file over from the staff who fill it in."""
    form, principal = ActForm(), current_principal()
    if principal.person_id != application.person_id:
        raise Forbidden
    return answer(
        form,
        lambda: entering.take_over(application, by=principal),
        again=lambda: file_page(application, form),
        to=address(application),
        done="Votre dossier est entre vos mains : vous seul·e pouvez maintenant le modifier.",
    )
