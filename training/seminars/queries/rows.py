"""Half-days and what sheets say of learners, as plain rows: two SELECTs whatever the number of learners (R44–R46, R116).

Lists of half-days come from the database as one string a learner: a region of two hundred learners is a thousand rows,
not ten thousand. Presences half-day by half-day (:func:`presences_of`) and the figures of many (:mod:`tally`) begin here.
"""

import functools
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import String, cast, exists, func, literal, null, select, type_coerce, union_all
from sqlalchemy.orm import aliased

from training.catalogue.enums import Modality, ModuleType
from training.catalogue.models import DiplomaRules, Module
from training.catalogue.published import Version, hours_asked
from training.cohorts.choosing import ModuleChoice
from training.cohorts.models import Cohort, Enrolment
from training.common import clock
from training.common.among import among
from training.database import db, reads_only
from training.seminars.enums import CREDITED, OFF, Mode, Presence, SeminarKind, SheetStatus
from training.seminars.models import (
    AttendanceEntry,
    AttendanceSheet,
    AttendanceWaiver,
    CarriedPresence,
    HalfDay,
    MakeUp,
    Seminar,
    half_day_module,
    half_day_variant,
)
from training.seminars.rules.carried import Carried, carried_of, carried_over
from training.seminars.rules.presence import LearnerPresence, Line, Said, Taught, Terms, line_of
from training.seminars.rules.seminars import UNTAUGHT, hours_of, length_of
from training.seminars.rules.tally import NOTHING, Counted, Known, Word

SEPARATOR: Final = ","


def _joined(column: Any, *where: Any) -> Any:
    """Return the values of a column as one string."""
    listed = func.aggregate_strings(cast(column, String), SEPARATOR)
    return select(listed).where(*where).correlate(HalfDay).scalar_subquery()


def _told(name: str) -> Any:
    return AttendanceSheet.content[name].as_string()


def _teaches(which: Any) -> Any:
    """Return the condition: a module like this is taught there."""
    linked = half_day_module.c.half_day_id == HalfDay.id
    return exists().where(linked, Module.id == half_day_module.c.module_id, which).correlate(HalfDay)


