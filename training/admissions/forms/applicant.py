"""Forms of the applicant: one subject each."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from wtforms import HiddenField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from training.accounts.commands import StructureCommand
from training.accounts.enums import StructureKind
from training.accounts.models import Departement, Structure
from training.admissions import rules
from training.admissions.commands import (
    ChooseStructure,
    Declare,
    DepositPiece,
    DescribeSituation,
    OtherPlace,
    TellPractices,
    TellProfile,
)
from training.admissions.enums import Contract, ProfileField, Situation
from training.admissions.models import MOST_PRACTICES, Application, Call, PieceRequirement
from training.common.formatting import short_date
from training.common.forms import Form, FrenchDateField, Given, Longest, NumberField, SlugField, UploadField

POST_TITLE = "Votre fonction dans cette structure"
POST_TITLE_MISSING = "Indiquez votre fonction, par exemple « coordinatrice »."
NOT_LISTED = "Choisissez une structure de la liste."
SHARE = "Indiquez une part de 1 à 100 %, ou rien."


class OneOf(RadioField):
    """Radio buttons; what is not chosen is told by the field's own sentence, what no page sends by this one."""

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the library's signature
        """Refuse a value that is none of the choices."""
        if self.data is not None and all(choice.value != self.data for choice in self.choices or ()):
            raise ValidationError("Choisissez une réponse de la liste.")


def _choices(kind: type[Contract]) -> list[SelectChoice]:
    return [SelectChoice(each.value, each.label) for each in kind]


class SectionForm(Form):
    """A page of the file that is typed: kept while it is, and told when someone saved the page meanwhile.

    ``seen`` carries the mark of what the page showed, its own name, and the name of the page whose words it resumed.
    """

    seen = HiddenField()
    changed: Sequence["Change"] = ()
    resumed_at: datetime | None = None

    @property
    def base(self) -> str:
        """The mark of what the file said when the page was opened; empty when it does not say."""
        return (self.seen.data or "").partition(":")[0]

    @property
    def pages(self) -> tuple[str, ...]:
        """The names of the page itself and of the one it resumed."""
        return tuple(name for name in (self.seen.data or "").split(":")[1:3] if name)

    @property
    def page(self) -> str:
        """The page's own name."""
        return self.pages[0] if self.pages else ""

    def show(self, base: str, page: str, resumed: str = "") -> None:
        """Say what the page shows."""
        self.seen.data = f"{base}:{page}:{resumed}"


@dataclass(frozen=True, slots=True)
class Change:
    """A field that someone saved otherwise meanwhile: its label, what the file says now, what is typed here."""

    label: str
    there: str
    here: str


def changes(there: Form, here: Form) -> list[Change]:
    """Return the fields in which two forms of one page differ, in words."""
    return [
        Change(str(field.label.text), _shown(there[field.name]), _shown(field))
        for field in here
        if not isinstance(field, HiddenField) and field.name in there and _shown(there[field.name]) != _shown(field)
    ]


def _shown(field: Any) -> str:
    data = field.data
    if isinstance(data, date):
        return short_date(data)
    chosen = data if isinstance(data, list) else [data]
    labels = {str(choice.value): str(choice.label) for choice in getattr(field, "choices", None) or ()}
    return " ".join(labels.get(str(each), str(each)) for each in chosen if each not in (None, ""))


class StructureForm(SectionForm):
    """The structure of attachment, among those found, and the applicant's post there."""

    structure = RadioField("Structure", [Given(NOT_LISTED)], choices=[], validate_choice=False)
    post_title = StringField(POST_TITLE, [Given(POST_TITLE_MISSING), Longest(120)])

    def offer(self, structures: Sequence[Structure]) -> "StructureForm":
        """Set the structures to choose from."""
        self.structure.choices = [
            SelectChoice(str(s.id), f"{s.name}, {s.kind.label}, {s.city or s.departement.name}") for s in structures
        ]
        return self

    def validate_structure(self, field: Any) -> None:
        """Refuse what no page of ours sends."""
        try:
            uuid.UUID(str(field.data))
        except ValueError as fault:
            raise ValidationError(NOT_LISTED) from fault

    def to_command(self) -> ChooseStructure:
        """Return the choice."""
        return ChooseStructure(uuid.UUID(self.structure.data), self.post_title.data or "")


class NewStructureForm(Form):
    """A structure the register does not know yet."""

    name = StringField("Nom de la structure", [Given("Indiquez le nom de la structure."), Longest(160)])
    kind = OneOf("Type de structure", [Given("Choisissez le type : il décide du parcours.")], choices=[])
    departement_code = SlugField("Département", [Given("Choisissez le département.")])
    city = StringField("Commune", [Given("Indiquez la commune."), Longest(80)])
    post_title = StringField(POST_TITLE, [Given(POST_TITLE_MISSING), Longest(120)])

    def offer(self, call: Call, departements: Sequence[Departement]) -> "NewStructureForm":
        """Set the kinds and départements the call accepts."""
        self.kind.choices = [SelectChoice(kind, StructureKind(kind).label) for kind in call.structure_kinds]
        self.departement_code.offer([("", "Choisir…"), *((d.code, f"{d.name} ({d.code})") for d in departements)])
        return self

    def to_command(self) -> StructureCommand:
        """Return the facts typed."""
        return StructureCommand(
            name=self.name.data or "",
            kind=StructureKind(self.kind.data),
            departement_code=str(self.departement_code.data),
            city=self.city.data or "",
            address="",
            finess=None,
            email=None,
            phone=None,
        )


