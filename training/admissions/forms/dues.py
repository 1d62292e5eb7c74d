"""The form of a structure's dues, met from a file (R8)."""

from typing import Any

from wtforms.validators import ValidationError

from training.common import clock
from training.common.forms import Form, FrenchDateField, Given


class DuesForm(Form):
    """The day this year's dues were paid."""

    paid_on = FrenchDateField("Cotisation reçue le", [Given("Indiquez le jour où la cotisation a été reçue.")])

    def validate_paid_on(self, field: Any) -> None:
        """Dues are recorded once received."""
        if field.data > clock.today():
            raise ValidationError("Cette date est à venir : enregistrez la cotisation une fois reçue.")
