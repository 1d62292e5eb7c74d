"""Outside speakers entered, corrected, taken off the list of their carrier (R34)."""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from training.accounts import queries as accounts
from training.accounts.commands import Identity
from training.accounts.models import Person
from training.accounts.rules import sort_key
from training.accounts.services import people
from training.cohorts.models import Cohort
from training.common import clock, journal
from training.common.emails import is_reachable
from training.common.errors import Refused
from training.common.policy import Principal
from training.database import db
from training.seminars.commands import HalfDayPlan, SpeakerWords
from training.seminars.enums import StaffRole
from training.seminars.models import Speaker
from training.seminars.queries.speakers import KnownSpeaker, known_speakers, speaker_rows
from training.seminars.rules.attendance import carrier_of


def enter_speaker(cohort: Cohort, command: SpeakerWords, *, by: Principal) -> Person:
    """Enter someone from outside among the speakers of the cohort’s carrier, and return her; nobody is told.

    Whoever holds the address is she, under her own name; without one, a speaker of the same name is. Journaled.
    Raises ``Refused`` for a closed account.
    """
    carrier = _carrier(cohort)
    person = _someone(cohort, command, by=by)
    row = speaker_rows(carrier.id, [person.id]).get(person.id)
    if row is None:
        row = Speaker(organisation_id=carrier.id, person_id=person.id)
        db.session.add(row)
        journal.record(cohort, "cohort.speaker_entered", by=by, codes={"person": str(person.id)})
    row.quality, row.removed_at = command.quality or row.quality or "", None
    db.session.flush()
    return person


def _carrier(cohort: Cohort) -> Any:
    carrier = carrier_of(cohort)
    if carrier is None:
        raise Refused("Cette promotion n’a pas d’organisme porteur : ses intervenant·es ne peuvent pas être saisi·es.")
    return carrier


def _someone(cohort: Cohort, command: SpeakerWords, *, by: Principal) -> Person:
    key = sort_key(command.last_name, command.first_name)
    alike = next(
        (each for each in known_speakers(cohort, removed=True) if sort_key(each.last_name, each.first_name) == key),
        None,
    )
    namesake = db.session.get(Person, alike.person_id) if alike is not None else None
    identity = Identity(command.first_name, command.last_name, None)
    if not command.email:
        return namesake or people.create_without_address(identity)
    holder = accounts.person_by_email(command.email, lock=True)
    if holder is not None:
        if not holder.active or holder.anonymised_at is not None:
            raise Refused("Le compte de cette adresse est fermé : indiquez-en une autre.", field="speaker_email")
        return holder
    if namesake is not None and not is_reachable(namesake.email):
        people.give_address(namesake, command.email, by=by)
        return namesake
    return people.create(command.email, identity=identity)


def change_speaker(cohort: Cohort, speaker: KnownSpeaker, command: SpeakerWords, *, by: Principal) -> None:
    """Correct what is known of a speaker; her name and address are hers to change once she has one. Journaled."""
    carrier = _carrier(cohort)
    person = db.session.get(Person, speaker.person_id)
    if person is None:
        raise Refused("Cette personne n’est plus dans la liste : relisez la page.")
    if not is_reachable(person.email):
        if command.email and accounts.person_by_email(command.email, lock=True) is not None:
            raise Refused(
                "Cette adresse est celle d’une autre personne : saisissez-la comme intervenant·e, puis retirez celle-ci.",
                field="speaker_email",
            )
        people.rename(person, Identity(command.first_name, command.last_name, person.phone), by=by)
        if command.email:
            people.give_address(person, command.email, by=by)
    _row(carrier.id, person.id).quality = command.quality
    db.session.flush()
    journal.record(cohort, "cohort.speaker_changed", by=by, codes={"person": str(person.id)})


def remove_speaker(cohort: Cohort, speaker: KnownSpeaker, *, by: Principal) -> None:
    """Take a speaker off the list: she is no longer proposed, and stays at the half-days that name her. Journaled."""
    carrier = _carrier(cohort)
    row = _row(carrier.id, speaker.person_id)
    row.removed_at = row.removed_at or clock.now()
    db.session.flush()
    journal.record(cohort, "cohort.speaker_removed", by=by, codes={"person": str(speaker.person_id)})


def _row(organisation_id: uuid.UUID, person_id: uuid.UUID) -> Speaker:
    row = speaker_rows(organisation_id, [person_id]).get(person_id)
    if row is None:
        row = Speaker(organisation_id=organisation_id, person_id=person_id, quality="")
        db.session.add(row)
    return row


def with_new_speakers(cohort: Cohort, plans: Iterable[HalfDayPlan], *, by: Principal) -> list[HalfDayPlan]:
    """Return the plans, whoever they name that was not known yet entered among the speakers and named there."""
    return [_named(cohort, plan, by=by) for plan in plans]


def _named(cohort: Cohort, plan: HalfDayPlan, *, by: Principal) -> HalfDayPlan:
    if plan.newcomer is None:
        return plan
    person = enter_speaker(cohort, plan.newcomer, by=by)
    known = dict(plan.staff)
    known.setdefault(person.id, StaffRole.SPEAKER)
    return replace(plan, staff=tuple(known.items()), newcomer=None)
