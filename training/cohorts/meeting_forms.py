"""The forms of individual meetings (R119)."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, Final

from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import ValidationError

from training.cohorts.commands import MeetingMove, MeetingReport, SlotsToOpen
from training.cohorts.meetings import MeetingAct, MeetingSlot
from training.cohorts.queries.meetings import TaughtCohort
from training.common import clock
from training.common.forms import (
    ChosenField,
    Form,
    FrenchDateField,
    Given,
    Longest,
    NumberField,
    SlugField,
    TimeField,
    WebAddress,
)

LENGTHS: Final = (15, 240)


class WhenAndWhere(Form):
    """A day, two times, a place or a link."""

    day = FrenchDateField("Jour", [Given("Indiquez le jour.")])
    starts_at = TimeField("De", [Given("Indiquez l’heure de début.")])
    ends_at = TimeField("À", [Given("Indiquez l’heure de fin.")])
    place = StringField("Lieu", [Longest(200)])
    link = StringField("Lien de visio", [Longest(300), WebAddress()])
    despite = StringField("Malgré ce qui est déjà prévu")

    def validate_ends_at(self, field: Any) -> None:
        """The end follows the beginning."""
        if self.starts_at.data is not None and field.data is not None and field.data <= self.starts_at.data:
            raise ValidationError("L’heure de fin précède l’heure de début.")

    def validate_place(self, field: Any) -> None:
        """Somewhere to meet, or a link."""
        if not field.data and not self.link.data:
            raise ValidationError("Indiquez un lieu, ou un lien de visio.")

    @property
    def times(self) -> tuple[datetime, datetime]:
        """The two instants, in Paris."""
        return at(self.day.value, self.starts_at.value), at(self.day.value, self.ends_at.value)


class SlotsForm(WhenAndWhere):
    """Slots to open."""

    cohort_id = SlugField("Promotion", [Given("Choisissez une promotion.")])
    minutes = NumberField(
        "Durée d’un rendez-vous, en minutes", *LENGTHS, "Indiquez une durée de 15 à 240 minutes.", default=45
    )
    offered_to_id = SlugField("Pour", [])

    def offer(self, taught: Sequence[TaughtCohort]) -> "SlotsForm":
        """Set the cohorts and the learners to choose from; a lone cohort is chosen."""
        options = [(str(each.id), each.label) for each in taught]
        self.cohort_id.offer(options if len(options) == 1 else [("", "Choisir…"), *options])
        if len(options) == 1 and not self.cohort_id.data:
            self.cohort_id.data = options[0][0]
        people = [(str(key), name) for each in taught for key, name in each.learners]
        self.offered_to_id.offer([("", "Toutes les personnes que je suis"), *dict(people).items()])
        return self

    def to_command(self) -> SlotsToOpen:
        """Return the slots."""
        start, end = self.times
        return SlotsToOpen(
            cohort_id=uuid.UUID(self.cohort_id.data or ""),
            starts_at=start,
            ends_at=end,
            minutes=int(self.minutes.data or 0),
            place=self.place.data or "",
            link=self.link.data or "",
            offered_to_id=uuid.UUID(self.offered_to_id.data) if self.offered_to_id.data else None,
        )


class MoveForm(WhenAndWhere):
    """Another time or place."""

    @classmethod
    def of(cls, slot: MeetingSlot) -> "MoveForm":
        """Return the form with what the slot says now."""
        start, end = clock.in_paris(slot.starts_at), clock.in_paris(slot.ends_at)
        return cls(
            data={
                "day": start.date(),
                "starts_at": start.time(),
                "ends_at": end.time(),
                "place": slot.place,
                "link": slot.link,
            }
        )

    def to_command(self) -> MeetingMove:
        """Return the move."""
        start, end = self.times
        return MeetingMove(start, end, self.place.data or "", self.link.data or "")


class TopicForm(Form):
    """What she would like to talk about."""

    topic = StringField("Ce dont vous aimeriez parler", [Longest(300)])


class GiveUpForm(Form):
    """Why a meeting is given up, if one says."""

    words = TextAreaField("Un mot pour l’autre personne", [Longest(500)])


class ReportForm(Form):
    """What came of a meeting; the note is pre-filled."""

    act = ChosenField(
        "Ce rendez-vous",
        [Given("Dites s’il s’est tenu.")],
        options=[
            (MeetingAct.HOLD.value, "s’est tenu"),
            (MeetingAct.MISS.value, "n’a pas eu lieu : personne n’est venu"),
        ],
        default=MeetingAct.HOLD.value,
    )
    words = TextAreaField("Note de suivi", [Longest(4000)])
    shared = BooleanField("Partager cette note avec l’apprenant·e")

    def to_command(self) -> MeetingReport:
        """Return the report."""
        return MeetingReport(MeetingAct(self.act.data or ""), self.words.data or "", shared=bool(self.shared.data))


def at(day: date, moment: time) -> datetime:
    """Return a moment of a day in Paris."""
    return clock.at_paris(day, moment.hour, moment.minute)
