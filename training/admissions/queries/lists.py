"""The staff list of files: filtered, counted, sorted, paged, exported; plain rows, no object graph."""

import functools
import math
import re
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, case, func, or_, select, true

from training.accounts.enums import StructureKind
from training.accounts.models import Departement, Person, Structure
from training.accounts.rules import sort_key
from training.admissions.enums import ApplicationAct, ApplicationStatus, PieceStatus
from training.admissions.models import Application, Call, Opinion, Piece, PieceRequirement, ReviewAssignment
from training.admissions.queries.scope import rights_of, visible
from training.catalogue.models import Variant
from training.common.journal import Event
from training.common.policy import Principal
from training.database import db

PER_PAGE: Final = 50
MANY_A_PAGE: Final = 250
"""Rows of a page for whoever asks for many at once."""
REFERENCE: Final = re.compile(r"(?:([\w-]+)-)?0*(\d{1,6})")


@dataclass(frozen=True, slots=True)
class ApplicationFilters:
    """What the address asks of the list; null = all."""

    call: str | None = None
    status: ApplicationStatus | None = None
    kind: StructureKind | None = None
    departement: str | None = None
    words: str | None = None
    sort: str = "todo"
    descending: bool = False
    page: int = 1
    rows: int = PER_PAGE


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """One line of the list."""

    id: uuid.UUID
    call_code: str
    number: int | None
    status: ApplicationStatus
    name: str
    email: str
    structure: str | None
    kind: StructureKind | None
    departement: str | None
    variant: str | None
    submitted_at: datetime | None
    changed_at: datetime
    rank: int | None
    opinions: int
    readers: int
    awaited: Sequence[str]

    @property
    def expected(self) -> int:
        """How many opinions are expected: those of whoever has the file to read, or one for each part awaited (R24)."""
        return max(self.opinions, self.readers or len(self.awaited))

    @property
    def reference(self) -> str:
        """How people name the file."""
        return f"{self.call_code}-{self.number:04d}" if self.number else "brouillon"


@dataclass(frozen=True, slots=True)
class ApplicationPage:
    """One page of the list, with what the filters count."""

    rows: Sequence[ApplicationRow]
    number: int
    total: int
    since: Mapping[uuid.UUID, datetime]
    by_departement: Sequence[tuple[str, str, int]]
    by_status: Sequence[tuple[ApplicationStatus, int]]
    by_call: Sequence[tuple[str, str, int]]
    by_kind: Sequence[tuple[StructureKind, int]]


TO_DO: Final = (
    ApplicationStatus.SUBMITTED,
    ApplicationStatus.ADMISSIBLE,
    ApplicationStatus.UNDER_REVIEW,
    ApplicationStatus.PRESELECTED,
    ApplicationStatus.SHORTLISTED,
    ApplicationStatus.WAITING,
    ApplicationStatus.TRANSMITTED,
    ApplicationStatus.VALIDATED,
    ApplicationStatus.CONFIRMED,
    ApplicationStatus.OFFERED,
    ApplicationStatus.TO_CORRECT,
    ApplicationStatus.DRAFT,
)
"""The states in the order in which a list shows them when nothing else is asked: what waits for an act first."""

SORTS: Final[dict[str, ColumnElement[Any] | Any]] = {
    "number": Application.number,
    "name": Person.sort_key,
    "structure": Structure.sort_key,
    "status": case({status.value: rank for rank, status in enumerate(ApplicationStatus)}, value=Application.status),
    "submitted": Application.submitted_at,
    "todo": case({status.value: rank for rank, status in enumerate(TO_DO)}, value=Application.status, else_=len(TO_DO)),
}


