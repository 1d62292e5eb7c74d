"""Forms of the team's letter: who is asked, who signs, why not (R99, R107)."""

from typing import Any

from wtforms import BooleanField, EmailField, StringField, TextAreaField
from wtforms.validators import ValidationError

from training.accounts.rules import is_generic_address
from training.admissions.commands import SignLetter
from training.common.forms import Address, Form, Given, Longest, UploadField


class LetterAddressForm(Form):
    """Where the link to sign goes; a shared mailbox is accepted once it is confirmed (R99)."""

    email = EmailField(
        "Adresse électronique de la personne qui signe", [Given("Indiquez son adresse."), Longest(254), Address()]
    )
    shared = BooleanField("C’est bien une boîte partagée : envoyer quand même")

    @property
    def is_shared(self) -> bool:
        """Whether the address typed is a shared mailbox."""
        return is_generic_address(self.email.data or "")

    def validate_email(self, field: Any) -> None:  # noqa: ARG002 - the library's signature
        """Refuse a shared mailbox once; ticking the box goes on."""
        if self.is_shared and not self.shared.data:
            raise ValidationError(
                "Cette boîte semble partagée. Préférez l’adresse personnelle de qui signe ; sinon, cochez la case ci-dessous."
            )


class SignatureForm(Form):
    """Who signs in the structure's name; a letter of their own may be attached."""

    name = StringField("Votre prénom et votre nom", [Given("Indiquez votre prénom et votre nom."), Longest(120)])
    function = StringField("Votre fonction dans la structure", [Given("Indiquez votre fonction."), Longest(120)])
    has_capacity = BooleanField("Je peux engager la structure, et je l’engage à ce qui précède")
    file = UploadField("Joindre une lettre signée")

    def to_command(self) -> SignLetter:
        """Return who signs, and with what."""
        return SignLetter(
            self.name.data or "",
            self.function.data or "",
            has_capacity=bool(self.has_capacity.data),
            staged=self.file.data,
        )


class NotSigningForm(Form):
    """Who answers that the structure does not sign, and why."""

    name = StringField("Votre prénom et votre nom", [Given("Indiquez votre prénom et votre nom."), Longest(120)])
    reason = TextAreaField(
        "Pourquoi", [Given("Dites pourquoi en une phrase : la personne candidate la lira."), Longest(1000)]
    )
