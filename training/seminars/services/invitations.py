"""Invitations by mail to the confirmed half-days: sent, updated, withdrawn, in step with the feed (R37, R120)."""

import uuid
from dataclasses import dataclass

from sqlalchemy import update

from training.accounts.models import Person
from training.cohorts.services import lock_cohort
from training.common import clock
from training.common.mail import is_night, together
from training.common.sweeping import one_by_one
from training.database import db
from training.seminars import mails
from training.seminars.enums import SeminarStatus
from training.seminars.ical import summary_of
from training.seminars.models import CalendarChoice, CalendarInvitation, HalfDay, InvitationRound
from training.seminars.queries import changes as queries
from training.seminars.queries.scope import concerned_cohorts
from training.seminars.rules.attendance import carrier_of
from training.seminars.rules.changes import Known, still_says
from training.seminars.services.changes import known_of, public_of


def choose_invitations(person_id: uuid.UUID, *, wanted: bool) -> None:
    """Keep whether a person wants invitations by mail; those already sent follow."""
    choice = queries.calendar_choice(person_id) or CalendarChoice(person_id=person_id)
    choice.invitations, choice.chosen_at = wanted, clock.now()
    db.session.add(choice)
    db.session.flush()
    look_again(person_id)


def forget_choice(person_id: uuid.UUID) -> None:
    """Have a person follow the usual rule again: invitations by mail, unless she subscribes to a feed."""
    choice = queries.calendar_choice(person_id)
    if choice is not None:
        db.session.delete(choice)
        db.session.flush()


def look_again(person_id: uuid.UUID) -> None:
    """Have the invitations of a person’s cohorts looked at again: what she wants has changed."""
    cohorts = concerned_cohorts(person_id, on=clock.today())
    db.session.execute(
        update(InvitationRound)
        .where(InvitationRound.cohort_id.in_(cohorts))
        .values(version=0)
        .execution_options(synchronize_session="fetch")
    )


# --- the sweep -------------------------------------------------------------------------------------------------------


def send_invitations() -> int:
    """Send what the cohorts whose calendar changed ask for, by day; harmless if doubled: what was said is kept.

    A half-day whose change waits to be told waits too, so that several moves make one update.
    """
    if is_night(clock.now()):
        return 0
    return one_by_one(queries.cohorts_to_invite(), _invite)


@dataclass(frozen=True, slots=True)
class _Place:
    """A person at a half-day, with the invitation she holds, if any."""

    half_day: HalfDay
    person: Person
    held: CalendarInvitation | None


def _invite(cohort_id: uuid.UUID) -> bool:
    cohort = lock_cohort(cohort_id)
    ahead = queries.half_days_ahead(cohort_id)
    waiting = queries.untold(ahead)
    sent = 0
    if (carrier := carrier_of(cohort)) is not None and carrier.email:
        with together():
            sent = _send(cohort_id, [half_day for half_day in ahead if half_day.id not in waiting])
    if not waiting:
        db.session.merge(InvitationRound(cohort_id=cohort_id, version=cohort.calendar_version))
    db.session.flush()
    return bool(sent)


def _send(cohort_id: uuid.UUID, half_days: list[HalfDay]) -> int:
    held = queries.invitations_to(half_days)
    people = queries.people_of(cohort_id, {member.person_id for half_day in half_days for member in half_day.staff})
    wanting = queries.wanting_invitations(people.known)
    sent = 0
    for half_day in half_days:
        confirmed = half_day.seminar.status is SeminarStatus.CONFIRMED and not half_day.is_off
        invited = people.expected(public_of(half_day)) & wanting if confirmed else frozenset()
        for person_id in sorted(invited):
            sent += _request(_Place(half_day, people.known[person_id], held.get((half_day.id, person_id))))
        for (half_day_id, person_id), invitation in held.items():
            if half_day_id == half_day.id and person_id not in invited and not invitation.cancelled:
                _withdraw(_Place(half_day, invitation.person, invitation))
                sent += 1
    return sent


def _request(place: _Place) -> bool:
    """Invite, or say what is planned now; nothing when the last invitation still says it."""
    half_day, held = place.half_day, place.held
    known, summary = known_of(half_day), summary_of(half_day)
    before = Known(held.starts_at, held.ends_at, held.place) if held is not None and not held.cancelled else None
    if held is not None and before is not None and still_says(before, summary, known, held.summary):
        return False
    said = held.summary if held is not None else ""
    if held is None:
        held = CalendarInvitation(half_day_id=half_day.id, person_id=place.person.id, sequence=_sequence(half_day))
        db.session.add(held)
    else:
        held.sequence = max(_sequence(half_day), held.sequence + 1)
    held.starts_at, held.ends_at, held.place, held.summary = known.starts_at, known.ends_at, known.place, summary
    held.cancelled, held.sent_at = False, clock.now()
    mails.half_day_invitation(half_day, place.person, before=before, summary=said, sequence=held.sequence)
    return True


def _withdraw(place: _Place) -> None:
    """Take the half-day out of her calendar."""
    held = place.held
    if held is None:
        return
    held.sequence = max(_sequence(place.half_day), held.sequence + 1)
    held.cancelled, held.sent_at = True, clock.now()
    if place.person.active:
        said = Known(held.starts_at, held.ends_at, held.place)
        mails.half_day_withdrawn(place.half_day, place.person, said=said, sequence=held.sequence)


def _sequence(half_day: HalfDay) -> int:
    """Return the sequence the feed gives."""
    return half_day.sequence + half_day.seminar.sequence


def is_invited(person_id: uuid.UUID) -> bool:
    """Whether a person receives invitations by mail."""
    return person_id in queries.wanting_invitations([person_id])
