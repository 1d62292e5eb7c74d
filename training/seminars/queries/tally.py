"""Presence of many learners, in any number of cohorts, in two SELECTs of plain rows (R44–R46).

:mod:`presence` loads what a page shows of each half-day; this one counts. Lists of half-days come from the database as
one string a learner: a region of two hundred learners is a thousand rows, not ten thousand.
"""

import functools
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Protocol

from sqlalchemy import String, cast, exists, func, literal, null, select, type_coerce, union_all
from sqlalchemy.orm import aliased

from training.catalogue.models import Module
from training.cohorts.choosing import ModuleChoice
from training.common import clock
from training.common.among import among
from training.database import db
from training.seminars.enums import CREDITED, OFF, Mode, Presence, SeminarKind, SheetStatus
from training.seminars.models import (
    AttendanceEntry,
    AttendanceSheet,
    AttendanceWaiver,
    HalfDay,
    MakeUp,
    Seminar,
    half_day_module,
    half_day_variant,
)
from training.seminars.rules.presence import Terms
from training.seminars.rules.seminars import UNTAUGHT, hours_of, length_of
from training.seminars.rules.tally import NOTHING, Counted, Known, Plan, Tally, Word, tally

SEPARATOR: Final = ","


class Attendee(Protocol):
    """An enrolment, as far as presence goes."""

    @property
    def id(self) -> uuid.UUID:
        """The enrolment’s uuid."""

    @property
    def cohort_id(self) -> uuid.UUID:
        """Her cohort."""

    @property
    def variant_id(self) -> uuid.UUID:
        """Her variant."""

    @property
    def entered_on(self) -> date:
        """Her first day."""

    @property
    def left_on(self) -> date | None:
        """The day she left, excluded."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What the edition of a learner says of presence."""

    terms: Terms
    visio_counts: bool


def _joined(column: Any, *where: Any) -> Any:
    """Return the values of a column as one string."""
    listed = func.aggregate_strings(cast(column, String), SEPARATOR)
    return select(listed).where(*where).correlate(HalfDay).scalar_subquery()


def _told(name: str) -> Any:
    return AttendanceSheet.content[name].as_string()


_HALF_DAYS: Final = (
    select(
        cast(HalfDay.id, String).label("key"),
        Seminar.cohort_id,
        Seminar.kind,
        Seminar.status.label("seminar_status"),
        HalfDay.cancelled_at,
        HalfDay.starts_at,
        HalfDay.ends_at,
        HalfDay.mode,
        HalfDay.credited_hours,
        AttendanceSheet.status.label("sheet_status"),
        _told("starts_at").label("told_start"),
        _told("ends_at").label("told_end"),
        _told("mode").label("told_mode"),
        _told("credited_hours").label("told_hours"),
        _joined(half_day_module.c.module_id, half_day_module.c.half_day_id == HalfDay.id).label("modules"),
        _joined(half_day_variant.c.variant_id, half_day_variant.c.half_day_id == HalfDay.id).label("variants"),
        exists()
        .where(half_day_module.c.half_day_id == HalfDay.id)
        .where(Module.id == half_day_module.c.module_id, Module.choice_group_id.is_(None))
        .correlate(HalfDay)
        .label("for_all"),
    )
    .join(HalfDay.seminar)
    .outerjoin(AttendanceSheet, AttendanceSheet.half_day_id == HalfDay.id)
    .where(among(Seminar.cohort_id, "cohorts"))
    .order_by(HalfDay.starts_at, HalfDay.uid)
)


_HERS: Final = "enrolments"
_LATER: Final = aliased(AttendanceEntry)
_CORRECTED: Final = select(_LATER.corrects_id).where(_LATER.corrects_id.is_not(None), among(_LATER.enrolment_id, _HERS))


def _spoken(source: str, keys: Any) -> Any:
    """Return what locked sheets say, uncorrected: one row a learner and a word, with the half-days ``keys`` names."""
    return (
        select(
            AttendanceEntry.enrolment_id,
            literal(source).label("source"),
            type_coerce(AttendanceEntry.status, String).label("word"),
            AttendanceEntry.hours,
            func.aggregate_strings(cast(keys, String), SEPARATOR).label("keys"),
        )
        .join(AttendanceSheet, AttendanceSheet.id == AttendanceEntry.sheet_id)
        .where(
            among(AttendanceEntry.enrolment_id, _HERS),
            AttendanceSheet.status == SheetStatus.LOCKED,
            AttendanceEntry.id.not_in(_CORRECTED),
        )
        .group_by(AttendanceEntry.enrolment_id, AttendanceEntry.status, AttendanceEntry.hours)
    )


