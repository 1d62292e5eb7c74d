"""Attendance sheets: one of them with its roster, the one a code leads to, what a watching screen asks (R36, R39, R40)."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import and_, bindparam, exists, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from training.accounts.models import Person
from training.catalogue.models import Edition
from training.cohorts.choice_rules import at_choice
from training.cohorts.enums import GONE
from training.cohorts.models import Cohort, CohortPart, Enrolment
from training.cohorts.queries import seen_by
from training.cohorts.queries.choosing import chosen_by
from training.common.errors import NotFound
from training.common.files import StoredFile
from training.common.loading import load_list
from training.common.policy import Principal
from training.database import db
from training.seminars.enums import CREDITED, Presence, SheetStatus
from training.seminars.models import (
    AbsenceNotice,
    AttendanceEntry,
    AttendanceSheet,
    AttendanceWaiver,
    HalfDay,
    HalfDayStaff,
    MakeUp,
    Seminar,
    SheetGuest,
)
from training.seminars.queries.carried import BROUGHT, CHOSEN, carried_at
from training.seminars.queries.corrections import Corrected, corrections_on
from training.seminars.rules.attendance import expected_on, in_force, sealed_words, shared_devices

SCAN_USE: Final = "attendance_scan"


@dataclass(frozen=True, slots=True)
class Expected:
    """Someone on the roster of a half-day: expected, or invited to make up another one (R116)."""

    enrolment: Enrolment
    notice: AbsenceNotice | None
    waiver: AttendanceWaiver | None
    make_up: MakeUp | None
    is_carried: bool = False
    """She followed it already, in the cohort she left: she is not waited for (R116)."""

    @property
    def name(self) -> str:
        """Her name."""
        return self.enrolment.person.name

    @property
    def is_dispensed(self) -> bool:
        """Whether nobody waits for her: dispensed by the school, or carried."""
        return self.waiver is not None or self.is_carried


@dataclass(frozen=True, slots=True)
class SheetView:
    """A sheet, stored or still to be opened, with the half-day’s roster: what the guard judges and the pages show."""

    sheet: AttendanceSheet
    roster: Sequence[Expected]

    @property
    def id(self) -> uuid.UUID:
        """The sheet’s uuid."""
        return self.sheet.id

    @property
    def half_day(self) -> HalfDay:
        """Its half-day."""
        return self.sheet.half_day

    @property
    def cohort(self) -> Cohort:
        """Its cohort."""
        return self.sheet.half_day.cohort

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence everyone’s rights on it."""
        return self.sheet.half_day.parts

    @property
    def status(self) -> SheetStatus:
        """Where it stands."""
        return self.sheet.status


_OF_HALF_DAY: Final = (
    joinedload(HalfDay.seminar, innerjoin=True)
    .joinedload(Seminar.cohort, innerjoin=True)
    .joinedload(Cohort.edition, innerjoin=True)
    .options(joinedload(Edition.programme, innerjoin=True), joinedload(Edition.rules)),
    selectinload(HalfDay.modules),
    selectinload(HalfDay.variants),
)
_STAFF: Final = joinedload(HalfDayStaff.person, innerjoin=True)
_WITH_BODY: Final = joinedload(CohortPart.organisation, innerjoin=True)


def find_sheet(principal: Principal, seminar_id: uuid.UUID, half_day_id: uuid.UUID) -> SheetView:
    """Return the sheet of a half-day this person may see, with its roster; ``NotFound`` for any other. Seven SELECTs."""
    works = exists().where(HalfDayStaff.half_day_id == HalfDay.id, HalfDayStaff.person_id == principal.person_id)
    row = db.session.execute(
        select(HalfDay, AttendanceSheet)
        .join(HalfDay.seminar)
        .join(Seminar.cohort)
        .outerjoin(AttendanceSheet, AttendanceSheet.half_day_id == HalfDay.id)
        .where(HalfDay.id == half_day_id, HalfDay.seminar_id == seminar_id, or_(seen_by(principal), works))
        .options(*_OF_HALF_DAY)
    ).one_or_none()
    if row is None:
        raise NotFound
    return view_of(row[0], row[1])


def view_of(half_day: HalfDay, sheet: AttendanceSheet | None) -> SheetView:
    """Return a sheet with its roster; one nobody has opened stands for itself without a row. Three SELECTs."""
    load_list(half_day.seminar.cohort, Cohort.parts, _WITH_BODY)
    load_list(half_day, HalfDay.staff, _STAFF)
    if sheet is None:
        sheet = AttendanceSheet(half_day_id=half_day.id, status=SheetStatus.TO_OPEN, version=0, tag="")
    set_committed_value(sheet, "half_day", half_day)
    return SheetView(sheet, roster_of(half_day))


