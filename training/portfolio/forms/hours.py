"""Forms of hours: team work, e-learning, settling, importing."""

import uuid
from collections.abc import Iterable, Sequence
from typing import ClassVar

from wtforms import HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from training.catalogue.enums import Modality
from training.catalogue.models import Resource
from training.common import clock
from training.common.errors import Refused
from training.common.forms import Form, FrenchDateField, Given, Longest, SlugField
from training.portfolio.commands import HoursToLog, Settlement
from training.portfolio.forms.tracers import minutes_of
from training.portfolio.queries import Course

WHICH_MODULE = "Choisissez le module."
WHICH_OF_BOTH = "Choisissez la ressource suivie, ou le module."
HOW_LONG = "Indiquez la durée, comme 1 h 30 ou 45 min."


def _minutes(text: str | None) -> int:
    minutes = minutes_of(text, "duration")
    if not minutes:
        raise Refused(HOW_LONG, field="duration")
    return minutes


class TeamWorkForm(Form):
    """Some time spent with one’s team: one short screen, on a phone (R119)."""

    module_id = SlugField("Module", [Given(WHICH_MODULE)])
    done_on = FrenchDateField("Jour", [Given("Indiquez le jour.")], default=clock.today)
    duration = StringField("Durée", [Given(HOW_LONG)])
    words = StringField("Ce que vous avez fait", [Given("Dites en quelques mots ce que vous avez fait."), Longest(500)])
    type_id = SlugField("Pour un document traceur", [Optional()])

    def offer(self, course: Course) -> "TeamWorkForm":
        """Offer the modules and the documents of the learner’s course."""
        self.module_id.offer([("", "Choisir…"), *((str(m.id), m.name) for m in course.modules)])
        self.type_id.offer([("", "Aucun en particulier"), *((str(t.type_id), t.label) for t in course.tracers)])
        return self

    def to_command(self) -> HoursToLog:
        """Return what is asked."""
        return HoursToLog(
            Modality.TEAM,
            uuid.UUID(str(self.module_id.data)),
            self.done_on.value,
            _minutes(self.duration.data),
            words=self.words.data or "",
            type_id=uuid.UUID(self.type_id.data) if self.type_id.data else None,
        )


class ELearningForm(Form):
    """A resource followed online, or some time on the platform for a module (R47)."""

    resource_id = SlugField("Ressource suivie", [Optional()])
    online_module = SlugField("Module", [Optional()])
    online_on = FrenchDateField("Jour", [Given("Indiquez le jour.")], default=clock.today)
    online_time = StringField("Durée", [Optional()])
    NAMES: ClassVar = {"module_id": "online_module", "done_on": "online_on", "duration": "online_time"}
    """Its own names for what the services name: the other form stands on the same page."""

    def add_error(self, field: str, message: str) -> None:
        """Put a refusal under its field."""
        super().add_error(self.NAMES.get(field, field), message)

    def offer(
        self, course: Course, resources: dict[uuid.UUID, list[Resource]], taken: set[uuid.UUID]
    ) -> "ELearningForm":
        """Offer the modules, and the resources not declared yet."""
        self.online_module.offer([("", "Choisir…"), *((str(m.id), m.name) for m in course.modules)])
        free = [r for module in course.modules for r in resources.get(module.id, ()) if r.id not in taken]
        self.known = {str(r.id): r for r in free}
        self.resource_id.offer([("", "Aucune de cette liste"), *((str(r.id), r.title) for r in free)])
        return self

    def to_command(self) -> HoursToLog:
        """Return what is asked: a resource gives its module, and its length where that is known."""
        resource = self.known.get(self.resource_id.data or "")
        if resource is None and not self.online_module.data:
            raise Refused(WHICH_OF_BOTH if self.known else WHICH_MODULE, field="module_id")
        length = resource.minutes if resource is not None else None
        return HoursToLog(
            Modality.E_LEARNING,
            resource.module_id if resource is not None else uuid.UUID(str(self.online_module.data)),
            self.online_on.value,
            length or _minutes(self.online_time.data),
            words=resource.title if resource is not None else "",
            resource_id=resource.id if resource is not None else None,
        )


class SettleForm(Form):
    """Hours confirmed or refused together; ``act`` is what the button said."""

    entries = SelectMultipleField("Heures", [Given("Choisissez au moins une ligne.")])
    reason = TextAreaField("Motif, si vous ne retenez pas ces heures", [Optional(), Longest(500)])
    act = StringField()

    def offer(self, ids: Iterable[uuid.UUID]) -> "SettleForm":
        """Offer the hours that wait."""
        self.entries.choices = [SelectChoice(str(entry), "") for entry in ids]
        return self

    @property
    def chosen(self) -> Sequence[uuid.UUID]:
        """The hours chosen."""
        return [uuid.UUID(value) for value in self.entries.data or ()]

    def to_command(self) -> Settlement:
        """Return what is asked."""
        return Settlement(self.chosen, self.reason.data or "")


class ReopenForm(Form):
    """Why a decision on hours is taken again."""

    reason = StringField("Motif", [Given("Indiquez le motif : il est conservé dans l’historique."), Longest(500)])


class ImportForm(Form):
    """The confirmation of an import already shown: ``token`` carries the lines."""

    token = HiddenField()
