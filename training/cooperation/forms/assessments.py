"""The forms of an assessment: its preparation, the consensus, the closing, the seats and their answers."""

import uuid
from typing import Any, Final

from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from training.common import clock
from training.common.forms import ChosenField, Form, FrenchDateField, Given, Longest, SlugField, TickedField
from training.cooperation.commands import AssessmentPlan, Closing, Seating, Settlement
from training.cooperation.enums import Occasion, Voice
from training.cooperation.grid import GridDefinition
from training.cooperation.models import Assessment, Grid, PartnerBody, Partnership

MOST_PHONES: Final = 60
MOST_QUESTIONS: Final = 10
OCCASIONS: Final = [(each.value, each.label.capitalize()) for each in (Occasion.FOLLOW_UP, Occasion.REVIEW)]
VOICES: Final = [
    (Voice.BODIES.value, "Pour une ou plusieurs structures"),
    (Voice.USER.value, "Comme usager ou usagère"),
    (Voice.ELECTED.value, "Comme élu·e"),
    (Voice.GUEST.value, "Comme invité·e"),
]


class PlanForm(Form):
    """An assessment to prepare."""

    grid = SlugField("Grille", [Given("Choisissez une grille.")])
    held_on = FrenchDateField("Jour de la réunion", [Given("Indiquez le jour.")])
    occasion = SlugField("Occasion", options=OCCASIONS, default=Occasion.FOLLOW_UP.value)
    expected = IntegerField("Nombre de téléphones attendus", [Optional()])
    questions = TextAreaField("Questions à vous", [Longest(3000)])

    @classmethod
    def of(cls, partnership: Partnership, grids: list[Grid], questions: list[str]) -> "PlanForm":
        """Return the form, as the partnership would most often fill it."""
        form = cls(
            data={
                "held_on": clock.today(),
                "expected": len(partnership.present_bodies),
                "questions": "\n".join(questions),
            }
        )
        form.grid.offer((str(grid.id), grid.label) for grid in grids)
        return form

    def validate_expected(self, field: Any) -> None:
        """From none to a full room."""
        if field.data is not None and not 0 <= field.data <= MOST_PHONES:
            raise ValidationError(f"Indiquez un nombre de 0 à {MOST_PHONES}.")

    def validate_questions(self, _field: Any) -> None:
        """Ten at most, one a line."""
        if len(self._lines) > MOST_QUESTIONS:
            raise ValidationError(f"Gardez {MOST_QUESTIONS} questions au plus, une par ligne.")
        if any(len(line) > 300 for line in self._lines):  # noqa: PLR2004 - what a column holds
            raise ValidationError("Une question compte 300 caractères au plus.")

    @property
    def _lines(self) -> list[str]:
        return [line.strip() for line in (self.questions.data or "").splitlines() if line.strip()]

    def to_command(self) -> AssessmentPlan:
        """Return the plan."""
        return AssessmentPlan(
            grid_id=uuid.UUID(self.grid.data or ""),
            occasion=Occasion(self.occasion.data or Occasion.FOLLOW_UP),
            held_on=self.held_on.value,
            expected=self.expected.data or 0,
            questions=tuple(self._lines),
        )


def choices_of(definition: GridDefinition) -> list[tuple[str, str]]:
    """Return the scale of a grid as choices."""
    return [(choice.code, choice.label) for choice in definition.choices]


class SettleForm(Form):
    """What the room agrees on, for one item."""

    choice = ChosenField("Consensus")
    comment = TextAreaField("Commentaire", [Longest(2000)])
    intention = TextAreaField("Action envisagée", [Longest(1000)])

    @classmethod
    def of(cls, assessment: Assessment, item: str) -> "SettleForm":
        """Return the form of an item, with what is settled."""
        held = next((result for result in assessment.results if result.item == item), None)
        told = {"choice": held.choice or "", "comment": held.comment, "intention": held.intention} if held else None
        form = cls(data=told or {"choice": ""})
        form.choice.offer([*choices_of(assessment.grid.definition), ("", "Non tranché pour l’instant")])
        return form

    def to_command(self, item: str) -> Settlement:
        """Return the settlement."""
        return Settlement(item, self.choice.data or None, self.comment.data or "", self.intention.data or "")


class ClosingForm(Form):
    """The three closing answers (R130); those to local questions come beside, by their id."""

    scope = TextAreaField("Notre périmètre d’action", [Longest(2000)])
    contributions = TextAreaField("Qui apporte quoi", [Longest(2000)])
    first_steps = TextAreaField("Nos premières étapes", [Longest(2000)])

    def to_command(self, assessment: Assessment, sent: Any) -> Closing:
        """Return the closing; ``sent`` holds the fields of the request."""
        local = {
            question.id: str(sent[f"local-{question.id}"]).strip()[:2000]
            for question in assessment.questions
            if f"local-{question.id}" in sent
        }
        return Closing(self.scope.data or "", self.contributions.data or "", self.first_steps.data or "", local)


class JoinForm(Form):
    """The short code on the screen of the room."""

    code = StringField("Code affiché dans la salle", [Given("Saisissez le code affiché dans la salle."), Longest(20)])


class SeatForm(Form):
    """For whom one answers (R129)."""

    voice = ChosenField("Je réponds", [Given("Dites à quel titre vous répondez.")], options=VOICES)
    bodies = TickedField("Structures")

    @classmethod
    def of(cls, bodies: list[PartnerBody], own: uuid.UUID | None = None) -> "SeatForm":
        """Return the form with the bodies of the partnership; ``own`` is ticked beforehand."""
        form = cls(data={"voice": Voice.BODIES.value, "bodies": [str(own)] if own else []})
        form.bodies.offer((str(body.id), body.name) for body in bodies)
        return form

    def to_command(self) -> Seating:
        """Return the seating."""
        return Seating(Voice(self.voice.data or Voice.GUEST), self.bodies.ids)


class AnswerForm(Form):
    """One answer."""

    choice = ChosenField("Votre réponse", [Given("Choisissez une des réponses.")])

    @classmethod
    def of(cls, definition: GridDefinition, held: str | None) -> "AnswerForm":
        """Return the form of an item, with the answer given before."""
        form = cls(data={"choice": held} if held else None)
        form.choice.offer(choices_of(definition))
        return form
