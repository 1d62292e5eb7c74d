"""Forms of questionnaires: their presentation, then each question."""

from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import Optional

from training.common.forms import ChosenField, Form, Given, Longest, NumberField, SlugField
from training.quality.commands import NewQuestionnaire, QuestionnaireToWrite, QuestionToAsk
from training.quality.enums import QuestionKind, SurveyKind
from training.quality.queries.questionnaires import Scope

DAYS = "Écrivez un nombre de jours, de 3 à 90."


class QuestionnaireForm(Form):
    """What is said before the questions."""

    title = StringField("Titre", [Given("Donnez un titre au questionnaire."), Longest(120)])
    lead = TextAreaField("Introduction", [Optional(), Longest(1000)])
    anonymous = ChosenField(
        "Les réponses sont",
        [Given("Dites si les réponses sont anonymes.")],
        options=[("yes", "anonymes"), ("no", "lues avec le nom de qui répond")],
    )
    open_days = NumberField("Jours pour répondre", 3, 90, DAYS, default=15)

    def said(self) -> QuestionnaireToWrite:
        """Return what it says."""
        return QuestionnaireToWrite(
            title=self.title.data or "",
            lead=self.lead.data or "",
            anonymous=self.anonymous.data == "yes",
            open_days=int(self.open_days.data or 0),
        )


class NewQuestionnaireForm(QuestionnaireForm):
    """A first version: where and when it is asked, and whether it starts from what is asked there today."""

    scope = SlugField("Formation", [Given("Choisissez la formation où ces questions seront posées.")])
    kind = SlugField(
        "Moment",
        [Given("Choisissez quand ces questions seront posées.")],
        options=[("", "Choisir…"), *((kind.value, kind.moment.capitalize()) for kind in SurveyKind)],
    )
    copied = BooleanField("Partir des questions posées aujourd’hui à ce moment", default=True)

    def offer(self, scopes: list[Scope]) -> "NewQuestionnaireForm":
        """Offer where this person writes."""
        self.scope.offer([("", "Choisir…"), *((each.key, each.label) for each in scopes)])
        return self

    def to_command(self, scopes: list[Scope]) -> NewQuestionnaire:
        """Return what is asked."""
        scope = next(each for each in scopes if each.key == self.scope.data)
        return NewQuestionnaire(
            kind=SurveyKind(str(self.kind.data)),
            said=self.said(),
            edition_id=scope.edition_id,
            programme_id=scope.programme_id,
            copied=bool(self.copied.data),
        )


class QuestionForm(Form):
    """A question."""

    text = StringField("Question", [Given("Écrivez la question."), Longest(300)])
    kind = ChosenField(
        "On y répond",
        [Given("Dites comment on y répond.")],
        options=[
            (QuestionKind.SCALE.value, "de 1 (pas du tout) à 5 (tout à fait)"),
            (QuestionKind.CHOICE.value, "en choisissant une réponse"),
            (QuestionKind.TEXT.value, "en quelques mots"),
        ],
    )
    choices = TextAreaField("Réponses proposées, une par ligne", [Optional(), Longest(1600)])
    mandatory = BooleanField("Il faut y répondre pour envoyer", default=True)

    def to_command(self) -> QuestionToAsk:
        """Return what is asked."""
        kind = QuestionKind(str(self.kind.data))
        offered = (line.strip() for line in (self.choices.data or "").splitlines())
        return QuestionToAsk(
            kind=kind,
            text=self.text.data or "",
            choices=tuple(line for line in offered if line) if kind is QuestionKind.CHOICE else (),
            mandatory=bool(self.mandatory.data),
        )
