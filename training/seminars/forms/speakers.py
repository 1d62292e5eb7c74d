"""Outside speakers on the forms: those known to tick, one more to enter (R34)."""

import uuid
from collections.abc import Iterable
from typing import Any

from wtforms import StringField
from wtforms.validators import Optional, ValidationError

from training.cohorts.queries import TrainerChoice
from training.common.forms import Address, Form, Longest, TickedField
from training.seminars.commands import SpeakerWords
from training.seminars.enums import StaffRole
from training.seminars.models import HalfDayStaff
from training.seminars.queries.speakers import KnownSpeaker


class SpeakerFields(Form):
    """Someone from outside; all empty: nobody."""

    speaker_first_name = StringField("Prénom", [Longest(80)])
    speaker_last_name = StringField("Nom", [Longest(80)])
    speaker_quality = StringField("Fonction, organisme", [Longest(160)])
    speaker_email = StringField("Adresse de courriel", [Optional(), Address(), Longest(254)])

    def validate_speaker_last_name(self, field: Any) -> None:
        """A first and a last name, as soon as something is said of her."""
        said = (self.speaker_first_name.data, field.data, self.speaker_quality.data, self.speaker_email.data)
        if any(said) and not (field.data and self.speaker_first_name.data):
            raise ValidationError("Donnez le prénom et le nom de la personne.")

    @property
    def newcomer(self) -> SpeakerWords | None:
        """Whom to enter, or null."""
        if not self.speaker_last_name.data:
            return None
        return SpeakerWords(
            first_name=self.speaker_first_name.data or "",
            last_name=self.speaker_last_name.data,
            quality=self.speaker_quality.data or "",
            email=self.speaker_email.data or "",
        )


class SpeakerForm(SpeakerFields):
    """Someone from outside, to enter or to correct."""

    @classmethod
    def of(cls, speaker: KnownSpeaker | None) -> "SpeakerForm":
        """Return the form of a speaker, or of a new one."""
        if speaker is None:
            return cls()
        return cls(
            data={
                "speaker_first_name": speaker.first_name,
                "speaker_last_name": speaker.last_name,
                "speaker_quality": speaker.quality,
                "speaker_email": speaker.email,
            }
        )

    def validate_speaker_first_name(self, field: Any) -> None:
        """Someone at all."""
        if not field.data or not self.speaker_last_name.data:
            raise ValidationError("Donnez le prénom et le nom de la personne.")

    def to_command(self) -> SpeakerWords:
        """Return the words."""
        newcomer = self.newcomer
        assert newcomer is not None
        return newcomer


class StaffFields(SpeakerFields):
    """Who teaches: relay trainers and outside speakers known, one more to enter."""

    trainers = TickedField("Formateur·rices relais")
    speakers = TickedField("Intervenant·es")

    def offer_staff(
        self, trainers: Iterable[TrainerChoice], speakers: Iterable[KnownSpeaker], named: Iterable[HalfDayStaff] = ()
    ) -> None:
        """Set the trainers approved and the speakers known; whoever is ``named`` already stays offered."""
        relay = {str(each.person_id): each.name for each in trainers}
        outside = {str(each.person_id): each.told for each in speakers}
        for member in named:
            (outside if member.role is StaffRole.SPEAKER else relay).setdefault(
                str(member.person_id), member.person.name
            )
        self.trainers.offer(relay.items())
        self.speakers.offer(outside.items())

    def staff(self, roles: dict[uuid.UUID, StaffRole] | None = None) -> tuple[tuple[uuid.UUID, StaffRole], ...]:
        """Return who teaches, each once; a trainer who already speaks there keeps her ``roles``."""
        found = dict.fromkeys(self.speakers.ids, StaffRole.SPEAKER)
        for person in self.trainers.ids:
            found.setdefault(person, (roles or {}).get(person, StaffRole.TRAINER))
        return tuple(found.items())
