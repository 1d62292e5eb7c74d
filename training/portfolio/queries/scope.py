"""What one may see of the portfolio: an enrolment, a tracer document, hours; ``NotFound`` for the rest (R88)."""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from training.accounts.models import Structure
from training.catalogue.models import Edition, TracerType
from training.cohorts.models import Cohort, Enrolment
from training.common.errors import NotFound
from training.common.loading import load_list
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.portfolio.models import HoursEntry, Review, Tracer, TracerFile, TracerVersion

_COHORT: Final = joinedload(Enrolment.cohort, innerjoin=True).options(
    joinedload(Cohort.edition, innerjoin=True).options(
        joinedload(Edition.programme, innerjoin=True), joinedload(Edition.rules)
    )
)
_WHOLE_ENROLMENT: Final = (
    _COHORT,
    joinedload(Enrolment.person, innerjoin=True),
    joinedload(Enrolment.variant, innerjoin=True),
    joinedload(Enrolment.structure, innerjoin=True).joinedload(Structure.departement, innerjoin=True),
)
_ENROLMENT: Final = select(Enrolment).where(Enrolment.id == bindparam("id")).options(*_WHOLE_ENROLMENT)
_TRACER: Final = (
    select(Tracer)
    .where(Tracer.id == bindparam("id"))
    .options(
        joinedload(Tracer.enrolment, innerjoin=True).options(*_WHOLE_ENROLMENT),
        joinedload(Tracer.type, innerjoin=True).joinedload(TracerType.module, innerjoin=True),
    )
)
_ENTRY: Final = (
    select(HoursEntry)
    .where(HoursEntry.id == bindparam("id"))
    .options(
        joinedload(HoursEntry.enrolment, innerjoin=True).options(*_WHOLE_ENROLMENT),
        joinedload(HoursEntry.module, innerjoin=True),
    )
)
_REVIEWER: Final = (joinedload(Review.reviewer, innerjoin=True), joinedload(Review.annotated))
_QUARANTINES: Final = joinedload(TracerVersion.quarantines)
_FILE: Final = (joinedload(TracerFile.file, innerjoin=True),)


def load_rights(enrolment: Enrolment) -> None:
    """Read what rights on an enrolment are judged by: parts, trainers, the edition’s own parts. Three SELECTs."""
    cohort = enrolment.cohort
    load_list(cohort, Cohort.parts)
    load_list(cohort, Cohort.assignments)
    load_list(cohort.edition, Edition.parts)


def _allowed(principal: Principal, permission: Permission, subject: Any, enrolment: Enrolment) -> None:
    load_rights(enrolment)
    if not policy.allows(principal, permission, subject):
        raise NotFound


def find_enrolment(principal: Principal, enrolment_id: uuid.UUID, *, to_change: bool = False) -> Enrolment:
    """Return an enrolment whose path this person reads; ``to_change`` takes it FOR UPDATE. Four SELECTs."""
    query = _ENROLMENT.with_for_update(of=Enrolment) if to_change else _ENROLMENT
    enrolment = db.session.scalar(query, {"id": enrolment_id})
    if enrolment is None:
        raise NotFound
    _allowed(principal, Permission.PORTFOLIO_PATH_READ, enrolment, enrolment)
    return enrolment


def find_tracer(principal: Principal, tracer_id: uuid.UUID, *, to_change: bool = False) -> Tracer:
    """Return a tracer document this person reads, with its versions; ``to_change`` takes it FOR UPDATE. Seven SELECTs."""
    query = _TRACER.with_for_update(of=Tracer) if to_change else _TRACER
    tracer = db.session.scalar(query, {"id": tracer_id}, execution_options={"populate_existing": to_change})
    if tracer is None:
        raise NotFound
    _allowed(principal, Permission.PORTFOLIO_TRACER_READ, tracer, tracer.enrolment)
    load_versions(tracer, refresh=to_change)
    return tracer


def find_handed_in(principal: Principal, enrolment_id: uuid.UUID, type_id: uuid.UUID) -> Tracer | None:
    """Return the tracer of this learner and type, if anything was begun; ``NotFound`` outside one’s scope."""
    found = db.session.scalar(select(Tracer.id).where(Tracer.enrolment_id == enrolment_id, Tracer.type_id == type_id))
    return find_tracer(principal, found) if found is not None else None


