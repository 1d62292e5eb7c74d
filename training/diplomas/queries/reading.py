"""What is read of a list of learners: what their variants ask, what they handed in, their hours, their presence.

Plain rows, statements built once (decision 11). What is owed is read by variant; what was done comes as one string of
uuids a learner and a state; presence is counted by the seminars’ own tally.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Select, String, cast, func, select, type_coerce

from training.catalogue.enums import Modality
from training.catalogue.models import (
    ChoiceGroup,
    HoursRequirement,
    Module,
    ModuleVariant,
    Resource,
    TracerType,
    TracerVariant,
)
from training.common.among import among
from training.database import db
from training.diplomas.queries.owed import Asked, Logged, Owed
from training.diplomas.queries.waivers import Waivers, live_waivers
from training.diplomas.rules import DEFAULT_THRESHOLD
from training.portfolio import choices
from training.portfolio.enums import EntryStatus
from training.portfolio.models import HoursEntry, Tracer
from training.portfolio.rules import expected_modules
from training.portfolio.rules.tracers import ModuleFacts
from training.seminars.queries import Rule, tallies_of
from training.seminars.rules.presence import Terms
from training.seminars.rules.tally import Tally

SEPARATOR: Final = ","
_VARIANTS: Final = "variants"
_ENROLMENTS: Final = "enrolments"

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
_HOURS_ASKED: Final = select(
    HoursRequirement.variant_id, HoursRequirement.modality, HoursRequirement.low, HoursRequirement.high
).where(among(HoursRequirement.variant_id, _VARIANTS))
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
    """Everything read for a list of learners."""

    asked: Mapping[uuid.UUID, Asked]
    chosen: Mapping[uuid.UUID, frozenset[uuid.UUID]]
    handed_in: Mapping[uuid.UUID, Mapping[str, str]]
    hours: Mapping[tuple[uuid.UUID, Modality], Logged]
    tallies: Mapping[uuid.UUID, Tally]
    waivers: Waivers
    courses: dict[tuple[uuid.UUID, frozenset[uuid.UUID]], Sequence[Owed]] = field(default_factory=dict)

    def course(self, row: Any, chosen: frozenset[uuid.UUID]) -> Sequence[Owed]:
        """Return the modules followed by whoever is of this row’s variant and chose so (R104)."""
        key = (row.variant_id, chosen)
        if key not in self.courses:
            asked = self.asked[row.variant_id]
            rate = DEFAULT_THRESHOLD if row.attendance_threshold is None else row.attendance_threshold
            rows = {module.id: module for module in asked.modules}
            facts = [
                ModuleFacts(m.id, m.code, m.title or m.code, m.type, m.mandatory, m.parent_id, m.choice_group_id)
                for m in rows.values()
            ]
            self.courses[key] = [
                Owed(rows[module.id], asked.tracers.get(module.id, ()), rate)
                for module in expected_modules(facts, chosen)
            ]
        return self.courses[key]


def read(rows: Sequence[Any]) -> Read:
    """Return what is read of these rows of learners. At most nine SELECTs."""
    enrolments = [row.id for row in rows]
    asked = _asked({row.variant_id for row in rows})
    return Read(
        asked=asked,
        chosen=choices.chosen_by(enrolments),
        handed_in=_handed_in(enrolments),
        hours=_hours(enrolments),
        tallies=tallies_of(rows, {row.id: _rule(row, asked[row.variant_id]) for row in rows}),
        waivers=live_waivers(enrolments),
    )


def _rule(row: Any, asked: Asked) -> Rule:
    terms = Terms(
        required=asked.hours.get(Modality.IN_PERSON),
        mode=row.credit_mode,
        partial=row.partial_credit,
        threshold=row.attendance_threshold,
    )
    return Rule(terms, visio_counts=bool(row.visio_counts))


def _asked(variants: Collection[uuid.UUID]) -> dict[uuid.UUID, Asked]:
    asked = {variant: Asked() for variant in variants}
    wanted = {"variants": list(variants)}
    for module in db.session.execute(_MODULES, wanted):
        asked[module.variant_id].modules.append(module)
    for tracer in db.session.execute(_TRACERS, wanted):
        asked[tracer.variant_id].tracers.setdefault(tracer.module_id, []).append(tracer)
    for variant, modality, low, high in db.session.execute(_HOURS_ASKED, wanted):
        asked[variant].hours[modality] = low if low == high else None
    return asked


def _handed_in(enrolments: Iterable[uuid.UUID]) -> dict[uuid.UUID, dict[str, str]]:
    found: dict[uuid.UUID, dict[str, str]] = {}
    for enrolment_id, status, keys in db.session.execute(_HANDED_IN, {"enrolments": enrolments}):
        found.setdefault(enrolment_id, {}).update(dict.fromkeys(keys.split(SEPARATOR), status))
    return found


def _hours(enrolments: Iterable[uuid.UUID]) -> dict[tuple[uuid.UUID, Modality], Logged]:
    found: dict[tuple[uuid.UUID, Modality], Logged] = {}
    for row in db.session.execute(_HOURS_DONE, {"enrolments": enrolments}):
        hours = found.setdefault((row.enrolment_id, row.modality), Logged())
        pairs = (
            (each.split("=") for each in row.modules.split(SEPARATOR)) if row.modality is Modality.E_LEARNING else ()
        )
        modules = {uuid.UUID(module): int(minutes) for module, minutes in pairs}
        if row.status is EntryStatus.CONFIRMED:
            hours.confirmed, hours.confirmed_in = row.minutes, modules
        else:
            hours.waiting, hours.waiting_in = row.minutes, modules
    return found
