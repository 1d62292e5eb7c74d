"""What the register of structures reads. Ordered by a stable key, in a fixed number of queries."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from training.accounts import rules
from training.accounts.enums import (
    ACTING_FUNCTIONS,
    READING_FUNCTIONS,
    REGISTER_KEEPERS,
    Function,
    StructureKind,
)
from training.accounts.models import Departement, Dues, Organisation, Person, Structure
from training.accounts.queries import escaped
from training.common import clock, listing
from training.common.errors import NotFound
from training.common.policy import Capacity, Principal
from training.database import db


@dataclass(frozen=True, slots=True)
class StructureFilter:
    """What the list of structures shows."""

    words: str = ""
    kind: StructureKind | None = None
    page: int = 1


def scoped_structures(principal: Principal) -> Select[Structure]:
    """Return the structures this person may see: her region's, her own; all for the administrator. None set aside."""
    return _scoped(principal).where(Structure.merged_into_id.is_(None))


def _scoped(principal: Principal) -> Select[Structure]:
    query = select(Structure).join(Structure.departement).options(contains_eager(Structure.departement))
    if principal.holds(Function.ADMINISTRATOR):
        return query
    own = [c.structure_id for c in principal.capacities if c.structure_id and c.function == Function.REPRESENTATIVE]
    return query.where(or_(Structure.id.in_(own), *map(_reach, _keeping(principal, READING_FUNCTIONS))))


def _keeping(principal: Principal, functions: tuple[Function, ...]) -> list[Capacity]:
    """Return the capacities in which a person has one of these functions in a body that keeps a register."""
    return [c for c in principal.capacities if c.body_kind in REGISTER_KEEPERS and c.function in functions]


def _reach(capacity: Capacity) -> ColumnElement[bool]:
    """Return the départements of the body's region that this very capacity reaches (R95)."""
    body = select(Organisation.region_code).where(Organisation.id == capacity.organisation_id).scalar_subquery()
    conditions = [Departement.region_code == body]
    if capacity.region is not None:
        conditions.append(Departement.region_code == capacity.region)
    if capacity.departements:
        conditions.append(Departement.code.in_(sorted(capacity.departements)))
    return and_(*conditions)


def kept_departements(principal: Principal) -> Select[str]:
    """Select the départements whose structures this person’s bodies keep (R95); none for whoever manages no register."""
    reached = or_(false(), *map(_reach, _keeping(principal, ACTING_FUNCTIONS)))
    return select(Departement.code).where(reached)


def structures(principal: Principal, chosen: StructureFilter) -> tuple[Sequence[Structure], int, dict[str, int]]:
    """Return one page of structures, how many there are, and how many of each kind. Three SELECTs."""
    query = scoped_structures(principal)
    if chosen.words:
        word = f"%{escaped(rules.sort_key(chosen.words))}%"
        query = query.where(or_(Structure.sort_key.like(word, escape="\\"), Structure.finess == chosen.words.strip()))
    everything = query.with_only_columns(Structure.id, Structure.kind).order_by(None).subquery()
    counts = {
        kind.value: count
        for kind, count in db.session.execute(
            select(everything.c.kind, func.count()).group_by(everything.c.kind).order_by(everything.c.kind)
        )
    }
    if chosen.kind is not None:
        query = query.where(Structure.kind == chosen.kind)
    total = counts.get(chosen.kind.value, 0) if chosen.kind else sum(counts.values())
    rows = db.session.scalars(
        query.options(selectinload(Structure.dues.and_(Dues.year == clock.today().year)))
        .order_by(Structure.sort_key, Structure.id)
        .offset(listing.offset(chosen.page))
        .limit(listing.PER_PAGE)
    ).all()
    return rows, total, counts


def structure(principal: Principal, structure_id: uuid.UUID) -> Structure:
    """Return a structure this person may see; ``NotFound`` otherwise. One set aside answers as the one kept (R101)."""
    found = db.session.scalar(_scoped(principal).where(Structure.id == structure_id))
    if found is None:
        raise NotFound
    return found if found.merged_into_id is None else structure(principal, found.merged_into_id)


@dataclass(frozen=True, slots=True)
class DuesLine:
    """A year's dues as the page tells them: to whom, when, entered by whom (R8)."""

    year: int
    body: str
    paid_on: date | None
    entered_by: str
    entered_at: datetime


def dues_of(structure_id: uuid.UUID) -> list[DuesLine]:
    """Return a structure's dues, latest year first. One SELECT."""
    rows = db.session.execute(
        select(Dues, Organisation.short_name, Person.first_name, Person.last_name)
        .join(Organisation, Organisation.id == Dues.organisation_id)
        .outerjoin(Person, Person.id == Dues.entered_by)
        .where(Dues.structure_id == structure_id)
        .order_by(Dues.year.desc(), Organisation.short_name, Dues.id)
    )
    return [
        DuesLine(dues.year, body, dues.paid_on, f"{first or ''} {last or ''}".strip() or "reprise", dues.entered_at)
        for dues, body, first, last in rows
    ]


def register_keepers_of(principal: Principal, structure: Structure) -> Sequence[Organisation]:
    """Return the bodies in whose name this person records the dues of this structure (R8, R95)."""
    query = select(Organisation).where(
        Organisation.kind.in_(REGISTER_KEEPERS), Organisation.region_code == structure.region_code
    )
    if not principal.holds(Function.ADMINISTRATOR):
        own = [c.organisation_id for c in _keeping(principal, ACTING_FUNCTIONS) if rules.reaches(c, structure)]
        query = query.where(Organisation.id.in_(own))
    return db.session.scalars(query.order_by(Organisation.name, Organisation.id)).all()


def registers_kept_by(principal: Principal) -> Sequence[Organisation]:
    """Return the bodies whose whole register this person keeps, by name. One SELECT, none for who keeps none (R101)."""
    kept = [
        capacity.organisation_id
        for capacity in _keeping(principal, ACTING_FUNCTIONS)
        if capacity.region is None and not capacity.departements
    ]
    if not kept:
        return ()
    query = select(Organisation).where(Organisation.id.in_(kept)).order_by(Organisation.name, Organisation.id)
    return db.session.scalars(query).all()


def departements_for(principal: Principal) -> Sequence[Departement]:
    """Return the départements where this person may add a structure, by name."""
    query = select(Departement)
    if not principal.holds(Function.ADMINISTRATOR):
        query = query.where(or_(false(), *map(_reach, _keeping(principal, ACTING_FUNCTIONS))))
    return db.session.scalars(query.order_by(Departement.name)).all()