def page_of_applications(principal: Principal, filters: ApplicationFilters) -> ApplicationPage:
    """Return a page of the files this person may see, and the counts of its filters. Two SELECTs.

    A page past the last one is the last one.
    """
    kinds_of_files = _kinds_of_files(principal, filters.words)
    total = sum(kind.count for kind in kinds_of_files if kind.matches(filters))
    number = min(max(filters.page, 1), max(1, math.ceil(total / filters.rows)))
    query = _ordered(rights_of(principal), replace(filters, page=1))
    found = db.session.execute(query, {"first": (number - 1) * filters.rows}).all()
    rows = [ApplicationRow(*row[:-1]) for row in found]
    by_status = _counts(kinds_of_files, filters, "status")
    by_kind = _counts(kinds_of_files, filters, "kind")
    by_departement = _counts(kinds_of_files, filters, "departement")
    names = {kind.departement: kind.departement_name or "" for kind in kinds_of_files}
    return ApplicationPage(
        rows=rows,
        number=number,
        total=total,
        since={row.id: since for row, (*_, since) in zip(rows, found, strict=True) if since is not None},
        by_departement=[(code, names[code], by_departement[code]) for code in sorted(by_departement)],
        by_status=[(status, by_status[status]) for status in ApplicationStatus if status in by_status],
        by_call=_call_counts(kinds_of_files),
        by_kind=[(kind, by_kind[kind]) for kind in StructureKind if kind in by_kind],
    )


@functools.lru_cache(maxsize=256)
def _ordered(rights: Principal, filters: ApplicationFilters) -> Select[Any]:
    """Return the query of a page of the list, built once for those who see the same through the same filters."""
    order: Any = SORTS.get(filters.sort, Application.submitted_at)
    order = order.desc().nulls_last() if filters.descending else order.asc().nulls_last()
    query: Select[Any] = _with(_rows().add_columns(_since()), _filtered(rights, filters)).order_by(
        order, Application.submitted_at.asc().nulls_last(), Application.id
    )
    return query.limit(filters.rows).offset(bindparam("first", type_=Integer()))


@dataclass(frozen=True, slots=True)
class KindOfFile:
    """How many files share a call, a state, a kind of structure and a département: every count of a filter is a sum."""

    call: str
    title: str
    status: ApplicationStatus
    kind: StructureKind | None
    departement: str | None
    departement_name: str | None
    count: int

    def matches(self, filters: ApplicationFilters, *, but: str = "") -> bool:
        """Whether these files are among those the filters keep, one filter left out."""
        return all(
            name == but or wanted is None or getattr(self, name) == wanted
            for name, wanted in (
                ("call", filters.call),
                ("status", filters.status),
                ("kind", filters.kind),
                ("departement", filters.departement),
            )
        )


def _kinds_of_files(principal: Principal, words: str | None) -> list[KindOfFile]:
    """Return the files this person may see and whose words are found, counted by kind. One SELECT."""
    return [KindOfFile(*row) for row in db.session.execute(_by_kind(rights_of(principal), words))]


@functools.lru_cache(maxsize=256)
def _by_kind(rights: Principal, words: str | None) -> Any:
    features = (
        Call.code,
        Call.title,
        Application.status,
        Structure.kind,
        Structure.departement_code,
        Departement.name,
    )
    query: Any = (
        select(*features, func.count())
        .select_from(Application)
        .join(Call, Call.id == Application.call_id)
        .outerjoin(Structure, Structure.id == Application.structure_id)
        .outerjoin(Departement, Departement.code == Structure.departement_code)
        .where(visible(rights), _of_others(rights))
        .group_by(*features)
    )
    if words:
        query = query.join(Person, Person.id == Application.person_id).where(or_(*_found_by(words)))
    return query


def _counts(kinds_of_files: Sequence[KindOfFile], filters: ApplicationFilters, feature: str) -> Counter[Any]:
    """Return how many files each choice of a filter would show, the other filters kept."""
    counted: Counter[Any] = Counter()
    for kind in kinds_of_files:
        if getattr(kind, feature) is not None and kind.matches(filters, but=feature):
            counted[getattr(kind, feature)] += kind.count
    return counted


def _call_counts(kinds_of_files: Sequence[KindOfFile]) -> list[tuple[str, str, int]]:
    counted: Counter[tuple[str, str]] = Counter()
    for kind in kinds_of_files:
        counted[kind.call, kind.title] += kind.count
    return [(code, title, counted[code, title]) for code, title in sorted(counted)]


def _since() -> Any:
    """Return the column that says since when a file is in its state: the instant of its last act.

    Its acts are compared one by one: a list of them would be written anew into the statement at each request.
    """
    acts = (Event.kind == f"{Application.__tablename__}.{act.value}" for act in ApplicationAct)
    return (
        select(func.max(Event.at))
        .where(Event.subject_kind == Application.__tablename__, Event.subject_id == Application.id, or_(*acts))
        .correlate(Application)
        .scalar_subquery()
    )


