"""The day of the launch: teams named, guests invited, answered, told when the day moves (R117)."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import or_, select, update

from training.cohorts import mails
from training.cohorts.commands import GuestAnswer, TeamToBring
from training.cohorts.launch import Occasion, occasion_of
from training.cohorts.models import Cohort
from training.cohorts.queries import launch as queries
from training.cohorts.registration import LaunchGuest, LaunchTeam
from training.cohorts.rules import LAUNCH_GUEST
from training.common import clock, links
from training.common.errors import Refused
from training.common.sweeping import one_by_one
from training.database import db

MOST_GUESTS: Final = 30
MOST_INVITED: Final = 3 * MOST_GUESTS
"""Invitations that leave in a day for one team: named, moved, named again."""
DAY: Final = len("2026-01-29")
DIETS_KEPT: Final = timedelta(days=30)
"""How long after the launch what people eat is kept."""


def bring_team(cohort: Cohort, person_id: uuid.UUID, command: TeamToBring) -> LaunchTeam:
    """Say how many a person brings to the launch, and name those she knows.

    Whoever is still named keeps her invitation and her answer; whoever no longer is will be told.
    """
    guests = command.guests
    if len(guests) > command.headcount:
        raise Refused(f"Vous nommez {len(guests)} personnes : indiquez au moins ce nombre.", field="headcount")
    if command.headcount > MOST_GUESTS:
        raise Refused(f"{MOST_GUESTS} personnes au plus par équipe : voyez avec le porteur au-delà.", field="headcount")
    if command.meals is not None and command.meals > command.headcount + 1:
        raise Refused(
            "Il y a plus de repas que de personnes, vous comprise : vérifiez les deux nombres.", field="meals"
        )
    row = db.session.get(LaunchTeam, (cohort.id, person_id)) or LaunchTeam(cohort_id=cohort.id, person_id=person_id)
    row.headcount, row.meals, row.diets, row.told_at = command.headcount, command.meals, command.diets, clock.now()
    db.session.add(row)
    _name(cohort.id, person_id, guests)
    db.session.flush()
    return row


def _name(cohort_id: uuid.UUID, person_id: uuid.UUID, guests: Sequence[tuple[str, str | None]]) -> None:
    known = {_key(guest.name, guest.email): guest for guest in queries.guests_of(cohort_id, person_id)}
    for position, (name, email) in enumerate(guests, start=1):
        kept = known.pop(_key(name, email), None)
        if kept is None:
            db.session.add(
                LaunchGuest(cohort_id=cohort_id, person_id=person_id, name=name, email=email, position=position)
            )
        else:
            kept.name, kept.position = name, position
    for gone in known.values():
        gone.removed_at = clock.now()


def _key(name: str, email: str | None) -> str:
    return (email or name).casefold()


def answer(guest: LaunchGuest, command: GuestAnswer) -> None:
    """Say whether she comes, eats, and what to know of her meal; said again, it is corrected."""
    occasion = occasion_of(guest.cohort)
    if occasion is None or occasion.day < clock.today():
        raise Refused("Le lancement est passé : cette réponse n’est plus attendue.")
    guest.comes, guest.answered_at = command.comes, clock.now()
    guest.eats = command.eats if command.comes else None
    guest.diet = command.diet if command.comes and command.eats else ""
    db.session.flush()


# --- sweeps ----------------------------------------------------------------------------------------------------------


def invite_guests() -> int:
    """Invite the guests who are not yet, again those whose day, hours or place have moved, and tell those no longer invited.

    One transaction each; harmless if doubled: what an invitation said is kept on the row.
    """
    named = select(LaunchGuest.id, LaunchGuest.cohort_id).where(
        or_(LaunchGuest.email.is_not(None), LaunchGuest.removed_at.is_not(None))
    )
    rows = db.session.execute(named.order_by(LaunchGuest.id)).all()
    return one_by_one(_to_tell(rows), _tell)


def _to_tell(rows: Sequence[tuple[uuid.UUID, uuid.UUID]]) -> list[uuid.UUID]:
    """Return the guests whose invitation no longer says what is planned. As many SELECTs as cohorts that have guests."""
    cohorts = {cohort_id for _guest_id, cohort_id in rows}
    planned = {
        cohort.id: occasion_of(cohort) for cohort in db.session.scalars(select(Cohort).where(Cohort.id.in_(cohorts)))
    }
    said = {row.id: row.invited_for for row in db.session.execute(select(LaunchGuest.id, LaunchGuest.invited_for))}
    gone = set(db.session.scalars(select(LaunchGuest.id).where(LaunchGuest.removed_at.is_not(None))))
    return [
        guest_id
        for guest_id, cohort_id in rows
        if guest_id in gone or (said[guest_id] != _mark(planned[cohort_id]) and not _is_over(planned[cohort_id]))
    ]


def _mark(occasion: Occasion | None) -> str:
    """Return what an invitation should say; nothing once the launch is no longer planned."""
    return occasion.mark if occasion is not None else ""


def _is_over(occasion: Occasion | None) -> bool:
    return occasion is not None and occasion.day < clock.today()


def _tell(guest_id: uuid.UUID) -> bool:
    guest = db.session.scalars(select(LaunchGuest).where(LaunchGuest.id == guest_id).with_for_update()).one_or_none()
    if guest is None:
        return False
    occasion = occasion_of(guest.cohort)
    mark, past = _mark(occasion), _is_over(occasion)
    if guest.removed_at is not None or (not mark and guest.invited_for):
        return _cancel(guest, told=bool(guest.email and guest.invited_for) and not past)
    if occasion is None or past or guest.email is None or guest.invited_for == mark:
        return False
    if links.sent_today(LAUNCH_GUEST, by=guest.person_id) >= MOST_INVITED:
        return False  # tomorrow: a team is not a mailing list
    moved, former = bool(guest.invited_for), guest.invited_for[:DAY]
    guest.sequence += moved
    guest.invited_for, guest.invited_at = mark, clock.now()
    if former != mark[:DAY]:  # another day is another question
        guest.comes = guest.answered_at = None
    secret = links.issue(LAUNCH_GUEST, guest, bearer_email=guest.email, created_by=guest.person_id)
    db.session.flush()
    mails.launch_invitation(guest, occasion, secret, moved=moved)
    return True


def _cancel(guest: LaunchGuest, *, told: bool) -> bool:
    """Take the event out of her calendar, if she had it; forget whoever is no longer named."""
    guest.sequence += 1
    if told:
        mails.launch_cancelled(guest)
    guest.invited_for, guest.comes, guest.answered_at = "", None, None
    links.revoke(LAUNCH_GUEST, guest)
    if guest.removed_at is not None:
        db.session.delete(guest)
    db.session.flush()
    return True


def forget_diets() -> int:
    """Forget what people eat a month after their launch."""
    over = select(Cohort.id).where(Cohort.launch_on < clock.today() - DIETS_KEPT)
    touched = 0
    for table, column in ((LaunchGuest, LaunchGuest.diet), (LaunchTeam, LaunchTeam.diets)):
        query = update(table).where(table.cohort_id.in_(over), column != "").values({column: ""})
        touched += int(getattr(db.session.execute(query), "rowcount", 0))
    return touched
