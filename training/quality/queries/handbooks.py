"""What learners are given to read, and who has read it (R123)."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from training.accounts.models import Person
from training.catalogue.models import Edition
from training.cohorts.enums import GONE, LIVE
from training.cohorts.models import Cohort, Enrolment
from training.common.errors import NotFound
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.quality.enums import HandbookKind
from training.quality.models import Handbook, ReadReceipt


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
