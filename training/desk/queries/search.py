"""The search over people, files, structures and cohorts, within one's scope."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select

from training.accounts import structure_queries as accounts
from training.accounts.enums import CARRYING, READING_FUNCTIONS, Function, Part
from training.accounts.models import Departement, Person, Structure
from training.accounts.rules import sort_key
from training.admissions import queries as admissions
from training.admissions.models import Application, Call
from training.catalogue.models import Edition, EditionPart
from training.cohorts.enums import GONE, AssignmentKind
from training.cohorts.models import Cohort, CohortPart, Enrolment, TrainerAssignment
from training.cohorts.queries import in_force_on, seen_by
from training.common import clock
from training.common.policy import Capacity, Principal
from training.database import db

PREVIEW: Final = 5
PER_PAGE: Final = 30
SHORTEST: Final = 2
"""Letters below which a search would list everyone."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing found: its name, what tells it from others, where it is."""

    name: str
    words: str
    href: str


@dataclass(frozen=True, slots=True)
class Found:
    """The things of one kind: those of this page, and how many there are."""

    kind: str
    label: str
    hits: Sequence[Hit]
    total: int


KINDS: Final = {
    "dossiers": "Candidatures",
    "apprenants": "Apprenant·es",
    "structures": "Structures",
    "promotions": "Promotions",
    "comptes": "Comptes",
}


def search(principal: Principal, words: str, *, kind: str | None = None, page: int = 1) -> list[Found]:
    """Return what matches within the person's scope, by kind: a few of each, or one page of one kind. Five SELECTs."""
    key = sort_key(words)
    if len(key.strip()) < SHORTEST:
        return []
    parts = key.split()
    queries: dict[str, Select[Any]] = {
        "dossiers": _files(principal, parts, words),
        "apprenants": _learners(principal, parts),
        "structures": _structures(principal, parts),
        "promotions": _cohorts(principal, key),
    }
    if principal.holds(Function.ADMINISTRATOR):
        queries["comptes"] = _people(parts)
    size, skip = (PER_PAGE, (page - 1) * PER_PAGE) if kind else (PREVIEW, 0)
    found = []
    for name, query in queries.items():
        if kind in {None, name}:
            rows = db.session.execute(query.limit(size).offset(skip)).all()
            total = rows[0].total if rows else 0
            found.append(Found(name, KINDS[name], [_hit(name, row) for row in rows], total))
    return [each for each in found if each.total]


def _total() -> Any:
    return func.count().over().label("total")


def _name() -> Any:
    return func.trim(Person.first_name + " " + Person.last_name).label("name")


def _hit(kind: str, row: Any) -> Hit:
    match kind:
        case "dossiers":
            reference = f"{row.call_code}-{row.number:04d}" if row.number else "brouillon"
            words = f"{reference}, {row.status.label}" + (f" – {row.structure}" if row.structure else "")
            return Hit(row.name, words, f"/candidatures/{row.id}")
        case "apprenants":
            return Hit(
                row.name,
                f"{row.label}, {row.status.label} – {row.structure}",
                f"/promotions/{row.code}/apprenants/{row.id}" if row.follows else f"/parcours/{row.id}",
            )
        case "structures":
            return Hit(row.name, f"{row.kind.label}, {row.city or row.departement}", f"/structures/{row.id}")
        case "promotions":
            return Hit(row.label, f"{row.code} – {row.edition}", f"/promotions/{row.code}")
        case _:
            return Hit(row.name or row.email, row.email, f"/comptes/{row.id}")


def _files(principal: Principal, parts: Sequence[str], words: str) -> Select[Any]:
    code, _, number = words.strip().upper().rpartition("-")
    is_number = bool(code) and re.fullmatch(r"[0-9]{1,6}", number) is not None
    by_number = and_(Call.code == code, Application.number == int(number)) if is_number else false()
    return (
        select(
            Application.id, Application.number, Application.status, Call.code.label("call_code"), _name(),
            Structure.name.label("structure"), _total(),
        )
        .join(Call, Call.id == Application.call_id)
        .join(Person, Person.id == Application.person_id)
        .outerjoin(Structure, Structure.id == Application.structure_id)
        .where(
            admissions.visible(principal),
            Application.person_id != principal.person_id,  # her own may be in a state she is not to know yet (R105)
            or_(_like(Person.sort_key, parts), _like(Structure.sort_key, parts), _like(Person.email_key, parts), by_number),
        )
        .order_by(Person.sort_key, Application.created_at.desc(), Application.id)
    )  # fmt: skip


