"""``/questionnaires``: what surveys ask, written by carriers and schools, seen as one will answer, published (R123)."""

import uuid
from dataclasses import dataclass
from typing import Final

from flask import flash, redirect, render_template, request, url_for

from training.cohorts.layout import layout_for
from training.common import journal
from training.common.declarations import registry
from training.common.forms import ActForm, Form, attempt
from training.common.guard import can, current_principal, requires
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.quality.enums import SCALE, SCALE_ENDS, QuestionnaireStatus, SurveyKind
from training.quality.forms.questionnaires import NewQuestionnaireForm, QuestionForm, QuestionnaireForm
from training.quality.forms.surveys import AnswerSurveyForm
from training.quality.models import SurveyQuestion, SurveyTemplate
from training.quality.procedure import QUESTIONNAIRE
from training.quality.queries import questionnaires as queries
from training.quality.queries.questionnaires import Scope, Shelf
from training.quality.routes.blueprint import bp, type_answer
from training.quality.services import questionnaires as services

AT: Final = "/questionnaires/<uuid:questionnaire_id>"
QUESTION: Final = f"{AT}/questions/<uuid:question_id>"
READ: Final = Permission.QUALITY_QUESTIONNAIRE_READ
MANAGE: Final = Permission.QUALITY_QUESTIONNAIRE_MANAGE


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in its questionnaire."""

    questionnaire: SurveyTemplate
    question: SurveyQuestion

    @property
    def parts(self) -> object:
        """Whence the right to write it."""
        return self.questionnaire.parts


def shelf_of(principal: Principal) -> Shelf:
    """Return where this person reads and writes questionnaires."""
    return queries.shelf_of(principal)


def questionnaire_of(principal: Principal, questionnaire_id: uuid.UUID) -> SurveyTemplate:
    """Return a questionnaire this person reads; a POST holds it, and the surveys that ask it."""
    return queries.find_questionnaire(principal, questionnaire_id, to_change=request.method == "POST")


def question_of(principal: Principal, questionnaire_id: uuid.UUID, question_id: uuid.UUID) -> Asked:
    """Return a question of a questionnaire this person reads."""
    found = questionnaire_of(principal, questionnaire_id)
    return Asked(found, queries.question_in(found, question_id))


def _layout() -> str:
    return layout_for(current_principal())


def _to(questionnaire: SurveyTemplate, anchor: str | None = None) -> type_answer:
    return redirect(url_for(".questionnaire", questionnaire_id=questionnaire.id, _anchor=anchor), 303)


# --- the shelf ---------------------------------------------------------------------------------------------------------


@bp.get("/questionnaires")
@requires(READ, shelf_of)
def questionnaires(shelf: Shelf) -> str:
    """What is asked in the courses of one’s bodies, and what is being written."""
    found = queries.questionnaires_of(shelf)
    groups: dict[str, list[SurveyTemplate]] = {}
    for each in found:
        groups.setdefault(queries.scope_name(each), []).append(each)
    return render_template(
        "quality/questionnaires.html", layout=_layout(), groups=groups, may_write=bool(_writable(shelf))
    )


def _writable(shelf: Shelf) -> list[Scope]:
    return [scope for scope in shelf.scopes if can(MANAGE, scope)]


def _new_page(form: NewQuestionnaireForm) -> str:
    return render_template("quality/questionnaire_new.html", layout=_layout(), form=form)


@bp.get("/questionnaires/nouveau")
@requires(MANAGE, shelf_of)
def new_questionnaire(shelf: Shelf) -> str:
    """The form of a first version; ``?moment=`` says when it is asked."""
    form = NewQuestionnaireForm().offer(_writable(shelf))
    moment = request.args.get("moment")
    if moment in set(SurveyKind):
        form.kind.data = moment
    return _new_page(form)


@bp.post("/questionnaires/nouveau")
@commits
@requires(MANAGE, shelf_of)
def start_questionnaire(shelf: Shelf) -> type_answer:
    """Begin a first version."""
    scopes = _writable(shelf)
    form = NewQuestionnaireForm().offer(scopes)
    made: list[SurveyTemplate] = []

    def act() -> None:
        made.append(services.start(shelf, form.to_command(scopes), by=current_principal()))

    if form.validate_on_submit() and attempt(form, act):
        flash("Le questionnaire est en préparation : complétez ses questions, puis publiez-le.", "success")
        return _to(made[0])
    return _new_page(form), 422


# --- one questionnaire ---------------------------------------------------------------------------------------------------


def _page(questionnaire: SurveyTemplate, form: Form | None = None) -> str:
    answered = queries.is_answered(questionnaire)
    may_manage = can(MANAGE, questionnaire)
    versions = queries.versions_of(questionnaire)
    return render_template(
        "quality/questionnaire.html",
        layout=_layout(),
        questionnaire=questionnaire,
        scope=queries.scope_name(questionnaire),
        answered=answered,
        asked=queries.times_asked(questionnaire),
        versions=versions,
        may_write=may_manage and not answered and questionnaire.status is not QuestionnaireStatus.RETIRED,
        may_revise=may_manage and all(each.status is not QuestionnaireStatus.DRAFT for each in versions),
        acts=QUESTIONNAIRE.available(questionnaire, current_principal()),
        history=journal.timeline(questionnaire, sentences=registry.sentences),
        form=form or ActForm(),
    )


@bp.get(AT)
@requires(READ, questionnaire_of)
def questionnaire(questionnaire: SurveyTemplate) -> str:
    """What it asks, its versions, and what one may still change."""
    return _page(questionnaire)


@bp.get(f"{AT}/apercu")
@requires(READ, questionnaire_of)
def preview_questionnaire(questionnaire: SurveyTemplate) -> str:
    """As the person who answers will see it."""
    form = AnswerSurveyForm()
    form.read(questionnaire.questions, {})
    form.left_out = set()
    return render_template(
        "quality/questionnaire_preview.html",
        questionnaire=questionnaire,
        form=form,
        SCALE=SCALE,
        SCALE_ENDS=SCALE_ENDS,
    )


def _act(questionnaire: SurveyTemplate, words: str) -> type_answer:
    flash(words, "success")
    return _to(questionnaire)


@bp.post(f"{AT}/publication")
@commits
@requires(MANAGE, questionnaire_of)
def publish_questionnaire(questionnaire: SurveyTemplate) -> type_answer:
    """Ask it from now on."""
    form = ActForm()

    def act() -> None:
        services.publish(questionnaire, by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        return _act(questionnaire, "Le questionnaire est publié : les prochaines enquêtes poseront ces questions.")
    return _page(questionnaire, form), 422


@bp.post(f"{AT}/retrait")
@commits
@requires(MANAGE, questionnaire_of)
def retire_questionnaire(questionnaire: SurveyTemplate) -> type_answer:
    """Ask it no more."""
    form = ActForm()

    def act() -> None:
        services.retire(questionnaire, by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        return _act(questionnaire, "Ce questionnaire ne sera plus posé. Les réponses déjà reçues restent.")
    return _page(questionnaire, form), 422


@bp.post(f"{AT}/version")
@commits
@requires(MANAGE, questionnaire_of)
def revise_questionnaire(questionnaire: SurveyTemplate) -> type_answer:
    """Begin the next version."""
    if not ActForm().validate_on_submit():
        return _to(questionnaire)
    made = services.revise(questionnaire, by=current_principal())
    return _act(made, f"La version {made.version} est en préparation. Celle-ci reste posée jusqu’à sa publication.")


def _edit_page(questionnaire: SurveyTemplate, form: QuestionnaireForm) -> str:
    return render_template("quality/questionnaire_form.html", layout=_layout(), questionnaire=questionnaire, form=form)


@bp.get(f"{AT}/presentation")
@requires(MANAGE, questionnaire_of)
def edit_questionnaire_form(questionnaire: SurveyTemplate) -> str:
    """The form of what is said before the questions."""
    form = QuestionnaireForm(obj=questionnaire)
    form.anonymous.data = "yes" if questionnaire.anonymous else "no"
    return _edit_page(questionnaire, form)


@bp.post(f"{AT}/presentation")
@commits
@requires(MANAGE, questionnaire_of)
def edit_questionnaire(questionnaire: SurveyTemplate) -> type_answer:
    """Change what is said before the questions."""
    form = QuestionnaireForm()

    def act() -> None:
        services.edit(questionnaire, form.said(), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        return _act(questionnaire, "C’est enregistré.")
    return _edit_page(questionnaire, form), 422


# --- its questions -------------------------------------------------------------------------------------------------------


def _question_page(questionnaire: SurveyTemplate, form: QuestionForm, question: SurveyQuestion | None = None) -> str:
    return render_template(
        "quality/question_form.html", layout=_layout(), questionnaire=questionnaire, form=form, question=question
    )


@bp.get(f"{AT}/questions")
@requires(MANAGE, questionnaire_of)
def question_form(questionnaire: SurveyTemplate) -> str:
    """The form of one more question."""
    return _question_page(questionnaire, QuestionForm())


@bp.post(f"{AT}/questions")
@commits
@requires(MANAGE, questionnaire_of)
def add_question(questionnaire: SurveyTemplate) -> type_answer:
    """Ask one more."""
    form = QuestionForm()

    def act() -> None:
        services.add_question(questionnaire, form.to_command(), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("La question est ajoutée.", "success")
        return _to(questionnaire, "questions")
    return _question_page(questionnaire, form), 422


@bp.get(QUESTION)
@requires(MANAGE, question_of)
def reword_form(asked: Asked) -> str:
    """The form of a question that exists."""
    form = QuestionForm(obj=asked.question)
    form.kind.data = asked.question.kind.value
    form.choices.data = "\n".join(asked.question.choices)
    return _question_page(asked.questionnaire, form, asked.question)


@bp.post(QUESTION)
@commits
@requires(MANAGE, question_of)
def reword_question(asked: Asked) -> type_answer:
    """Ask it otherwise."""
    form = QuestionForm()

    def act() -> None:
        services.reword(asked.questionnaire, asked.question, form.to_command(), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("La question est changée.", "success")
        return _to(asked.questionnaire, f"question-{asked.question.id}")
    return _question_page(asked.questionnaire, form, asked.question), 422


def _moved(asked: Asked, places: int) -> type_answer:
    if ActForm().validate_on_submit():
        services.move(asked.questionnaire, asked.question, places, by=current_principal())
    return _to(asked.questionnaire, f"question-{asked.question.id}")


@bp.post(f"{QUESTION}/monter")
@commits
@requires(MANAGE, question_of)
def move_question_up(asked: Asked) -> type_answer:
    """Ask it earlier."""
    return _moved(asked, -1)


@bp.post(f"{QUESTION}/descendre")
@commits
@requires(MANAGE, question_of)
def move_question_down(asked: Asked) -> type_answer:
    """Ask it later."""
    return _moved(asked, 1)


@bp.post(f"{QUESTION}/retrait")
@commits
@requires(MANAGE, question_of)
def remove_question(asked: Asked) -> type_answer:
    """Ask it no more."""
    form = ActForm()

    def act() -> None:
        services.remove_question(asked.questionnaire, asked.question, by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("La question est retirée de cette version.", "success")
        return _to(asked.questionnaire, "questions")
    return _page(asked.questionnaire, form), 422
