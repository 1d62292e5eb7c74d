"""The base of every form: French, trimmed, sent once, and told of the database's refusals."""

import functools
import re
import unicodedata
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from typing import Any, Final

from flask import g
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    Field,
    HiddenField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.i18n import get_translations
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, RadioInput, TextInput

from training.common import emails, file_tokens
from training.common.errors import Refused
from training.common.files import FileRefused, StagedFile
from training.common.guard import current_principal
from training.common.transaction import kept_name, received

FORM_FIELD: Final = "form"


UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of characters nobody types in a line of text: line ends, controls, direction marks."""


def trimmed(value: Any) -> Any:
    """Return text without the spaces around it; anything else as it is."""
    return value.strip() if isinstance(value, str) else value


def on_one_line(value: Any) -> Any:
    """Return text of one line, without what cannot be seen; anything else as it is.

    A name goes into headers of mails, spreadsheets and papers: a line end in it would break them.
    """
    if not isinstance(value, str):
        return value
    seen = "".join(" " if unicodedata.category(c) in UNSEEN else c for c in value)
    return " ".join(word for word in seen.split(" ") if word)


@functools.cache
def _french() -> Any:
    return get_translations(["fr"])


class Form(FlaskForm):
    """Base form. A room's form adds its fields and ``to_command()``.

    ``once`` is the key by which a form sent twice acts once. ``refuse`` puts a service's
    refusal under its field, so that nothing typed is lost.
    """

    class Meta(FlaskForm.Meta):
        """French messages; every text is trimmed."""

        locales = ("fr",)

        def get_translations(self, form: Any) -> Any:  # noqa: ARG002 - the library's signature
            """Return the library's French words, read from their file once."""
            return _french()

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            """Add the trimming filter to text fields."""
            kind = unbound_field.field_class
            if issubclass(kind, StringField) and not issubclass(kind, HiddenField):
                clean = trimmed if issubclass(kind, (TextAreaField, PasswordField)) else on_one_line
                options = {**options, "filters": (clean, *unbound_field.kwargs.get("filters", ()))}
            return super().bind_field(form, unbound_field, options)

    once = HiddenField(default=lambda: str(uuid.uuid4()))

    def validate(self, extra_validators: Any = None) -> bool:
        """Validate the fields, then add what the database refused on the run before."""
        valid = bool(super().validate(extra_validators))
        for field, message in g.pop("constraint_messages", ()):
            self.add_error(field, message)
            valid = False
        if not valid:
            self.once.data = str(uuid.uuid4())
        return valid

    def add_error(self, field: str, message: str) -> None:
        """Put ``message`` under ``field``, or at the head of the form if it has no such field."""
        target = self._fields.get(field)
        if target is None:
            self.form_errors.append(message)
        else:
            target.errors = [*target.errors, message]

    def refuse(self, refusal: Refused) -> None:
        """Show a rule's refusal where it belongs; the form gets a new key, since it has not acted."""
        self.add_error(refusal.field or FORM_FIELD, refusal.message)
        self.once.data = str(uuid.uuid4())


class ActForm(Form):
    """A lone button."""


class Given:
    """Validator: the field must be given; the message is a sentence that says what to do.

    Unlike the library's, it accepts 0 and False and lets a parse error speak first.
    """

    field_flags: Final = {"required": True}

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: Any, field: Field) -> None:  # noqa: ARG002 - the library's signature
        """Stop with the sentence when nothing was given."""
        if field.errors:
            raise StopValidation
        if field.data is None or (isinstance(field.data, str) and not field.data.strip()) or field.data == []:
            raise StopValidation(self.message)


class Address:
    """Validator: an e-mail address one can write to."""

    def __call__(self, form: Any, field: Any) -> None:  # noqa: ARG002 - the library's signature
        """Raise a sentence that says what is expected."""
        if not field.data:
            return
        fault = emails.fault_of(field.data)
        if fault:
            raise StopValidation(fault)


class WebAddress:
    """Validator: the whole address of a page, which a browser opens; never one that would run something."""

    def __call__(self, form: Any, field: Any) -> None:  # noqa: ARG002 - the library's signature
        """Raise a sentence that says what is expected."""
        given = field.data or ""
        if given and (not given.startswith(("https://", "http://")) or any(c.isspace() for c in given)):
            raise ValidationError("Copiez l’adresse entière, qui commence par https://.")


class Longest:
    """Validator: at most ``maximum`` characters."""

    def __init__(self, maximum: int) -> None:
        self.maximum = maximum

    def __call__(self, form: Any, field: Field) -> None:  # noqa: ARG002 - the library's signature
        """Refuse a longer text, saying by how much."""
        if isinstance(field.data, str) and len(field.data) > self.maximum:
            raise ValidationError(
                f"Ce texte compte {len(field.data)} caractères : raccourcissez-le à {self.maximum} au plus."
            )


