"""The form that moves a whole seminar: to another first day, or by so many days (R34)."""

from datetime import date
from typing import Any, Final

from wtforms.validators import ValidationError

from training.common.forms import FrenchDateField, Given, NumberField, SlugField
from training.seminars.forms.seminars import DespiteFields

FURTHEST: Final = 730
SENSES: Final = [("later", "plus tard"), ("earlier", "plus tôt")]


class ShiftForm(DespiteFields):
    """A new first day, or a number of days."""

    first_day = FrenchDateField("Nouveau premier jour")
    days = NumberField(
        "Ou décaler de tant de jours", 1, FURTHEST, f"Indiquez un nombre de 1 à {FURTHEST}.", required=False
    )
    sense = SlugField("Sens", [Given("Choisissez un sens.")], options=SENSES, default="later")

    def validate_first_day(self, field: Any) -> None:
        """A day or a number, and one of them only."""
        if field.errors or self.days.process_errors:
            return
        if (field.data is None) == (self.days.data is None):
            raise ValidationError("Indiquez le nouveau premier jour, ou un nombre de jours, mais pas les deux.")

    def days_from(self, first: date) -> int:
        """Return by how many days a seminar whose first day to move is ``first`` moves; below zero, earlier."""
        if self.first_day.day is not None:
            return (self.first_day.day - first).days
        count = int(self.days.data or 0)
        return -count if self.sense.data == "earlier" else count
