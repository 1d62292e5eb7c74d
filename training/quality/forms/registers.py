"""Forms of the registers: something filed, its answer, an improvement and what becomes of it."""

import uuid

from wtforms import StringField, TextAreaField
from wtforms.validators import Optional

from training.common import clock
from training.common.forms import ChosenField, Form, FrenchDateField, Given, Longest, SlugField
from training.quality.commands import ComplaintToFile, ImprovementToPlan
from training.quality.enums import ComplaintKind, ComplaintTopic

WORDS = 4000


class ComplaintForm(Form):
    """What someone tells the carrier."""

    kind = ChosenField(
        "Il s’agit",
        [Given("Dites de quoi il s’agit.")],
        options=[
            (ComplaintKind.COMPLAINT.value, "d’une réclamation"),
            (ComplaintKind.INCIDENT.value, "d’un incident"),
            (ComplaintKind.SUGGESTION.value, "d’une suggestion"),
        ],
    )
    topic = SlugField(
        "Sujet",
        [Given("Choisissez le sujet.")],
        options=[("", "Choisir…"), *((topic.value, topic.label.capitalize()) for topic in ComplaintTopic)],
    )
    happened_on = FrenchDateField("Jour", [Optional()])
    words = TextAreaField(
        "Ce qui s’est passé, ou ce que vous proposez", [Given("Écrivez quelques mots."), Longest(WORDS)]
    )

    def to_command(self) -> ComplaintToFile:
        """Return what is asked."""
        return ComplaintToFile(
            ComplaintKind(str(self.kind.data)),
            ComplaintTopic(str(self.topic.data)),
            self.words.data or "",
            self.happened_on.day,
        )


class AnswerForm(Form):
    """The answer, sent to whoever filed it."""

    answer = TextAreaField(
        "Votre réponse", [Given("Écrivez la réponse : elle est envoyée à la personne."), Longest(WORDS)]
    )


class ImprovementForm(Form):
    """Something to do better."""

    title = StringField("Ce que vous allez améliorer", [Given("Dites-le en une phrase."), Longest(160)])
    details = TextAreaField("Comment", [Optional(), Longest(WORDS)])
    origin = StringField("D’où vient l’idée", [Optional(), Longest(160)])
    owner = StringField("Qui s’en charge", [Given("Indiquez qui s’en charge."), Longest(120)])
    due_on = FrenchDateField("Pour le", [Given("Indiquez une échéance.")])

    def to_command(self, complaint_id: uuid.UUID | None) -> ImprovementToPlan:
        """Return what is asked."""
        return ImprovementToPlan(
            title=self.title.data or "",
            details=self.details.data or "",
            origin=self.origin.data or "",
            owner=self.owner.data or "",
            due_on=self.due_on.value,
            complaint_id=complaint_id,
        )


class DoneForm(Form):
    """The day it was done."""

    done_on = FrenchDateField("Fait le", [Given("Indiquez le jour.")], default=clock.today)


class EffectForm(Form):
    """What it changed."""

    effect = TextAreaField("Ce que cela a changé", [Given("Dites ce que cela a changé."), Longest(WORDS)])
