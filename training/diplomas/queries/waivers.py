"""Waivers asked for and in force (R69)."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from training.catalogue.models import TracerType
from training.common.among import among
from training.database import db
from training.diplomas.enums import WaiverScope, WaiverStatus
from training.diplomas.models import DiplomaWaiver
from training.diplomas.rules import WaiverKey

_ENROLMENTS: Final = "enrolments"
LIVE_WAIVERS: Final = (WaiverStatus.ASKED, WaiverStatus.GRANTED)
_LIVE: Final = select(
    DiplomaWaiver.enrolment_id, DiplomaWaiver.scope, DiplomaWaiver.target, DiplomaWaiver.status
).where(among(DiplomaWaiver.enrolment_id, _ENROLMENTS), DiplomaWaiver.status.in_(LIVE_WAIVERS))


@dataclass(slots=True)
class Waivers:
    """What learners are dispensed from, and who awaits an answer of the school."""

    granted: dict[uuid.UUID, set[WaiverKey]] = field(default_factory=dict)
    awaiting: set[uuid.UUID] = field(default_factory=set)


def live_waivers(enrolments: Iterable[uuid.UUID]) -> Waivers:
    """Return what these learners are dispensed from, and for whom something is asked. One SELECT."""
    found = Waivers()
    for enrolment_id, scope, target, status in db.session.execute(_LIVE, {"enrolments": enrolments}):
        if status is WaiverStatus.GRANTED:
            found.granted.setdefault(enrolment_id, set()).add(WaiverKey(scope, target))
        else:
            found.awaiting.add(enrolment_id)
    return found


def live_waiver(enrolment_id: uuid.UUID, key: WaiverKey) -> DiplomaWaiver | None:
    """Return what is asked or in force for a learner and a thing, or null. One SELECT."""
    return db.session.scalars(
        select(DiplomaWaiver).where(
            DiplomaWaiver.enrolment_id == enrolment_id,
            DiplomaWaiver.scope == key.scope,
            DiplomaWaiver.target == key.target,
            DiplomaWaiver.status.in_(LIVE_WAIVERS),
        )
    ).first()


def waivers_of(enrolment_id: uuid.UUID) -> Sequence[DiplomaWaiver]:
    """Return every waiver of a learner, the latest first. One SELECT."""
    return db.session.scalars(
        select(DiplomaWaiver)
        .where(DiplomaWaiver.enrolment_id == enrolment_id)
        .order_by(DiplomaWaiver.asked_at.desc(), DiplomaWaiver.id)
        .options(joinedload(DiplomaWaiver.asker), joinedload(DiplomaWaiver.settler), joinedload(DiplomaWaiver.evidence))
    ).all()


def waived_tracers(enrolment_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Return the documents a learner is dispensed from, those of a module she is dispensed from included. Two SELECTs at most."""
    waived = live_waivers([enrolment_id]).granted.get(enrolment_id, set())
    spared = {uuid.UUID(key.target) for key in waived if key.scope is WaiverScope.TRACER}
    modules = [uuid.UUID(key.target) for key in waived if key.scope is WaiverScope.MODULE]
    if modules:
        spared |= set(db.session.scalars(select(TracerType.id).where(TracerType.module_id.in_(modules))))
    return frozenset(spared)
