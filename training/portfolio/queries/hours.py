"""What the pages of hours show: what a learner logged, what waits to be settled (R47–R50, R119)."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from training.accounts.enums import Part
from training.accounts.models import Person
from training.catalogue.enums import Modality
from training.catalogue.models import Module, Resource
from training.cohorts.enums import LIVE
from training.cohorts.models import Cohort, CohortPart, Enrolment
from training.cohorts.rules import bodies_acted_for
from training.common.errors import NotFound
from training.common.policy import Principal
from training.database import db
from training.portfolio import rules
from training.portfolio.enums import EntryStatus
from training.portfolio.models import ForumParticipation, HoursEntry
from training.portfolio.queries.courses import Course, course_of, required_hours, resources_of
from training.portfolio.queries.queue import reviewed_by
from training.portfolio.rules import ModalityCount

_ENTRIES: Final = (
    select(HoursEntry)
    .where(HoursEntry.enrolment_id == bindparam("enrolment"))
    .order_by(HoursEntry.done_on.desc(), HoursEntry.declared_at.desc(), HoursEntry.id)
    .options(
        joinedload(HoursEntry.module, innerjoin=True),
        joinedload(HoursEntry.resource),
        joinedload(HoursEntry.type),
        joinedload(HoursEntry.settler),
    )
)
_LOGGED: Final = select(HoursEntry.module_id, HoursEntry.modality, HoursEntry.status, HoursEntry.minutes).where(
    HoursEntry.enrolment_id == bindparam("enrolment")
)
_FORUM: Final = select(ForumParticipation).where(ForumParticipation.enrolment_id == bindparam("enrolment"))
COUNTED: Final = (Modality.E_LEARNING, Modality.TEAM)
"""The modalities logged here; présentiel comes from attendance."""


def entries_of(enrolment: Enrolment) -> Sequence[HoursEntry]:
    """Return the hours of a learner, the latest first. One SELECT."""
    return db.session.scalars(_ENTRIES, {"enrolment": enrolment.id}).all()


def logged_by(enrolment: Enrolment) -> Sequence[Any]:
    """Return the hours of a learner as they count: module, modality, state, minutes. One SELECT."""
    return db.session.execute(_LOGGED, {"enrolment": enrolment.id}).all()


def forum_of(enrolment: Enrolment) -> ForumParticipation | None:
    """Return the participation noted, if it is. One SELECT."""
    return db.session.scalar(_FORUM, {"enrolment": enrolment.id})


@dataclass(frozen=True, slots=True)
class EntryGroup:
    """The hours of one module and modality that wait: settled together (R119)."""

    module: Module
    modality: Modality
    entries: Sequence[HoursEntry]

    @property
    def minutes(self) -> int:
        """Their sum."""
        return sum(entry.minutes for entry in self.entries)


@dataclass(frozen=True, slots=True)
class HoursPage:
    """What the page of a learner’s hours shows."""

    enrolment: Enrolment
    course: Course
    counts: Sequence[ModalityCount]
    entries: Sequence[HoursEntry]
    waiting: Sequence[EntryGroup]
    resources: dict[uuid.UUID, list[Resource]]
    forum: ForumParticipation | None


def hours_page(enrolment: Enrolment) -> HoursPage:
    """Return what the page of a learner’s hours shows. At most nine SELECTs."""
    entries = entries_of(enrolment)
    required = required_hours(enrolment)
    course = course_of(enrolment)
    diploma = enrolment.cohort.edition.rules
    return HoursPage(
        enrolment=enrolment,
        course=course,
        counts=[rules.count_modality(entries, modality, required.get(modality)) for modality in COUNTED],
        entries=entries,
        waiting=_groups(entries),
        resources=resources_of([module.id for module in course.modules]),
        forum=forum_of(enrolment) if diploma and diploma.forum_required else None,
    )


def _groups(entries: Sequence[HoursEntry]) -> list[EntryGroup]:
    groups: dict[tuple[int, uuid.UUID, Modality], list[HoursEntry]] = {}
    for entry in entries:
        if entry.status is EntryStatus.DECLARED:
            groups.setdefault((entry.module.position, entry.module_id, entry.modality), []).append(entry)
    return [
        EntryGroup(found[0].module, key[2], found)
        for key, found in sorted(groups.items(), key=lambda item: (item[0][0], str(item[0][1]), item[0][2]))
    ]


def lock_entries(enrolment: Enrolment, ids: Collection[uuid.UUID]) -> list[HoursEntry]:
    """Return the learner’s hours of these ids, each held for the transaction; ``NotFound`` if one is not hers."""
    rows = db.session.scalars(
        select(HoursEntry)
        .where(HoursEntry.enrolment_id == enrolment.id, HoursEntry.id.in_(ids))
        .order_by(HoursEntry.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if len(rows) != len(set(ids)):
        raise NotFound
    return list(rows)


@dataclass(frozen=True, slots=True)
class SettleRow:
    """A learner whose hours wait to be settled."""

    enrolment_id: uuid.UUID
    name: str
    cohort: str
    modality: Modality
    minutes: int
    count: int
    since: datetime
    oldest_day: date


def _settled_by(principal: Principal) -> list[ColumnElement[bool]]:
    """Return the conditions on hours that this person may settle now."""
    taught = select(CohortPart.cohort_id).where(
        CohortPart.organisation_id.in_(bodies_acted_for(principal)), CohortPart.part == Part.SCHOOL
    )
    return [
        HoursEntry.status == EntryStatus.DECLARED,
        Enrolment.status.in_(LIVE),
        or_(
            reviewed_by(principal.person_id),
            and_(
                HoursEntry.modality == Modality.E_LEARNING,
                Enrolment.cohort_id.in_(taught),
                Enrolment.person_id != principal.person_id,
            ),
        ),
    ]


def settleable(principal: Principal, modality: Modality | None, *, count: bool) -> Select[Any]:
    """Return the query of how many learners have hours waiting for this person, or since when the oldest do."""
    wanted = func.count(Enrolment.id.distinct()) if count else func.min(HoursEntry.declared_at)
    query = (
        select(wanted)
        .select_from(HoursEntry)
        .join(Enrolment, Enrolment.id == HoursEntry.enrolment_id)
        .where(*_settled_by(principal))
    )
    return query if modality is None else query.where(HoursEntry.modality == modality)


def hours_to_settle(principal: Principal) -> list[SettleRow]:
    """Return the learners whose hours this person may settle, the longest waiting first. One SELECT.

    Team work and e-learning of those she follows; e-learning of her school’s cohorts (R47, R48).
    """
    since = func.min(HoursEntry.declared_at)
    rows = db.session.execute(
        select(
            Enrolment.id,
            Person,
            Cohort.label,
            HoursEntry.modality,
            func.sum(HoursEntry.minutes),
            func.count(),
            since,
            func.min(HoursEntry.done_on),
        )
        .select_from(HoursEntry)
        .join(Enrolment, Enrolment.id == HoursEntry.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(*_settled_by(principal))
        .group_by(Enrolment.id, Person.id, Cohort.label, HoursEntry.modality)
        .order_by(since, Enrolment.id, HoursEntry.modality)
    )
    return [
        SettleRow(enrolment, person.name, cohort, modality, minutes, count, waiting, oldest)
        for enrolment, person, cohort, modality, minutes, count, waiting, oldest in rows
    ]
