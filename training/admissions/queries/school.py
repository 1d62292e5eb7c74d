"""The files a school has to decide on, across calls and regions, by date of launch (R27, R121)."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from training.accounts.enums import Function, Part, StructureKind
from training.accounts.models import Departement, Person, Structure
from training.admissions.enums import ApplicationStatus, InterviewStatus, OpinionValue
from training.admissions.models import Application, Call, CallPart, Interview, Piece, PieceRequirement
from training.admissions.queries.reviewing import averages
from training.admissions.queries.scope import visible
from training.catalogue.models import Edition, Programme, Variant
from training.cohorts.models import Cohort
from training.common.among import among
from training.common.files import StoredFile
from training.common.policy import Principal
from training.database import db

READING = (Function.MANAGER, Function.READER)


@dataclass(slots=True)
class SchoolRow:
    """One file transmitted to the school."""

    id: uuid.UUID
    number: int
    name: str
    post_title: str
    structure: str | None
    kind: StructureKind | None
    departement: str | None
    variant: str | None
    rank: int | None
    interview: OpinionValue | None
    average: float | None = None
    pieces: list[tuple[str, uuid.UUID]] = field(default_factory=list)


@dataclass(slots=True)
class SchoolList:
    """The transmitted files of one call."""

    code: str
    title: str
    programme: str
    cohort: str
    launch_on: date | None
    rows: list[SchoolRow] = field(default_factory=list)


def for_school(principal: Principal, code: str | None = None) -> Sequence[SchoolList]:
    """Return the files transmitted to this person’s schools, by call, the first launch first. Three SELECTs.

    ``code`` narrows them to one call. Her own file, if she has one, is left out (R97).
    """
    query = _transmitted(principal)
    if code is not None:
        query = query.where(Call.code == code)
    lists: dict[str, SchoolList] = {}
    for call, title, programme, cohort, launch_on, *facts in db.session.execute(query):
        listed = lists.setdefault(call, SchoolList(call, title, programme, cohort, launch_on))
        listed.rows.append(SchoolRow(*facts))
    _complete([row for listed in lists.values() for row in listed.rows])
    return list(lists.values())


_RECOMMENDED = (
    select(Interview.recommendation)
    .where(Interview.application_id == Application.id, Interview.status == InterviewStatus.HELD)
    .order_by(Interview.asked_at.desc())
    .limit(1)
    .correlate(Application)
    .scalar_subquery()
)
_LAUNCH = func.coalesce(Cohort.launch_on, Cohort.first_seminar_on)
_OF_CALL = (Call.code, Call.title, Programme.code, Cohort.label, _LAUNCH)
_OF_FILE = (
    Application.id,
    Application.number,
    func.trim(Person.first_name + " " + Person.last_name),
    Application.post_title,
    Structure.name,
    Structure.kind,
    Departement.name,
    Variant.code,
    Application.rank,
    _RECOMMENDED,
)


def _transmitted(principal: Principal) -> Select[Any]:
    """Return the query of the files that wait for a school of this person’s, in the order of the launches."""
    bodies = [c.organisation_id for c in principal.capacities if c.function in READING and c.organisation_id]
    schools = select(CallPart.call_id).where(CallPart.organisation_id.in_(bodies), CallPart.part == Part.SCHOOL)
    return (
        select(*_OF_CALL, *_OF_FILE)
        .select_from(Application)
        .join(Call, Call.id == Application.call_id)
        .join(Cohort, Cohort.id == Call.cohort_id)
        .join(Edition, Edition.id == Call.edition_id)
        .join(Programme, Programme.id == Edition.programme_id)
        .join(Person, Person.id == Application.person_id)
        .outerjoin(Structure, Structure.id == Application.structure_id)
        .outerjoin(Departement, Departement.code == Structure.departement_code)
        .outerjoin(Variant, Variant.id == Application.variant_id)
        .where(
            Application.status == ApplicationStatus.TRANSMITTED,
            Application.call_id.in_(schools),
            Application.person_id != principal.person_id,
            visible(principal),
        )
        .order_by(_LAUNCH.asc().nulls_last(), Call.code, Application.rank.asc().nulls_first(), Application.number)
    )


def _complete(rows: Sequence[SchoolRow]) -> None:
    """Add to each file its average and its standing pieces, but those hidden in review (R21)."""
    ids = [row.id for row in rows]
    means = averages(ids)
    pieces: defaultdict[uuid.UUID, dict[uuid.UUID, tuple[str, uuid.UUID]]] = defaultdict(dict)
    for file_id, requirement_id, label, stored in db.session.execute(_PIECES, {"ids": ids}):
        pieces[file_id][requirement_id] = (label, stored)
    for row in rows:
        row.average = means.get(row.id)
        row.pieces = list(pieces[row.id].values())


_PIECES = (
    select(Piece.application_id, Piece.requirement_id, PieceRequirement.label, Piece.file_id)
    .join(PieceRequirement, PieceRequirement.id == Piece.requirement_id)
    .join(StoredFile, StoredFile.id == Piece.file_id)
    .where(
        among(Piece.application_id, "ids"),
        Piece.removed_at.is_(None),
        StoredFile.erased_at.is_(None),
        PieceRequirement.hidden_in_review.is_(False),
    )
    .order_by(PieceRequirement.position, Piece.version)
)
