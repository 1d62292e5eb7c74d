"""``/enquetes`` and ``/promotions/<code>/enquetes``: asked, answered on a phone, read by those who answer for the course (R123)."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, flash, redirect, render_template, request, url_for

from training.cohorts.layout import layout_for
from training.cohorts.models import Cohort, CohortPart
from training.common import access, xlsx
from training.common.attachments import file_name, spreadsheet
from training.common.errors import NotFound
from training.common.forms import ActForm, attempt
from training.common.guard import can, current_principal, requires
from training.common.listing import Column
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.quality import tables
from training.quality.enums import SCALE, SCALE_ENDS, QuestionKind, SurveyStatus
from training.quality.forms.surveys import AnswerSurveyForm, OpenSurveyForm
from training.quality.models import Survey, SurveyInvitee, SurveyTemplate
from training.quality.queries import surveys as queries
from training.quality.queries.questionnaires import asked_in
from training.quality.routes.blueprint import COHORT, bp, type_answer
from training.quality.routes.loaders import cohort_of
from training.quality.rules.rights import evidence_readers
from training.quality.rules.surveys import LEAST, SURVEY
from training.quality.services import surveys as services
from training.seminars.link_purposes import bearer_of
from training.seminars.models import Seminar

AT: Final = "/enquetes/<uuid:survey_id>"
LINES: Final = (
    Column("title", "Enquête"),
    Column("status", "État"),
    Column("rate", "Réponses", numeric=True),
    Column("mean", "Moyenne sur 5", numeric=True),
)


@dataclass(frozen=True, slots=True)
class Invited:
    """Someone’s invitation; ``id`` is the survey’s, which her link names."""

    invitee: SurveyInvitee

    @property
    def id(self) -> uuid.UUID:
        """The survey’s id."""
        return self.invitee.survey_id

    @property
    def person_id(self) -> uuid.UUID:
        """Who is asked."""
        return self.invitee.person_id

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence one’s rights."""
        return self.invitee.survey.parts


def invited_of(principal: Principal, survey_id: uuid.UUID) -> Invited:
    """Return one’s own invitation, signed in or by one’s link."""
    bearer = bearer_of(SURVEY, survey_id)
    person_id = bearer.person.id if bearer is not None else principal.person_id
    return Invited(queries.find_invitation(person_id, survey_id, to_change=request.method == "POST"))


def survey_of(principal: Principal, survey_id: uuid.UUID) -> Survey:
    """Return a survey whose results this person reads; a POST holds it for its transaction."""
    return queries.find_survey(principal, survey_id, to_change=request.method == "POST")


# --- answering ---------------------------------------------------------------------------------------------------------


def _answer_page(invited: Invited, form: AnswerSurveyForm | None = None) -> str:
    survey = invited.invitee.survey
    questions = queries.questions_of(survey.template_id)
    if form is None:
        form = AnswerSurveyForm()
        form.read(questions, {})
        form.left_out = set()
    return render_template(
        "quality/survey.html",
        layout=layout_for(current_principal()) if current_principal().is_signed_in else "layouts/public.html",
        survey=survey,
        invitee=invited.invitee,
        closed=survey.status is SurveyStatus.CLOSED,
        questions=questions,
        form=form,
        SCALE=SCALE,
        SCALE_ENDS=SCALE_ENDS,
    )


@bp.get(AT)
@requires(Permission.QUALITY_SURVEY_ANSWER, invited_of)
def survey(invited: Invited) -> str:
    """The questions; thanks, once answered."""
    return _answer_page(invited)


@bp.post(AT)
@commits
@requires(Permission.QUALITY_SURVEY_ANSWER, invited_of)
def answer_survey(invited: Invited) -> type_answer:
    """Answer."""
    form = AnswerSurveyForm()
    form.read(queries.questions_of(invited.invitee.survey.template_id), request.form)

    def act() -> None:
        services.answer(invited.invitee, form.to_command())

    if form.validate_on_submit() and attempt(form, act):
        return redirect(url_for(".survey", survey_id=invited.id), 303)
    return _answer_page(invited, form), 422


# --- asking and reading ------------------------------------------------------------------------------------------------


def _choices(cohort: Cohort) -> dict[str, tuple[SurveyTemplate, Seminar | None]]:
    return {
        f"{template.kind.value}:{seminar.id if seminar else ''}": (template, seminar)
        for template, seminar in queries.may_be_opened(cohort)
    }


