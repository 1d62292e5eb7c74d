"""What the page of a learner’s path shows, from entry to diploma, as each reader may see it (R88, R122)."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from training.catalogue.enums import MODALITIES, Modality
from training.catalogue.models import ChoiceGroup
from training.cohorts.models import Cohort, Enrolment
from training.common import clock
from training.common.policy import Principal
from training.database import db
from training.portfolio import path, rules
from training.portfolio.calendar import ModuleDates
from training.portfolio.enums import Audience, EntryStatus
from training.portfolio.path import Contribution, Presence, Requirement, Section
from training.portfolio.queries.courses import Course, TracerLine, course_of, groups_of, required_hours
from training.portfolio.queries.hours import forum_of, logged_by
from training.portfolio.rules import ModalityCount, ModuleFacts
from training.portfolio.rules.requirements import own_requirements


@dataclass(frozen=True, slots=True)
class ModuleLine:
    """A module of the path: when it is taught, what is owed, the hours it has, what other rooms say of it."""

    module: ModuleFacts
    dates: ModuleDates | None
    tracers: Sequence[TracerLine]
    hours: dict[Modality, Decimal]
    words: Sequence[str]

    @property
    def is_past(self) -> bool:
        """Whether its last day is over."""
        return self.dates is not None and self.dates.ends_on < clock.today()


@dataclass(frozen=True, slots=True)
class PathPage:
    """A learner’s path as one reader sees it."""

    enrolment: Enrolment
    audience: Audience
    modules: Sequence[ModuleLine]
    counts: Sequence[ModalityCount]
    presence: Presence | None
    requirements: Sequence[Requirement]
    sections: Sequence[Section]
    undecided: Sequence[ChoiceGroup]
    urgent: Sequence[str]
    chooses: bool
    """Whether something in it is, or was, at her choice."""

    @property
    def required(self) -> int | None:
        """Hours asked in all, 156 or 224; null while one modality is unknown (R3)."""
        asked = [count.required for count in self.counts]
        return None if None in asked else sum(hours for hours in asked if hours is not None)

    @property
    def counted(self) -> Decimal:
        """Hours that count, each modality up to what it asks (R50)."""
        return sum((count.counted for count in self.counts), Decimal(0))

    @property
    def next_tracer(self) -> TracerLine | None:
        """What to hand in first, of what is asked: by date, then in the modules’ order."""
        owed = [t for module in self.modules for t in module.tracers if t.awaits_learner and t.mandatory]
        return min(owed, key=lambda line: line.due_on or date.max, default=None)

    @property
    def late(self) -> list[TracerLine]:
        """What is late."""
        return [line for module in self.modules for line in module.tracers if line.is_late]


def path_page(enrolment: Enrolment, principal: Principal, audience: Audience) -> PathPage:
    """Return what the page shows ``audience`` of a path. At most nine SELECTs, and those of the rooms above."""
    course = course_of(enrolment)
    entries = logged_by(enrolment)
    required = required_hours(enrolment)
    told = path.contributions(enrolment, principal, audience)
    presence = next((each.presence for each in told if each.presence is not None), None)
    groups = groups_of(course.undecided)
    counts = [_count(modality, entries, required.get(modality), presence) for modality in MODALITIES]
    rule = enrolment.cohort.edition.rules
    forum = forum_of(enrolment) is not None if rule is not None and rule.forum_required else None
    own = own_requirements(
        enrolment.id,
        counts,
        course.tracers,
        audience,
        forum=forum,
        choices=[group.label for group in groups],
        choices_href=f"/promotions/{enrolment.cohort.code}/apprenants/{enrolment.id}/choix",
        knows_presence=presence is not None,
    )
    return PathPage(
        enrolment=enrolment,
        audience=audience,
        modules=_modules(course, entries, told),
        counts=counts,
        presence=presence,
        requirements=[*own, *(each for contribution in told for each in contribution.requirements)],
        sections=[section for contribution in told for section in contribution.sections],
        undecided=groups,
        urgent=[each.urgent for each in told if each.urgent],
        chooses=bool(groups or course.chosen),
    )


def _count(
    modality: Modality, entries: Sequence[Any], required: int | None, presence: Presence | None
) -> ModalityCount:
    if modality is Modality.IN_PERSON:
        done = presence.done if presence is not None and presence.done is not None else Decimal(0)
        return ModalityCount(modality, required, done)
    return rules.count_modality(entries, modality, required)


def _modules(course: Course, entries: Sequence[Any], told: Iterable[Contribution]) -> list[ModuleLine]:
    words: dict[uuid.UUID, list[str]] = {}
    for contribution in told:
        for module_id, sentence in contribution.modules.items():
            words.setdefault(module_id, []).append(sentence)
    return [
        ModuleLine(
            module=module,
            dates=course.dates.get(module.id),
            tracers=[line for line in course.tracers if line.module_id == module.id],
            hours=_hours(module.id, entries),
            words=words.get(module.id, ()),
        )
        for module in course.modules
    ]


def _hours(module_id: uuid.UUID, entries: Sequence[Any]) -> dict[Modality, Decimal]:
    own = [entry for entry in entries if entry.module_id == module_id]
    minutes = {
        modality: rules.counted_minutes(own, modality, EntryStatus.CONFIRMED)
        for modality in (Modality.E_LEARNING, Modality.TEAM)
    }
    return {modality: rules.hours_of_minutes(count) for modality, count in minutes.items() if count}


def own_enrolments(principal: Principal) -> Sequence[Enrolment]:
    """Return the courses a person follows, has followed or has left, the latest first (R33). One SELECT."""
    return db.session.scalars(
        select(Enrolment)
        .where(Enrolment.person_id == principal.person_id)
        .options(joinedload(Enrolment.cohort, innerjoin=True).joinedload(Cohort.edition, innerjoin=True))
        .order_by(Enrolment.entered_on.desc(), Enrolment.id)
    ).all()