def roster_of(half_day: HalfDay) -> list[Expected]:
    """Return who is expected at a half-day, then who is invited to make up another one, by name. One SELECT, another
    when someone came from another cohort.

    The cohort’s enrolments come with it, as if they had been asked for.
    """
    cohort = half_day.seminar.cohort
    rows = db.session.execute(
        select(Enrolment, AbsenceNotice, AttendanceWaiver, MakeUp, BROUGHT, CHOSEN)
        .join(Enrolment.person)
        .outerjoin(
            AbsenceNotice,
            and_(
                AbsenceNotice.enrolment_id == Enrolment.id,
                AbsenceNotice.half_day_id == half_day.id,
                AbsenceNotice.withdrawn_at.is_(None),
            ),
        )
        .outerjoin(
            AttendanceWaiver,
            and_(AttendanceWaiver.enrolment_id == Enrolment.id, AttendanceWaiver.half_day_id == half_day.id),
        )
        .outerjoin(MakeUp, and_(MakeUp.enrolment_id == Enrolment.id, MakeUp.invited_id == half_day.id))
        .options(
            joinedload(Enrolment.person, innerjoin=True),
            joinedload(Enrolment.structure, innerjoin=True),
            joinedload(Enrolment.cohort, innerjoin=True),
        )
        .where(or_(Enrolment.cohort_id == cohort.id, MakeUp.id.is_not(None)))
        .order_by(Person.sort_key, Enrolment.id)
    ).all()
    own = [row[0] for row in rows if row[0].cohort_id == cohort.id]
    set_committed_value(cohort, "enrolments", own)
    expected = {enrolment.id for enrolment in expected_on(half_day, own, _chosen([half_day], own))}
    carried = carried_at(half_day, ((row[0], row[4], row[5]) for row in rows if row[0].id in expected))
    hers = [row for row in rows if row[0].id in expected and row[3] is None]
    invited = [row for row in rows if row[3] is not None]
    return [Expected(row[0], row[1], row[2], row[3], row[0].id in carried) for row in hers] + [
        Expected(row[0], row[1], row[2], row[3]) for row in invited
    ]


def _chosen(half_days: Iterable[HalfDay], enrolments: Iterable[Enrolment]) -> Mapping[uuid.UUID, frozenset[uuid.UUID]]:
    """Return the modules these learners chose, asked only where a half-day teaches nothing else (R104)."""
    if not any(at_choice(half_day.modules) for half_day in half_days):
        return {}
    return chosen_by([enrolment.id for enrolment in enrolments])