def _like(column: Any, parts: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition: the column holds every word, in whatever order: « Camille Roy », « Roy Camille »."""
    return and_(*(column.contains(part, autoescape=True) for part in parts))


def _learners(principal: Principal, parts: Sequence[str]) -> Select[Any]:
    """Return those whose page this person opens, and those of a structure she represents, whose path she reads (R122)."""
    follows = _follows(principal)
    represented = [
        capacity.structure_id
        for capacity in principal.capacities
        if capacity.structure_id is not None and capacity.function == Function.REPRESENTATIVE
    ]
    employs = and_(Enrolment.structure_id.in_(represented), Enrolment.status.not_in(GONE))
    return (
        select(
            Enrolment.id,
            Enrolment.status,
            Cohort.code,
            Cohort.label,
            _name(),
            Structure.name.label("structure"),
            follows.label("follows"),
            _total(),
        )
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Structure, Structure.id == Enrolment.structure_id)
        .where(or_(follows, employs), or_(_like(Person.sort_key, parts), _like(Structure.sort_key, parts)))
        .order_by(Person.sort_key, Enrolment.id)
    )


def _follows(principal: Principal) -> ColumnElement[bool]:
    """Return the condition: the learner's page is open to this person (the cohorts' own rule, as SQL)."""
    mine = (TrainerAssignment.person_id == principal.person_id, in_force_on(clock.today()))
    conditions: list[ColumnElement[bool]] = [
        Enrolment.person_id == principal.person_id,
        exists().where(
            TrainerAssignment.cohort_id == Enrolment.cohort_id, TrainerAssignment.kind == AssignmentKind.ANIMATOR, *mine
        ),
        exists().where(TrainerAssignment.enrolment_id == Enrolment.id, *mine),
    ]
    for capacity in principal.capacities:
        if capacity.organisation_id is not None and capacity.function in READING_FUNCTIONS:
            conditions += _through(capacity)
    return or_(*conditions)


def _through(capacity: Capacity) -> list[ColumnElement[bool]]:
    body = CohortPart.organisation_id == capacity.organisation_id
    here = CohortPart.cohort_id == Enrolment.cohort_id
    edition = exists().where(
        EditionPart.edition_id == Cohort.edition_id,
        EditionPart.organisation_id == capacity.organisation_id,
        EditionPart.part == Part.SCHOOL,
    )
    structures = select(Structure.id).join(Departement, Departement.code == Structure.departement_code)
    if capacity.departements:
        structures = structures.where(Structure.departement_code.in_(sorted(capacity.departements)))
    if capacity.region:
        structures = structures.where(Departement.region_code == capacity.region)
    return [
        exists().where(here, body, CohortPart.part.in_((*CARRYING, Part.SCHOOL))),
        edition,
        and_(exists().where(here, body, CohortPart.part == Part.FUNDER), Enrolment.structure_id.in_(structures)),
    ]


def _structures(principal: Principal, parts: Sequence[str]) -> Select[Any]:
    scoped: Select[Any] = (
        accounts.scoped_structures(principal)
        .options()
        .with_only_columns(
            Structure.id,
            Structure.name,
            Structure.kind,
            Structure.city,
            Departement.name.label("departement"),
            _total(),
        )
        .where(_like(Structure.sort_key, parts))
        .order_by(Structure.sort_key, Structure.id)
    )
    return scoped


def _cohorts(principal: Principal, plain: str) -> Select[Any]:
    return (
        select(Cohort.id, Cohort.code, Cohort.label, Edition.label.label("edition"), _total())
        .join(Edition, Edition.id == Cohort.edition_id)
        .where(
            seen_by(principal),
            or_(
                func.lower(Cohort.code).contains(plain, autoescape=True),
                func.lower(Cohort.label).contains(plain, autoescape=True),
                func.lower(Edition.label).contains(plain, autoescape=True),
            ),
        )
        .order_by(Cohort.code)
    )


def _people(parts: Sequence[str]) -> Select[Any]:
    return (
        select(Person.id, Person.email, _name(), _total())
        .where(
            Person.anonymised_at.is_(None),
            Person.merged_into_id.is_(None),
            or_(_like(Person.sort_key, parts), _like(Person.email_key, parts)),
        )
        .order_by(Person.sort_key, Person.id)
    )
