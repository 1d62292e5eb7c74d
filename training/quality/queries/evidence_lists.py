"""The rows behind what the evidence counts: the same conditions count them, list them on a page, and fill the zip (R123)."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import contains_eager, joinedload

from training.accounts.models import Person
from training.admissions.models import Application, Call
from training.cohorts.enums import GONE
from training.cohorts.models import Cohort, Enrolment, FollowUpNote
from training.common import clock
from training.common.formatting import long_date, plain_date, time_range, unknown
from training.database import db
from training.defences.models import Memoire
from training.diplomas.models import DiplomaDecision
from training.quality.enums import EvidenceList
from training.seminars.enums import OFF, SheetStatus
from training.seminars.models import AttendanceSheet, HalfDay, HalfDayStaff, Seminar
from training.seminars.rules.seminars import UNTAUGHT

type_conditions = tuple[ColumnElement[bool], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One thing held or lacking: what is said of it, and its page."""

    cells: tuple[Any, ...]
    href: str

    @property
    def words(self) -> tuple[str, ...]:
        """What a page says of it."""
        return tuple(plain_date(cell) if isinstance(cell, date) else str(unknown(cell)) for cell in self.cells)


# --- what counts -------------------------------------------------------------------------------------------------------


def of_cohort(cohort: Cohort) -> Select[uuid.UUID]:
    """Select the enrolments of a cohort."""
    return select(Enrolment.id).where(Enrolment.cohort_id == cohort.id)


def submitted(cohort: Cohort) -> type_conditions:
    """Files sent to the calls of a cohort."""
    calls = select(Call.id).where(Call.cohort_id == cohort.id)
    return Application.call_id.in_(calls), Application.submitted_at.is_not(None)


def decided(cohort: Cohort) -> type_conditions:
    """Decisions that stand."""
    return DiplomaDecision.enrolment_id.in_(of_cohort(cohort)), DiplomaDecision.is_current.is_(True)


def gone(cohort: Cohort) -> type_conditions:
    """Those who left."""
    return Enrolment.cohort_id == cohort.id, Enrolment.status.in_(GONE)


def planned(cohort: Cohort) -> type_conditions:
    """Half-days that are held or will be."""
    seminars = select(Seminar.id).where(Seminar.cohort_id == cohort.id, Seminar.status.not_in(OFF))
    return HalfDay.seminar_id.in_(seminars), HalfDay.cancelled_at.is_(None)


def taught(cohort: Cohort) -> type_conditions:
    """Past half-days at which something was taught."""
    kinds = select(Seminar.id).where(Seminar.cohort_id == cohort.id, Seminar.kind.not_in(tuple(UNTAUGHT)))
    return *planned(cohort), HalfDay.seminar_id.in_(kinds), HalfDay.ends_at <= clock.now()


def unplaced(cohort: Cohort) -> type_conditions:
    """Half-days of which nobody says where."""
    return *planned(cohort), HalfDay.place == "", HalfDay.link == ""


def unstaffed(cohort: Cohort) -> type_conditions:
    """Past half-days of which nobody says who taught."""
    return *taught(cohort), ~exists().where(HalfDayStaff.half_day_id == HalfDay.id)


def _locked() -> ColumnElement[bool]:
    sheet = AttendanceSheet.half_day_id == HalfDay.id, AttendanceSheet.status == SheetStatus.LOCKED
    return exists().where(*sheet)


def locked(cohort: Cohort) -> type_conditions:
    """Half-days whose sheet is locked: those whose paper is in the zip."""
    seminars = select(Seminar.id).where(Seminar.cohort_id == cohort.id, Seminar.status.not_in(OFF))
    return HalfDay.seminar_id.in_(seminars), _locked()


def unlocked(cohort: Cohort) -> type_conditions:
    """Past half-days taught whose sheet is not locked."""
    return *taught(cohort), ~_locked()


# --- the rows ----------------------------------------------------------------------------------------------------------


def rows_of(cohort: Cohort, kind: EvidenceList) -> Sequence[Row]:
    """Return the rows of a list. One SELECT."""
    return _ROWS[kind](cohort)


