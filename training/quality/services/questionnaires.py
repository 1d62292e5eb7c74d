"""What surveys ask: written, put in order, published, replaced by a new version once answered (R123)."""

import uuid
from collections.abc import Iterable

from training.common import journal
from training.common.errors import Conflict, Forbidden, Refused
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.quality.commands import NewQuestionnaire, QuestionnaireToWrite, QuestionToAsk
from training.quality.enums import QuestionnaireAct, QuestionnaireStatus
from training.quality.models import SurveyQuestion, SurveyTemplate
from training.quality.procedure import QUESTIONNAIRE
from training.quality.queries.questionnaires import (
    Shelf,
    asked_of_scope,
    is_answered,
    last_version,
    question_in,
    versions_of,
)
from training.quality.rules.questionnaires import MOST_QUESTIONS, check_question, moved


def start(shelf: Shelf, command: NewQuestionnaire, *, by: Principal) -> SurveyTemplate:
    """Begin a first version for an edition or a programme, from what is asked there today if so wished.

    The database refuses a second one in preparation for the same moment.
    """
    edition = next((each for each in shelf.editions if each.id == command.edition_id), None)
    programme = next((each for each in shelf.programmes if each.id == command.programme_id), None)
    if (edition is None) == (programme is None):
        raise Refused("Choisissez la formation où ces questions seront posées.", field="scope")
    asked = asked_of_scope(command.edition_id, command.programme_id, command.kind) if command.copied else None
    made = SurveyTemplate(
        id=(key := uuid.uuid4()),
        code=str(key),
        edition=edition,
        programme=programme,
        kind=command.kind,
        version=last_version(command.edition_id, command.programme_id, command.kind) + 1,
        **_said(command.said),
    )
    _require(made, by)
    return _begun(made, asked.questions if asked is not None else (), by)


def revise(questionnaire: SurveyTemplate, *, by: Principal) -> SurveyTemplate:
    """Begin the next version, from the questions of this one; what is asked stays so until that one is published."""
    _require(questionnaire, by)
    last = versions_of(questionnaire)[0]
    if last.status is QuestionnaireStatus.DRAFT:
        raise Conflict(f"La version {last.version} est déjà en préparation : complétez-la.")
    made = SurveyTemplate(
        id=(key := uuid.uuid4()),
        code=str(key),
        edition=questionnaire.edition,
        programme=questionnaire.programme,
        kind=questionnaire.kind,
        version=last.version + 1,
        title=questionnaire.title,
        lead=questionnaire.lead,
        anonymous=questionnaire.anonymous,
        open_days=questionnaire.open_days,
    )
    return _begun(made, questionnaire.questions, by)


def _begun(made: SurveyTemplate, questions: Iterable[SurveyQuestion], by: Principal) -> SurveyTemplate:
    """Keep a new version; a question taken over keeps its code, by which answers compare from one version to the next."""
    made.questions = [
        SurveyQuestion(
            id=uuid.uuid4(),
            code=each.code,
            position=position,
            kind=each.kind,
            text=each.text,
            choices=list(each.choices),
            mandatory=each.mandatory,
        )
        for position, each in enumerate(questions, start=1)
    ]
    db.session.add(made)
    db.session.flush()
    journal.record(made, "questionnaire.started", by=by, codes={"kind": made.kind.value, "version": made.version})
    return made


def _said(command: QuestionnaireToWrite) -> dict[str, object]:
    return {
        "title": command.title,
        "lead": command.lead,
        "anonymous": command.anonymous,
        "open_days": command.open_days,
    }


def edit(questionnaire: SurveyTemplate, command: QuestionnaireToWrite, *, by: Principal) -> None:
    """Change what is said before the questions."""
    _require_open(questionnaire, by)
    for name, value in _said(command).items():
        setattr(questionnaire, name, value)
    _told(questionnaire, "edited", by)


