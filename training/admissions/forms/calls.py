"""Forms of a call in preparation."""

import uuid

from wtforms import BooleanField, EmailField, IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from training.accounts.enums import Part, StructureKind
from training.admissions.commands import CallSettings, NewCall
from training.admissions.models import Call
from training.admissions.standard import STANDARD_PIECES
from training.common import clock
from training.common.forms import Form, FrenchDateField, Given, Longest, SlugField


class ChecksField(SelectMultipleField):
    """Several choices as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class NewCallForm(Form):
    """The cohort a call is for, and how it is named."""

    cohort = SlugField("Promotion", [Given("Choisissez la promotion pour laquelle vous ouvrez un appel.")])
    code = StringField(
        "Code de l’appel, dans son adresse",
        [
            Given("Donnez un code court à l’appel."),
            Longest(40),
            Regexp(r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$", message="Lettres, chiffres et tirets seulement, comme BFC-P9."),
        ],
    )
    title = StringField("Titre", [Given("Donnez un titre à l’appel."), Longest(160)])

    def to_command(self) -> NewCall:
        """Return the call to prepare."""
        return NewCall(uuid.UUID(str(self.cohort.data)), str(self.code.data).upper(), str(self.title.data))


class CallForm(Form):
    """What a call in preparation asks; ``of`` fills it with what the call says."""

    title = StringField("Titre", [Given("Donnez un titre à l’appel."), Longest(160)])
    opens_on = FrenchDateField("Ouverture", [Optional()])
    closes_on = FrenchDateField("Clôture, jour compris", [Optional()])
    reference_on = FrenchDateField("Date à laquelle il faut être en poste", [Optional()])
    places = IntegerField("Places", [Optional(), NumberRange(1, 500, message="Entre 1 et 500 places.")])
    structure_kinds = ChecksField(
        "Structures concernées",
        [Given("Choisissez au moins un type de structure.")],
        choices=[SelectChoice(kind.value, kind.label) for kind in StructureKind],
    )
    piece_codes = ChecksField(
        "Pièces demandées",
        [Given("Choisissez au moins une pièce.")],
        choices=[SelectChoice(piece.code, piece.label) for piece in STANDARD_PIECES],
    )
    membership_required = BooleanField("La structure doit être adhérente et à jour de cotisation")
    derogation_allowed = BooleanField("Une dérogation est possible pour les personnes en cours de recrutement")
    has_preselection = BooleanField("Présélection sur dossier avant le comité")
    has_school_step = BooleanField("L’école valide chaque candidature")
    publishes_before_school = BooleanField("Les résultats sont publiés avant la décision de l’école")
    opinion_parts = ChecksField(
        "Avis nécessaires avant la décision du comité",
        choices=[
            SelectChoice(part.value, part.label) for part in (Part.CARRIER, Part.FUNDER, Part.SCHOOL, Part.PARTNER)
        ],
    )
    offer_days = IntegerField(
        "Jours pour répondre à une place proposée",
        [Given("Indiquez le délai de réponse."), NumberRange(1, 60, message="Entre 1 et 60 jours.")],
    )
    presentation = TextAreaField("Présentation", [Longest(4000)])
    contact_email = EmailField(
        "Courriel de contact", [Optional(), Email(message="Cette adresse n’est pas complète."), Longest(254)]
    )

    @classmethod
    def of(cls, call: Call) -> "CallForm":
        """Return the form filled with what the call says now."""
        return cls(
            formdata=None,
            data={
                "title": call.title,
                "opens_on": clock.in_paris(call.opens_at).date() if call.opens_at else None,
                "closes_on": clock.in_paris(call.closes_at).date() if call.closes_at else None,
                "reference_on": call.reference_on,
                "places": call.cohort.places,
                "structure_kinds": call.structure_kinds,
                "piece_codes": [piece.code for piece in call.pieces],
                "membership_required": call.membership_required,
                "derogation_allowed": call.derogation_allowed,
                "has_preselection": call.has_preselection,
                "has_school_step": call.has_school_step,
                "publishes_before_school": call.publishes_before_school,
                "opinion_parts": call.opinion_parts,
                "offer_days": call.offer_days,
                "presentation": call.presentation,
                "contact_email": call.contact_email,
            },
        )

    def to_command(self) -> CallSettings:
        """Return the settings."""
        return CallSettings(
            title=str(self.title.data),
            opens_on=self.opens_on.day,
            closes_on=self.closes_on.day,
            reference_on=self.reference_on.day,
            structure_kinds=tuple(self.structure_kinds.data or ()),
            piece_codes=tuple(self.piece_codes.data or ()),
            membership_required=bool(self.membership_required.data),
            derogation_allowed=bool(self.derogation_allowed.data),
            has_preselection=bool(self.has_preselection.data),
            has_school_step=bool(self.has_school_step.data),
            publishes_before_school=bool(self.publishes_before_school.data),
            opinion_parts=tuple(self.opinion_parts.data or ()),
            offer_days=self.offer_days.data or 7,
            places=self.places.data,
            presentation=str(self.presentation.data or ""),
            contact_email=str(self.contact_email.data) if self.contact_email.data else None,
        )
