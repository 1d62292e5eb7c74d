"""Fields the catalogue's forms share: a value of an edition, typed after its measure."""

from typing import Any, Final, cast

from wtforms import IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from training.catalogue.enums import ValueKind
from training.catalogue.facts import Measure, type_value
from training.catalogue.rules import Hours
from training.common.forms import FrenchDateField, Longest, SlugField

YES: Final = "yes"
NO: Final = "no"
UNKNOWN_CHOICE: Final = ("", "À confirmer")


class CheckListField(SelectMultipleField):
    """Several choices as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: str = "", validators: Any = None, *, options: Any = (), **kwargs: Any) -> None:
        choices = [SelectChoice(value, text) for value, text in options]
        super().__init__(label, validators, choices=choices, **kwargs)

    def offer(self, options: Any) -> None:
        """Set the choices once they are known."""
        self.choices = [SelectChoice(value, text) for value, text in options]

    @property
    def chosen(self) -> list[str]:
        """The values checked."""
        return [str(value) for value in self.data or ()]


class WholeNumberField(IntegerField):
    """A whole number, or nothing; anything else is told in French."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; spaces are ignored."""
        text = "".join((valuelist[0] if valuelist else "").split())
        self.data = None
        if not text:
            return
        if not text.isascii() or not text.isdigit():
            raise ValueError("Écrivez un nombre entier, en chiffres, ou laissez vide si la valeur est inconnue.")
        self.data = int(text)


def value_field(measure: Measure, label: str) -> Any:
    """Return the unbound field in which a value of this measure is typed; empty = unknown."""
    match measure.kind:
        case ValueKind.NUMBER:
            message = f"Écrivez un nombre de 0 à {measure.maximum}."
            return WholeNumberField(label, [Optional(), NumberRange(0, measure.maximum, message)])
        case ValueKind.YES_NO:
            return SlugField(label, [Optional()], options=[UNKNOWN_CHOICE, (YES, "Oui"), (NO, "Non")])
        case ValueKind.CHOICE:
            options = [UNKNOWN_CHOICE, *((slug, text.capitalize()) for slug, text in measure.choices.items())]
            return SlugField(label, [Optional()], options=options)
        case ValueKind.CHOICES:
            return CheckListField(label, [Optional()], options=measure.choices.items())
        case ValueKind.DATE:
            return FrenchDateField(label, [Optional()])
        case ValueKind.TEXT:
            return StringField(label, [Optional(), Longest(200)])


def typed(measure: Measure, data: Any) -> type_value:
    """Return what a field of this measure holds, as a value; null when empty."""
    if data is None or data in ("", []):
        return None
    if measure.kind is ValueKind.YES_NO:
        return bool(data == YES)
    return tuple(str(slug) for slug in data) if measure.kind is ValueKind.CHOICES else cast("type_value", data)


def shown(value: type_value) -> Any:
    """Return a value as its field shows it."""
    if isinstance(value, Hours):
        return value.exact
    if isinstance(value, bool):
        return YES if value else NO
    return list(value) if isinstance(value, tuple) else value


def lines_field(label: str, *validators: Any) -> TextAreaField:
    """Return the unbound field of a list written one item a line."""
    return TextAreaField(label, [*validators, Longest(6000)])


def lines(text: str | None) -> tuple[str, ...]:
    """Return the items of a list written one a line, without dashes nor empty lines."""
    cleaned = (line.strip().lstrip("-•–").strip() for line in (text or "").splitlines())
    return tuple(line for line in cleaned if line)