class NumberField(StringField):
    """A whole number typed as people type it ("50", "50 %"), between two bounds; nothing, where it is not ``required``."""

    def __init__(self, label: str, least: int, most: int, message: str, *, required: bool = True, **more: Any) -> None:
        super().__init__(label, [Given(message)] if required else [], **more)
        self.least, self.most, self.message = least, most, message

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number; raise a sentence that says what is expected."""
        text = str(valuelist[0]).replace("%", "").replace("\u202f", "").replace(" ", "") if valuelist else ""
        self.data = None
        if not text:
            return
        if not text.isascii() or not text.isdigit() or not self.least <= int(text) <= self.most:
            raise ValueError(self.message)
        self.data = int(text)  # type: ignore[assignment]  # a number, not the text of the base

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)


class FrenchDateField(DateField):
    """A date typed as people type it: 29/01/2026, 29/01/26, 29-1-2026, 29.01.2026, or as a browser sends it."""

    FORMATS: Final = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y")

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the date; raise a sentence that shows the expected form."""
        text = " ".join(value.strip() for value in valuelist).strip()  # one box, or three
        if not text:
            self.data = None
            return
        for form in self.FORMATS:
            try:
                self.data = datetime.strptime(text, form).date()  # noqa: DTZ007 - a date, not an instant
            except ValueError:
                continue
            return
        self.data = None
        raise ValueError("Cette date n’est pas comprise. Écrivez-la comme 29/01/2026.")

    @property
    def day(self) -> date | None:
        """The date read, or null when it is optional and not given."""
        return self.data if isinstance(self.data, date) else None

    @property
    def value(self) -> date:
        """The date read; only of a field that was given and validated."""
        if not isinstance(self.data, date):
            raise TypeError(f"The date of {self.name} was not validated.")
        return self.data


class TimeField(Field):
    """A time of day typed as people type it: 9 h 30, 9h30, 9:30, 14h."""

    widget = TextInput()
    READ: Final = re.compile(r"^\s*(\d{1,2})\s*(?:h|:|\.)\s*(\d{2})?\s*$", re.IGNORECASE)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data.hour}\u202fh\u202f{self.data.minute:02d}" if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the time; raise a sentence that shows the expected form."""
        text = (valuelist[0] if valuelist else "").strip()
        self.data: time | None = None
        if not text:
            return
        match = self.READ.match(text)
        hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 99)
        if hour > 23 or minute > 59:  # noqa: PLR2004 - the clock's own bounds
            raise ValueError("Cette heure n’est pas comprise. Écrivez-la comme 9 h 30.")
        self.data = time(hour, minute)

    @property
    def value(self) -> time:
        """The time read; only of a field that was given and validated."""
        if self.data is None:
            raise TypeError(f"The time of {self.name} was not validated.")
        return self.data


class SlugField(SelectField):
    """A choice among slugs with their labels; nothing chosen gives null."""

    def __init__(
        self, label: str = "", validators: Any = None, *, options: Iterable[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        choices = [SelectChoice(value, text) for value, text in options]
        super().__init__(label, validators, choices=choices, coerce=_slug, **kwargs)

    def offer(self, options: Iterable[tuple[str, str]]) -> None:
        """Set the choices once they are known."""
        self.choices = [SelectChoice(value, text) for value, text in options]


def _slug(value: Any) -> str | None:
    return None if value is None or value == "" else str(value)


class TickedField(SelectMultipleField):
    """Several choices, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()
    offered: Sequence[str] = ()

    def offer(self, options: Iterable[tuple[str, str]]) -> None:
        """Set the choices once they are known."""
        self.choices = [SelectChoice(value, text) for value, text in options]
        self.offered = [choice.value for choice in self.choices]

    @property
    def ids(self) -> tuple[uuid.UUID, ...]:
        """The uuids ticked; the choices offered are uuids."""
        return tuple(uuid.UUID(value) for value in self.data or ())

    @property
    def ticked(self) -> frozenset[str]:
        """The values ticked."""
        return frozenset(str(value) for value in self.data or ())


class ChosenField(SlugField):
    """One choice among a few, each shown with its button."""

    widget = ListWidget(prefix_label=False)
    option_widget = RadioInput()
    validate_choice = True


class UploadField(Field):
    """A file received by ``@commits(files=…)``: its data is the staged file, its refusal an error."""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:  # noqa: ARG002 - the library's signature
        """Take what came of the upload of this name."""
        self.process_errors: list[str] = []
        outcome = received(self.name)
        self.data: StagedFile | None = None
        if isinstance(outcome, FileRefused):
            self.process_errors.append(outcome.message)
        else:
            self.data = outcome
        self.raw_data = [self.data] if self.data else []

    @property
    def kept(self) -> tuple[str, str] | None:
        """The hidden field's name and token that carry an accepted file across a form shown again."""
        if self.data is None:
            return None
        return kept_name(self.name), file_tokens.seal(self.data, by=current_principal())


class ReasonForm(Form):
    """An act that asks why."""

    reason = TextAreaField("Motif", [Given("Indiquez le motif : il sera conservé dans l’historique."), Longest(2000)])


def attempt(form: Form, act: Callable[[], Any]) -> bool:
    """Run ``act``; put a rule's refusal in the form and return whether it succeeded.

    What the act had already written is undone by the edge, which rolls back a 422.
    """
    try:
        act()
    except Refused as refusal:
        form.refuse(refusal)
        return False
    return True
