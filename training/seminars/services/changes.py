"""Changes of half-days, told once to each person concerned, as what they come to in the end (R120)."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from training.accounts.models import Person
from training.catalogue.models import Module
from training.cohorts.models import Cohort
from training.cohorts.services import lock_cohort
from training.common import clock
from training.common.mail import together
from training.common.sweeping import one_by_one
from training.database import db
from training.seminars import mails
from training.seminars.enums import SeminarStatus
from training.seminars.ical import location_of
from training.seminars.mails import ChangeLine
from training.seminars.models import HalfDay, ScheduleChange
from training.seminars.queries import changes as queries
from training.seminars.queries.changes import People, Public
from training.seminars.rules import changes as rules
from training.seminars.rules.attendance import carrier_of
from training.seminars.rules.changes import Known


def known_of(half_day: HalfDay) -> Known:
    """Return what is to be known of a half-day now."""
    return Known(
        half_day.starts_at,
        half_day.ends_at,
        location_of(half_day),
        half_day.is_off,
        _names(half_day.modules),
    )


def _names(modules: Sequence[Module]) -> tuple[str, ...]:
    return tuple(module.name for module in sorted(modules, key=lambda module: (module.position, module.code)))


def public_of(half_day: HalfDay) -> Public:
    """Return whom a half-day is for now."""
    return Public(
        half_day.starts_at,
        frozenset(variant.id for variant in half_day.variants),
        frozenset(member.person_id for member in half_day.staff),
        tuple(half_day.modules),
    )


def note_change(half_day: HalfDay, *, existed: bool = True) -> None:
    """Keep what people know of a half-day that is about to change, unless an earlier change still waits to be told."""
    waiting = db.session.get(ScheduleChange, half_day.id)
    if waiting is not None:
        waiting.touched_at = clock.now()
        return
    known, public = known_of(half_day), public_of(half_day)
    db.session.add(
        ScheduleChange(
            half_day_id=half_day.id,
            existed=existed,
            starts_at=known.starts_at,
            ends_at=known.ends_at,
            place=known.place,
            off=known.off,
            variants=sorted(str(variant) for variant in public.variants),
            staff=sorted(str(person) for person in public.staff),
            modules=[str(module.id) for module in public.modules],
        )
    )


# --- the sweep -------------------------------------------------------------------------------------------------------


def tell_changes() -> int:
    """Tell the changes that are due, cohort by cohort; one message a person. Harmless if doubled: what is told is no more kept."""
    return one_by_one(queries.cohorts_with_changes(), _tell)


def _tell(cohort_id: uuid.UUID) -> bool:
    cohort = lock_cohort(cohort_id)
    now = clock.now()
    due = [change for change in queries.changes_of(cohort_id) if _is_due(change, now)]
    if not due:
        return False
    people = queries.people_of(cohort_id, {person for change in due for person in _staff(change)})
    invited = _told_by_invitation(cohort, due, people)
    modules = queries.modules_known(due)
    told: dict[uuid.UUID, list[ChangeLine]] = {}
    for change in due:
        for person_id, line in _lines(change, modules[change.half_day_id], people, now):
            if (change.half_day_id, person_id) not in invited:
                told.setdefault(person_id, []).append(line)
    with together():
        for person_id, lines in told.items():
            _write(cohort, people.known[person_id], lines, now)
    for change in due:
        db.session.delete(change)
    db.session.flush()
    return True


def _told_by_invitation(
    cohort: Cohort, due: Sequence[ScheduleChange], people: People
) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """Return who learns of which half-day by an invitation, held or about to leave: nobody is told twice."""
    found = {key for key, sent in queries.invitations_to(c.half_day for c in due).items() if not sent.cancelled}
    carrier = carrier_of(cohort)
    if carrier is None or not carrier.email:
        return found
    wanting = queries.wanting_invitations(people.known)
    for half_day in (change.half_day for change in due):
        if half_day.seminar.status is SeminarStatus.CONFIRMED and not half_day.is_off:
            found |= {(half_day.id, person_id) for person_id in people.expected(public_of(half_day)) & wanting}
    return found


def _staff(change: ScheduleChange) -> set[uuid.UUID]:
    return {uuid.UUID(person) for person in change.staff} | set(public_of(change.half_day).staff)


def _before(change: ScheduleChange, modules: Sequence[Module] = ()) -> Known | None:
    if not change.existed:
        return None
    return Known(change.starts_at, change.ends_at, change.place, change.off, _names(modules))


def _is_due(change: ScheduleChange, now: datetime) -> bool:
    near = rules.is_near(_before(change), known_of(change.half_day), now)
    return rules.is_due(near=near, noted_at=change.noted_at, touched_at=change.touched_at, now=now)


def _lines(
    change: ScheduleChange, modules: Sequence[Module], people: People, now: datetime
) -> Sequence[tuple[uuid.UUID, ChangeLine]]:
    """Return what each person concerned learns of one half-day; nothing once it is over. ``modules``: those she knew of."""
    half_day = change.half_day
    before, after = _before(change, modules), known_of(half_day)
    if rules.is_over(before, after, now):
        return []
    was = people.concerned(
        Public(
            change.starts_at,
            frozenset(uuid.UUID(variant) for variant in change.variants),
            frozenset(uuid.UUID(person) for person in change.staff),
            tuple(modules),
        )
    )
    expected = people.concerned(public_of(half_day))
    found = []
    for person_id in sorted(was | expected):
        kind = rules.change_for(before, after, was=person_id in was, now_is=person_id in expected)
        if kind is not None:
            near = rules.is_near(before, after, now)
            found.append((person_id, ChangeLine(kind, half_day.seminar.title, before, after, near)))
    return found


def _write(cohort: Cohort, person: Person, lines: Sequence[ChangeLine], now: datetime) -> None:
    at_once = any(rules.leaves_at_once(near=line.near, now=now) for line in lines)
    ordered = sorted(lines, key=lambda line: line.after.starts_at)
    mails.schedule_changed(cohort, person, ordered, at_once=at_once)
