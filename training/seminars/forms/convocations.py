"""The forms of convocations, and of what is gathered and handed around a seminar (R118)."""

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from training.common import clock
from training.common.forms import (
    Address,
    ChosenField,
    Form,
    FrenchDateField,
    Given,
    Longest,
    NumberField,
    TickedField,
    UploadField,
)
from training.seminars.commands.convocations import NewMaterial, PracticalAnswer, Terms
from training.seminars.enums import MaterialKind


class TermsForm(Form):
    """What every convocation of a cohort says."""

    contact_name = StringField("Personne à joindre", [Longest(120)])
    contact_phone = StringField("Son téléphone", [Longest(30)])
    contact_email = StringField("Son adresse électronique", [Address(), Longest(254)])
    referent_name = StringField("Référent handicap", [Longest(120)])
    referent_email = StringField("Son adresse électronique", [Address(), Longest(254)])
    bring = TextAreaField("À apporter à chaque séminaire", [Longest(1000)])
    absence_rule = TextAreaField("Règle d’absence", [Longest(1000)])

    def to_command(self) -> Terms:
        """Return what was said."""
        return Terms(**{name: getattr(self, name).data or "" for name in Terms.__dataclass_fields__})


class PracticalForm(Form):
    """What one seminar adds."""

    access = TextAreaField("Accès", [Longest(1000)])
    bring = TextAreaField("À apporter cette fois", [Longest(1000)])


class AnswerForm(Form):
    """What someone says before a seminar."""

    eats = TickedField("Je déjeune ou dîne sur place")
    diet = StringField("Régime ou allergie", [Longest(200)])
    remembered = BooleanField("Retenir ce régime d’un séminaire à l’autre, jusqu’à la fin de la promotion")
    town = StringField("Ma ville de départ, pour un covoiturage", [Longest(80)])
    seats = NumberField("Places que j’offre", 0, 8, "Indiquez un nombre de 0 à 8.", required=False)
    phone = StringField("Téléphone, montré aux seules personnes qui covoiturent aussi", [Longest(30)])

    def offer(self, half_days: Iterable[tuple[str, str]]) -> "AnswerForm":
        """Set the half-days."""
        self.eats.offer(half_days)
        return self

    def to_command(self) -> PracticalAnswer:
        """Return what was said."""
        return PracticalAnswer(
            eats=frozenset(self.eats.ids),
            diet=self.diet.data or "",
            remembered=bool(self.remembered.data),
            town=self.town.data or "",
            seats=int(self.seats.data or 0),
            phone=self.phone.data or "",
        )


class MaterialForm(Form):
    """A document to hand around."""

    kind = ChosenField(
        "Nature",
        [Given("Choisissez ce qu’est ce document.")],
        options=[(kind.value, kind.label) for kind in MaterialKind],
    )
    title = StringField("Titre", [Given("Donnez un titre au document."), Longest(120)])
    visible_from = FrenchDateField(
        "Visible à partir du", [Given("Indiquez à partir de quand il se voit.")], default=clock.today
    )
    file = UploadField("Fichier")

    def validate_file(self, field: Any) -> None:
        """A file, really."""
        if field.data is None and not field.errors:
            raise ValidationError("Choisissez le fichier.")

    def to_command(self) -> NewMaterial:
        """Return the document."""
        assert self.file.data is not None
        return NewMaterial(
            MaterialKind(self.kind.data or ""), self.title.data or "", self.visible_from.value, self.file.data
        )


class UrgentForm(Form):
    """An urgent message, and its last day."""

    words = TextAreaField("Message", [Longest(400)])
    until = FrenchDateField("Dernier jour où il se voit", [Optional()], default=clock.today)