def load_versions(tracer: Tracer, *, refresh: bool = False) -> None:
    """Read the versions of a tracer with their files, reviews and quarantines. Three SELECTs."""
    load_list(tracer, Tracer.versions, _QUARANTINES, refresh=refresh)
    versions = {version.id: version for version in tracer.versions}
    fill(versions, TracerVersion.files, TracerFile, _FILE, refresh=refresh)
    fill(versions, TracerVersion.reviews, Review, _REVIEWER, refresh=refresh)


def fill(versions: Mapping[uuid.UUID, Any], attribute: Any, model: Any, options: Any, *, refresh: bool) -> None:
    """Read one list of several versions at once, in its order. One SELECT."""
    query = select(model).where(model.version_id.in_(versions)).order_by(*attribute.property.order_by).options(*options)
    rows = db.session.scalars(query, execution_options={"populate_existing": refresh}).all() if versions else ()
    for version in versions.values():
        set_list(version, attribute, [row for row in rows if row.version_id == version.id])


def set_list(owner: Any, attribute: Any, rows: list[Any]) -> None:
    """Give a row the list that was read for it."""
    set_committed_value(owner, attribute.key, rows)
    for row in rows:
        set_committed_value(row, attribute.property.back_populates, owner)


def find_version(principal: Principal, version_id: uuid.UUID) -> TracerVersion:
    """Return a version this person reads: a draft is its author’s alone, one set aside is for who may decide of it."""
    tracer_id = db.session.scalar(select(TracerVersion.tracer_id).where(TracerVersion.id == version_id))
    if tracer_id is None:
        raise NotFound
    tracer = find_tracer(principal, tracer_id)
    version = next(each for each in tracer.versions if each.id == version_id)
    if version.deposited_at is None and not policy.allows(principal, Permission.PORTFOLIO_TRACER_DEPOSIT, tracer):
        raise NotFound
    if version.is_hidden:
        raise NotFound("Ce document est mis à l’écart : personne ne peut l’ouvrir.")
    return version


def find_document(principal: Principal, version_id: uuid.UUID) -> TracerVersion:
    """Return a version whose files this person reads: hers to read there, or where it was carried by a transfer (R116)."""
    try:
        return find_version(principal, version_id)
    except NotFound:
        carried = db.session.scalars(select(TracerVersion.id).where(TracerVersion.carried_id == version_id)).all()
        for each in carried:
            if not _is_hidden(version_id):
                return find_document(principal, each)
        raise


def _is_hidden(version_id: uuid.UUID) -> bool:
    version = db.session.get(TracerVersion, version_id)
    return version is None or version.is_hidden


def find_review(principal: Principal, review_id: uuid.UUID) -> Review:
    """Return a review this person reads: one not yet given is its author’s alone."""
    version_id = db.session.scalar(select(Review.version_id).where(Review.id == review_id))
    if version_id is None:
        raise NotFound
    version = find_version(principal, version_id)
    review = next(each for each in version.reviews if each.id == review_id)
    if review.decision is None and review.reviewer_id != principal.person_id:
        raise NotFound
    return review


def find_annotated(principal: Principal, review_id: uuid.UUID) -> Review | TracerVersion:
    """Return a review whose annotated file this person reads, or the version it was carried to by a transfer (R116)."""
    try:
        return find_review(principal, review_id)
    except NotFound:
        review = db.session.get(Review, review_id)
        if review is None or review.decision is None:
            raise
        return find_document(principal, review.version_id)


def find_entry(principal: Principal, entry_id: uuid.UUID, *, to_change: bool = False) -> HoursEntry:
    """Return hours of a learner whose path this person reads; ``to_change`` takes them FOR UPDATE."""
    query = _ENTRY.with_for_update(of=HoursEntry) if to_change else _ENTRY
    entry = db.session.scalar(query, {"id": entry_id}, execution_options={"populate_existing": to_change})
    if entry is None:
        raise NotFound
    _allowed(principal, Permission.PORTFOLIO_PATH_READ, entry.enrolment, entry.enrolment)
    return entry
