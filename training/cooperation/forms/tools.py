"""The forms of what partners write together: framing cards, circuits of information, the charter (R85, R131)."""

from typing import Any, Final

from wtforms import StringField, TextAreaField

from training.common.forms import Form, Given, Longest, SlugField
from training.cooperation.commands import CharterWords, CircuitWords, FramingAnswers, FramingWords
from training.cooperation.enums import CHARTER, Channel, LegalBasis

CHANNELS: Final = [
    (each.value, each.label.capitalize()) for each in (Channel.TO_CHECK, Channel.MSSANTE, Channel.HDS, Channel.ORDINARY)
]
BASES: Final = [
    (each.value, each.label.capitalize())
    for each in (
        LegalBasis.TO_SETTLE,
        LegalBasis.CARE_TEAM,
        LegalBasis.CONSENT,
        LegalBasis.PUBLIC_INTEREST,
        LegalBasis.LEGAL_DUTY,
        LegalBasis.NO_PERSONAL_DATA,
    )
]


class FramingForm(Form):
    """A framing card: its subject, and the result all want to see."""

    title = StringField("Sujet", [Given("Dites en une phrase ce que vous cadrez."), Longest(200)])
    result = TextAreaField("Quel résultat visible, pour tous ?", [Longest(500)])

    def to_command(self) -> FramingWords:
        """Return the words."""
        return FramingWords(self.title.data or "", self.result.data or "")


class ColumnForm(Form):
    """What one body answers."""

    for_whom = TextAreaField("Pour qui agissons-nous ?", [Longest(500)])
    added_value = TextAreaField("Qu’est-ce que cela apporte à notre structure, en une phrase ?", [Longest(500)])
    with_whom = TextAreaField("Avec qui, dans quels rôles ?", [Longest(500)])

    def to_command(self) -> FramingAnswers:
        """Return the answers."""
        return FramingAnswers(self.for_whom.data or "", self.added_value.data or "", self.with_whom.data or "")


class CircuitForm(Form):
    """Who shares what with whom."""

    situation = StringField(
        "Situation", [Given("Dites dans quelle situation, par exemple « sortie d’hospitalisation »."), Longest(200)]
    )
    sender = StringField("Qui transmet", [Given("Dites qui transmet."), Longest(200)])
    recipient = StringField("À qui", [Given("Dites à qui."), Longest(200)])
    content = TextAreaField(
        "Quelles informations", [Given("Dites ce qui est transmis, et rien de plus."), Longest(500)]
    )
    tool = StringField("Par quel outil", [Longest(200)])
    channel = SlugField("Sécurité de l’outil", options=CHANNELS, default=Channel.TO_CHECK.value)
    basis = SlugField("Base légale", options=BASES, default=LegalBasis.TO_SETTLE.value)

    def to_command(self) -> CircuitWords:
        """Return the circuit."""
        return CircuitWords(
            situation=self.situation.data or "",
            sender=self.sender.data or "",
            recipient=self.recipient.data or "",
            content=self.content.data or "",
            tool=self.tool.data or "",
            channel=Channel(self.channel.data or Channel.TO_CHECK),
            basis=LegalBasis(self.basis.data or LegalBasis.TO_SETTLE),
        )


class CharterForm(Form):
    """The parts of the charter, in the order it is read."""

    purpose = TextAreaField(CHARTER[0].label, [Longest(3000)])
    roles = TextAreaField(CHARTER[1].label, [Longest(3000)])
    decisions = TextAreaField(CHARTER[2].label, [Longest(3000)])
    rhythm = TextAreaField(CHARTER[3].label, [Longest(3000)])
    disagreements = TextAreaField(CHARTER[4].label, [Longest(3000)])
    revision = TextAreaField(CHARTER[5].label, [Longest(3000)])

    def to_command(self) -> CharterWords:
        """Return the text of each part."""
        return {part: str(self._part(part.value).data or "") for part in CHARTER}

    def _part(self, name: str) -> Any:
        return self[name]