def _applications(cohort: Cohort) -> list[Row]:
    query = select(Application).where(*submitted(cohort)).options(joinedload(Application.call, innerjoin=True))
    query = query.order_by(Application.submitted_at, Application.id)
    return [
        Row((each.reference, each.submitted_at, each.status.label), f"/candidatures/{each.id}")
        for each in db.session.scalars(query)
    ]


def _notes(cohort: Cohort) -> list[Row]:
    query = (
        select(FollowUpNote)
        .where(FollowUpNote.enrolment_id.in_(of_cohort(cohort)))
        .options(
            joinedload(FollowUpNote.enrolment, innerjoin=True).joinedload(Enrolment.person, innerjoin=True),
            joinedload(FollowUpNote.author, innerjoin=True),
        )
        .order_by(FollowUpNote.written_at, FollowUpNote.id)
    )
    return [
        Row(
            (each.enrolment.person.name, each.written_at, each.author.name, "partagée" if each.shared else "interne"),
            f"/promotions/{cohort.code}/apprenants/{each.enrolment_id}",
        )
        for each in db.session.scalars(query)
    ]


def _memoires(cohort: Cohort) -> list[Row]:
    query = _with_learner(select(Memoire).join(Memoire.enrolment), Memoire).where(Enrolment.cohort_id == cohort.id)
    return [
        Row((each.enrolment.person.name, each.subject, each.status.label), f"/memoires/{each.id}")
        for each in db.session.scalars(query)
    ]


def _decisions(cohort: Cohort) -> list[Row]:
    query = _with_learner(select(DiplomaDecision).join(DiplomaDecision.enrolment), DiplomaDecision)
    return [
        Row(
            (each.enrolment.person.name, each.verdict.label, each.decided_on),
            f"/parcours/{each.enrolment_id}/diplome",
        )
        for each in db.session.scalars(query.where(*decided(cohort)))
    ]


def _with_learner(query: Any, model: Any) -> Any:
    return (
        query.join(Enrolment.person)
        .options(contains_eager(model.enrolment).contains_eager(Enrolment.person))
        .order_by(Person.sort_key, model.id)
    )


def _departures(cohort: Cohort) -> list[Row]:
    query = select(Enrolment).where(*gone(cohort)).options(joinedload(Enrolment.person, innerjoin=True))
    return [
        Row((each.person.name, each.left_on, each.status.label), f"/promotions/{cohort.code}/apprenants/{each.id}")
        for each in db.session.scalars(query.order_by(Enrolment.left_on, Enrolment.id))
    ]


def _half_days(conditions: Callable[[Cohort], type_conditions], page: str) -> Callable[[Cohort], list[Row]]:
    def rows(cohort: Cohort) -> list[Row]:
        query = select(HalfDay).where(*conditions(cohort)).options(joinedload(HalfDay.seminar, innerjoin=True))
        return [
            Row(
                (long_date(each.starts_at), time_range(each.starts_at, each.ends_at), each.seminar.title),
                page.format(seminar=each.seminar_id, half_day=each.id),
            )
            for each in db.session.scalars(query.order_by(HalfDay.starts_at, HalfDay.id))
        ]

    return rows


_SEMINAR: Final = "/seminaires/{seminar}"
_SHEET: Final = "/seminaires/{seminar}/demi-journees/{half_day}/emargement"
_ROWS: Final[Mapping[EvidenceList, Callable[[Cohort], list[Row]]]] = {
    EvidenceList.APPLICATIONS: _applications,
    EvidenceList.DECISIONS: _decisions,
    EvidenceList.DEPARTURES: _departures,
    EvidenceList.MEMOIRES: _memoires,
    EvidenceList.NOTES: _notes,
    EvidenceList.PLANNED: _half_days(planned, _SEMINAR),
    EvidenceList.SHEETS: _half_days(locked, _SHEET),
    EvidenceList.UNLOCKED: _half_days(unlocked, _SHEET),
    EvidenceList.UNPLACED: _half_days(unplaced, _SEMINAR),
    EvidenceList.UNSTAFFED: _half_days(unstaffed, _SEMINAR),
}
