"""The library: mémoires passed, no longer confidential, that their author and structure agreed to share (R127)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from training.accounts.enums import StructureKind
from training.accounts.models import Person, Structure
from training.catalogue.models import Edition, Programme
from training.cohorts.models import Cohort, Enrolment
from training.common import clock
from training.common.errors import NotFound
from training.common.listing import PER_PAGE, offset
from training.common.loading import load_list
from training.common.policy import Principal
from training.database import db
from training.defences.enums import MemoireStatus
from training.defences.models import Memoire, MemoireVersion


@dataclass(frozen=True, slots=True)
class Shelved:
    """A mémoire of the library, as its list shows it."""

    id: uuid.UUID
    subject: str
    keywords: str
    author: str
    structure: str
    kind: StructureKind
    programme: str
    cohort: str
    on: date


@dataclass(frozen=True, slots=True)
class Choices:
    """What the library may be narrowed by."""

    programmes: Sequence[tuple[str, str]]
    kinds: Sequence[tuple[str, str]]


def is_shared(today: date) -> ColumnElement[bool]:
    """Return the condition on mémoires: shared by both, passed, and no longer confidential."""
    return and_(
        Memoire.status == MemoireStatus.PASSED,
        Memoire.author_agreed_at.is_not(None),
        Memoire.structure_agreed_at.is_not(None),
        or_(Memoire.confidential_until.is_(None), Memoire.confidential_until < today),
    )


def _shelf(*columns: Any) -> Any:
    return (
        select(*columns)
        .select_from(Memoire)
        .join(Enrolment, Enrolment.id == Memoire.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Structure, Structure.id == Enrolment.structure_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Edition, Edition.id == Cohort.edition_id)
        .join(Programme, Programme.id == Edition.programme_id)
        .where(is_shared(clock.today()))
    )


def library(words: str, *, programme: str | None, kind: str | None, number: int) -> tuple[list[Shelved], int]:
    """Return one page of the library, the latest first, and how many match. Two SELECTs.

    Each word must be found in the subject, the keywords or the team’s work.
    """
    conditions: list[ColumnElement[bool]] = [
        or_(
            Memoire.subject.icontains(word, autoescape=True),
            Memoire.keywords.icontains(word, autoescape=True),
            Memoire.approach.icontains(word, autoescape=True),
        )
        for word in words.split()
    ]
    if programme:
        conditions.append(Programme.code == programme)
    if kind in set(StructureKind):
        conditions.append(Structure.kind == StructureKind(kind))
    total = db.session.scalar(_shelf(func.count()).where(*conditions)) or 0
    rows = db.session.execute(
        _shelf(
            Memoire.id, Memoire.subject, Memoire.keywords, Person, Structure.name, Structure.kind, Programme.code,
            Cohort.label, Memoire.moved_at,
        )
        .where(*conditions)
        .order_by(Memoire.moved_at.desc(), Memoire.id)
        .limit(PER_PAGE)
        .offset(offset(number))
    )  # fmt: skip
    return [
        Shelved(id_, subject, keywords, person.name, structure, kind_, code, label, clock.in_paris(at).date())
        for id_, subject, keywords, person, structure, kind_, code, label, at in rows
    ], total


def choices() -> Choices:
    """Return what the library may be narrowed by, of what stands in it. Two SELECTs."""
    programmes = db.session.execute(_shelf(Programme.code, Programme.label).distinct().order_by(Programme.code)).all()
    kinds = db.session.scalars(_shelf(Structure.kind).distinct()).all()
    return Choices(
        [(code, label) for code, label in programmes],
        sorted(((kind.value, kind.label) for kind in kinds), key=lambda pair: pair[1]),
    )


def find_shared(_principal: Principal, memoire_id: uuid.UUID) -> Memoire:
    """Return a mémoire of the library, with its versions; ``NotFound`` for any other. Two SELECTs."""
    memoire = db.session.scalar(
        select(Memoire)
        .where(Memoire.id == memoire_id, is_shared(clock.today()))
        .options(
            joinedload(Memoire.enrolment, innerjoin=True).options(
                joinedload(Enrolment.person, innerjoin=True),
                joinedload(Enrolment.structure, innerjoin=True),
                joinedload(Enrolment.cohort, innerjoin=True)
                .joinedload(Cohort.edition, innerjoin=True)
                .joinedload(Edition.programme, innerjoin=True),
            )
        )
    )
    if memoire is None:
        raise NotFound
    load_list(memoire, Memoire.versions, joinedload(MemoireVersion.file, innerjoin=True))
    return memoire
