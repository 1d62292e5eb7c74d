"""Forms of a call's settings, one a page; each is filled ``of`` a call and gives one command."""

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from training.accounts.enums import Part, StructureKind
from training.accounts.models import Region
from training.admissions.commands import settings as command
from training.admissions.enums import ProfileField
from training.admissions.models import Call
from training.common import clock
from training.common.forms import Address, Form, FrenchDateField, Given, Longest

MOST_PLACES: Final = 500
OPINING: Final = (Part.CARRIER, Part.CO_CARRIER, Part.FUNDER, Part.SCHOOL, Part.PARTNER)
IN_SESSION: Final = "session"


class ChecksField(SelectMultipleField):
    """Several choices as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SettingsForm(Form):
    """A page of the settings; ``confirmed`` comes back from the page that says what a published call changes."""

    confirmed = HiddenField()

    @property
    def is_confirmed(self) -> bool:
        """Whether whoever changes a published call has read what it will do."""
        return self.confirmed.data == "1"

    def to_command(self) -> Any:
        """Return what the page asks; a lone button asks nothing more."""
        return None


class PresentationForm(SettingsForm):
    """Title, text, contact."""

    title = StringField("Titre", [Given("Donnez un titre à l’appel."), Longest(160)])
    presentation = TextAreaField("Présentation", [Longest(4000)])
    contact_email = EmailField("Courriel de contact", [Optional(), Longest(254), Address()])

    @staticmethod
    def values(call: Call) -> dict[str, Any]:
        """Return what the call says now."""
        return {"title": call.title, "presentation": call.presentation, "contact_email": call.contact_email}

    def to_command(self) -> command.Presentation:
        """Return the section."""
        return command.Presentation(
            str(self.title.data), str(self.presentation.data or ""), str(self.contact_email.data or "") or None
        )


class WindowForm(SettingsForm):
    """When people apply, and when they must be in post."""

    opens_on = FrenchDateField("Ouverture", [Optional()])
    closes_on = FrenchDateField("Clôture, jour compris", [Optional()])
    reference_on = FrenchDateField("Date à laquelle il faut être en poste", [Optional()])

    @staticmethod
    def values(call: Call) -> dict[str, Any]:
        """Return what the call says now."""
        return {
            "opens_on": clock.in_paris(call.opens_at).date() if call.opens_at else None,
            "closes_on": clock.in_paris(call.closes_at).date() if call.closes_at else None,
            "reference_on": call.reference_on,
        }

    def to_command(self) -> command.Window:
        """Return the section."""
        return command.Window(self.opens_on.day, self.closes_on.day, self.reference_on.day)


class AudienceForm(SettingsForm):
    """Who may apply."""

    structure_kinds = ChecksField("Structures concernées", [Given("Choisissez au moins un type de structure.")])
    regions = ChecksField("Régions", description="Aucune cochée : toutes les régions.")
    accepts_other_regions = BooleanField("Les structures d’autres régions peuvent aussi candidater")
    membership_required = BooleanField("La structure doit être adhérente et à jour de cotisation")
    derogation_allowed = BooleanField("Une dérogation est possible pour les personnes en cours de recrutement")
    max_per_structure = IntegerField(
        "Candidatures par structure, au plus", [Optional(), NumberRange(1, 50, message="Entre 1 et 50 candidatures.")]
    )

    @staticmethod
    def values(call: Call) -> dict[str, Any]:
        """Return what the call says now."""
        names = (
            "structure_kinds", "regions", "accepts_other_regions", "membership_required", "derogation_allowed",
            "max_per_structure",
        )  # fmt: skip
        return {name: getattr(call, name) for name in names}

    def offer(self, call: Call, regions: list[Region]) -> None:
        """Offer the kinds of structure the course serves, and the regions."""
        served = {kind for variant in call.edition.variants for kind in variant.structure_kinds}
        self.structure_kinds.choices = [
            SelectChoice(kind.value, kind.label)
            for kind in StructureKind
            if kind.value in served or kind.value in call.structure_kinds
        ]
        self.regions.choices = [SelectChoice(region.code, region.name) for region in regions]

    def to_command(self) -> command.Audience:
        """Return the section."""
        return command.Audience(
            tuple(self.structure_kinds.data or ()),
            tuple(self.regions.data or ()),
            bool(self.accepts_other_regions.data),
            bool(self.membership_required.data),
            bool(self.derogation_allowed.data),
            self.max_per_structure.data,
        )


class PlacesForm(SettingsForm):
    """Places, and those of each variant: fields are added by :func:`places_form_for`."""

    places = IntegerField(
        "Places", [Optional(), NumberRange(1, MOST_PLACES, message=f"Entre 1 et {MOST_PLACES} places.")]
    )
    variants: ClassVar[Mapping[str, uuid.UUID]] = {}

    def to_command(self) -> command.Places:
        """Return the section."""
        return command.Places(
            self.places.data, tuple((variant_id, self[name].data) for name, variant_id in self.variants.items())
        )


def places_form_for(call: Call) -> type[PlacesForm]:
    """Return the form of this call's places: one field for each variant of its edition, if it has several."""
    several = call.edition.variants if len(call.edition.variants) > 1 else []
    fields = {
        f"quota_{variant.id}": IntegerField(
            f"Parcours {variant.code}, au plus",
            [Optional(), NumberRange(0, MOST_PLACES, message=f"Entre 0 et {MOST_PLACES} places.")],
        )
        for variant in several
    }
    names = {f"quota_{variant.id}": variant.id for variant in several}
    return type("CallPlacesForm", (PlacesForm,), {**fields, "variants": names})