_HALF_DAYS: Final = (
    select(
        cast(HalfDay.id, String).label("key"),
        Seminar.cohort_id,
        Seminar.title,
        Seminar.kind,
        Seminar.status.label("seminar_status"),
        HalfDay.cancelled_at,
        HalfDay.starts_at,
        HalfDay.ends_at,
        HalfDay.mode,
        HalfDay.credited_hours,
        AttendanceSheet.status.label("sheet_status"),
        AttendanceSheet.taken_over,
        _told("starts_at").label("told_start"),
        _told("ends_at").label("told_end"),
        _told("mode").label("told_mode"),
        _told("credited_hours").label("told_hours"),
        _joined(half_day_module.c.module_id, half_day_module.c.half_day_id == HalfDay.id).label("modules"),
        _joined(half_day_variant.c.variant_id, half_day_variant.c.half_day_id == HalfDay.id).label("variants"),
        _teaches(Module.choice_group_id.is_(None)).label("for_all"),
        _teaches(Module.type != ModuleType.ELECTIVE).label("core"),
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
    """Return what is known of learners: by sheets, made up elsewhere, dispensed, chosen, carried from a cohort left."""
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
    carried = select(
        CarriedPresence.enrolment_id,
        literal("carried"),
        func.coalesce(cast(CarriedPresence.module_id, String), ""),
        CarriedPresence.credited,
        cast(CarriedPresence.followed, String) + "/" + cast(CarriedPresence.planned, String),
    ).where(among(CarriedPresence.enrolment_id, _HERS))
    return union_all(_spoken("said", AttendanceSheet.half_day_id), made_up, waived, chosen, carried)


_WORDS: Final = _words()


def half_days_in(cohorts: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Any]]:
    """Return the half-days of these cohorts in order of time, by cohort. One SELECT, once a page."""
    known: dict[frozenset[uuid.UUID], dict[uuid.UUID, list[Any]]]
    known = db.session().info.setdefault("half_days", {}) if reads_only() else {}
    asked = frozenset(cohorts)
    if asked not in known:
        found = known[asked] = {}
        for row in db.session.execute(_HALF_DAYS, {"cohorts": asked}):
            found.setdefault(row.cohort_id, []).append(row)
    return known[asked]


def ids_in(listed: str | None) -> list[uuid.UUID]:
    """Return the uuids of a string of them."""
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


def is_off(row: Any) -> bool:
    """Whether a half-day does not take place."""
    return row.cancelled_at is not None or row.seminar_status in OFF


def _slot(row: Any) -> _Slot:
    """Return when a half-day was held and what it was worth: what its locked sheet told stands whatever has changed since."""
    planned = _Slot(row.starts_at, row.ends_at, row.mode, row.credited_hours, is_off(row), _Gathering(row.kind))
    if row.told_start is not None:
        planned = _Slot(
            datetime.fromisoformat(row.told_start),
            datetime.fromisoformat(row.told_end),
            Mode(row.told_mode),
            Decimal(row.told_hours) if row.told_hours is not None else None,
            is_off=False,
            seminar=planned.seminar,
        )
    return planned


def counted(row: Any, *, visio_counts: bool) -> Counted:
    """Return a half-day as it counts for many."""
    slot = _slot(row)
    is_open = row.sheet_status is not SheetStatus.LOCKED
    return Counted(
        key=row.key,
        starts_on=clock.in_paris(slot.starts_at).date(),
        worth=hours_of(slot, visio_counts=visio_counts),
        length=length_of(slot),
        variants=frozenset(ids_in(row.variants)),
        modules=tuple(ids_in(row.modules)),
        at_choice=bool(row.modules) and not row.for_all,
        counts=row.kind not in UNTAUGHT,
        is_off=is_off(row),
        is_open=is_open,
        is_ahead=is_open and slot.ends_at > clock.now(),
    )


def known_of(enrolments: Collection[uuid.UUID]) -> dict[uuid.UUID, Known]:
    """Return what is known of these learners: by sheets, made up elsewhere, dispensed, chosen, carried. One SELECT."""
    said: dict[uuid.UUID, list[Word]] = {}
    made_up: dict[uuid.UUID, list[Word]] = {}
    waived: dict[uuid.UUID, list[str]] = {}
    chosen: dict[uuid.UUID, frozenset[uuid.UUID]] = {}
    carried: dict[uuid.UUID, list[Carried]] = {}
    for enrolment_id, source, word, hours, keys in db.session.execute(_WORDS, {"enrolments": enrolments}):
        listed = keys.split(SEPARATOR)
        if source == "carried":
            followed, planned = (int(number) for number in keys.split("/"))
            module_id = _id(word) if word else None
            carried.setdefault(enrolment_id, []).append(carried_of(module_id, followed, planned, Decimal(hours)))
        elif source == "waived":
            waived[enrolment_id] = listed
        elif source == "chosen":
            chosen[enrolment_id] = frozenset(ids_in(keys))
        else:
            into = said if source == "said" else made_up
            into.setdefault(enrolment_id, []).append(Word(Presence(word), listed, hours))
    return {
        each: Known(
            said.get(each, ()),
            made_up.get(each, ()),
            waived.get(each, ()),
            chosen.get(each, frozenset()),
            carried.get(each, ()),
        )
        for each in {*said, *made_up, *waived, *chosen, *carried}
    }


# --- half-day by half-day -----------------------------------------------------------------------------------------


def presence_of(enrolment: Enrolment) -> LearnerPresence:
    """Return the presence of one learner. Three SELECTs at most."""
    (presence,) = presences_of(enrolment.cohort, [enrolment])
    return presence


def presences_of(cohort: Cohort, enrolments: Sequence[Enrolment]) -> list[LearnerPresence]:
    """Return the presence of these learners of a cohort, in their order. Three SELECTs at most, whatever their number."""
    rules, version, now = cohort.edition.rules, Version.of(cohort.edition), clock.now()
    known = known_of([enrolment.id for enrolment in enrolments])
    asked = hours_asked({enrolment.variant_id: version for enrolment in enrolments})
    visio_counts = bool(rules and rules.visio_counts)
    rows = half_days_in([cohort.id]).get(cohort.id, ())
    half_days = {row.key: _taught(row, visio_counts=visio_counts) for row in rows}
    return [
        LearnerPresence(
            _lines(enrolment, half_days, known.get(enrolment.id, NOTHING), now),
            terms_of(rules, asked[enrolment.variant_id].get(Modality.IN_PERSON)),
        )
        for enrolment in enrolments
    ]


def _lines(enrolment: Enrolment, half_days: Mapping[str, Taught], known: Known, now: datetime) -> list[Line]:
    said, made_up = _by_half_day(known.said), _by_half_day(known.made_up)
    brought = carried_over(
        list(half_days.values()), known.carried, variant_id=enrolment.variant_id, chosen=known.chosen
    )
    lines = (
        line_of(
            half_day,
            variant_id=enrolment.variant_id,
            entered_on=enrolment.entered_on,
            left_on=enrolment.left_on,
            said=said.get(key),
            made_up=made_up.get(key),
            dispensed=key in known.dispensed,
            now=now,
            chosen=known.chosen,
            carried=brought.get(place),
        )
        for place, (key, half_day) in enumerate(half_days.items())
    )
    return [line for line in lines if line is not None]


def _by_half_day(words: Iterable[Word]) -> dict[str, Said]:
    return {key: Said(word.presence, word.hours) for word in words for key in word.keys}


def _taught(row: Any, *, visio_counts: bool) -> Taught:
    slot, modules = _slot(row), tuple(ids_in(row.modules))
    return Taught(
        id=uuid.UUID(row.key),
        title=row.title,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        worth=hours_of(slot, visio_counts=visio_counts),
        length=length_of(slot),
        variants=frozenset(ids_in(row.variants)),
        modules=modules,
        at_choice=bool(modules) and not row.for_all,
        is_core=not modules or row.core,
        counts=row.kind not in UNTAUGHT,
        is_off=is_off(row),
        is_locked=row.sheet_status is SheetStatus.LOCKED,
        is_taken_over=bool(row.taken_over),
    )


def terms_of(rules: DiplomaRules | None, required: int | None) -> Terms:
    """Return what the edition says of presence; ``required`` are the exact hours its variant asks, null when unknown."""
    return Terms(
        required=required,
        mode=rules.credit_mode if rules else None,
        partial=rules.partial_credit if rules else None,
        threshold=rules.attendance_threshold if rules else None,
    )
