"""What is read of a list of learners: what their variants ask, what they handed in, their hours, their presence.

Plain rows, statements built once (decision 11). What is owed is read by variant; what was done comes as one string of
uuids a learner and a state; presence is counted by the seminars’ own tally.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, String, cast, func, or_, select, type_coerce

from training.catalogue.enums import Modality
from training.catalogue.models import (
    ChoiceGroup,
    DiplomaRules,
    Edition,
    Module,
    ModuleVariant,
    Programme,
    Resource,
    TracerType,
    TracerVariant,
)
from training.catalogue.published import Version, by_variant, hours_asked
from training.cohorts.models import Cohort
from training.common.among import among
from training.database import db
from training.diplomas.queries.owed import Asked, Course, Logged
from training.diplomas.queries.waivers import Waivers, live_waivers
from training.portfolio import choices
from training.portfolio.enums import EntryStatus
from training.portfolio.models import HoursEntry, Tracer
from training.seminars.queries import Rule, tallies_of
from training.seminars.rules.presence import Terms
from training.seminars.rules.tally import Tally

SEPARATOR: Final = ","
_VARIANTS: Final = "variants"
_ENROLMENTS: Final = "enrolments"

_ASKS_MEMOIRE: Final = or_(
    DiplomaRules.memoire_pages_min.is_not(None),
    DiplomaRules.memoire_pages_max.is_not(None),
    DiplomaRules.defence_minutes.is_not(None),
    DiplomaRules.jury_bodies.is_not(None),
    DiplomaRules.outcomes.is_not(None),
)
"""An edition that says something of a mémoire asks for one; of one that says nothing, it is to be confirmed."""

_COHORTS: Final = (
    select(
        Cohort.id,
        Cohort.code,
        Cohort.label,
        Edition.id.label("edition_id"),
        Edition.status.label("edition_status"),
        Edition.content_version,
        Programme.code.label("programme"),
        DiplomaRules.attendance_threshold,
        DiplomaRules.credit_mode,
        DiplomaRules.partial_credit,
        DiplomaRules.visio_counts,
        DiplomaRules.forum_required,
        _ASKS_MEMOIRE.label("asks_memoire"),
    )
    .join(Cohort.edition)
    .join(Edition.programme)
    .outerjoin(DiplomaRules, DiplomaRules.edition_id == Edition.id)
    .where(among(Cohort.id, "cohorts"))
)

_MODULES: Final = (
    select(
        ModuleVariant.variant_id,
        Module.id,
        Module.code,
        Module.title,
        Module.type,
        ModuleVariant.mandatory,
        Module.blocking,
        Module.parent_id,
        Module.choice_group_id,
        ChoiceGroup.label,
        ChoiceGroup.min_choices,
        ChoiceGroup.decided_until,
        select(func.sum(Resource.minutes)).where(Resource.module_id == Module.id).scalar_subquery().label("minutes"),
    )
    .join(Module, Module.id == ModuleVariant.module_id)
    .outerjoin(ChoiceGroup, ChoiceGroup.id == Module.choice_group_id)
    .where(among(ModuleVariant.variant_id, _VARIANTS))
    .order_by(Module.position, Module.code, Module.id)
)
_TRACERS: Final = (
    select(
        TracerVariant.variant_id,
        TracerType.id,
        cast(TracerType.id, String).label("key"),
        TracerType.module_id,
        TracerType.label,
    )
    .join(TracerType, TracerType.id == TracerVariant.tracer_id)
    .where(among(TracerVariant.variant_id, _VARIANTS), TracerVariant.mandatory)
    .order_by(TracerType.position, TracerType.code, TracerType.id)
)
_HANDED_IN: Final = (
    select(
        Tracer.enrolment_id,
        type_coerce(Tracer.status, String).label("status"),
        func.aggregate_strings(cast(Tracer.type_id, String), SEPARATOR).label("keys"),
    )
    .where(among(Tracer.enrolment_id, _ENROLMENTS))
    .group_by(Tracer.enrolment_id, Tracer.status)
)


def _hours_done() -> Select[Any]:
    """Return minutes by learner, modality and state, in all and module by module as “uuid=minutes”."""
    minutes = func.sum(HoursEntry.minutes)
    by_module = (
        select(
            HoursEntry.enrolment_id,
            HoursEntry.modality,
            HoursEntry.status,
            HoursEntry.module_id,
            minutes.label("minutes"),
        )
        .where(among(HoursEntry.enrolment_id, _ENROLMENTS), HoursEntry.status != EntryStatus.REFUSED)
        .group_by(HoursEntry.enrolment_id, HoursEntry.modality, HoursEntry.status, HoursEntry.module_id)
        .subquery()
    )
    told = cast(by_module.c.module_id, String) + "=" + cast(by_module.c.minutes, String)
    return select(
        by_module.c.enrolment_id,
        by_module.c.modality,
        by_module.c.status,
        func.sum(by_module.c.minutes).label("minutes"),
        func.aggregate_strings(told, SEPARATOR).label("modules"),
    ).group_by(by_module.c.enrolment_id, by_module.c.modality, by_module.c.status)


_HOURS_DONE: Final = _hours_done()


@dataclass(slots=True)
class Read:
    """Everything read for a list of learners: by cohort and variant, then by enrolment."""

    courses: Mapping[tuple[uuid.UUID, uuid.UUID], Course]
    chosen: Mapping[uuid.UUID, frozenset[uuid.UUID]]
    handed_in: Mapping[uuid.UUID, Mapping[str, str]]
    hours: Mapping[uuid.UUID, Mapping[Modality, Logged]]
    tallies: Mapping[uuid.UUID, Tally]
    waivers: Waivers

    def course(self, row: Any) -> Course:
        """Return what is asked of a learner."""
        return self.courses[row.cohort_id, row.variant_id]


def read(rows: Sequence[Any]) -> Read:
    """Return what is read of these rows of learners. At most ten SELECTs, one fewer where nothing is at choice."""
    enrolments = [row.id for row in rows]
    cohorts = {row.id: row for row in db.session.execute(_COHORTS, {"cohorts": {row.cohort_id for row in rows}})}
    versions = {row.variant_id: _version(cohorts[row.cohort_id]) for row in rows}
    asked, hours = by_variant(versions, "diplomas", _asked), hours_asked(versions)
    courses = {
        key: Course(cohorts[key[0]], asked[key[1]], hours[key[1]])
        for key in {(row.cohort_id, row.variant_id) for row in rows}
    }
    rules = {key: _rule(course) for key, course in courses.items()}
    at_choice = any(module.choice_group_id for each in asked.values() for module in each.modules)
    return Read(
        courses=courses,
        chosen=choices.chosen_by(enrolments) if at_choice else {},
        handed_in=_handed_in(enrolments),
        hours=_hours(enrolments),
        tallies=tallies_of(rows, {row.id: rules[row.cohort_id, row.variant_id] for row in rows}),
        waivers=live_waivers(enrolments),
    )


def _version(cohort: Any) -> Version:
    return Version(cohort.edition_id, cohort.edition_status, cohort.content_version)


def _rule(course: Course) -> Rule:
    cohort = course.cohort
    terms = Terms(
        required=course.hours.get(Modality.IN_PERSON),
        mode=cohort.credit_mode,
        partial=cohort.partial_credit,
        threshold=cohort.attendance_threshold,
    )
    return Rule(terms, visio_counts=bool(cohort.visio_counts))


def _asked(variants: Collection[uuid.UUID]) -> dict[uuid.UUID, Asked]:
    wanted = {"variants": variants}
    asked = {variant: Asked() for variant in variants}
    for module in db.session.execute(_MODULES, wanted):
        asked[module.variant_id].modules.append(module)
    for tracer in db.session.execute(_TRACERS, wanted):
        asked[tracer.variant_id].tracers.setdefault(tracer.module_id, []).append(tracer)
    return asked


def _handed_in(enrolments: Iterable[uuid.UUID]) -> dict[uuid.UUID, dict[str, str]]:
    found: dict[uuid.UUID, dict[str, str]] = {}
    for enrolment_id, status, keys in db.session.execute(_HANDED_IN, {"enrolments": enrolments}):
        found.setdefault(enrolment_id, {}).update(dict.fromkeys(keys.split(SEPARATOR), status))
    return found


def _hours(enrolments: Iterable[uuid.UUID]) -> dict[uuid.UUID, dict[Modality, Logged]]:
    found: dict[uuid.UUID, dict[Modality, Logged]] = {}
    for row in db.session.execute(_HOURS_DONE, {"enrolments": enrolments}):
        hours = found.setdefault(row.enrolment_id, {}).setdefault(row.modality, Logged())
        pairs = (
            (each.split("=") for each in row.modules.split(SEPARATOR)) if row.modality is Modality.E_LEARNING else ()
        )
        modules = {uuid.UUID(module): int(minutes) for module, minutes in pairs}
        if row.status is EntryStatus.CONFIRMED:
            hours.confirmed, hours.confirmed_in = row.minutes, modules
        else:
            hours.waiting, hours.waiting_in = row.minutes, modules
    return found
