"""The forms of the diplomas."""

from collections.abc import Iterable

from wtforms import StringField, TextAreaField
from wtforms.validators import Optional

from training.common import clock
from training.common.forms import (
    ChosenField,
    Form,
    FrenchDateField,
    Given,
    Longest,
    SlugField,
    TickedField,
    UploadField,
)
from training.diplomas.commands import Correction, Decisions, WaiverAnswer, WaiverToAsk, WaiverToGrant
from training.diplomas.enums import VERDICTS, Verdict, WaiverAct
from training.diplomas.rules import WaiverKey

__all__ = ["AnswerForm", "AskForm", "BoardForm", "CorrectionForm", "DecisionForm", "EndForm", "GrantForm", "NameForm"]

WHEN = "Indiquez la date de la décision."
EVIDENCE = "Courriel ou compte rendu de l’école"


class AskForm(Form):
    """A waiver asked of the school."""

    reason = TextAreaField("Pourquoi la demander", [Given("Dites à l’école ce qui fonde la demande."), Longest(1000)])

    def to_command(self, key: WaiverKey) -> WaiverToAsk:
        """Return what is asked."""
        return WaiverToAsk(key, self.reason.data or "")


class GrantForm(Form):
    """A waiver given by the school, or transcribed."""

    decided_on = FrenchDateField("Décidée le", [Given(WHEN)], default=clock.today)
    reason = TextAreaField("Motif", [Given("Indiquez le motif de la dispense."), Longest(1000)])
    evidence = UploadField(EVIDENCE)

    def to_command(self, key: WaiverKey) -> WaiverToGrant:
        """Return the waiver."""
        return WaiverToGrant(key, self.reason.data or "", self.decided_on.value, self.evidence.data)


class AnswerForm(Form):
    """What the school answers to a request."""

    act = ChosenField(
        "Réponse",
        [Given("Choisissez la réponse.")],
        options=[(act.value, act.label) for act in (WaiverAct.GRANT, WaiverAct.REFUSE)],
    )
    decided_on = FrenchDateField("Décidée le", [Given(WHEN)], default=clock.today)
    words = TextAreaField("Mot de l’école", [Optional(), Longest(1000)])
    evidence = UploadField(EVIDENCE)

    def to_command(self) -> WaiverAnswer:
        """Return the answer."""
        return WaiverAnswer(
            WaiverAct(self.act.data or ""), self.decided_on.value, self.words.data or "", self.evidence.data
        )


class EndForm(Form):
    """A waiver ended."""

    words = TextAreaField("Motif", [Given("Indiquez pourquoi la dispense s’arrête."), Longest(1000)])
    evidence = UploadField(EVIDENCE)

    def to_command(self) -> WaiverAnswer:
        """Return the act."""
        return WaiverAnswer(WaiverAct.END, clock.today(), self.words.data or "", self.evidence.data)


class NameForm(Form):
    """The name to print, as it stands or corrected."""

    name = StringField("Nom imprimé", [Given("Écrivez le nom à imprimer."), Longest(200)])


class BoardForm(Form):
    """The day of the board."""

    held_on = FrenchDateField("Commission du", [Given("Indiquez la date de la commission.")])


class DecisionForm(Form):
    """One decision for the people chosen; ``enrolments`` are offered by the page."""

    enrolments = TickedField("Personnes concernées", [Given("Choisissez au moins une personne.")])
    verdict = SlugField(
        "Décision", [Given("Choisissez la décision.")], options=[(each.value, each.label) for each in VERDICTS]
    )
    decided_on = FrenchDateField("Décidée le", [Given(WHEN)], default=clock.today)
    reason = TextAreaField("Motif", [Optional(), Longest(1000)])
    evidence = UploadField(EVIDENCE)

    def offer(self, people: Iterable[tuple[str, str]]) -> "DecisionForm":
        """Offer the people the page shows."""
        self.enrolments.offer(people)
        return self

    def to_command(self) -> Decisions:
        """Return the decision."""
        return Decisions(
            self.enrolments.ids,
            Verdict(self.verdict.data or ""),
            self.decided_on.value,
            self.reason.data or "",
            self.evidence.data,
        )


class CorrectionForm(Form):
    """A final decision as it should have been."""

    verdict = ChosenField(
        "Décision", [Given("Choisissez la décision.")], options=[(each.value, each.label) for each in VERDICTS]
    )
    decided_on = FrenchDateField("Décidée le", [Given(WHEN)])
    printed_name = StringField("Nom imprimé", [Optional(), Longest(200)])
    reason = TextAreaField(
        "Ce qui est corrigé, et pourquoi", [Given("Indiquez pourquoi la décision est corrigée."), Longest(1000)]
    )
    evidence = UploadField(EVIDENCE)

    def to_command(self) -> Correction:
        """Return the correction."""
        return Correction(
            Verdict(self.verdict.data or ""),
            self.decided_on.value,
            self.reason.data or "",
            self.printed_name.data or "",
            self.evidence.data,
        )