def add_question(questionnaire: SurveyTemplate, command: QuestionToAsk, *, by: Principal) -> SurveyQuestion:
    """Ask one more question, the last."""
    _require_open(questionnaire, by)
    check_question(command.kind, command.choices)
    if len(questionnaire.questions) >= MOST_QUESTIONS:
        raise Refused(f"Un questionnaire compte {MOST_QUESTIONS} questions au plus : au-delà, on ne répond pas.")
    made = SurveyQuestion(
        id=(key := uuid.uuid4()), code=str(key), position=len(questionnaire.questions) + 1, **_asked(command)
    )
    questionnaire.questions.append(made)
    _told(questionnaire, "question_added", by, made)
    return made


def reword(questionnaire: SurveyTemplate, question: SurveyQuestion, command: QuestionToAsk, *, by: Principal) -> None:
    """Ask it otherwise: other words or other answers are another question, which no longer compares with the earlier one."""
    _require_open(questionnaire, by)
    check_question(command.kind, command.choices)
    asked = _asked(command)
    if any(getattr(question, name) != asked[name] for name in ("kind", "text", "choices")):
        question.code = str(uuid.uuid4())
    for name, value in asked.items():
        setattr(question, name, value)
    _told(questionnaire, "question_reworded", by, question)


def _asked(command: QuestionToAsk) -> dict[str, object]:
    return {
        "kind": command.kind,
        "text": command.text,
        "choices": list(command.choices),
        "mandatory": command.mandatory,
    }


def move(questionnaire: SurveyTemplate, question: SurveyQuestion, places: int, *, by: Principal) -> None:
    """Ask it earlier (-1) or later (+1)."""
    _require_open(questionnaire, by)
    order = moved([each.id for each in questionnaire.questions], question.id, places)
    for each in questionnaire.questions:
        each.position = order.index(each.id) + 1
    questionnaire.questions.sort(key=lambda each: each.position)
    _told(questionnaire, "question_moved", by, question)


def remove_question(questionnaire: SurveyTemplate, question: SurveyQuestion, *, by: Principal) -> None:
    """Ask it no more; earlier versions keep it, with its answers."""
    _require_open(questionnaire, by)
    if questionnaire.status is QuestionnaireStatus.PUBLISHED and len(questionnaire.questions) == 1:
        raise Refused("Un questionnaire publié garde au moins une question.")
    _told(questionnaire, "question_removed", by, question)
    questionnaire.questions.remove(question_in(questionnaire, question.id))
    db.session.delete(question)
    db.session.flush()
    for position, each in enumerate(questionnaire.questions, start=1):
        each.position = position
    db.session.flush()


def publish(questionnaire: SurveyTemplate, *, by: Principal) -> None:
    """Ask it from now on; the version asked until then is no longer, and keeps its answers."""
    QUESTIONNAIRE.check(questionnaire, QuestionnaireAct.PUBLISH, by=by)
    for other in versions_of(questionnaire):
        if other is not questionnaire and other.status is QuestionnaireStatus.PUBLISHED:
            QUESTIONNAIRE.advance(other, QuestionnaireAct.RETIRE, by=by, codes={"version": questionnaire.version})
    QUESTIONNAIRE.advance(questionnaire, QuestionnaireAct.PUBLISH, by=by)


def retire(questionnaire: SurveyTemplate, *, by: Principal) -> None:
    """Ask it no more: what is asked above it (programme, then house) takes its place. Surveys already open go on."""
    QUESTIONNAIRE.advance(questionnaire, QuestionnaireAct.RETIRE, by=by)


def _require(questionnaire: SurveyTemplate, by: Principal) -> None:
    if not policy.allows(by, Permission.QUALITY_QUESTIONNAIRE_MANAGE, questionnaire):
        raise Forbidden


def _require_open(questionnaire: SurveyTemplate, by: Principal) -> None:
    _require(questionnaire, by)
    if questionnaire.status is QuestionnaireStatus.RETIRED:
        raise Conflict("Ce questionnaire n’est plus posé : il ne change plus.")
    if is_answered(questionnaire):
        raise Conflict("Quelqu’un a déjà répondu : les questions ne changent plus. Préparez une nouvelle version.")


def _told(questionnaire: SurveyTemplate, what: str, by: Principal, question: SurveyQuestion | None = None) -> None:
    db.session.flush()
    codes = {"question": str(question.id)} if question is not None else {}
    words = {"question": question.text} if question is not None else {}
    journal.record(questionnaire, f"questionnaire.{what}", by=by, codes=codes, text=words)
