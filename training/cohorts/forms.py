"""The forms of the cohorts."""

import re
import uuid
from collections.abc import Iterable
from typing import Any, Final

from wtforms import BooleanField, EmailField, IntegerField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError
from wtforms.widgets import TextInput

from training.accounts.enums import CARRYING
from training.accounts.models import Organisation
from training.catalogue.enums import Provenance
from training.catalogue.models import Edition
from training.cohorts.commands import (
    CohortSettings,
    EnrolmentChange,
    NewCohort,
    Note,
    TrainerToApprove,
    TrainerToAssign,
)
from training.cohorts.enums import FOLLOWING, SAID, AssignmentKind, LeavingReason
from training.cohorts.models import Cohort
from training.cohorts.queries import Bodies, TrainerChoice
from training.common import clock
from training.common.errors import NotFound
from training.common.forms import Form, FrenchDateField, Given, Longest, SlugField, TickedField, UploadField

MOST_PLACES: Final = 500
CODE: Final = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")


class WholeNumberField(IntegerField):
    """A whole number, or nothing; anything else is told in a sentence.

    A plain box: a browser’s own number box sends nothing when it cannot read, which would mean “to be confirmed”.
    """

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; spaces are ignored."""
        text = "".join((valuelist[0] if valuelist else "").split())
        self.data = None
        if not text:
            return
        if not text.isascii() or not text.isdigit():
            raise ValueError(
                f"Écrivez un nombre de 1 à {MOST_PLACES}, en chiffres, ou laissez vide s’il n’est pas connu."
            )
        self.data = int(text)


class NameFields(Form):
    """How a cohort is called. These small forms come in the order of the page, which the summary of errors follows."""

    label = StringField("Nom de la promotion", [Given("Donnez un nom à la promotion."), Longest(120)])
    code = StringField("Code, dans son adresse", [Given("Donnez un code court à la promotion."), Longest(40)])

    def validate_code(self, field: Any) -> None:
        """Capitals, figures and hyphens: the code stands in addresses and on documents."""
        if not CODE.fullmatch(field.data):
            raise ValidationError(
                "Écrivez le code en majuscules et en chiffres, séparés par des tirets, comme BFC-P10."
            )


class DateFields(Form):
    """When it takes place; empty = to be confirmed."""

    launch_on = FrenchDateField("Lancement", [Optional()])
    first_seminar_on = FrenchDateField("Premier séminaire", [Optional()])
    ends_on = FrenchDateField("Fin de la formation", [Optional()])


class PlacesForm(Form):
    """How many places; empty = to be confirmed."""

    places = WholeNumberField("Nombre de places", [Optional()])

    def validate_places(self, field: Any) -> None:
        """A cohort has from 1 to 500 places."""
        if field.data is not None and not 1 <= field.data <= MOST_PLACES:
            raise ValidationError(f"Indiquez un nombre de 1 à {MOST_PLACES}, ou laissez vide s’il n’est pas connu.")


class SettingsForm(DateFields, PlacesForm):
    """What a cohort in preparation may still change; ``of`` fills it with what the cohort says."""

    outside_tool = TickedField("Organismes hors outil")

    @classmethod
    def of(cls, cohort: Cohort) -> "SettingsForm":
        """Return the form of this cohort: what was sent, or else what the cohort says now."""
        carriers = {played.organisation_id for played in cohort.parts if played.part in CARRYING}
        others = [played for played in cohort.parts if played.organisation_id not in carriers]
        form = cls(
            data={
                "launch_on": cohort.launch_on,
                "first_seminar_on": cohort.first_seminar_on,
                "ends_on": cohort.ends_on,
                "places": cohort.places,
                "outside_tool": [str(played.id) for played in others if played.outside_tool],
            }
        )
        form.outside_tool.offer((str(p.id), f"{p.organisation.name} ({p.part.label})") for p in others)
        return form

    def to_command(self) -> CohortSettings:
        """Return the settings."""
        return CohortSettings(
            launch_on=self.launch_on.day,
            first_seminar_on=self.first_seminar_on.day,
            ends_on=self.ends_on.day,
            places=self.places.data,
            outside_tool=frozenset(uuid.UUID(key) for key in self.outside_tool.ticked),
        )


class OpeningForm(NameFields, SettingsForm):
    """A cohort to open on an edition; ``opening`` offers the bodies it may have."""

    funders = TickedField("Qui finance")

    @classmethod
    def opening(cls, bodies: Bodies) -> "OpeningForm":
        """Return the form with these bodies: as sent, or else as the edition says."""
        form = cls(
            data={
                "funders": [body.key for body in bodies.usual_funders],
                "outside_tool": [body.key for body in bodies.transcribable if body.outside_tool],
            }
        )
        form.funders.offer((body.key, body.organisation.name) for body in bodies.funders)
        form.outside_tool.offer((body.key, body.label) for body in bodies.transcribable)
        return form

    def to_opening(self, edition: Edition, bodies: Bodies) -> NewCohort:
        """Return the cohort to open: the edition’s bodies, the funders ticked, each outside the tool or not (R96)."""
        funders = [body for body in bodies.funders if body.key in self.funders.ticked]
        example = edition.provenance is Provenance.EXAMPLE
        return NewCohort(
            code=self.code.data or "",
            label=self.label.data or "",
            edition_id=edition.id,
            provenance=(Provenance.EXAMPLE if example else Provenance.OFFICIAL).value,
            launch_on=self.launch_on.day,
            first_seminar_on=self.first_seminar_on.day,
            ends_on=self.ends_on.day,
            places=self.places.data,
            parts=tuple(
                (body.organisation.id, body.part.value, body.key in self.outside_tool.ticked)
                for body in (*bodies.carriers, *bodies.others, *funders)
            ),
        )


class EnrolmentActForm(Form):
    """An act on an enrolment, from a day on."""

    on = FrenchDateField("À partir du", [Given("Indiquez la date d’effet.")], default=clock.today)
    reason = TextAreaField("Motif", [Longest(2000)])

    def to_command(self) -> EnrolmentChange:
        """Return the change."""
        return EnrolmentChange(on=self.on.value, reason=self.reason.data or None)


class LeavingForm(EnrolmentActForm):
    """A departure: when, why by kind, and why in words (R33, R122)."""

    leaving = SlugField(
        "Raison, pour les comptes rendus",
        [Given("Indiquez la raison du départ, même générale.")],
        options=[("", "Choisir…"), *((each.value, each.label.capitalize()) for each in SAID)],
    )

    def to_command(self) -> EnrolmentChange:
        """Return the departure."""
        return EnrolmentChange(
            on=self.on.value, reason=self.reason.data or None, leaving=LeavingReason(self.leaving.data or "")
        )


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
        self.person_id.offer([("", "Choisir…"), *((str(t.person_id), t.with_load) for t in trainers)])
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
