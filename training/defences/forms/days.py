"""Forms of defence days: a day, who may judge, a defence set by hand."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import time
from typing import Any

from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from training.accounts.enums import Part
from training.cohorts.models import Enrolment
from training.common.forms import (
    Address,
    ChosenField,
    Form,
    FrenchDateField,
    Given,
    Longest,
    SlugField,
    TickedField,
    TimeField,
)
from training.defences.commands import DayChange, DayToHold, JurorToAdd, Placement
from training.defences.enums import Availability
from training.defences.models import DefenceDay, DefenceSlot, Juror, Memoire

AVAILABILITIES = (Availability.ALL_DAY, Availability.MORNING, Availability.AFTERNOON, Availability.NO)


def values_of(field: SlugField) -> set[str]:
    """Return what a field offers; what was sent without being offered is nothing."""
    return {str(choice.value) for choice in field.iter_choices() if choice.value}


class OneOf(ChosenField):
    """One of a few, shown with its button; the message says what to choose, whatever was sent."""

    def __init__(
        self, label: str = "", message: str = "", options: Iterable[tuple[str, str]] = (), **more: Any
    ) -> None:
        super().__init__(label, [Given(message)], options=options, **more)
        self.message = message

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the library's signature
        """Refuse what was not offered; nothing at all is the validator's to tell."""
        if self.data is not None and self.data not in values_of(self):
            raise ValidationError(self.message)


class DayFields(Form):
    """Where and when a day is held, and from when its jurors read."""

    held_on = FrenchDateField("Jour", [Given("Indiquez le jour.")])
    place = StringField("Lieu", [Given("Indiquez le lieu."), Longest(200)])
    access = TextAreaField("Pour venir", [Optional(), Longest(1_000)])
    opens_on = FrenchDateField("Les mémoires s’ouvrent au jury le", [Optional()])
    rooms = TextAreaField("Salles", [Given("Nommez au moins une salle."), Longest(600)])

    @property
    def room_names(self) -> tuple[str, ...]:
        """The rooms, one a line."""
        return tuple(dict.fromkeys(line.strip() for line in (self.rooms.data or "").splitlines() if line.strip()))


class DayForm(DayFields):
    """A day that changes: ``token`` is what was read of it."""

    first_at = TimeField("La première soutenance commence à", [Optional()])
    token = HiddenField()

    def to_command(self) -> DayChange:
        """Return the change."""
        return DayChange(
            self.held_on.value,
            self.place.data or "",
            self.access.data or "",
            self.opens_on.day,
            self.first_at.data,
            self.room_names,
            self.token.data or "",
        )


class NewDayForm(DayFields):
    """A new day, and the hours its slots fill."""

    morning_from = TimeField("Le matin, de", [Optional()])
    morning_to = TimeField("à", [Optional()])
    afternoon_from = TimeField("L’après-midi, de", [Optional()])
    afternoon_to = TimeField("à", [Optional()])

    def to_command(self) -> DayToHold:
        """Return the day; a half-day without both its hours is left free."""
        pairs = ((self.morning_from, self.morning_to), (self.afternoon_from, self.afternoon_to))
        spans: list[tuple[time, time]] = [(a.data, b.data) for a, b in pairs if a.data and b.data]
        return DayToHold(
            self.held_on.value,
            self.place.data or "",
            self.access.data or "",
            self.opens_on.day,
            self.room_names,
            tuple(spans),
        )


