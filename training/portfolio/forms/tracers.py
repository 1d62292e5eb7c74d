"""Forms of tracer documents: handing in, reviewing, setting aside, sentences one keeps."""

from wtforms import BooleanField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from training.common.errors import Refused
from training.common.forms import Form, Given, Longest, UploadField
from training.portfolio.commands import Deposit, ReviewToWrite, Template
from training.portfolio.enums import Decision
from training.portfolio.rules import minutes_typed

LONGEST_MESSAGE = 1_000
LONGEST_COMMENT = 10_000
UNCLEAR = "Cette durée n’est pas comprise. Écrivez-la comme 1 h 30, ou 45 min."


def minutes_of(text: str | None, field: str) -> int | None:
    """Return the minutes typed; null for nothing; raise ``Refused`` under ``field`` for what is not a duration."""
    if not text:
        return None
    minutes = minutes_typed(text)
    if minutes is None:
        raise Refused(UNCLEAR, field=field)
    return minutes


class DepositForm(Form):
    """The last step: a word to the reader, the pledge, the time the team gave."""

    message = TextAreaField("Un mot pour la personne qui vous relit", [Optional(), Longest(LONGEST_MESSAGE)])
    team_time = StringField("Temps passé en équipe sur ce document", [Optional()])
    no_patient_data = BooleanField("J’ai relu ce document : il ne permet de reconnaître aucun patient.")

    def to_command(self) -> Deposit:
        """Return what is asked."""
        return Deposit(
            message=self.message.data or "",
            no_patient_data=bool(self.no_patient_data.data),
            team_minutes=minutes_of(self.team_time.data, "team_time"),
        )


class ReviewForm(Form):
    """What a reader says, and perhaps decides."""

    number = IntegerField(widget=HiddenInput())
    comment = TextAreaField("Vos remarques", [Optional(), Longest(LONGEST_COMMENT)])
    annotated = UploadField("Le document annoté")
    decision = RadioField(
        "Conclusion",
        [Optional()],
        choices=[
            SelectChoice("", "Garder pour plus tard, sans conclure"),
            SelectChoice(Decision.TO_REVISE.value, "À reprendre"),
            SelectChoice(Decision.ACCEPTED.value, "Valider"),
        ],
    )

    def to_command(self) -> ReviewToWrite:
        """Return what is asked."""
        return ReviewToWrite(
            number=self.number.data or 0,
            comment=self.comment.data or "",
            decision=Decision(self.decision.data) if self.decision.data else None,
            annotated=self.annotated.data,
        )


class SetAsideForm(Form):
    """Why a version is hidden, or shown again."""

    reason = TextAreaField("Motif", [Given("Indiquez le motif : il est conservé dans l’historique."), Longest(2000)])


class MarkForm(Form):
    """A deposit on the school’s platform, noted in one click; ``accepted`` when it is validated at once (R124)."""

    accepted = StringField()


class TemplateForm(Form):
    """A sentence to keep."""

    title = StringField("Titre", [Given("Donnez un titre court à cette phrase."), Longest(80)])
    words = TextAreaField("Phrase", [Given("Écrivez la phrase à garder."), Longest(2000)])

    def to_command(self) -> Template:
        """Return what is asked."""
        return Template(self.title.data or "", self.words.data or "")
