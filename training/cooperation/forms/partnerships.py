"""The forms of a partnership: its words, its bodies, its people, its choices of sharing."""

import uuid
from typing import Any, Final

from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import ValidationError

from training.accounts.rules import is_generic_address
from training.common.forms import Address, Form, Given, Longest, SlugField
from training.cooperation.commands import BodyWords, PartnerInvite, PartnershipWords
from training.cooperation.enums import THEMES, Cadence, Role
from training.cooperation.models import PartnerBody, Partnership

LONGEST_TERRITORY: Final = 120
CADENCES: Final = [(each.value, each.label.capitalize()) for each in (Cadence.YEARLY, Cadence.HALF_YEARLY)]
ROLES: Final = [
    (Role.PARTNER.value, "Partenaire : répond et complète pour sa structure"),
    (Role.FACILITATOR.value, "Facilitation : prépare et anime avec vous"),
]


class PartnershipForm(Form):
    """What a partnership is called and where it works."""

    name = StringField(
        "Nom du partenariat",
        [Given("Donnez un nom au partenariat, par exemple « Santé en vallée de la Lèze »."), Longest(160)],
    )
    territories = TextAreaField("Territoires", [Given("Indiquez au moins un territoire, un par ligne."), Longest(2000)])
    region = SlugField("Région", [Given("Choisissez la région.")])
    aim = TextAreaField("Ce qui vous réunit", [Longest(2000)])
    cadence = SlugField("Se situer de nouveau", options=CADENCES, default=Cadence.YEARLY.value)

    @classmethod
    def of(cls, partnership: Partnership | None, regions: list[tuple[str, str]]) -> "PartnershipForm":
        """Return the form of a partnership, or of a new one."""
        told = None
        if partnership is not None:
            told = {
                "name": partnership.name,
                "aim": partnership.aim,
                "region": partnership.region_code,
                "territories": "\n".join(territory.name for territory in partnership.territories),
                "cadence": partnership.cadence.value,
            }
        form = cls(data=told)
        form.region.offer([("", "Choisir"), *regions])
        return form

    def validate_territories(self, field: Any) -> None:
        """Each on its line, each a name."""
        if any(len(name) > LONGEST_TERRITORY for name in _lines(field.data)):
            raise ValidationError(f"Un nom de territoire compte {LONGEST_TERRITORY} caractères au plus : un par ligne.")

    def to_command(self) -> PartnershipWords:
        """Return the words."""
        return PartnershipWords(
            name=self.name.data or "",
            aim=self.aim.data or "",
            region_code=self.region.data or "",
            territories=_lines(self.territories.data),
            cadence=Cadence(self.cadence.data or Cadence.YEARLY),
        )


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple(" ".join(line.split()) for line in (text or "").splitlines() if line.strip())


class BodyForm(Form):
    """A body and its line of « qui fait quoi »."""

    kind = SlugField("Nature", [Given("Choisissez ce qu’est cette structure.")])
    name = StringField("Nom", [Given("Donnez le nom de la structure."), Longest(120)])
    area = TextAreaField("Où", [Longest(500)])
    audience = TextAreaField("Pour qui", [Longest(500)])
    contribution = TextAreaField("Ce que nous faisons ici", [Longest(1000)])
    pivot_access = TextAreaField("Notre rôle : accès aux soins", [Longest(500)])
    pivot_prevention = TextAreaField("Notre rôle : prévention", [Longest(500)])
    pivot_unscheduled = TextAreaField("Notre rôle : soins non programmés", [Longest(500)])
    pivot_pathways = TextAreaField("Notre rôle : parcours et expertises", [Longest(500)])
    contact = TextAreaField("Point de contact", [Longest(300)])

    @classmethod
    def of(cls, body: PartnerBody | None, kinds: list[tuple[str, str]]) -> "BodyForm":
        """Return the form of a body, or of a new one."""
        told: dict[str, Any] | None = None
        if body is not None:
            told = {
                "kind": body.kind_code,
                "name": body.name,
                "area": body.area,
                "audience": body.audience,
                "contribution": body.contribution,
                "contact": body.contact,
                **{f"pivot_{theme.value}": body.pivot.get(theme.value, "") for theme in THEMES},
            }
        form = cls(data=told)
        form.kind.offer([("", "Choisir"), *kinds])
        return form

    def to_command(self) -> BodyWords:
        """Return the words."""
        return BodyWords(
            kind_code=self.kind.data or "",
            name=self.name.data or "",
            area=self.area.data or "",
            audience=self.audience.data or "",
            contribution=self.contribution.data or "",
            contact=self.contact.data or "",
            pivot={theme: self[f"pivot_{theme.value}"].data or "" for theme in THEMES},
        )


class InviteForm(Form):
    """A place offered by link."""

    email = StringField("Adresse de courriel", [Given("Indiquez l’adresse de la personne."), Longest(254), Address()])
    body = SlugField("Structure")
    role = SlugField("Qualité", options=ROLES, default=Role.PARTNER.value)

    @classmethod
    def of(cls, partnership: Partnership) -> "InviteForm":
        """Return the form, with the bodies of the partnership."""
        form = cls()
        form.body.offer([("", "Aucune en particulier"), *((str(b.id), b.name) for b in partnership.present_bodies)])
        return form

    def validate_email(self, field: Any) -> None:
        """The address of a person, to whom a link can be sent (R99)."""
        if field.data and is_generic_address(field.data):
            raise ValidationError("Cette boîte est partagée : indiquez l’adresse d’une personne.")

    def to_command(self) -> PartnerInvite:
        """Return the invitation."""
        return PartnerInvite(
            email=self.email.data or "",
            role=Role(self.role.data or Role.PARTNER),
            body_id=uuid.UUID(self.body.data) if self.body.data else None,
        )


class ShareForm(Form):
    """With whom the finalised reports are shared."""

    organisation = SlugField("Organisme", [Given("Choisissez avec qui partager.")])


class CountedForm(Form):
    """Whether the results enter the region's anonymous figures."""

    counted = BooleanField("Compter notre territoire dans les chiffres anonymes")
