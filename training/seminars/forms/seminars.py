"""The forms of the seminars."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from wtforms import BooleanField, DecimalField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from training.common import clock
from training.common.forms import Form, FrenchDateField, Given, Longest, SlugField, TickedField, TimeField, WebAddress
from training.seminars.commands import HalfDayPlan, SeminarPlan, SeminarWords
from training.seminars.enums import ALARMS, Alarm, Mode, SeminarKind, StaffRole
from training.seminars.forms.speakers import StaffFields
from training.seminars.models import HalfDay
from training.seminars.queries import Choices

MOST_DAYS: Final = 5
MODES: Final = [(mode.value, mode.label.capitalize()) for mode in (Mode.IN_PERSON, Mode.REMOTE, Mode.BLENDED)]
KINDS: Final = [
    (kind.value, kind.label.capitalize())
    for kind in (SeminarKind.SEMINAR, SeminarKind.LAUNCH, SeminarKind.REGROUPING, SeminarKind.DEFENCE)
]
MORNING: Final = (time(9, 30), time(12, 30))
AFTERNOON: Final = (time(14, 0), time(17, 0))


def _at(day: date, hour: time) -> datetime:
    return clock.at_paris(day, hour.hour, hour.minute)


class PlaceFields(Form):
    """How and where, shared by a whole seminar’s form and a half-day’s."""

    mode = SlugField(
        "Mode", [Given("Indiquez comment la demi-journée est suivie.")], options=MODES, default=Mode.IN_PERSON
    )
    place = StringField("Lieu", [Longest(120)])
    address = StringField("Adresse", [Longest(200)])
    room = StringField("Salle", [Longest(80)])
    link = StringField("Lien de visio", [Longest(500), WebAddress()])

    def where(self) -> dict[str, Any]:
        """Return the mode and the place, as a plan takes them."""
        return {
            "mode": Mode(self.mode.data or Mode.IN_PERSON),
            "place": self.place.data or "",
            "address": self.address.data or "",
            "room": self.room.data or "",
            "link": self.link.data or "",
        }


class DespiteFields(Form):
    """The button by which one goes on despite the clashes one was shown; its value is their mark (R35)."""

    despite = StringField("Malgré les chevauchements")


class DayTimes(Form):
    """The hours of the two halves of a day; a half left empty does not take place."""

    morning_from = TimeField("Début du matin", default=MORNING[0])
    morning_to = TimeField("Fin du matin", default=MORNING[1])
    afternoon_from = TimeField("Début de l’après-midi", default=AFTERNOON[0])
    afternoon_to = TimeField("Fin de l’après-midi", default=AFTERNOON[1])

    def validate_morning_to(self, field: Any) -> None:
        """Both hours of the morning, in order, or none."""
        _in_order(self.morning_from.data, field.data)

    def validate_afternoon_to(self, field: Any) -> None:
        """Both hours of the afternoon, in order, or none; one half-day at least."""
        _in_order(self.afternoon_from.data, field.data)
        if field.data is None and self.morning_to.data is None:
            raise ValidationError("Indiquez les heures du matin, de l’après-midi, ou des deux.")

    def halves(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """Yield the halves of a day that take place."""
        for start, end in (
            (self.morning_from.data, self.morning_to.data),
            (self.afternoon_from.data, self.afternoon_to.data),
        ):
            if start is not None and end is not None:
                yield _at(day, start), _at(day, end)


class PlanForm(PlaceFields, DayTimes, DespiteFields):
    """A seminar to plan: its days, cut in mornings and afternoons, in one place."""

    kind = SlugField("Nature", [Given("Indiquez la nature du séminaire.")], options=KINDS, default=SeminarKind.SEMINAR)
    title = StringField("Titre", [Given("Donnez un titre, par exemple « Séminaire 2 »."), Longest(120)])
    first_day = FrenchDateField("Premier jour", [Given("Indiquez le premier jour.")])
    last_day = FrenchDateField("Dernier jour")

    def validate_last_day(self, field: Any) -> None:
        """From one to five days."""
        first = self.first_day.day
        if field.data is None or first is None:
            return
        if field.data < first:
            raise ValidationError("Le dernier jour précède le premier.")
        if (field.data - first).days >= MOST_DAYS:
            raise ValidationError(f"Un séminaire dure {MOST_DAYS} jours au plus : planifiez-en un second.")

    def to_command(self) -> SeminarPlan:
        """Return the plan."""
        return SeminarPlan(
            kind=SeminarKind(self.kind.data or SeminarKind.SEMINAR),
            title=self.title.data or "",
            half_days=tuple(self._half_days()),
        )

    def _half_days(self) -> Iterator[HalfDayPlan]:
        day, last = self.first_day.value, self.last_day.day or self.first_day.value
        while day <= last:
            for start, end in self.halves(day):
                yield HalfDayPlan(starts_at=start, ends_at=end, **self.where())
            day += timedelta(days=1)


def _in_order(start: time | None, end: time | None) -> None:
    if (start is None) != (end is None):
        raise ValidationError("Indiquez l’heure de début et l’heure de fin, ou aucune des deux.")
    if start is not None and end is not None and end <= start:
        raise ValidationError("La fin doit venir après le début.")


class HalfDayForm(PlaceFields, StaffFields, DespiteFields):
    """Everything one says of a half-day."""

    day = FrenchDateField("Jour", [Given("Indiquez le jour.")])
    starts = TimeField("De", [Given("Indiquez l’heure de début.")])
    ends = TimeField("À", [Given("Indiquez l’heure de fin.")])
    modules = TickedField("Modules")
    variants = TickedField("Parcours concernés")
    guests_allowed = BooleanField("Les équipes des apprenant·es sont invitées")
    credited_hours = DecimalField("Heures portées", [Optional()], places=2, use_locale=False)

    @classmethod
    def of(cls, half_day: HalfDay | None, choices: Choices) -> "HalfDayForm":
        """Return the form of a half-day, or of a new one, with what it offers."""
        form = cls(data=_told(half_day) if half_day is not None else None)
        form.modules.offer((str(module.id), module.name) for module in choices.modules)
        form.variants.offer((str(variant.id), variant.label) for variant in choices.variants)
        form.offer_staff(choices.trainers, choices.speakers, half_day.staff if half_day is not None else ())
        return form

    def validate_ends(self, field: Any) -> None:
        """A half-day ends after it starts."""
        if field.data is not None and self.starts.data is not None and field.data <= self.starts.data:
            raise ValidationError("La fin doit venir après le début.")

    def validate_credited_hours(self, field: Any) -> None:
        """From 0 to 12 hours."""
        if field.data is not None and not 0 <= field.data <= 12:  # noqa: PLR2004 - the length of a long half-day
            raise ValidationError("Indiquez un nombre d’heures de 0 à 12, ou laissez vide.")

    def to_command(self, half_day: HalfDay | None = None) -> HalfDayPlan:
        """Return the plan; whoever already speaks keeps her role."""
        roles = {member.person_id: member.role for member in half_day.staff} if half_day is not None else {}
        return HalfDayPlan(
            starts_at=_at(self.day.value, self.starts.value),
            ends_at=_at(self.day.value, self.ends.value),
            guests_allowed=bool(self.guests_allowed.data),
            credited_hours=self.credited_hours.data,
            modules=self.modules.ids,
            variants=self.variants.ids,
            staff=self.staff(roles),
            newcomer=self.newcomer,
            **self.where(),
        )


def _told(half_day: HalfDay) -> dict[str, Any]:
    start, end = clock.in_paris(half_day.starts_at), clock.in_paris(half_day.ends_at)
    return {
        "day": start.date(),
        "starts": start.time(),
        "ends": end.time(),
        "mode": half_day.mode.value,
        "place": half_day.place,
        "address": half_day.address,
        "room": half_day.room,
        "link": half_day.link,
        "guests_allowed": half_day.guests_allowed,
        "credited_hours": half_day.credited_hours,
        "modules": [str(module.id) for module in half_day.modules],
        "variants": [str(variant.id) for variant in half_day.variants],
        "trainers": [str(member.person_id) for member in half_day.staff if member.role is StaffRole.TRAINER],
        "speakers": [str(member.person_id) for member in half_day.staff if member.role is StaffRole.SPEAKER],
    }


class WordsForm(Form):
    """What a seminar is called."""

    kind = SlugField("Nature", [Given("Indiquez la nature du séminaire.")], options=KINDS)
    title = StringField("Titre", [Given("Donnez un titre, par exemple « Séminaire 2 »."), Longest(120)])

    def to_command(self) -> SeminarWords:
        """Return the words."""
        return SeminarWords(kind=SeminarKind(self.kind.data or SeminarKind.SEMINAR), title=self.title.data or "")


class AlarmsForm(Form):
    """When a calendar program reminds its owner."""

    alarms = TickedField(
        "Me rappeler chaque demi-journée", choices=[SelectChoice(a.value, a.label.capitalize()) for a in ALARMS]
    )

    @property
    def chosen(self) -> tuple[Alarm, ...]:
        """The alarms ticked."""
        return tuple(Alarm(slug) for slug in self.alarms.data or ())


class InvitationsForm(Form):
    """Whether one wants invitations by mail."""

    invitations = BooleanField("Recevoir chaque demi-journée confirmée en invitation par courriel")