def _labels(choices: dict[str, tuple[SurveyTemplate, Seminar | None]]) -> Iterator[tuple[str, str]]:
    for key, (template, seminar) in choices.items():
        yield key, f"{template.title} : {seminar.title}" if seminar else template.title


def _lines(cohort: Cohort) -> list[queries.SurveyLine]:
    return queries.surveys_of([cohort.id], by_name=evidence_readers(current_principal(), cohort))


def _list_page(cohort: Cohort, form: OpenSurveyForm | None = None) -> str:
    may_manage = can(Permission.QUALITY_SURVEY_MANAGE, cohort)
    lines = _lines(cohort)
    return render_template(
        "quality/surveys.html",
        layout=layout_for(current_principal()),
        cohort=cohort,
        lines=lines,
        written=asked_in(cohort).values() if can(Permission.QUALITY_QUESTIONNAIRE_READ, cohort.edition) else (),
        means=[(line.survey.title, line.mean) for line in reversed(lines) if line.mean is not None],
        form=form or (OpenSurveyForm().choose(_labels(_choices(cohort))) if may_manage else None),
        may_manage=may_manage,
        LINES=LINES,
    )


@bp.get(f"{COHORT}/enquetes")
@requires(Permission.QUALITY_SURVEY_READ, cohort_of)
def surveys(cohort: Cohort) -> str | Response:
    """The surveys of a cohort, with their rates of return; ``?format=xlsx`` keeps them."""
    if request.args.get("format") == "xlsx":
        access.note_export(current_principal(), "cohort.surveys_xlsx")
        columns = [xlsx.Column(label) for label in tables.SURVEYS]
        name = file_name(cohort.code, "enquetes")
        return spreadsheet(columns, tables.survey_rows(_lines(cohort)), title="Enquêtes", name=name)
    return _list_page(cohort)


@bp.post(f"{COHORT}/enquetes")
@commits
@requires(Permission.QUALITY_SURVEY_MANAGE, cohort_of)
def open_survey(cohort: Cohort) -> type_answer:
    """Ask now what was not asked by itself."""
    choices = _choices(cohort)
    form = OpenSurveyForm().choose(_labels(choices))

    def act() -> None:
        template, seminar = choices[str(form.what.data)]
        services.open_survey(template, cohort, seminar, by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("L’enquête est ouverte : chacun·e reçoit son lien dans son courriel du matin.", "success")
        return redirect(url_for(".surveys", code=cohort.code), 303)
    return _list_page(cohort, form), 422


@bp.get(f"{AT}/resultats")
@requires(Permission.QUALITY_SURVEY_READ, survey_of)
def survey_results(survey: Survey) -> str | Response:
    """What was answered, question by question; ``?format=xlsx`` to keep."""
    found = queries.results_of(survey)
    if request.args.get("format") == "xlsx":
        if not found.shown:
            raise NotFound("Les résultats de cette enquête ne peuvent pas encore être lus.")
        access.note_export(current_principal(), "survey.results_xlsx")
        columns = [xlsx.Column(label) for label in ("Question", "Réponse", "Nombre", "Moyenne")]
        name = file_name(survey.cohort.code, survey.title)
        return spreadsheet(columns, _rows(found), title="Résultats", name=name)
    return render_template(
        "quality/survey_results.html",
        layout=layout_for(current_principal()),
        survey=survey,
        cohort=survey.cohort,
        found=found,
        closed=survey.status is SurveyStatus.CLOSED,
        may_manage=can(Permission.QUALITY_SURVEY_MANAGE, survey),
        form=ActForm(),
        LEAST=LEAST,
    )


def _rows(found: queries.Results) -> Iterator[tuple[Any, ...]]:
    for question in found.questions:
        if question.kind is QuestionKind.TEXT:
            for words in question.words:
                yield question.text, words, None, None
        else:
            for number, (label, count) in enumerate(question.bars):
                yield question.text, label, count, question.mean if number == 0 else None


@bp.post(f"{AT}/cloture")
@commits
@requires(Permission.QUALITY_SURVEY_MANAGE, survey_of)
def close_survey(survey: Survey) -> type_answer:
    """Close it before its day."""
    if ActForm().validate_on_submit():
        services.close(survey, by=current_principal())
        flash("L’enquête est close : ses résultats peuvent se lire.", "success")
    return redirect(url_for(".survey_results", survey_id=survey.id), 303)
