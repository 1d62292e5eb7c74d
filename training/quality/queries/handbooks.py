"""What learners are given to read, and who has read it (R123)."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from training.accounts.models import Person
from training.catalogue.models import Edition
from training.cohorts.enums import GONE, LIVE, CohortStatus
from training.cohorts.models import Cohort, Enrolment
from training.common import clock
from training.common.errors import NotFound
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.quality.enums import HandbookKind
from training.quality.models import Handbook, HandbookReminder, HandbookRhythm, ReadReceipt
from training.quality.rules.evidence import REMINDED_EVERY, reading_is_due


def in_force() -> ColumnElement[bool]:
    """Return the condition: no later version of the same document replaces it."""
    later = aliased(Handbook)
    return ~exists().where(
        later.cohort_id == Handbook.cohort_id, later.kind == Handbook.kind, later.version > Handbook.version
    )


@dataclass(frozen=True, slots=True)
class HandbookView:
    """A document in force: who has read it and when, who has not; ``read_at`` is the reader’s own receipt."""

    handbook: Handbook
    readers: Sequence[tuple[Enrolment, datetime]] = ()
    missing: Sequence[Enrolment] = ()
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HandbookPage:
    """The documents of a cohort in force, and how many versions came before each."""

    views: Sequence[HandbookView]
    earlier: Sequence[Handbook] = ()
    kinds_missing: Sequence[HandbookKind] = field(default=())


def page_of(cohort: Cohort, own: Enrolment | None) -> HandbookPage:
    """Return what a cohort gives to read, with everybody’s receipts. Three SELECTs."""
    handbooks = db.session.scalars(
        select(Handbook)
        .where(Handbook.cohort_id == cohort.id)
        .options(joinedload(Handbook.file, innerjoin=True))
        .order_by(Handbook.kind.desc(), Handbook.version.desc())
    ).all()
    current: dict[HandbookKind, Handbook] = {}
    for handbook in handbooks:
        current.setdefault(handbook.kind, handbook)
    receipts = _receipts(each.id for each in current.values())
    learners = _learners(cohort)
    views = []
    for handbook in current.values():
        read = receipts.get(handbook.id, {})
        views.append(
            HandbookView(
                handbook,
                [(each, read[each.id]) for each in learners if each.id in read],
                [each for each in learners if each.id not in read and each.status in LIVE],
                read.get(own.id) if own is not None else None,
            )
        )
    return HandbookPage(
        views,
        [each for each in handbooks if each is not current[each.kind]],
        [kind for kind in (HandbookKind.WELCOME, HandbookKind.RULES) if kind not in current],
    )


def _receipts(handbooks: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, dict[uuid.UUID, datetime]]:
    found: dict[uuid.UUID, dict[uuid.UUID, datetime]] = {}
    rows = db.session.execute(
        select(ReadReceipt.handbook_id, ReadReceipt.enrolment_id, ReadReceipt.read_at).where(
            ReadReceipt.handbook_id.in_(list(handbooks))
        )
    )
    for handbook_id, enrolment_id, read_at in rows:
        found.setdefault(handbook_id, {})[enrolment_id] = read_at
    return found


def _learners(cohort: Cohort) -> Sequence[Enrolment]:
    return db.session.scalars(
        select(Enrolment)
        .join(Enrolment.person)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.status.not_in(GONE))
        .options(joinedload(Enrolment.person, innerjoin=True), joinedload(Enrolment.structure, innerjoin=True))
        .order_by(Person.sort_key, Enrolment.id)
    ).all()


def own_enrolment(principal: Principal, cohort: Cohort) -> Enrolment | None:
    """Return this person’s own place in the cohort, if she has one. One SELECT."""
    if principal.person_id is None:
        return None
    return db.session.scalar(
        select(Enrolment).where(
            Enrolment.cohort_id == cohort.id,
            Enrolment.person_id == principal.person_id,
            Enrolment.status.not_in(GONE),
        )
    )


def readers_missing(handbook: Handbook) -> Sequence[Enrolment]:
    """Return the learners of its cohort who have not read it. One SELECT."""
    read = exists().where(ReadReceipt.handbook_id == handbook.id, ReadReceipt.enrolment_id == Enrolment.id)
    return db.session.scalars(
        select(Enrolment)
        .where(Enrolment.cohort_id == handbook.cohort_id, Enrolment.status.in_(LIVE), ~read)
        .options(joinedload(Enrolment.person, innerjoin=True))
        .order_by(Enrolment.id)
    ).all()


def find_handbook(principal: Principal, handbook_id: uuid.UUID) -> Handbook:
    """Return a document of a cohort this person learns, trains or reads in. Two SELECTs, and those of her rights."""
    handbook = db.session.scalar(
        select(Handbook)
        .where(Handbook.id == handbook_id)
        .options(
            joinedload(Handbook.cohort, innerjoin=True).options(
                joinedload(Cohort.edition, innerjoin=True).joinedload(Edition.programme, innerjoin=True),
                selectinload(Cohort.parts),
            )
        )
    )
    if handbook is None or not policy.allows(principal, Permission.QUALITY_HANDBOOK_READ, handbook):
        raise NotFound
    return handbook


def current_of(cohort: Cohort) -> Sequence[Handbook]:
    """Return the documents in force. One SELECT."""
    return db.session.scalars(select(Handbook).where(Handbook.cohort_id == cohort.id, in_force())).all()


# --- who is asked again ------------------------------------------------------------------------------------------------


def rhythm_of(cohort_id: uuid.UUID) -> int | None:
    """Return after how many days a cohort’s learners are asked again; null = never by itself. One SELECT."""
    row = db.session.execute(select(HandbookRhythm.every_days).where(HandbookRhythm.cohort_id == cohort_id)).first()
    return row[0] if row is not None else REMINDED_EVERY


def cohorts_reading() -> Sequence[uuid.UUID]:
    """Return the cohorts, not over, where someone has still to read what is in force. One SELECT."""
    today = clock.today()
    read = exists().where(ReadReceipt.handbook_id == Handbook.id, ReadReceipt.enrolment_id == Enrolment.id)
    return db.session.scalars(
        select(Cohort.id)
        .join(Handbook, Handbook.cohort_id == Cohort.id)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .where(
            in_force(),
            Cohort.status != CohortStatus.CLOSED,
            or_(Cohort.ends_on.is_(None), Cohort.ends_on >= today),
            Enrolment.status.in_(LIVE),
            ~read,
        )
        .distinct()
        .order_by(Cohort.id)
    ).all()


def reminders_of(handbook: Handbook) -> Mapping[uuid.UUID, HandbookReminder]:
    """Return what was already asked again of a version, by enrolment. One SELECT."""
    rows = db.session.scalars(select(HandbookReminder).where(HandbookReminder.handbook_id == handbook.id))
    return {row.enrolment_id: row for row in rows}


def asked_again_today(handbook: Handbook, every: int | None) -> Sequence[Enrolment]:
    """Return the learners who are asked again today to read a version. Two SELECTs.

    Whoever was brought in from a spreadsheet receives nothing before she was told that her place is here (R114).
    """
    asked, today = reminders_of(handbook), clock.today()
    published = clock.in_paris(handbook.published_at).date()
    due = []
    for each in readers_missing(handbook):
        if each.taken_over and each.invited_at is None:
            continue
        told = asked.get(each.id)
        last_on, count = (told.last_on, told.count) if told is not None else (None, 0)
        if reading_is_due(max(published, each.entered_on), last_on, count, every, today):
            due.append(each)
    return due
