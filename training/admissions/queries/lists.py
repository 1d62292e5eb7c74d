"""The staff list of files: filtered, counted, sorted, paged, exported; plain rows, no object graph."""

import math
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true

from training.accounts.enums import StructureKind
from training.accounts.models import Departement, Person, Structure
from training.accounts.rules import sort_key
from training.admissions.enums import ApplicationAct, ApplicationStatus
from training.admissions.models import Application, Call, Opinion
from training.admissions.queries.scope import visible
from training.catalogue.models import Variant
from training.common.journal import Event
from training.common.policy import Principal
from training.database import db

PER_PAGE: Final = 50
REFERENCE: Final = re.compile(r"(?:([\w-]+)-)?0*(\d{1,6})")


@dataclass(frozen=True, slots=True)
class ApplicationFilters:
    """What the address asks of the list; null = all."""

    call: str | None = None
    status: ApplicationStatus | None = None
    kind: StructureKind | None = None
    departement: str | None = None
    words: str | None = None
    sort: str = "submitted"
    descending: bool = False
    page: int = 1


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


SORTS: Final[dict[str, ColumnElement[Any] | Any]] = {
    "number": Application.number,
    "name": Person.sort_key,
    "structure": Structure.sort_key,
    "status": case({status.value: rank for rank, status in enumerate(ApplicationStatus)}, value=Application.status),
    "submitted": Application.submitted_at,
}


def page_of_applications(principal: Principal, filters: ApplicationFilters) -> ApplicationPage:
    """Return a page of the files this person may see, and the counts of its filters. Seven SELECTs.

    A page past the last one is the last one.
    """
    everything = _filtered(principal, filters)
    total = db.session.scalar(_with(select(func.count()).select_from(Application), everything)) or 0
    number = min(max(filters.page, 1), max(1, math.ceil(total / PER_PAGE)))
    order: Any = SORTS.get(filters.sort, Application.submitted_at)
    order = order.desc().nulls_last() if filters.descending else order.asc().nulls_last()
    found = db.session.execute(
        _with(_rows(), everything).order_by(order, Application.id).limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    )
    rows = [ApplicationRow(*row) for row in found]
    return ApplicationPage(
        rows=rows,
        number=number,
        total=total,
        since=_since([row.id for row in rows]),
        by_departement=_departement_counts(principal, filters),
        by_status=_counts(principal, filters),
        by_call=_call_counts(principal),
        by_kind=_kind_counts(principal, filters),
    )


def _since(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    """Return since when each file is in its state: the instant of its last act."""
    acts = [f"{Application.__tablename__}.{act.value}" for act in ApplicationAct]
    query = (
        select(Event.subject_id, func.max(Event.at))
        .where(Event.subject_kind == Application.__tablename__, Event.subject_id.in_(ids), Event.kind.in_(acts))
        .group_by(Event.subject_id)
    )
    return dict(db.session.execute(query).all())


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


def _filtered(principal: Principal, filters: ApplicationFilters, *, but: str = "") -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [visible(principal), _of_others(principal)]
    if filters.call and but != "call":
        conditions.append(Call.code == filters.call)
    if filters.status and but != "status":
        conditions.append(Application.status == filters.status)
    if filters.kind and but != "kind":
        conditions.append(Structure.kind == filters.kind)
    if filters.departement and but != "departement":
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


def _counts(principal: Principal, filters: ApplicationFilters) -> list[tuple[ApplicationStatus, int]]:
    query = _with(
        select(Application.status, func.count()).select_from(Application), _filtered(principal, filters, but="status")
    )
    counted: dict[ApplicationStatus, int] = dict(db.session.execute(query.group_by(Application.status)).all())
    return [(status, counted[status]) for status in ApplicationStatus if status in counted]


def _kind_counts(principal: Principal, filters: ApplicationFilters) -> list[tuple[StructureKind, int]]:
    query = _with(
        select(Structure.kind, func.count()).select_from(Application), _filtered(principal, filters, but="kind")
    )
    counted = {kind: count for kind, count in db.session.execute(query.group_by(Structure.kind)) if kind is not None}
    return [(kind, counted[kind]) for kind in StructureKind if kind in counted]


def _departement_counts(principal: Principal, filters: ApplicationFilters) -> list[tuple[str, str, int]]:
    query = (
        _with(
            select(Departement.code, Departement.name, func.count()).select_from(Application),
            _filtered(principal, filters, but="departement"),
        )
        .join(Departement, Departement.code == Structure.departement_code)
        .group_by(Departement.code, Departement.name)
        .order_by(Departement.code)
    )
    return [(code, name, count) for code, name, count in db.session.execute(query)]


def _call_counts(principal: Principal) -> list[tuple[str, str, int]]:
    query = (
        select(Call.code, Call.title, func.count())
        .select_from(Application)
        .join(Call, Call.id == Application.call_id)
        .where(visible(principal), _of_others(principal))
        .group_by(Call.code, Call.title)
        .order_by(Call.code)
    )
    return [(code, title, count) for code, title, count in db.session.execute(query)]
