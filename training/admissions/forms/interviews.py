"""Forms of interviews: slots proposed, one chosen (R26)."""

import uuid

from wtforms import IntegerField, RadioField, URLField
from wtforms.validators import NumberRange

from training.admissions.commands import ChooseSlot, ProposeSlots
from training.common import clock
from training.common.forms import Form, FrenchDateField, Given, Longest, SlugField, TimeField, WebAddress


class SlotForm(Form):
    """Times an interviewer proposes on one day."""

    interviewer = SlugField("Mené par", [Given("Choisissez qui mène ces entretiens.")])
    day = FrenchDateField("Jour", [Given("Indiquez le jour.")])
    hour = TimeField("De", [Given("Indiquez l’heure du premier entretien.")])
    until = TimeField("À", [Given("Indiquez l’heure de fin du dernier.")])
    minutes = IntegerField(
        "Durée d’un entretien, en minutes",
        [Given("Indiquez la durée."), NumberRange(5, 240, message="La durée se compte entre 5 et 240 minutes.")],
    )
    link = URLField("Lien de visioconférence", [Longest(300), WebAddress()])

    def to_command(self) -> ProposeSlots:
        """Return the slots to propose, on a Paris clock."""
        return ProposeSlots(
            interviewer_id=uuid.UUID(str(self.interviewer.data)),
            starts_at=clock.at_paris(self.day.value, self.hour.value.hour, self.hour.value.minute),
            ends_at=clock.at_paris(self.day.value, self.until.value.hour, self.until.value.minute),
            minutes=self.minutes.data or 30,
            link=self.link.data or None,
        )


class ChoiceForm(Form):
    """The slot the applicant chooses."""

    slot = RadioField(
        "Le moment de votre entretien", [Given("Choisissez un moment.")], choices=[], validate_choice=False
    )

    def to_command(self) -> ChooseSlot:
        """Return the slot chosen; what is no identifier names no slot."""
        try:
            return ChooseSlot(uuid.UUID(str(self.slot.data)))
        except ValueError:
            return ChooseSlot(uuid.uuid4())
