"""Answering a call's own questions, before the submission and, where the call lets it, after."""

from training.admissions import rules
from training.admissions.commands import AnswerQuestions
from training.admissions.enums import BEFORE_ENROLMENT
from training.admissions.events import ApplicationEvent
from training.admissions.models import Application, Question
from training.common import clock, journal
from training.common.errors import Conflict
from training.common.policy import Principal
from training.database import db

FROZEN = "Vos réponses sont celles de votre dernier dépôt : elles ne changent plus."


def open_questions(application: Application) -> list[Question]:
    """Return the questions whose answer may change now: all while the file is in hand, then those not frozen."""
    questions = application.call.questions
    if rules.is_editable(application):
        return list(questions)
    if application.number is None or rules.public_status(application) not in BEFORE_ENROLMENT:
        return []
    return [question for question in questions if not question.frozen]


def answer_questions(application: Application, command: AnswerQuestions, *, by: Principal) -> None:
    """Write the answers to the questions shown; one that has meanwhile frozen refuses them all (409)."""
    writable = {question.code for question in open_questions(application)}
    if not command.shown or not command.shown <= writable:
        raise Conflict(FROZEN)
    kept = {code: text for code, text in application.answers.items() if code not in command.shown}
    application.answers = {**kept, **command.answers}
    application.changed_at = clock.now()
    db.session.flush()
    journal.record(application, ApplicationEvent.ANSWERED, by=by, codes={"count": len(command.answers)})
