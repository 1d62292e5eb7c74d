"""The forms of a registration: civil status, team for the launch, portrait (R110, R113, R117)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from wtforms import BooleanField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from training.cohorts.commands import GuestAnswer, TeamToBring
from training.cohorts.registration import CivilField, CivilStatus, LaunchGuest
from training.common import emails
from training.common.articles import of
from training.common.forms import ChosenField, Form, FrenchDateField, Given, Longest, NumberField

LONGEST_NAME: Final = 120


class CivilStatusForm(Form):
    """The facts the school asks; the others have no field."""

    birth_name = StringField(CivilField.BIRTH_NAME.label, [Given("Indiquez votre nom de naissance."), Longest(120)])
    first_names = StringField(CivilField.FIRST_NAMES.label, [Given("Indiquez vos prénoms."), Longest(160)])
    born_on = FrenchDateField(CivilField.BORN_ON.label, [Given("Indiquez votre date de naissance.")])
    birth_place = StringField(
        CivilField.BIRTH_PLACE.label, [Given("Indiquez votre commune de naissance."), Longest(120)]
    )
    birth_country = StringField(
        CivilField.BIRTH_COUNTRY.label, [Given("Indiquez votre pays de naissance."), Longest(80)]
    )
    nationality = StringField(CivilField.NATIONALITY.label, [Given("Indiquez votre nationalité."), Longest(80)])

    @classmethod
    def asking(cls, asked: Sequence[CivilField], said: CivilStatus | None) -> "CivilStatusForm":
        """Return the form of these facts, on what was given."""
        values: dict[str, Any] = {field.value: getattr(said, field.value, None) for field in asked}
        form = cls(**values)
        for field in set(CivilField) - set(asked):
            delattr(form, field.value)
        return form

    def told(self, asked: Sequence[CivilField]) -> Mapping[CivilField, Any]:
        """Return each fact asked with what was typed."""
        return {field: self[field.value].data for field in asked}


class TeamForm(Form):
    """How many come to the launch, and the names of those she knows, one a line."""

    headcount = NumberField(
        "Combien de personnes de votre équipe viendront",
        0,
        30,
        "Indiquez un nombre, 30 au plus ; 0 si personne ne vient.",
    )
    meals = NumberField(
        "Combien de repas, le vôtre compris",
        0,
        31,
        "Indiquez un nombre ; laissez vide si chacun mange sur place.",
        required=False,
    )
    diets = StringField("Régimes et allergies à prévoir", [Longest(300)])
    names = TextAreaField("Qui, si vous le savez déjà", [Longest(4000)])

    @staticmethod
    def words(guests: Sequence[LaunchGuest]) -> str:
        """Return the guests as the box shows them."""
        return "\n".join(f"{guest.name}, {guest.email}" if guest.email else guest.name for guest in guests)

    @property
    def guests(self) -> list[tuple[str, str | None]]:
        """The people named, each with an address when one was written."""
        found = []
        for line in (self.names.data or "").splitlines():
            name, _comma, address = (part.strip() for part in line.partition(","))
            if name:
                found.append((name, address or None))
        return found

    def validate_names(self, field: Any) -> None:  # noqa: ARG002 - the library's signature
        """Refuse a line that cannot be read."""
        for name, address in self.guests:
            if len(name) > LONGEST_NAME:
                raise ValidationError("Écrivez une personne par ligne.")
            if address is not None and not emails.is_address(address):
                raise ValidationError(
                    f"L’adresse {of(name)} n’est pas complète. Écrivez « Prénom Nom, prenom.nom@exemple.fr »."
                )

    def to_command(self) -> TeamToBring:
        """Return whom she brings."""
        meals = self.meals.data
        return TeamToBring(
            headcount=int(self.headcount.data or 0),
            meals=None if meals is None else int(meals),
            diets=self.diets.data or "",
            guests=tuple(self.guests),
        )


class GuestForm(Form):
    """A guest's answer to the invitation to the launch (R117)."""

    comes = ChosenField(
        "Votre réponse",
        [Given("Dites si vous venez.")],
        options=(("yes", "Je viens"), ("no", "Je ne viens pas")),
    )
    eats = BooleanField("Je déjeune sur place", default=True)
    diet = StringField("Régime ou allergie à prévoir", [Longest(200)])

    def to_command(self) -> GuestAnswer:
        """Return the answer."""
        return GuestAnswer(self.comes.data == "yes", bool(self.eats.data), self.diet.data or "")


class PortraitForm(Form):
    """Whether the photo of her file is shown to her cohort."""

    agrees = BooleanField("J’accepte que ma photo soit montrée aux personnes de ma promotion, jusqu’à sa fin")


class CivilFieldsForm(Form):
    """What the school of the edition needs."""

    fields = SelectMultipleField(
        "Informations demandées",
        choices=[SelectChoice(field.value, field.label) for field in CivilField],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    @property
    def chosen(self) -> list[CivilField]:
        """The facts ticked."""
        return [CivilField(value) for value in self.fields.data or ()]


class DirectoryForm(Form):
    """What a person shows of herself to those of her cohort."""

    shows_email = BooleanField("Montrer mon adresse électronique à la promotion")
    shows_phone = BooleanField("Montrer mon téléphone à la promotion")
