"""Forms of surveys: the answers, read question by question; the choice of what to ask."""

import uuid
from collections.abc import Iterable, Mapping, Sequence

from training.common.forms import Form, Given, SlugField
from training.quality.commands import Answers
from training.quality.enums import SCALE, QuestionKind
from training.quality.models import SurveyQuestion

LONGEST = 2000


class AnswerSurveyForm(Form):
    """The answers are named ``q-`` and the question; read from the request as sent."""

    def read(self, questions: Sequence[SurveyQuestion], sent: Mapping[str, str]) -> None:
        """Take what was answered; mandatory questions left out are noted."""
        self.levels: dict[uuid.UUID, int] = {}
        self.words: dict[uuid.UUID, str] = {}
        for question in questions:
            value = sent.get(f"q-{question.id}", "").strip()[:LONGEST]
            if question.kind is QuestionKind.SCALE:
                if value in {str(level) for level in SCALE}:
                    self.levels[question.id] = int(value)
            elif value:
                self.words[question.id] = value
        answered = {*self.levels, *self.words}
        self.left_out = {q.id for q in questions if q.mandatory and q.id not in answered}

    def to_command(self) -> Answers:
        """Return what is answered."""
        return Answers(self.levels, self.words)


class OpenSurveyForm(Form):
    """What to ask; the values join a template and a seminar."""

    what = SlugField("Enquête à ouvrir", [Given("Choisissez l’enquête.")])

    def choose(self, choices: Iterable[tuple[str, str]]) -> "OpenSurveyForm":
        """Offer what was not asked yet."""
        self.what.offer([("", "Choisir…"), *choices])
        return self
