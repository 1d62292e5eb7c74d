"""What the applicant's own pages read beside her file."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager

from training.accounts.enums import CARRYING
from training.accounts.models import Departement, Person, Structure
from training.accounts.rules import managed_bodies, sort_key
from training.admissions.enums import BEFORE_ENROLMENT, ApplicationStatus, CallStatus
from training.admissions.models import Application, ApplicationVersion, Call, CallPart, Extension
from training.admissions.queries import files
from training.common import clock
from training.common.errors import NotFound
from training.common.journal import Event, EventText
from training.common.policy import Principal
from training.database import db

MOST_FOUND: Final = 20
"""Structures shown by one search; more are narrowed by typing more."""

REASON_KIND: Final = {
    ApplicationStatus.INADMISSIBLE: "application.dismiss",
    ApplicationStatus.NOT_PRESELECTED: "application.not_preselect",
    ApplicationStatus.NOT_SELECTED: "application.not_select",
    ApplicationStatus.REFUSED_BY_SCHOOL: "application.refuse",
}
"""The event whose reason the applicant reads with a decision against her (R30)."""


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """Where a person stands on a call: her live file, and whether a late right lets her in (R14)."""

    application: Application | None = None
    has_extension: bool = False


def own_place(principal: Principal, call_id: uuid.UUID) -> OwnPlace:
    """Return the person's live file and late right on a call. Two SELECTs, none for nobody."""
    if principal.person_id is None:
        return OwnPlace()
    live = db.session.scalar(
        select(Application).where(
            Application.call_id == call_id,
            Application.person_id == principal.person_id,
            Application.status.not_in([ApplicationStatus.WITHDRAWN, ApplicationStatus.NOT_SUBMITTED]),
        )
    )
    extended = db.session.scalar(
        select(Extension.id).where(
            Extension.call_id == call_id, Extension.person_id == principal.person_id, Extension.until >= clock.now()
        )
    )
    return OwnPlace(live, extended is not None)


def applicants_of(by: Principal) -> Select[uuid.UUID]:
    """Select the people whose file on a call carried by a body ``by`` manages lets her vouch for them (R100).

    Only a file still under way does, on a call that is not over: what she began once gives nobody her account for good. A
    file that staff entered or brought in vouches only for an account made with it: else whoever names an address would
    have its owner’s account before her.
    """
    carried = select(CallPart.call_id).where(
        CallPart.organisation_id.in_(managed_bodies(by)), CallPart.part.in_(CARRYING)
    )
    by_herself = and_(Application.entered_by.is_(None), Application.brought_in_at.is_(None))
    made_with_it = func.date(Application.created_at) == func.date(Person.created_at)
    return (
        select(Application.person_id)
        .join(Person, Person.id == Application.person_id)
        .join(Call, Call.id == Application.call_id)
        .where(
            Application.call_id.in_(carried),
            Application.status.in_(BEFORE_ENROLMENT),
            Call.status != CallStatus.FINALISED,
            or_(by_herself, made_with_it),
        )
    )


def applied_to_bodies_of(by: Principal, person: Person) -> bool:
    """Whether ``by`` has this person before her by a file on one of her calls (R100)."""
    return db.session.scalar(applicants_of(by).where(Application.person_id == person.id).limit(1)) is not None


def _accepted(call: Call) -> list[ColumnElement[bool]]:
    """Return the conditions a structure must meet for the call (R5, R10)."""
    conditions: list[ColumnElement[bool]] = [Structure.kind.in_(call.structure_kinds)]
    if call.regions and not call.accepts_other_regions:
        conditions.append(Departement.region_code.in_(call.regions))
    return conditions


def _structures() -> Select[Structure]:
    return select(Structure).join(Structure.departement).options(contains_eager(Structure.departement))


def structures_named(call: Call, words: str) -> Sequence[Structure]:
    """Return the first structures the call accepts whose name or town has every one of these words. One SELECT."""
    query = _structures().where(*_accepted(call), Structure.merged_into_id.is_(None))
    for word in words.split():
        query = query.where(
            or_(
                Structure.sort_key.contains(sort_key(word), autoescape=True),
                Structure.city.icontains(word, autoescape=True),
            )
        )
    return db.session.scalars(query.order_by(Structure.sort_key, Structure.id).limit(MOST_FOUND)).all()


def known(given: str | None) -> Structure | None:
    """Return the structure a form names, whether the call takes it or not; null for anything else. One SELECT."""
    try:
        structure_id = uuid.UUID(given or "")
    except ValueError:
        return None
    return _kept(db.session.scalars(_structures().where(Structure.id == structure_id)).first())


def _kept(structure: Structure | None) -> Structure | None:
    """Return the record that is kept of this structure (R101)."""
    if structure is None or structure.merged_into_id is None:
        return structure
    return db.session.scalars(_structures().where(Structure.id == structure.merged_into_id)).first()


def twin(name: str, departement_code: str) -> Structure | None:
    """Return the structure of this very name in this département, or null: it is not entered twice. One SELECT."""
    query = _structures().where(Structure.sort_key == sort_key(name), Structure.departement_code == departement_code)
    return _kept(
        db.session.scalars(query.order_by(Structure.merged_into_id.is_not(None), Structure.id).limit(1)).first()
    )


def departements(call: Call) -> Sequence[Departement]:
    """Return the départements where a structure the call accepts may be. One SELECT."""
    query = select(Departement)
    if call.regions and not call.accepts_other_regions:
        query = query.where(Departement.region_code.in_(call.regions))
    return db.session.scalars(query.order_by(Departement.name, Departement.code)).all()


def version(principal: Principal, application_id: uuid.UUID, number: str) -> ApplicationVersion:
    """Return one submission of a file within the principal's scope, or raise ``NotFound``."""
    application = files.application(principal, application_id)
    found = next((each for each in application.versions if str(each.number) == number), None)
    if found is None:
        raise NotFound
    return found


def decision_reasons(applications: Sequence[Application]) -> dict[uuid.UUID, str]:
    """Return the short reason of the decision now standing against each file that has one (R30). One SELECT."""
    kinds = {a.id: kind for a in applications if (kind := REASON_KIND.get(a.status))}
    if not kinds:
        return {}
    rows = db.session.execute(
        select(Event.subject_id, Event.kind, EventText.words)
        .join(EventText, EventText.event_id == Event.id)
        .where(
            Event.subject_kind == Application.__tablename__,
            Event.subject_id.in_(list(kinds)),
            Event.kind.in_(sorted(set(kinds.values()))),
        )
        .order_by(Event.position)
    )
    return {
        file_id: str(words["reason"]) for file_id, kind, words in rows if kind == kinds[file_id] and words.get("reason")
    }