class PracticesForm(SectionForm):
    """Where she practises beside her structure, the share of her time in each place, and who employs her (R98)."""

    share = NumberField("Part de votre temps dans votre structure", 1, 100, SHARE, required=False)
    employer = StringField("Votre employeur, si ce n’est pas votre structure", [Longest(160)])

    def places(self) -> list[tuple[Any, Any]]:
        """Return the two fields of each other place, in order."""
        return [(self[f"place_{n}"], self[f"share_{n}"]) for n in range(1, MOST_PRACTICES + 1)]

    def validate(self, *more: Any, **named: Any) -> bool:
        """Ask the name of a place whose share is told."""
        valid = bool(super().validate(*more, **named))
        for place, share in self.places():
            if share.data and not (place.data or "").strip():
                place.errors = [*place.errors, "Nommez ce lieu, ou effacez la part de temps."]
                valid = False
        return valid

    def to_command(self) -> TellPractices:
        """Return what is told; an empty line says nothing."""
        told = [(" ".join((place.data or "").split()), share.data) for place, share in self.places()]
        others = tuple(OtherPlace(name, share) for name, share in told if name)
        share: Any = self.share.data
        return TellPractices(share, " ".join((self.employer.data or "").split()), others)


for _n in range(1, MOST_PRACTICES + 1):
    setattr(PracticesForm, f"place_{_n}", StringField(f"Autre lieu {_n}", [Longest(160)]))
    setattr(
        PracticesForm,
        f"share_{_n}",
        NumberField(f"Part de votre temps dans le lieu {_n}", 1, 100, SHARE, required=False),
    )


class SituationForm(SectionForm):
    """In post, taking post, or being recruited (R6, R7)."""

    situation = OneOf("Où en êtes-vous ?", [Given("Choisissez votre situation.")], choices=[])
    post_on = FrenchDateField("Date de prise de poste, ou date prévue")
    derogation_reason = TextAreaField("Où en est le recrutement ?", [Longest(2000)])

    def offer(self, call: Call) -> "SituationForm":
        """Set the situations the call admits."""
        admitted = [s for s in Situation if call.derogation_allowed or s is not Situation.BEING_RECRUITED]
        self.situation.choices = [SelectChoice(situation.value, situation.label) for situation in admitted]
        return self

    def to_command(self) -> DescribeSituation:
        """Return the situation; what another answer would have asked is left out."""
        situation = Situation(self.situation.data)
        recruited = situation is Situation.BEING_RECRUITED
        return DescribeSituation(
            situation=situation,
            post_on=None if situation is Situation.IN_POST else self.post_on.day,
            derogation_reason=(self.derogation_reason.data or "") if recruited else "",
        )


class ProfileForm(SectionForm):
    """The facts of her profile the call asks; the others have no field (R111)."""

    profession = StringField("Votre métier d’origine", [Given("Indiquez votre métier d’origine."), Longest(120)])
    coordination_share = NumberField(
        "Part de votre temps consacrée à la coordination", 1, 100, "Indiquez cette part, de 1 à 100 %."
    )
    contract = OneOf("Votre contrat", [Given("Choisissez votre type de contrat.")], choices=_choices(Contract))
    seniority = NumberField(
        "Vos années d’expérience en coordination", 0, 60, "Indiquez un nombre d’années ; 0 si vous débutez."
    )
    team_size = NumberField("Personnes dans votre équipe", 1, 5000, "Indiquez combien de personnes compte l’équipe.")

    def offer(self, application: Application) -> "ProfileForm":
        """Keep the fields the call asks."""
        for name in set(ProfileField) - set(rules.asks_profile(application)):
            delattr(self, name.value)
        return self

    def to_command(self) -> TellProfile:
        """Return what is told."""
        told = {name.value: self[name.value].data if name.value in self else None for name in ProfileField}
        contract = told.pop("contract")
        return TellProfile(contract=Contract(contract) if contract else None, **told)


class DeclarationsForm(SectionForm):
    """What the applicant declares; ticking a part is kept, what remains stays listed as missing."""

    codes = SelectMultipleField(
        "Je déclare que", choices=[], widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )

    def offer(self, call: Call) -> "DeclarationsForm":
        """Set the declarations the call asks for."""
        self.codes.choices = [SelectChoice(line.code, line.text) for line in call.declarations]
        return self

    def to_command(self) -> Declare:
        """Return what is ticked."""
        return Declare(tuple(self.codes.data or ()))


class PieceForm(Form):
    """One file for one required piece; several such forms stand on a page, so the field's id is the piece's."""

    file = UploadField("Fichier", [Given("Choisissez un fichier.")])

    def of(self, requirement: PieceRequirement) -> "PieceForm":
        """Name the field after the piece."""
        self.file.id = f"fichier-{requirement.code}"
        self.file.label.field_id = self.file.id
        return self

    def to_command(self, requirement: PieceRequirement) -> DepositPiece:
        """Return the checked file."""
        if self.file.data is None:
            raise TypeError("The file was not validated.")
        return DepositPiece(requirement.id, self.file.data)


class LeaveForm(Form):
    """Declining a seat, or withdrawing: why, if she wishes to say."""

    reason = TextAreaField("Souhaitez-vous dire pourquoi ?", [Longest(1000)])


def structure_form_of(application: Application, found: Sequence[Structure], **resumed: Any) -> StructureForm:
    """Return the form on what the file says now, or on what was typed, its present structure first among those found."""
    present = [application.structure] if application.structure else []
    listed = [*present, *(s for s in found if s.id != application.structure_id)]
    form = StructureForm(
        structure=str(application.structure_id) if application.structure_id else None,
        post_title=application.post_title,
        **resumed,
    )
    return form.offer(listed)