def places_of(call: Call) -> dict[str, Any]:
    """Return what the call says of its places now."""
    quotas = {f"quota_{quota.variant_id}": quota.places for quota in call.cohort.quotas}
    return {"places": call.cohort.places, **quotas}


class ProfileForm(SettingsForm):
    """Which facts of a profile are asked (R111)."""

    fields = ChecksField("Demander", choices=[SelectChoice(each.value, each.label) for each in ProfileField])

    @staticmethod
    def values(call: Call) -> dict[str, Any]:
        """Return what the call says now."""
        return {"fields": call.profile_fields}

    def to_command(self) -> command.Profile:
        """Return the section."""
        return command.Profile(tuple(self.fields.data or ()))


class SelectionForm(SettingsForm):
    """How the choice is made."""

    has_preselection = BooleanField("Présélection sur dossier avant le comité")
    has_interviews = BooleanField("Le comité peut demander un entretien")
    interview_minutes = IntegerField(
        "Durée d’un entretien",
        [Given("Indiquez la durée."), NumberRange(5, 240, message="La durée se compte entre 5 et 240 minutes.")],
    )
    opinion_parts = ChecksField(
        "Avis nécessaires avant la décision du comité",
        choices=[SelectChoice(part.value, part.label) for part in OPINING],
    )
    opinions = RadioField(
        "Les avis",
        [Given("Choisissez quand se donnent les avis.")],
        choices=[
            SelectChoice(IN_SESSION, "se notent en séance, organisme par organisme"),
            SelectChoice("before", "s’écrivent avant la séance, chacun sans voir ceux des autres"),
        ],
    )
    has_school_step = BooleanField("L’école valide chaque candidature")
    publishes_before_school = BooleanField("Les résultats sont publiés avant la décision de l’école")
    offer_days = IntegerField(
        "Jours pour répondre à une place proposée",
        [Given("Indiquez le délai de réponse."), NumberRange(1, 60, message="Entre 1 et 60 jours.")],
    )

    @staticmethod
    def values(call: Call) -> dict[str, Any]:
        """Return what the call says now."""
        names = (
            "has_preselection", "has_interviews", "interview_minutes", "opinion_parts", "has_school_step",
            "publishes_before_school", "offer_days",
        )  # fmt: skip
        return {name: getattr(call, name) for name in names} | {
            "opinions": IN_SESSION if call.opinions_in_session else "before"
        }

    def to_command(self) -> command.Selection:
        """Return the section."""
        return command.Selection(
            bool(self.has_preselection.data),
            bool(self.has_interviews.data),
            self.interview_minutes.data or 30,
            bool(self.has_school_step.data),
            bool(self.publishes_before_school.data),
            tuple(self.opinion_parts.data or ()),
            self.opinions.data == IN_SESSION,
            self.offer_days.data or 7,
        )