def export_rows(principal: Principal, filters: ApplicationFilters) -> Iterator[ApplicationRow]:
    """Return every filtered file, streamed, in the order of the list."""
    query = _with(_rows(), _filtered(principal, filters)).order_by(Call.code, Application.number, Application.id)
    for row in db.session.execute(query.execution_options(yield_per=500)):
        yield ApplicationRow(*row)


def _rows() -> Select[Any]:
    opinions = (
        select(func.count())
        .where(Opinion.application_id == Application.id, Opinion.recused.is_(False))
        .correlate(Application)
        .scalar_subquery()
    )
    readers = (
        select(func.count())
        .where(ReviewAssignment.application_id == Application.id)
        .correlate(Application)
        .scalar_subquery()
    )
    name = func.trim(Person.first_name + " " + Person.last_name)
    return select(
        Application.id,
        Call.code,
        Application.number,
        Application.status,
        name,
        Person.email,
        Structure.name,
        Structure.kind,
        Structure.departement_code,
        Variant.code,
        Application.submitted_at,
        Application.changed_at,
        Application.rank,
        opinions,
        readers,
        Call.opinion_parts,
    ).select_from(Application)


def _with(query: Any, conditions: list[ColumnElement[bool]]) -> Any:
    """Join to a query on files what the filters speak of."""
    return (
        query.join(Call, Call.id == Application.call_id)
        .join(Person, Person.id == Application.person_id)
        .outerjoin(Structure, Structure.id == Application.structure_id)
        .outerjoin(Variant, Variant.id == Application.variant_id)
        .where(*conditions)
    )


def _of_others(principal: Principal) -> ColumnElement[bool]:
    """Leave one’s own files out: their state may be one she is not to know yet (R105)."""
    return Application.person_id != principal.person_id


def filtered(principal: Principal, filters: ApplicationFilters) -> list[ColumnElement[bool]]:
    """Return the conditions of a filtered list: what this person may see, her own files left out."""
    return _filtered(principal, filters)


def _filtered(principal: Principal, filters: ApplicationFilters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [visible(principal), _of_others(principal)]
    if filters.call:
        conditions.append(Call.code == filters.call)
    if filters.status:
        conditions.append(Application.status == filters.status)
    if filters.kind:
        conditions.append(Structure.kind == filters.kind)
    if filters.departement:
        conditions.append(Structure.departement_code == filters.departement)
    if filters.words:
        conditions.append(or_(*_found_by(filters.words)))
    return conditions


def _found_by(words: str) -> list[ColumnElement[bool]]:
    """Return what a search matches: a name in either order, a structure, an address, a file’s number."""
    key = sort_key(words)
    matches = [
        Structure.sort_key.contains(key, autoescape=True),
        Person.email_key.contains(words.casefold(), autoescape=True),
        and_(*(Person.sort_key.contains(word, autoescape=True) for word in key.split())),
    ]
    reference = REFERENCE.fullmatch(words)
    if reference:
        code, number = reference.groups()
        matches.append(and_(Application.number == int(number), Call.code == code.upper() if code else true()))
    return matches


def next_to_check(principal: Principal, call_id: uuid.UUID, after: int) -> tuple[uuid.UUID, uuid.UUID | None] | None:
    """Return the next file of a call whose admissibility waits, and its first piece to look at; null for none. One SELECT."""
    first = (
        select(Piece.id)
        .join(PieceRequirement, PieceRequirement.id == Piece.requirement_id)
        .where(
            Piece.application_id == Application.id,
            Piece.removed_at.is_(None),
            Piece.status == PieceStatus.TO_CHECK,
        )
        .order_by(PieceRequirement.position, Piece.version.desc())
        .limit(1)
        .correlate(Application)
        .scalar_subquery()
    )
    query = (
        select(Application.id, first)
        .where(
            Application.call_id == call_id,
            Application.status == ApplicationStatus.SUBMITTED,
            Application.number > after,
            visible(principal),
            _of_others(principal),
        )
        .order_by(Application.number)
        .limit(1)
    )
    row = db.session.execute(query).first()
    return (row[0], row[1]) if row else None
