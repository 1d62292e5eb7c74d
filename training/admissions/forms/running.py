"""Forms of a call that is published: renewing it, validating it as its funder."""

import uuid

from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import NumberRange, Optional

from training.admissions.commands.settings import Renewal, ValidateCall
from training.admissions.forms.calls import CODE_RULES, TITLE_RULES
from training.admissions.forms.staff import PROOF
from training.common.forms import Form, FrenchDateField, Given, Longest, SlugField, UploadField


class RenewalForm(Form):
    """Which cohort a call is renewed for, and when the new one opens."""

    cohort = SlugField("Promotion", [Given("Choisissez la promotion pour laquelle vous reconduisez l’appel.")])
    title = StringField("Titre", TITLE_RULES)
    code = StringField("Code de l’appel, dans son adresse", CODE_RULES)
    opens_on = FrenchDateField(
        "Ouverture du nouvel appel", [Given("Indiquez le jour d’ouverture : les autres dates en découlent.")]
    )

    def to_command(self) -> Renewal:
        """Return the renewal."""
        return Renewal(
            uuid.UUID(str(self.cohort.data)), str(self.code.data).upper(), str(self.title.data), self.opens_on.value
        )


class ValidationForm(Form):
    """The funder's validation, dated; with its proof when the carrier transcribes it (R96, R112)."""

    decided_on = FrenchDateField("Validé le", [Given("Indiquez la date de la validation.")])
    places = IntegerField("Places financées", [Optional(), NumberRange(1, 500, message="Entre 1 et 500 places.")])
    comment = TextAreaField("Précision", [Longest(1000)])
    evidence = UploadField("Preuve", description=PROOF)

    def to_command(self) -> ValidateCall:
        """Return the validation."""
        return ValidateCall(self.decided_on.value, self.places.data, str(self.comment.data or ""), self.evidence.data)
