"""Form of an identifier of the school’s platform (R121)."""

import uuid
from collections.abc import Iterable

from wtforms import StringField

from training.accounts.models import Person
from training.common.forms import Form, Given, Longest, SlugField


class AccountForm(Form):
    """Whose an identifier is."""

    identifier = StringField("Identifiant sur la plateforme", [Given("Indiquez l’identifiant."), Longest(160)])
    person_id = SlugField("Apprenant·e", [Given("Choisissez à qui est cet identifiant.")])

    def offer(self, people: Iterable[Person]) -> "AccountForm":
        """Offer the learners."""
        self.person_id.offer(
            [("", "Choisir…"), *((str(person.id), f"{person.name} ({person.email})") for person in people)]
        )
        return self

    def person(self) -> uuid.UUID:
        """Return who is chosen."""
        return uuid.UUID(str(self.person_id.data))
