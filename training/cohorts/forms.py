"""The forms of the cohorts."""

import uuid
from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, EmailField, IntegerField, TextAreaField
from wtforms.validators import Optional, ValidationError

from training.accounts.models import Organisation
from training.cohorts.commands import EnrolmentChange, Note, TrainerToApprove, TrainerToAssign
from training.cohorts.enums import FOLLOWING, AssignmentKind
from training.cohorts.queries import TrainerChoice
from training.common import clock
from training.common.errors import NotFound
from training.common.formatting import plural
from training.common.forms import Form, FrenchDateField, Given, Longest, SlugField, UploadField

MOST_PLACES = 500


class PlacesForm(Form):
    """How many places; empty = to be confirmed."""

    places = IntegerField("Nombre de places", [Optional()])

    def validate_places(self, field: Any) -> None:
        """A cohort has from 1 to 500 places."""
        if field.data is not None and not 1 <= field.data <= MOST_PLACES:
            raise ValidationError(f"Indiquez un nombre de 1 à {MOST_PLACES}, ou laissez vide s’il n’est pas connu.")


class EnrolmentActForm(Form):
    """An act on an enrolment, from a day on."""

    on = FrenchDateField("À partir du", [Given("Indiquez la date d’effet.")], default=clock.today)
    reason = TextAreaField("Motif", [Longest(2000)])

    def to_command(self) -> EnrolmentChange:
        """Return the change."""
        return EnrolmentChange(on=self.on.value, reason=self.reason.data or None)


class ApprovalForm(Form):
    """A school’s approval of a relay trainer."""

    email = EmailField(
        "Adresse électronique du formateur ou de la formatrice relais",
        [Given("Indiquez son adresse électronique."), Longest(254)],
    )
    organisation_id = SlugField("École", [Given("Indiquez l’école qui donne son agrément.")])
    agreed_on = FrenchDateField("Agréé·e le", [Given("Indiquez la date de l’agrément.")])
    valid_until = FrenchDateField("Valable jusqu’au")
    evidence = UploadField("Courriel ou compte rendu de l’école")

    def offer(self, schools: Iterable[Organisation]) -> "ApprovalForm":
        """Set the schools to choose from; a lone one is chosen."""
        options = [(str(school.id), school.name) for school in schools]
        self.organisation_id.offer(options)
        if len(options) == 1 and not self.organisation_id.data:
            self.organisation_id.data = options[0][0]
        return self

    def to_command(self) -> TrainerToApprove:
        """Return the approval."""
        return TrainerToApprove(
            email=self.email.data or "",
            organisation_id=identifier(self.organisation_id.data),
            agreed_on=self.agreed_on.value,
            valid_until=self.valid_until.day,
            evidence=self.evidence.data,
        )


class AnimatorForm(Form):
    """A relay trainer who animates the cohort."""

    person_id = SlugField("Formateur·rice relais", [Given("Choisissez une personne.")])
    since = FrenchDateField("À partir du", [Given("Indiquez le premier jour.")], default=clock.today)

    def offer(self, trainers: Iterable[TrainerChoice]) -> "AnimatorForm":
        """Set the approved trainers to choose from."""
        self.person_id.offer([("", "Choisir…"), *((str(t.person_id), t.name) for t in trainers)])
        return self

    def to_command(self) -> TrainerToAssign:
        """Return the assignment."""
        return TrainerToAssign(
            person_id=identifier(self.person_id.data), kind=AssignmentKind.ANIMATOR, since=self.since.value
        )


class FollowForm(Form):
    """Who follows a learner, in which capacity."""

    person_id = SlugField("Formateur·rice relais", [Given("Choisissez une personne.")])
    kind = SlugField(
        "En qualité de",
        [Given("Indiquez en quelle qualité.")],
        options=[(kind.value, kind.label) for kind in FOLLOWING],
        default=AssignmentKind.REFERENT.value,
    )
    since = FrenchDateField("À partir du", [Given("Indiquez le premier jour.")], default=clock.today)
    until = FrenchDateField("Jusqu’au (jour non compris)")

    def offer(self, trainers: Iterable[TrainerChoice]) -> "FollowForm":
        """Set the approved trainers to choose from, each with her load (R32)."""
        self.person_id.offer([("", "Choisir…"), *((str(t.person_id), _with_load(t)) for t in trainers)])
        return self

    def validate_until(self, field: Any) -> None:
        """A referent has no end: the next one ends her follow-up."""
        if field.data is not None and self.kind.data == AssignmentKind.REFERENT.value:
            raise ValidationError(
                "Laissez vide pour un·e référent·e : son suivi s’arrête quand une autre personne le prend."
            )

    def to_command(self) -> TrainerToAssign:
        """Return the assignment."""
        return TrainerToAssign(
            person_id=identifier(self.person_id.data),
            kind=AssignmentKind(self.kind.data or ""),
            since=self.since.value,
            until=self.until.day,
        )


def _with_load(trainer: TrainerChoice) -> str:
    if not trainer.learners:
        return trainer.name
    followed = f"suit déjà {plural(trainer.learners, 'personne')}"
    return f"{trainer.name} ({followed}{', pensez à répartir' if trainer.is_loaded else ''})"


class EndForm(Form):
    """The day an assignment ends."""

    on = FrenchDateField("Premier jour sans suivi", [Given("Indiquez la date de fin.")], default=clock.today)


class NoteForm(Form):
    """A follow-up note."""

    words = TextAreaField("Note de suivi", [Given("Écrivez la note avant de l’enregistrer."), Longest(4000)])
    shared = BooleanField("Partager cette note avec l’apprenant·e")

    def to_command(self) -> Note:
        """Return the note."""
        return Note(words=self.words.data or "", shared=bool(self.shared.data))


def identifier(value: str | None) -> uuid.UUID:
    """Return the uuid a choice sent; ``NotFound`` when it is none."""
    try:
        return uuid.UUID(value or "")
    except ValueError:
        raise NotFound from None
