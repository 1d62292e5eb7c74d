"""Answers to a call's own questions, as people read them. Pure."""

from datetime import date
from decimal import Decimal

from training.admissions.enums import QuestionKind
from training.admissions.models import Application, Question
from training.common.formatting import number, plain_date


def answer_words(question: Question, answer: str | None) -> str | None:
    """Return an answer as people read it, or null when there is none."""
    if not answer:
        return None
    if question.kind is QuestionKind.DATE:
        return plain_date(date.fromisoformat(answer))
    return number(Decimal(answer)) if question.kind is QuestionKind.NUMBER else answer


def answered(application: Application) -> list[tuple[Question, str | None]]:
    """Return the call's questions in order, each with the file's answer in words, or null."""
    answers = application.answers
    return [(question, answer_words(question, answers.get(question.code))) for question in application.call.questions]
