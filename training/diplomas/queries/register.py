"""The register of diplomas, as it is searched (R71)."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from training.accounts.enums import CARRYING, Part
from training.accounts.rules import sort_key
from training.catalogue.models import Edition, EditionPart
from training.cohorts.models import Cohort, CohortPart, Enrolment
from training.cohorts.rules import bodies_read_for
from training.common.listing import PER_PAGE, offset
from training.common.policy import Principal
from training.database import db
from training.diplomas.models import RegisterEntry


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """One page of the register: its lines, how many there are, the years it holds."""

    rows: Sequence[RegisterEntry]
    total: int
    years: Sequence[tuple[int, int]]


BOARD_PARTS: Final = (*CARRYING, Part.SCHOOL)


def read_by(principal: Principal) -> ColumnElement[bool]:
    """Return the condition on a cohort: this person reads its board, for its carrier, its school or its edition’s."""
    return of_bodies(bodies_read_for(principal))


def of_bodies(bodies: Collection[uuid.UUID]) -> ColumnElement[bool]:
    """Return the condition on a cohort: one of these bodies carries it, or is its school."""
    plays = exists().where(
        CohortPart.cohort_id == Cohort.id, CohortPart.organisation_id.in_(bodies), CohortPart.part.in_(BOARD_PARTS)
    )
    teaches = exists().where(
        EditionPart.edition_id == Cohort.edition_id,
        EditionPart.part == Part.SCHOOL,
        EditionPart.organisation_id.in_(bodies),
    )
    return or_(plays.correlate(Cohort), teaches.correlate(Cohort))


def register_page(principal: Principal, *, words: str, year: int | None, number: int) -> RegisterPage:
    """Return one page of the register, narrowed to a name or a reference and to a year, the latest first. Two SELECTs."""
    found = _entries(principal, words)
    years = db.session.execute(
        found.with_only_columns(RegisterEntry.year, func.count())
        .group_by(RegisterEntry.year)
        .order_by(RegisterEntry.year.desc())
    ).all()
    wanted = found if year is None else found.where(RegisterEntry.year == year)
    rows = db.session.scalars(
        wanted.order_by(RegisterEntry.decided_on.desc(), RegisterEntry.reference.desc(), RegisterEntry.id)
        .limit(PER_PAGE)
        .offset(offset(number))
        .options(
            joinedload(RegisterEntry.edition, innerjoin=True).joinedload(Edition.programme, innerjoin=True),
            joinedload(RegisterEntry.supersedes),
            joinedload(RegisterEntry.superseded_by),
        )
    ).all()
    total = sum(count for of_year, count in years if year in {None, of_year})
    return RegisterPage(rows, total, [(of_year, count) for of_year, count in years])


def _entries(principal: Principal, words: str) -> Select[Any]:
    query = select(RegisterEntry).join(RegisterEntry.enrolment).join(Enrolment.cohort).where(read_by(principal))
    for word in sort_key(words).split():
        escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        query = query.where(
            or_(
                RegisterEntry.search_key.like(f"%{escaped}%", escape="\\"),
                func.lower(RegisterEntry.reference).like(f"%{escaped}%", escape="\\"),
            )
        )
    return query


def in_force() -> ColumnElement[bool]:
    """Return the condition on a line: it gives a diploma, and none supersedes it."""
    return and_(~RegisterEntry.cancels, _last())


def _last() -> ColumnElement[bool]:
    later = aliased(RegisterEntry)
    return ~exists().where(later.supersedes_id == RegisterEntry.id).correlate(RegisterEntry)


def entry_of(enrolment_id: uuid.UUID) -> RegisterEntry | None:
    """Return a learner’s line in force, or null. One SELECT."""
    return db.session.scalars(
        select(RegisterEntry).where(RegisterEntry.enrolment_id == enrolment_id, in_force())
    ).first()


def last_entry(enrolment_id: uuid.UUID) -> RegisterEntry | None:
    """Return a learner’s last line, were it one that cancels, or null. One SELECT."""
    return db.session.scalars(select(RegisterEntry).where(RegisterEntry.enrolment_id == enrolment_id, _last())).first()


def entries_about(enrolment_id: uuid.UUID) -> Sequence[RegisterEntry]:
    """Return every line of a learner, the latest first. Two SELECTs."""
    return db.session.scalars(
        select(RegisterEntry)
        .where(RegisterEntry.enrolment_id == enrolment_id)
        .order_by(RegisterEntry.entered_at.desc(), RegisterEntry.reference.desc())
        .options(joinedload(RegisterEntry.supersedes), joinedload(RegisterEntry.superseded_by))
    ).all()
