"""The forms of accounts."""

import re
import uuid
from collections.abc import Iterable, Sequence
from typing import Any, Final

from wtforms import (
    BooleanField,
    EmailField,
    Field,
    HiddenField,
    IntegerField,
    PasswordField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional, ValidationError

from training.accounts import rules
from training.accounts.commands import (
    DuesCommand,
    GrantCommand,
    Identity,
    InvitationCommand,
    MergeCommand,
    StructureCommand,
)
from training.accounts.enums import Function, StructureKind
from training.accounts.models import Departement, Organisation, Region
from training.common import clock
from training.common.forms import Address, ChosenField, Form, FrenchDateField, Given, Longest, SlugField

FINESS: Final = re.compile(r"[0-9A-Z]{9}")
OLDEST_YEAR: Final = 2010


def typed(field: Field) -> str:
    """Return the text of a field that was validated as given."""
    return str(field.data or "")


def _email(label: str = "Adresse électronique", missing: str = "Indiquez votre adresse électronique.") -> EmailField:
    return EmailField(label, [Given(missing), Longest(254), Address()])


class SignInForm(Form):
    """E-mail and password."""

    email = _email()
    password = PasswordField("Mot de passe", [Given("Indiquez votre mot de passe, ou demandez un lien de connexion.")])
    own_device = BooleanField("C’est mon appareil personnel : y rester connecté·e 60 jours")


class MagicLinkForm(Form):
    """Where to send the link; its field has an id of its own, since it stands beside the password's form."""

    email = EmailField(
        "Adresse électronique",
        [Given("Indiquez votre adresse électronique."), Longest(254), Address()],
        id="link-email",
    )


class CodeForm(Form):
    """A code handed over in person."""

    email = _email()
    code = StringField("Code remis", [Given("Indiquez le code que l’on vous a remis."), Longest(20)])
    own_device = BooleanField("C’est mon appareil personnel : y rester connecté·e 60 jours")


class SecondFactorForm(Form):
    """A code of any second factor."""

    code = StringField("Code", [Given("Indiquez le code."), Longest(20)])


class PasskeyForm(Form):
    """What the browser answers with a passkey; filled by a script."""

    credential = HiddenField()


class NewPasskeyForm(PasskeyForm):
    """A passkey to register, and the name its owner gives it."""

    name = StringField(
        "Nom de la clé", [Given("Donnez un nom à cette clé, par exemple « Mon téléphone »."), Longest(64)]
    )


class PersonalAddress(Form):
    """An address that should be one person's; a shared mailbox must be confirmed (R99)."""

    email = _email()
    shared = BooleanField("Je n’ai pas d’adresse personnelle : utiliser tout de même cette adresse partagée")

    @property
    def is_generic(self) -> bool:
        """Whether the address typed is a shared mailbox."""
        return rules.is_generic_address(self.email.data or "")

    def validate_email(self, field: Any) -> None:  # noqa: ARG002 - the library's signature
        """Refuse a shared mailbox once; ticking the box goes on."""
        if self.is_generic and not self.shared.data:
            raise ValidationError(
                "Cette adresse semble partagée par une équipe. Indiquez plutôt une adresse que vous êtes seul·e à lire, "
                "ou cochez la case ci-dessous."
            )


class AccountForm(PersonalAddress):
    """The address of an account to open."""


class NewAddressForm(PersonalAddress):
    """The new address of one's account."""


class IdentityForm(Form):
    """First name, last name, telephone."""

    first_name = StringField("Prénom", [Given("Indiquez votre prénom."), Longest(80)])
    last_name = StringField("Nom", [Given("Indiquez votre nom."), Longest(80)])
    phone = StringField("Téléphone", [Longest(30)])

    def to_command(self) -> Identity:
        """Return the identity typed."""
        return Identity(typed(self.first_name), typed(self.last_name), self.phone.data or None)


class WelcomeForm(IdentityForm):
    """A new account: who, and a password for those who want one."""

    password = PasswordField("Mot de passe", [Longest(rules.MAXIMUM_PASSWORD)])

    email_of_account = ""

    def validate_password(self, field: Any) -> None:
        """Check the password, if one is chosen."""
        fault = rules.password_fault(field.data, self.email_of_account) if field.data else None
        if fault:
            raise ValidationError(fault)


class NewPasswordForm(Form):
    """A new password, typed once and shown on demand."""

    password = PasswordField("Nouveau mot de passe", [Given("Choisissez un mot de passe.")])

    email_of_account = ""

    def validate_password(self, field: Any) -> None:
        """Check the new password."""
        fault = rules.password_fault(field.data or "", self.email_of_account)
        if fault:
            raise ValidationError(fault)


class ConfirmForm(Form):
    """Proof that it is still she: the password, or a code."""

    proof = StringField("Code", [Given("Indiquez votre mot de passe ou le code.")])


class ReasonedForm(Form):
    """An act that asks why."""

    reason = TextAreaField("Motif", [Given("Indiquez le motif : il sera conservé dans l’historique."), Longest(2000)])


class EndAddressForm(ReasonedForm):
    """The address an account loses, and the one it gets (R99)."""

    email = EmailField("Nouvelle adresse, personnelle", [Longest(254), Address()])


class HandOverForm(Form):
    """To whom a code is handed over (R100)."""

    email = _email("Adresse électronique de la personne devant vous", "Indiquez l’adresse de la personne.")


class ScopedForm(Form):
    """A region and départements that narrow what a member sees (R95)."""

    region_code = SlugField("Limiter à une région")
    departements = StringField("Limiter à des départements", [Longest(200)])

    def offer_regions(self, regions: Sequence[Region]) -> None:
        """Set the regions to choose from."""
        self.region_code.offer([("", "Toutes"), *((region.code, region.name) for region in regions)])

    def validate_departements(self, field: Any) -> None:  # noqa: ARG002 - the library's signature
        """Check that each département is a code."""
        if any(not re.fullmatch(r"\d{2,3}|2[AB]", code) for code in self.departement_codes()):
            raise ValidationError("Écrivez les numéros de départements séparés par des virgules, comme 21, 25, 39.")

    def departement_codes(self) -> tuple[str, ...]:
        """Return the codes typed."""
        return tuple(code for code in re.split(r"[\s,;]+", (self.departements.data or "").upper()) if code)


class InvitationForm(ScopedForm):
    """Whom to invite, and to do what."""

    email = _email(missing="Indiquez l’adresse de la personne à inviter.")
    function = SlugField("Fonction", [Given("Choisissez la fonction proposée.")])
    shared = BooleanField("Inviter tout de même cette adresse partagée")

    @property
    def shared_asked(self) -> bool:
        """Whether the address typed is a shared mailbox, so that the box is shown."""
        return rules.is_generic_address(self.email.data or "")

    def offer(self, functions: Iterable[Function], regions: Sequence[Region]) -> None:
        """Set the choices."""
        self.function.offer([("", "Choisir…"), *((f.value, _capital(f.label)) for f in functions)])
        self.offer_regions(regions)

    def validate_email(self, field: Any) -> None:
        """Refuse a shared mailbox once (R99)."""
        if rules.is_generic_address(field.data or "") and not self.shared.data:
            raise ValidationError(
                "Cette adresse semble partagée par une équipe : chaque membre doit avoir la sienne. "
                "Demandez une adresse personnelle, ou cochez la case ci-dessous."
            )

    def to_command(self) -> InvitationCommand:
        """Return the invitation typed."""
        return InvitationCommand(
            email=typed(self.email),
            function=Function(self.function.data),
            region_code=self.region_code.data,
            departements=self.departement_codes(),
        )


class RepresentativeForm(Form):
    """The new representative of a structure, and why the former one goes (R99)."""

    email = _email("Adresse de la personne qui représente la structure", "Indiquez l’adresse de la personne.")
    reason = TextAreaField("Motif", [Given("Indiquez le motif : il sera conservé dans l’historique."), Longest(2000)])


class GrantForm(ScopedForm):
    """A function the administrator gives."""

    function = SlugField("Fonction", [Given("Choisissez la fonction.")])
    organisation = SlugField("Organisme")

    def offer(self, organisations: Sequence[Organisation], regions: Sequence[Region]) -> None:
        """Set the choices."""
        self.function.offer(
            [
                ("", "Choisir…"),
                *((f.value, _capital(f.label)) for f in Function if f is not Function.REPRESENTATIVE),
            ]
        )
        self.organisation.offer([("", "Aucun (administration)"), *((str(o.id), o.name) for o in organisations)])
        self.offer_regions(regions)

    def to_command(self) -> GrantCommand:
        """Return the function chosen."""
        return GrantCommand(
            function=Function(self.function.data),
            organisation_id=uuid.UUID(self.organisation.data) if self.organisation.data else None,
            region_code=self.region_code.data,
            departements=self.departement_codes(),
        )


class StructureForm(Form):
    """The facts of a structure."""

    name = StringField("Nom", [Given("Indiquez le nom de la structure."), Longest(160)])
    kind = SlugField(
        "Type de structure",
        [Given("Choisissez le type : il décide du parcours de formation.")],
        options=[("", "Choisir…"), *((kind.value, kind.label) for kind in StructureKind)],
    )
    departement_code = SlugField("Département", [Given("Choisissez le département.")])
    city = StringField("Commune", [Longest(80)])
    address = StringField("Adresse postale", [Longest(200)])
    finess = StringField("Numéro FINESS", [Longest(9)])
    email = EmailField("Adresse électronique", [Optional(), Longest(254), Address()])
    phone = StringField("Téléphone", [Longest(30)])

    def offer(self, departements: Sequence[Departement]) -> None:
        """Set the départements to choose from."""
        self.departement_code.offer([("", "Choisir…"), *((d.code, f"{d.name} ({d.code})") for d in departements)])

    def validate_finess(self, field: Any) -> None:
        """Check the shape of a FINESS number."""
        if field.data and not FINESS.fullmatch(field.data.upper()):
            raise ValidationError("Un numéro FINESS compte 9 chiffres. Laissez vide s’il n’est pas connu.")

    def to_command(self) -> StructureCommand:
        """Return the facts typed."""
        return StructureCommand(
            name=typed(self.name),
            kind=StructureKind(self.kind.data),
            departement_code=self.departement_code.data,
            city=self.city.data or "",
            address=self.address.data or "",
            finess=(self.finess.data or "").upper() or None,
            email=self.email.data or None,
            phone=self.phone.data or None,
        )


class DuesForm(Form):
    """A year's dues (R8)."""

    organisation = SlugField("Organisme", [Given("Choisissez l’organisme.")])
    year = IntegerField("Année civile", [Given("Indiquez l’année.")])
    paid_on = FrenchDateField("Cotisation réglée le", [Optional()])

    def offer(self, organisations: Sequence[Organisation]) -> None:
        """Set the bodies to choose from; a single one is chosen already."""
        self.organisation.offer([(str(o.id), o.name) for o in organisations])
        if self.year.data is None and not self.year.raw_data:
            self.year.data = clock.today().year

    def validate_year(self, field: Any) -> None:
        """Check that the year is one of ours."""
        if field.data is not None and not OLDEST_YEAR <= field.data <= clock.today().year + 1:
            raise ValidationError(f"Indiquez une année entre {OLDEST_YEAR} et {clock.today().year + 1}.")

    def validate_paid_on(self, field: Any) -> None:
        """A payment to come is not a payment."""
        if field.data is not None and field.data > clock.today():
            raise ValidationError("Cette date est à venir. Laissez vide tant que la cotisation n’est pas réglée.")

    def to_command(self) -> DuesCommand:
        """Return the dues typed."""
        return DuesCommand(uuid.UUID(self.organisation.data), int(self.year.data or 0), self.paid_on.day)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


class MergeForm(Form):
    """Which of two records is kept, and why (R101)."""

    kept = ChosenField("Quelle fiche garder ?", [Given("Choisissez la fiche à garder.")])
    reason = StringField("Motif", [Given("Dites en quelques mots pourquoi ces fiches n’en font qu’une."), Longest(500)])

    def offer(self, first: tuple[str, str], second: tuple[str, str]) -> None:
        """Offer the two records, each by its id and its name."""
        self.kept.offer((first, second))

    def to_command(self) -> MergeCommand:
        """Return what is kept and what is set aside."""
        kept = uuid.UUID(typed(self.kept))
        both = [uuid.UUID(str(choice.value)) for choice in self.kept.choices or ()]
        return MergeCommand(kept, next(each for each in both if each != kept), typed(self.reason))
