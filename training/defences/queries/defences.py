"""One defence, for whoever has something to do there; and what awaits a juror (R64, R65, R126)."""

import uuid
from collections.abc import Sequence
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import contains_eager, joinedload

from training.accounts.models import Structure
from training.catalogue.models import Edition
from training.cohorts.models import Cohort, Enrolment
from training.common.errors import NotFound
from training.common.loading import load_list
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.defences.models import (
    DefenceDay,
    DefenceSlot,
    Juror,
    JurySeat,
    Memoire,
    MemoireVersion,
    Minutes,
    MinutesSignature,
)

_COHORT: Final = joinedload(Cohort.edition, innerjoin=True).options(
    joinedload(Edition.programme, innerjoin=True), joinedload(Edition.rules)
)
_MEMOIRE: Final = joinedload(Memoire.enrolment, innerjoin=True).options(
    joinedload(Enrolment.person, innerjoin=True),
    joinedload(Enrolment.variant, innerjoin=True),
    joinedload(Enrolment.structure, innerjoin=True).joinedload(Structure.departement, innerjoin=True),
)
_SLOT: Final = (
    select(DefenceSlot)
    .where(DefenceSlot.id == bindparam("id"))
    .options(
        joinedload(DefenceSlot.day, innerjoin=True).joinedload(DefenceDay.cohort, innerjoin=True).options(_COHORT),
        joinedload(DefenceSlot.room, innerjoin=True),
        joinedload(DefenceSlot.memoire).options(_MEMOIRE),
        joinedload(DefenceSlot.minutes),
    )
)
_SEAT: Final = (
    joinedload(JurySeat.juror, innerjoin=True).options(
        joinedload(Juror.person, innerjoin=True), joinedload(Juror.structure)
    ),
    joinedload(JurySeat.evaluation),
)
_MARK: Final = joinedload(MinutesSignature.mark)
_FILE: Final = joinedload(MemoireVersion.file, innerjoin=True)


def find_slot(principal: Principal, slot_id: uuid.UUID, *, to_change: bool = False) -> DefenceSlot:
    """Return a defence this person has to do with; ``to_change`` takes its row FOR UPDATE. At most eight SELECTs."""
    query = _SLOT.with_for_update(of=DefenceSlot) if to_change else _SLOT
    slot = db.session.scalar(query, {"id": slot_id}, execution_options={"populate_existing": to_change})
    if slot is None:
        raise NotFound
    load_list(slot.cohort, Cohort.parts)
    load_list(slot.cohort, Cohort.assignments)
    load_list(slot.cohort.edition, Edition.parts)
    load_list(slot, DefenceSlot.seats, *_SEAT, refresh=to_change)
    if slot.minutes is not None:
        load_list(slot.minutes, Minutes.signatures, _MARK, refresh=to_change)
    if not policy.allows(principal, Permission.DEFENCES_DEFENCE_READ, slot):
        raise NotFound
    return slot


def versions_of(memoire: Memoire) -> Sequence[MemoireVersion]:
    """Return the versions of a mémoire, the last first. One SELECT."""
    load_list(memoire, Memoire.versions, _FILE)
    return memoire.versions


def find_own_juror(principal: Principal, juror_id: uuid.UUID, *, to_change: bool = False) -> Juror:
    """Return the juror this principal is, signed in or by her link; ``NotFound`` otherwise. Two SELECTs."""
    query = (
        select(Juror)
        .where(Juror.id == juror_id)
        .options(
            joinedload(Juror.person, innerjoin=True),
            joinedload(Juror.cohort, innerjoin=True).options(_COHORT),
        )
    )
    if to_change:
        query = query.with_for_update(of=Juror)
    juror = db.session.scalar(query)
    if juror is None or not policy.allows(principal, Permission.DEFENCES_JUROR_OPEN, juror):
        raise NotFound
    load_list(juror, Juror.answers)
    return juror


def seats_of(juror_ids: Sequence[uuid.UUID]) -> list[JurySeat]:
    """Return the seats these jurors hold, in order of time, with their defences. One SELECT."""
    query = (
        select(JurySeat)
        .join(JurySeat.slot)
        .where(JurySeat.juror_id.in_(juror_ids), JurySeat.ended_at.is_(None), DefenceSlot.memoire_id.is_not(None))
        .options(
            joinedload(JurySeat.evaluation),
            joinedload(JurySeat.juror, innerjoin=True).joinedload(Juror.person, innerjoin=True),
            contains_eager(JurySeat.slot).options(
                joinedload(DefenceSlot.room, innerjoin=True),
                joinedload(DefenceSlot.minutes).joinedload(Minutes.signatures),
                joinedload(DefenceSlot.day, innerjoin=True).joinedload(DefenceDay.cohort, innerjoin=True),
                joinedload(DefenceSlot.memoire)
                .joinedload(Memoire.enrolment, innerjoin=True)
                .joinedload(Enrolment.person, innerjoin=True),
            ),
        )
        .order_by(DefenceSlot.starts_at, JurySeat.id)
    )
    return list(db.session.scalars(query).unique())


def jurors_who_are(person_id: uuid.UUID) -> list[Juror]:
    """Return a person’s places in juries, one per cohort, with her answers. One SELECT."""
    query = (
        select(Juror)
        .where(Juror.person_id == person_id, Juror.ended_at.is_(None))
        .options(joinedload(Juror.cohort, innerjoin=True), joinedload(Juror.answers))
        .order_by(Juror.added_at, Juror.id)
    )
    return list(db.session.scalars(query).unique())


_OF_LEARNER: Final = (
    select(Memoire, DefenceSlot)
    .outerjoin(DefenceSlot, DefenceSlot.memoire_id == Memoire.id)
    .where(Memoire.enrolment_id == bindparam("enrolment"))
    .options(joinedload(DefenceSlot.day), joinedload(DefenceSlot.room), joinedload(DefenceSlot.minutes))
    .order_by(DefenceSlot.published_at.is_not(None), DefenceSlot.starts_at.desc())
    .limit(1)
)


def memoire_and_defence(enrolment_id: uuid.UUID) -> tuple[Memoire | None, DefenceSlot | None]:
    """Return a learner’s mémoire, bare, and her defence, the one to come before those told of. One SELECT."""
    row = db.session.execute(_OF_LEARNER, {"enrolment": enrolment_id}).first()
    return (row[0], row[1]) if row is not None else (None, None)