def expected_at(seminar: Seminar) -> list[Enrolment]:
    """Return who is expected at one of a seminar’s half-days, by name, each once. One SELECT."""
    enrolments = db.session.scalars(
        select(Enrolment)
        .join(Enrolment.person)
        .options(joinedload(Enrolment.person, innerjoin=True))
        .where(Enrolment.cohort_id == seminar.cohort_id, Enrolment.status.not_in(GONE))
        .order_by(Person.sort_key, Enrolment.id)
    ).all()
    chosen = _chosen(seminar.half_days, enrolments)
    wanted = {each.id for half_day in seminar.half_days for each in expected_on(half_day, enrolments, chosen)}
    return [each for each in enrolments if each.id in wanted]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A line of a sheet: who, what it says of her now, and what the trainer should look at."""

    expected: Expected
    entry: AttendanceEntry | None
    shares_device: bool
    sealed: AttendanceEntry | None = None
    """What the lock sealed, when it was corrected since."""

    @property
    def awaited(self) -> Presence | None:
        """What the lock will write if nobody says otherwise; null once something is written."""
        if self.entry is not None:
            return None
        if self.expected.is_dispensed:
            return Presence.DISPENSED
        return Presence.EXCUSED if self.expected.notice is not None else Presence.ABSENT


@dataclass(frozen=True, slots=True)
class SheetPage:
    """What the page of a sheet shows."""

    view: SheetView
    rows: Sequence[SheetRow]
    others: Sequence[AttendanceEntry]
    guests: Sequence[AttendanceEntry]
    scans: Sequence[StoredFile]
    corrections: Sequence[Corrected]

    @property
    def signed(self) -> int:
        """How many learners are written present."""
        return sum(row.entry is not None and row.entry.status in CREDITED for row in self.rows)

    @property
    def shared(self) -> Sequence[str]:
        """Who signed on a device that signed for someone else."""
        return [row.expected.name for row in self.rows if row.shares_device]


_ENTRIES: Final = (
    joinedload(AttendanceEntry.guest),
    joinedload(AttendanceEntry.enrolment).joinedload(Enrolment.person),
)


def entries_of(sheet: AttendanceSheet) -> list[AttendanceEntry]:
    """Return all the entries of a sheet, with who they are about, in order of time. One SELECT."""
    return list(
        db.session.scalars(
            select(AttendanceEntry)
            .where(AttendanceEntry.sheet_id == sheet.id)
            .options(*_ENTRIES)
            .order_by(AttendanceEntry.recorded_at, AttendanceEntry.id)
        )
    )


def sheet_page(view: SheetView) -> SheetPage:
    """Return what the page of a sheet shows. Two SELECTs, three with corrections."""
    entries = entries_of(view.sheet) if view.sheet.id is not None else []
    current = in_force(entries)
    sealed = {entry.enrolment_id: entry for entry in sealed_words(entries)}
    shared = shared_devices(entries)
    by_learner = {entry.enrolment_id: entry for entry in current if entry.enrolment_id is not None}
    rows = []
    for expected in view.roster:
        entry = by_learner.pop(expected.enrolment.id, None)
        if entry is None and view.sheet.is_locked:
            continue  # she entered, or was invited, after the lock
        was = sealed.get(expected.enrolment.id) if entry is not None and entry.reason_digest is not None else None
        rows.append(SheetRow(expected, entry, entry is not None and entry.id in shared, was))
    return SheetPage(
        view=view,
        rows=rows,
        others=list(by_learner.values()),
        guests=[entry for entry in current if entry.guest_id is not None],
        scans=scans_of(view.sheet) if view.sheet.id is not None else [],
        corrections=corrections_on(entries),
    )


def scans_of(sheet: AttendanceSheet) -> Sequence[StoredFile]:
    """Return the scans of a paper sheet, oldest first. One SELECT."""
    return db.session.scalars(
        select(StoredFile)
        .where(
            StoredFile.subject_kind == "attendance_sheet",
            StoredFile.subject_id == sheet.id,
            StoredFile.use == SCAN_USE,
            StoredFile.erased_at.is_(None),
        )
        .order_by(StoredFile.created_at, StoredFile.id)
    ).all()


# --- signing ---------------------------------------------------------------------------------------------------------


def sheet_by_tag(tag: str) -> AttendanceSheet | None:
    """Return the sheet whose codes begin with this tag, with its half-day, or null. Three SELECTs."""
    return _one_sheet(AttendanceSheet.tag == tag)


def sheet_by_id(sheet_id: uuid.UUID) -> AttendanceSheet:
    """Return a sheet with its half-day; ``NotFound`` if there is none."""
    sheet = _one_sheet(AttendanceSheet.id == sheet_id)
    if sheet is None:
        raise NotFound
    return sheet


def _one_sheet(condition: object) -> AttendanceSheet | None:
    return db.session.scalar(
        select(AttendanceSheet)
        .where(condition)  # type: ignore[arg-type]  # a column condition
        .options(joinedload(AttendanceSheet.half_day, innerjoin=True).options(*_OF_HALF_DAY))
    )


def signers_among(half_day: HalfDay, person_id: uuid.UUID) -> list[Enrolment]:
    """Return the enrolments of a person that a half-day expects, or that are invited on its sheet. One SELECT."""
    invited = exists().where(MakeUp.enrolment_id == Enrolment.id, MakeUp.invited_id == half_day.id)
    found = db.session.execute(
        select(Enrolment, invited)
        .where(
            Enrolment.person_id == person_id,
            Enrolment.status.not_in(GONE),
            or_(Enrolment.cohort_id == half_day.seminar.cohort_id, invited),
        )
        .options(joinedload(Enrolment.person, innerjoin=True))
        .order_by(Enrolment.entered_on, Enrolment.id)
    ).all()
    hers = [row[0] for row in found if not row[1]]
    own = {each.id for each in expected_on(half_day, hers, _chosen([half_day], hers))}
    return [row[0] for row in found if row[1] or row[0].id in own]


def entry_of(sheet: AttendanceSheet, enrolment_id: uuid.UUID) -> AttendanceEntry | None:
    """Return what a sheet says of a learner now, or null. One SELECT."""
    found = db.session.scalars(
        select(AttendanceEntry)
        .where(AttendanceEntry.sheet_id == sheet.id, AttendanceEntry.enrolment_id == enrolment_id)
        .order_by(AttendanceEntry.recorded_at, AttendanceEntry.id)
    ).all()
    current = in_force(found)
    return current[-1] if current else None


def signed_by(enrolment: Enrolment) -> dict[uuid.UUID, AttendanceEntry]:
    """Return what open sheets already say of a learner who is there, by half-day. One SELECT."""
    rows = db.session.execute(
        select(AttendanceSheet.half_day_id, AttendanceEntry)
        .join(AttendanceSheet, AttendanceSheet.id == AttendanceEntry.sheet_id)
        .where(AttendanceEntry.enrolment_id == enrolment.id, AttendanceSheet.status == SheetStatus.OPEN)
    ).all()
    current = {entry.id for entry in in_force(entry for _half_day_id, entry in rows)}
    return {half_day_id: entry for half_day_id, entry in rows if entry.id in current and entry.status in CREDITED}


@dataclass(frozen=True, slots=True)
class Watched:
    """What a watching screen asks: the sheet’s version, and whether it is still open."""

    version: int
    status: SheetStatus


_WATCHED: Final = select(AttendanceSheet.version, AttendanceSheet.status).where(AttendanceSheet.id == bindparam("id"))


def watched_sheet(sheet_id: uuid.UUID) -> Watched:
    """Return the version of a sheet; ``NotFound`` without one. One SELECT."""
    row = db.session.execute(_WATCHED, {"id": sheet_id}).one_or_none()
    if row is None:
        raise NotFound
    return Watched(*row)


def guest_of(sheet: AttendanceSheet, key: str) -> SheetGuest | None:
    """Return the guest already on a sheet under this name, or null. One SELECT."""
    return db.session.scalar(select(SheetGuest).where(SheetGuest.sheet_id == sheet.id, SheetGuest.name_key == key))