class JurorForm(Form):
    """Someone who may judge."""

    email = StringField("Adresse électronique", [Given("Indiquez son adresse."), Longest(254), Address()])
    first_name = StringField("Prénom", [Given("Indiquez son prénom."), Longest(80)])
    last_name = StringField("Nom", [Given("Indiquez son nom."), Longest(80)])
    part = OneOf("Au titre de", "Dites pour quel organisme cette personne siège.")
    structure_id = SlugField("Sa structure", [Optional()], validate_choice=False)
    may_preside = BooleanField("Peut présider un jury", default=True)

    def offer(self, bodies: Sequence[str], enrolments: Sequence[Enrolment]) -> None:
        """Set the choices: the bodies of a jury, the structures whose learners she could then not judge."""
        parts = [Part(body) for body in dict.fromkeys(bodies)] or list(Part)
        self.part.offer((part.value, part.label) for part in parts)
        structures = {each.structure_id: each.structure.name for each in enrolments}
        named = sorted(structures.items(), key=lambda pair: pair[1])
        self.structure_id.offer([("", "aucune de celles-ci"), *((str(key), name) for key, name in named)])

    def to_command(self) -> JurorToAdd:
        """Return who may judge."""
        known = values_of(self.structure_id)
        chosen = self.structure_id.data if self.structure_id.data in known else None
        return JurorToAdd(
            self.email.data or "",
            self.first_name.data or "",
            self.last_name.data or "",
            Part(str(self.part.data)),
            uuid.UUID(chosen) if chosen else None,
            bool(self.may_preside.data),
        )


class ConflictForm(Form):
    """A learner someone cannot judge."""

    enrolment_id = SlugField("Apprenant·e", [Given("Choisissez qui cette personne ne peut pas juger.")])
    words = TextAreaField("Pourquoi", [Optional(), Longest(1_000)])


def availability_form(days: Sequence[DefenceDay], juror: Juror) -> Any:
    """Return the form that asks a juror about each day, as she answered before."""
    fields: dict[str, Any] = {
        name_of(day): OneOf(
            message="Dites quand vous pouvez venir ce jour-là.",
            options=[(each.value, each.label.capitalize()) for each in AVAILABILITIES],
        )
        for day in days
    }
    known = {answer.day_id: answer.availability.value for answer in juror.answers}
    data = {name_of(day): known[day.id] for day in days if day.id in known}
    return type("AvailabilityForm", (Form,), fields)(data=data)


def name_of(day: DefenceDay) -> str:
    """Return the name of a day’s field."""
    return f"day_{day.id.hex}"


def answers_of(form: Any, days: Sequence[DefenceDay]) -> dict[DefenceDay, Availability | None]:
    """Return what she answered for each day."""
    return {day: Availability(form[name_of(day)].data) for day in days}


class PlacementForm(Form):
    """A defence set by hand: who, when, before whom."""

    memoire_id = SlugField("Apprenant·e", [Given("Choisissez qui soutient.")])
    slot_id = SlugField("Créneau", [Given("Choisissez le créneau.")])
    jurors = TickedField("Jury", [Given("Choisissez au moins un membre du jury.")])
    president_id = SlugField("Présidence", [Optional()], validate_choice=False)
    confirmed = BooleanField("Garder ce choix malgré les avertissements")
    reason = TextAreaField("Dispense accordée par l’école", [Optional(), Longest(1_000)])

    def to_command(self) -> Placement:
        """Return the placement."""
        known = values_of(self.president_id)
        chosen = self.president_id.data if self.president_id.data in known else None
        return Placement(
            uuid.UUID(str(self.slot_id.data)),
            uuid.UUID(str(self.memoire_id.data)),
            self.jurors.ids,
            uuid.UUID(chosen) if chosen else None,
            bool(self.confirmed.data),
            self.reason.data or "",
        )

    def offer(
        self, memoires: Sequence[Memoire], slots: Sequence[tuple[DefenceSlot, str]], jurors: Sequence[tuple[Juror, str]]
    ) -> None:
        """Set the choices, each with what there is to know of it."""
        self.memoire_id.offer((str(each.id), each.enrolment.person.name) for each in memoires)
        self.slot_id.offer((str(slot.id), label) for slot, label in slots)
        self.jurors.offer((str(juror.id), label) for juror, label in jurors)
        self.president_id.offer(
            [("", "à choisir"), *((str(j.id), j.person.name) for j, _label in jurors if j.may_preside)]
        )
