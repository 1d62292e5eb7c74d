"""A new version of what learners read."""

from wtforms import StringField
from wtforms.validators import Optional

from training.common.errors import Refused
from training.common.forms import ChosenField, Form, Given, Longest, SlugField, UploadField
from training.quality.commands import HandbookToPublish
from training.quality.enums import HandbookKind


class HandbookForm(Form):
    """A document, and what changes in it."""

    kind = ChosenField(
        "Document",
        [Given("Choisissez le document.")],
        options=[(kind.value, kind.label.capitalize()) for kind in (HandbookKind.WELCOME, HandbookKind.RULES)],
    )
    file = UploadField("Fichier")
    changes = StringField("Ce qui change", [Optional(), Longest(500)])

    def to_command(self) -> HandbookToPublish:
        """Return what is asked."""
        if self.file.data is None:
            raise Refused("Choisissez le fichier.", field="file")
        return HandbookToPublish(HandbookKind(str(self.kind.data)), self.file.data, self.changes.data or "")


class RhythmForm(Form):
    """After how many days those who have not read are asked again."""

    every = SlugField(
        "Relancer automatiquement qui n’a pas lu",
        [Given("Choisissez le délai.")],
        options=[
            ("3", "tous les 3 jours"),
            ("7", "tous les 7 jours"),
            ("15", "tous les 15 jours"),
            ("never", "jamais"),
        ],
    )

    def show(self, days: int | None) -> "RhythmForm":
        """Show the delay in force."""
        self.every.data = "never" if days is None else str(days)
        return self

    @property
    def days(self) -> int | None:
        """The delay chosen; null = never."""
        return None if self.every.data == "never" else int(str(self.every.data))
