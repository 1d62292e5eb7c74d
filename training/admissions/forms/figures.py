"""Forms of figures: the columns of a spreadsheet, and what a structure types of its own costs."""

from decimal import Decimal
from typing import Any, Final

from wtforms.fields.choices import SelectChoice

from training.admissions.export import Choice
from training.admissions.forms.questions import NumberField
from training.admissions.forms.settings import ChecksField
from training.admissions.rules.costs import Estimate
from training.common.forms import Form, Given

LARGEST: Final = Decimal(100_000)


class ColumnsForm(Form):
    """The columns of one's spreadsheets of files."""

    columns = ChecksField("Colonnes", [Given("Choisissez au moins une colonne.")])

    def offer(self, choices: list[Choice]) -> "ColumnsForm":
        """Offer these columns."""
        self.columns.choices = [SelectChoice(choice.code, choice.column.label) for choice in choices]
        return self


class EstimateForm(Form):
    """What a structure knows of its own costs; sent in the address, kept nowhere (R73)."""

    class Meta(Form.Meta):
        """A form that is read, not written: no token."""

        csrf = False

    journeys = NumberField("Nombre de déplacements")
    kilometres = NumberField("Kilomètres d’un aller-retour")
    kilometre_cost = NumberField("Coût d’un kilomètre, en euros")
    nights = NumberField("Nuits sur place à chaque déplacement")
    night_cost = NumberField("Coût d’une nuit, en euros")
    hours_present = NumberField("Heures de présence sur le temps de travail")
    hours_elearning = NumberField("Heures d’e-learning sur le temps de travail")
    hours_team = NumberField("Heures de travail en équipe sur le temps de travail")
    hour_cost = NumberField("Coût d’une heure de travail, en euros")

    NAMES: Final = (
        "journeys", "kilometres", "kilometre_cost", "nights", "night_cost", "hours_present", "hours_elearning",
        "hours_team", "hour_cost",
    )  # fmt: skip

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse a negative or an absurd figure, under its field."""
        valid = super().validate(extra_validators)
        for name in self.NAMES:
            value = Decimal(self[name].data or "0")
            if not 0 <= value <= LARGEST:
                self.add_error(name, f"Indiquez un nombre entre 0 et {LARGEST}.")
                valid = False
        return valid

    def to_estimate(self) -> Estimate:
        """Return what was typed; what was left empty counts for nothing."""
        return Estimate(*(Decimal(self[name].data or "0") for name in self.NAMES))