def _words() -> Any:
    """Return what is known of learners: by sheets, made up elsewhere, dispensed, chosen."""
    invited = (MakeUp.enrolment_id == AttendanceEntry.enrolment_id) & (MakeUp.invited_id == AttendanceSheet.half_day_id)
    made_up = _spoken("made_up", MakeUp.missed_id).join(MakeUp, invited).where(AttendanceEntry.status.in_(CREDITED))
    waived = (
        select(
            AttendanceWaiver.enrolment_id,
            literal("waived"),
            null(),
            null(),
            func.aggregate_strings(cast(AttendanceWaiver.half_day_id, String), SEPARATOR),
        )
        .where(among(AttendanceWaiver.enrolment_id, _HERS))
        .group_by(AttendanceWaiver.enrolment_id)
    )
    chosen = (
        select(
            ModuleChoice.enrolment_id,
            literal("chosen"),
            null(),
            null(),
            func.aggregate_strings(cast(ModuleChoice.module_id, String), SEPARATOR),
        )
        .where(among(ModuleChoice.enrolment_id, _HERS), ModuleChoice.agreed_at.is_not(None))
        .group_by(ModuleChoice.enrolment_id)
    )
    return union_all(_spoken("said", AttendanceSheet.half_day_id), made_up, waived, chosen)


_WORDS: Final = _words()


def tallies_of(learners: Collection[Attendee], rules: Mapping[uuid.UUID, Rule]) -> dict[uuid.UUID, Tally]:
    """Return the presence of each of these learners, ``rules`` being given by enrolment. Two SELECTs, none for nobody."""
    if not learners:
        return {}
    half_days = _half_days({learner.cohort_id for learner in learners})
    known = _known([learner.id for learner in learners])
    plans: dict[tuple[uuid.UUID, uuid.UUID, bool], Plan] = {}
    found = {}
    for learner in learners:
        rule = rules[learner.id]
        key = (learner.cohort_id, learner.variant_id, rule.visio_counts)
        plan = plans.get(key)
        if plan is None:
            rows = half_days.get(learner.cohort_id, ())
            plan = plans[key] = Plan(learner.variant_id, [_counted(row, rule) for row in rows])
        found[learner.id] = tally(
            plan,
            known.get(learner.id, NOTHING),
            rule.terms,
            entered_on=learner.entered_on,
            left_on=learner.left_on,
        )
    return found


def _half_days(cohorts: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Any]]:
    found: dict[uuid.UUID, list[Any]] = {}
    for row in db.session.execute(_HALF_DAYS, {"cohorts": list(cohorts)}):
        found.setdefault(row.cohort_id, []).append(row)
    return found


def _ids(listed: str | None) -> list[uuid.UUID]:
    return [_id(each) for each in listed.split(SEPARATOR)] if listed else []


@functools.lru_cache(maxsize=1024)
def _id(text: str) -> uuid.UUID:
    """Return the uuid of a module or a variant, which many half-days name."""
    return uuid.UUID(text)


@dataclass(frozen=True, slots=True)
class _Gathering:
    """The seminar of a half-day, as far as hours go."""

    kind: SeminarKind


@dataclass(frozen=True, slots=True)
class _Slot:
    """A half-day as it was held, or as it is planned."""

    starts_at: datetime
    ends_at: datetime
    mode: Mode
    credited_hours: Decimal | None
    is_off: bool
    seminar: Any
    variants: Sequence[Any] = ()


def _counted(row: Any, rule: Rule) -> Counted:
    """Return a half-day as it counts: what its locked sheet told of it stands whatever has changed since."""
    is_off = row.cancelled_at is not None or row.seminar_status in OFF
    slot = _Slot(row.starts_at, row.ends_at, row.mode, row.credited_hours, is_off, _Gathering(row.kind))
    if row.told_start is not None:
        slot = _Slot(
            datetime.fromisoformat(row.told_start),
            datetime.fromisoformat(row.told_end),
            Mode(row.told_mode),
            Decimal(row.told_hours) if row.told_hours is not None else None,
            is_off=False,
            seminar=slot.seminar,
        )
    is_open = row.sheet_status is not SheetStatus.LOCKED
    return Counted(
        key=row.key,
        starts_on=clock.in_paris(slot.starts_at).date(),
        worth=hours_of(slot, visio_counts=rule.visio_counts),
        length=length_of(slot),
        variants=frozenset(_ids(row.variants)),
        modules=tuple(_ids(row.modules)),
        at_choice=bool(row.modules) and not row.for_all,
        counts=row.kind not in UNTAUGHT,
        is_off=is_off,
        is_open=is_open,
        is_ahead=is_open and slot.ends_at > clock.now(),
    )


def _known(enrolments: Sequence[uuid.UUID]) -> dict[uuid.UUID, Known]:
    said: dict[uuid.UUID, list[Word]] = {}
    made_up: dict[uuid.UUID, list[Word]] = {}
    waived: dict[uuid.UUID, list[str]] = {}
    chosen: dict[uuid.UUID, frozenset[uuid.UUID]] = {}
    for enrolment_id, source, word, hours, keys in db.session.execute(_WORDS, {"enrolments": enrolments}):
        listed = keys.split(SEPARATOR)
        if source == "waived":
            waived[enrolment_id] = listed
        elif source == "chosen":
            chosen[enrolment_id] = frozenset(_ids(keys))
        else:
            into = said if source == "said" else made_up
            into.setdefault(enrolment_id, []).append(Word(Presence(word), listed, hours))
    return {
        each: Known(said.get(each, ()), made_up.get(each, ()), waived.get(each, ()), chosen.get(each, frozenset()))
        for each in {*said, *made_up, *waived, *chosen}
    }
