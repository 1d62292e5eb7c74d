"""A new version of what learners read."""

from wtforms import StringField
from wtforms.validators import Optional

from training.common.errors import Refused
from training.common.forms import ChosenField, Form, Given, Longest, UploadField
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
