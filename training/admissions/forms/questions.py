"""The form of a call's own questions, made for the call: one field a question."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, Final

from wtforms import StringField, TextAreaField
from wtforms.validators import Optional

from training.admissions.commands import AnswerQuestions
from training.admissions.enums import QuestionKind
from training.admissions.forms.applicant import SectionForm
from training.admissions.models import Question
from training.common.forms import FrenchDateField, Longest, SlugField

LONGEST_ANSWER: Final = 2000
LARGEST_NUMBER: Final = Decimal(10) ** 12


class NumberField(StringField):
    """A number typed as people type it: 12, 12,5, 1 250; its data is a text in plain form (12.5), or null."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; raise a sentence that shows the expected form."""
        typed = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if not typed:
            return
        plain = typed.replace("\u202f", "").replace("\u00a0", "").replace(" ", "").replace(",", ".")
        try:
            value = Decimal(plain)
        except InvalidOperation:
            value = LARGEST_NUMBER
        if not value.is_finite() or abs(value) >= LARGEST_NUMBER:
            raise ValueError("Ce nombre n’est pas compris. Écrivez-le en chiffres, comme 12 ou 12,5.")
        self.data = f"{value.normalize():f}"

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.replace(".", ",") if self.data else ""


def field_name(code: str) -> str:
    """Return the name of a question's field."""
    return f"question_{code}"


class QuestionsForm(SectionForm):
    """The questions; what is left empty is kept empty, and stays listed as missing if it is mandatory."""

    codes: ClassVar[Sequence[str]] = ()

    def to_command(self) -> AnswerQuestions:
        """Return the answers given, as texts, by the code of their question."""
        given = {code: _text(self[field_name(code)].data) for code in self.codes}
        return AnswerQuestions({code: text for code, text in given.items() if text}, frozenset(self.codes))


def _text(data: Any) -> str:
    return data.isoformat() if isinstance(data, date) else str(data or "")


def _choice(question: Question) -> Any:
    options = [("", "Choisir…"), *((choice, choice) for choice in question.choices)]
    return SlugField(question.label, [Optional()], options=options, description=question.hint)


FIELDS: Final[Mapping[QuestionKind, Callable[[Question], Any]]] = {
    QuestionKind.TEXT: lambda q: TextAreaField(q.label, [Longest(LONGEST_ANSWER)], description=q.hint),
    QuestionKind.CHOICE: _choice,
    QuestionKind.NUMBER: lambda q: NumberField(q.label, [Optional()], description=q.hint),
    QuestionKind.DATE: lambda q: FrenchDateField(q.label, [Optional()], description=q.hint),
}
"""The field each kind of question is answered in."""


def questions_form(questions: Sequence[Question], answers: Mapping[str, Any], **resumed: Any) -> QuestionsForm:
    """Return the form of these questions, filled with the answers there are unless it has just been sent."""
    fields = {field_name(question.code): FIELDS[question.kind](question) for question in questions}
    kind = type("CallQuestionsForm", (QuestionsForm,), {**fields, "codes": [question.code for question in questions]})
    data = {field_name(q.code): _data(q, answers.get(q.code)) for q in questions}
    made: QuestionsForm = kind(data=data, **resumed)
    return made


def _data(question: Question, answer: str | None) -> Any:
    if answer and question.kind is QuestionKind.DATE:
        return date.fromisoformat(answer)
    return answer
