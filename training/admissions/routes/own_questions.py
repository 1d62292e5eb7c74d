"""``/candidatures/<id>/questions``: the applicant answers the call's own questions, and later those that may still change."""

from functools import partial
from typing import Any

from training.admissions.forms.questions import QuestionsForm, questions_form
from training.admissions.models import Application
from training.admissions.routes import loaders
from training.admissions.routes.own_drafts import opened, save_section
from training.admissions.routes.own_file import address, after, bp, page
from training.admissions.rules import is_editable
from training.admissions.services import answering
from training.common.errors import Conflict
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits
from training.common.views import Answer


def _form(application: Application, **resumed: Any) -> QuestionsForm:
    return questions_form(answering.open_questions(application), application.answers, **resumed)


@bp.get("/questions")
@requires(Permission.ADMISSIONS_APPLICATION_EDIT, loaders.file)
def questions(application: Application) -> str:
    """Ask the call's own questions."""
    if not answering.open_questions(application):
        raise Conflict(answering.FROZEN)
    return _page(application, opened(application, "questions", partial(_form, application)))


def _page(application: Application, form: QuestionsForm) -> str:
    mandatory = {question.code for question in application.call.questions if question.mandatory}
    return page(application, "questions", form, mandatory=mandatory, in_hand=is_editable(application))


@bp.post("/questions")
@commits
@requires(Permission.ADMISSIONS_APPLICATION_EDIT, loaders.file_to_change)
def answer_questions(application: Application) -> Answer:
    """Write her answers."""
    form = _form(application)
    following = after(application, "questions") if is_editable(application) else address(application)
    return save_section(
        application,
        "questions",
        form,
        lambda: answering.answer_questions(application, form.to_command(), by=current_principal()),
        lambda: _page(application, form),
        build=partial(_form, application),
        to=following,
        done="Vos réponses sont enregistrées.",
    )
