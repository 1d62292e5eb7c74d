"""The form that prepares a call."""

import uuid
from typing import Final

from wtforms import StringField
from wtforms.validators import Regexp

from training.admissions.commands import NewCall
from training.common.forms import Form, Given, Longest, SlugField

TITLE_RULES: Final = (Given("Donnez un titre à l’appel."), Longest(160))
CODE_RULES: Final = (
    Given("Donnez un code court à l’appel."),
    Longest(40),
    Regexp(r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$", message="Lettres, chiffres et tirets seulement, comme BFC-P9."),
)


class NewCallForm(Form):
    """The cohort a call is for, and how it is named."""

    cohort = SlugField("Promotion", [Given("Choisissez la promotion pour laquelle vous ouvrez un appel.")])
    code = StringField("Code de l’appel, dans son adresse", CODE_RULES)
    title = StringField("Titre", TITLE_RULES)

    def to_command(self) -> NewCall:
        """Return the call to prepare."""
        return NewCall(uuid.UUID(str(self.cohort.data)), str(self.code.data).upper(), str(self.title.data))
