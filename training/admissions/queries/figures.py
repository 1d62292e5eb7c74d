"""The files of a call as figures and spreadsheets need them: plain rows, within what a person may see (R88, R95)."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select

from training.accounts.enums import READING_FUNCTIONS, Part
from training.accounts.models import Departement, Person, Region, Structure
from training.admissions.enums import ApplicationStatus
from training.admissions.models import (
    ApplicantProfile,
    Application,
    Call,
    CallPart,
    ExportChoice,
    Opinion,
    Practice,
    Question,
)
from training.admissions.queries.scope import visible
from training.admissions.rules.figures import FileFacts
from training.catalogue.models import Edition, Programme, Variant
from training.common.journal import Event
from training.common.policy import Principal
from training.database import db

ACTS: Final = tuple(
    f"application.{act}"
    for act in (
        "submit", "bring_in", "admit", "dismiss", "preselect", "shortlist", "put_on_waiting_list", "not_select", "validate",
        "refuse", "offer", "confirm", "decline", "lapse", "enrol", "result_published",
    )
)  # fmt: skip


def facts(principal: Principal, call: Call) -> Sequence[FileFacts]:
    """Return what figures are made of, for the files this person may see. Two SELECTs."""
    seen = (
        select(Application.id)
        .outerjoin(Structure, Structure.id == Application.structure_id)
        .where(Application.call_id == call.id, visible(principal))
    )
    acts: dict[uuid.UUID, dict[str, datetime]] = {}
    first = (
        select(Event.subject_id, Event.kind, func.min(Event.at))
        .where(Event.subject_kind == Application.__tablename__, Event.kind.in_(ACTS), Event.subject_id.in_(seen))
        .group_by(Event.subject_id, Event.kind)
    )
    for subject_id, kind, at in db.session.execute(first):
        acts.setdefault(subject_id, {})[kind] = at
    rows = db.session.execute(
        seen.with_only_columns(
            Application.id, Application.created_at, Application.submitted_at, Structure.kind, Departement.name
        )
        .outerjoin(Departement, Departement.code == Structure.departement_code)
        .order_by(Application.created_at, Application.id)
    )
    return [
        FileFacts(began, submitted, kind.label if kind else None, departement, acts.get(file_id, {}))
        for file_id, began, submitted, kind, departement in rows
    ]


def chosen_columns(principal: Principal) -> Sequence[str] | None:
    """Return the columns this person picked the last time, or null. One SELECT."""
    return db.session.scalar(select(ExportChoice.columns).where(ExportChoice.person_id == principal.person_id))


def questions_of(call_code: str | None) -> Sequence[Question]:
    """Return the questions of a call, none without one. One SELECT."""
    if call_code is None:
        return ()
    query = select(Question).join(Call, Call.id == Question.call_id).where(Call.code == call_code)
    return db.session.scalars(query.order_by(Question.position)).all()


_OPINIONS: Final = (
    select(func.count())
    .where(Opinion.application_id == Application.id, Opinion.recused.is_(False))
    .correlate(Application)
    .scalar_subquery()
)
_ELSEWHERE: Final = (
    select(func.aggregate_strings(Practice.name, ", "))
    .where(Practice.application_id == Application.id)
    .correlate(Application)
    .scalar_subquery()
)


def spreadsheet_rows(conditions: Sequence[Any]) -> Iterator[Mapping[str, Any]]:
    """Return each file that meets a list’s conditions as plain values by name, streamed, by call and number."""
    query: Any = (
        select(
            Call.code.label("call"),
            Application.number,
            Application.status,
            Application.submitted_at,
            Application.post_title,
            Application.situation,
            Application.post_on,
            Application.rank,
            Application.answers,
            Application.share,
            Application.employer,
            _ELSEWHERE.label("elsewhere"),
            Person.first_name,
            Person.last_name,
            Person.email,
            Person.phone,
            Structure.name.label("structure"),
            Structure.kind,
            Structure.city,
            Structure.departement_code.label("departement"),
            Variant.code.label("variant"),
            _OPINIONS.label("opinions"),
            *_PROFILE,
        )
        .select_from(Application)
        .join(Call, Call.id == Application.call_id)
        .join(Person, Person.id == Application.person_id)
        .outerjoin(Structure, Structure.id == Application.structure_id)
        .outerjoin(Variant, Variant.id == Application.variant_id)
        .outerjoin(ApplicantProfile, ApplicantProfile.application_id == Application.id)
        .where(*conditions)
        .order_by(Call.code, Application.number, Application.id)
    )
    for record in db.session.execute(query.execution_options(yield_per=500)).mappings():
        yield {str(name): value for name, value in record.items()}


_PROFILE: Final = (
    ApplicantProfile.profession,
    ApplicantProfile.coordination_share,
    ApplicantProfile.contract,
    ApplicantProfile.seniority,
    ApplicantProfile.team_size,
)
UNTOLD: Final = (ApplicationStatus.DRAFT, ApplicationStatus.NOT_SUBMITTED)


def observatory_rows(principal: Principal) -> Iterator[Mapping[str, Any]]:
    """Return every submitted file of the calls where one of the person's schools plays, without who she is (R111).

    In the order of nothing that tells her: neither her number nor when she applied.
    """
    schools = [c.organisation_id for c in principal.capacities if c.function in READING_FUNCTIONS]
    taught = select(CallPart.call_id).where(CallPart.part == Part.SCHOOL, CallPart.organisation_id.in_(schools))
    query: Any = (
        select(
            Programme.code.label("programme"),
            Edition.code.label("edition"),
            Region.name.label("region"),
            Structure.kind,
            Variant.code.label("variant"),
            Application.situation,
            Application.status,
            *_PROFILE,
        )
        .select_from(Application)
        .join(Call, Call.id == Application.call_id)
        .join(Edition, Edition.id == Call.edition_id)
        .join(Programme, Programme.id == Edition.programme_id)
        .outerjoin(Structure, Structure.id == Application.structure_id)
        .outerjoin(Departement, Departement.code == Structure.departement_code)
        .outerjoin(Region, Region.code == Departement.region_code)
        .outerjoin(Variant, Variant.id == Application.variant_id)
        .outerjoin(ApplicantProfile, ApplicantProfile.application_id == Application.id)
        .where(Application.call_id.in_(taught), Application.status.not_in(UNTOLD))
        .order_by(Programme.code, Edition.code, Region.name, Structure.kind, Application.status, Application.id)
    )
    for record in db.session.execute(query.execution_options(yield_per=500)).mappings():
        yield {str(name): value for name, value in record.items()}
