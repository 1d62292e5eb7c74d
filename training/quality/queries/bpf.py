"""What the yearly figures of a body are computed from: locked sheets, confirmed hours, what is still to be confirmed."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import and_, case, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from training.accounts.enums import CARRYING
from training.accounts.models import Organisation, Person
from training.catalogue.models import Edition, Programme
from training.cohorts.models import Cohort, CohortPart, Enrolment
from training.common import clock
from training.common.articles import of
from training.common.errors import NotFound
from training.common.formatting import plural
from training.common.policy import Principal
from training.database import db
from training.portfolio.enums import EntryStatus
from training.portfolio.models import HoursEntry
from training.quality.enums import CohortRole
from training.quality.models import CohortInFigures, Speciality, Trainee
from training.quality.queries.teaching import teaching_of
from training.quality.rules.bpf import Anomaly, Followed, Frames, frames_of
from training.quality.rules.evidence import TeachingLine
from training.seminars.enums import CREDITED, OFF, Presence, SheetStatus
from training.seminars.models import AttendanceEntry, AttendanceSheet, DocumentIssuer, HalfDay, HalfDayStaff, Seminar
from training.seminars.rules.seminars import UNTAUGHT, length_of

MINUTES = Decimal(60)


@dataclass(frozen=True, slots=True)
class YearPage:
    """The figures of a body over a year, and what is missing."""

    year: int
    frames: Frames
    teaching: Sequence[TeachingLine]
    issuer: DocumentIssuer | None
    anomalies: Sequence[Anomaly]


def find_body(principal: Principal, organisation: str) -> Organisation:
    """Return a body this person is of. One SELECT."""
    found = db.session.scalar(select(Organisation).where(Organisation.code == organisation))
    if found is None or found.id not in principal.organisation_ids:
        raise NotFound
    return found


def year_of(body: Organisation, year: int) -> YearPage:
    """Return the figures of a year. Ten SELECTs whatever the cohorts."""
    since, until = date(year, 1, 1), date(year, 12, 31)
    cohorts = _carried(body)
    ids = [row[0].id for row in cohorts]
    hours = _followed_hours(ids, since, until)
    rows = _followed(body, ids, hours)
    teaching = teaching_of(ids, body.id, since=since, until=until)
    issuer = db.session.get(DocumentIssuer, body.id)
    anomalies = [
        *_of_body(issuer, teaching, cohorts),
        *_of_cohorts(cohorts, rows, year),
        *_of_half_days(ids, since, until),
    ]
    return YearPage(year, frames_of(row for row, _cohort in rows), teaching, issuer, anomalies)


def _carried(body: Organisation) -> Sequence[tuple[Cohort, CohortRole | None, str | None]]:
    carried = exists().where(
        CohortPart.cohort_id == Cohort.id, CohortPart.organisation_id == body.id, CohortPart.part.in_(CARRYING)
    )
    rows = db.session.execute(
        select(Cohort, CohortInFigures.role, Speciality.nsf_code)
        .join(Cohort.edition)
        .outerjoin(CohortInFigures, CohortInFigures.cohort_id == Cohort.id)
        .outerjoin(
            Speciality,
            and_(Speciality.organisation_id == body.id, Speciality.programme_id == Edition.programme_id),
        )
        .where(carried)
        .options(joinedload(Cohort.edition, innerjoin=True).joinedload(Edition.programme, innerjoin=True))
        .order_by(Cohort.code)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _followed_hours(cohorts: Collection[uuid.UUID], since: date, until: date) -> dict[uuid.UUID, Decimal]:
    """Return the hours each enrolment followed: on locked sheets, then confirmed online and in team. Two SELECTs."""
    later = aliased(AttendanceEntry)
    found: dict[uuid.UUID, Decimal] = {}
    entries = db.session.execute(
        select(
            AttendanceEntry.enrolment_id,
            AttendanceEntry.status,
            AttendanceEntry.hours,
            HalfDay.starts_at,
            HalfDay.ends_at,
            HalfDay.credited_hours,
            Seminar.kind,
        )
        .join(AttendanceSheet, AttendanceSheet.id == AttendanceEntry.sheet_id)
        .join(HalfDay, HalfDay.id == AttendanceSheet.half_day_id)
        .join(Seminar, Seminar.id == HalfDay.seminar_id)
        .join(Enrolment, Enrolment.id == AttendanceEntry.enrolment_id)
        .where(
            Enrolment.cohort_id.in_(cohorts),
            AttendanceSheet.status == SheetStatus.LOCKED,
            AttendanceEntry.status.in_(CREDITED),
            ~exists().where(later.corrects_id == AttendanceEntry.id),
            HalfDay.starts_at >= clock.at_paris(since),
            HalfDay.starts_at <= clock.end_of_day(until),
        )
    )
    for row in entries:
        worth = row.credited_hours
        if worth is None:
            worth = Decimal(0) if row.kind in UNTAUGHT else length_of(row)
        if row.status is Presence.PARTIAL:
            worth = min(worth, row.hours or Decimal(0))
        found[row.enrolment_id] = found.get(row.enrolment_id, Decimal(0)) + worth
    for enrolment_id, logged in _confirmed_hours(cohorts, since, until).items():
        found[enrolment_id] = found.get(enrolment_id, Decimal(0)) + logged
    return found


def _confirmed_hours(cohorts: Collection[uuid.UUID], since: date, until: date) -> dict[uuid.UUID, Decimal]:
    rows = db.session.execute(
        select(HoursEntry.enrolment_id, func.sum(HoursEntry.minutes))
        .join(Enrolment, Enrolment.id == HoursEntry.enrolment_id)
        .where(
            Enrolment.cohort_id.in_(cohorts),
            HoursEntry.status == EntryStatus.CONFIRMED,
            HoursEntry.carried.is_(False),  # counted in the cohort where they were done (R116)
            HoursEntry.done_on.between(since, until),
        )
        .group_by(HoursEntry.enrolment_id)
    )
    return {row[0]: Decimal(int(row[1])) / MINUTES for row in rows}


def _followed(
    body: Organisation, cohorts: Collection[uuid.UUID], hours: dict[uuid.UUID, Decimal]
) -> list[tuple[Followed, str]]:
    rows = db.session.execute(
        select(
            Enrolment.id,
            Trainee.type,
            CohortInFigures.role,
            Speciality.nsf_code,
            Programme.code,
            Cohort.label,
            Cohort.code.label("cohort_code"),
        )
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Programme, Programme.id == Enrolment.programme_id)
        .outerjoin(Trainee, Trainee.enrolment_id == Enrolment.id)
        .outerjoin(CohortInFigures, CohortInFigures.cohort_id == Cohort.id)
        .outerjoin(
            Speciality, and_(Speciality.organisation_id == body.id, Speciality.programme_id == Enrolment.programme_id)
        )
        .where(Enrolment.cohort_id.in_(cohorts), Enrolment.id.in_(hours))
        .order_by(Enrolment.id)
    )
    return [
        (Followed(hours[row.id], row.type, row.role, row.nsf_code, row.code, row.label), row.cohort_code)
        for row in rows
    ]


# --- what is missing -------------------------------------------------------------------------------------------------


def _of_body(
    issuer: DocumentIssuer | None,
    teaching: Sequence[TeachingLine],
    cohorts: Sequence[tuple[Cohort, CohortRole | None, str | None]],
) -> list[Anomaly]:
    if not cohorts:
        return []
    code = cohorts[-1][0].code
    found = []
    if issuer is None or not issuer.activity_number:
        found.append(
            Anomaly("Numéro de déclaration d’activité à confirmer", "", f"/promotions/{code}/emargement/signataire")
        )
    if issuer is None or not issuer.siret:
        found.append(Anomaly("SIRET à confirmer", "", f"/promotions/{code}/emargement/signataire"))
    untied = [line.name for line in teaching if line.internal is None]
    if untied:
        href = f"/promotions/{code}/heures-intervenants"
        found.append(
            Anomaly(f"Interne ou externe : à dire de {plural(len(untied), 'personne')}", ", ".join(untied[:3]), href)
        )
    return found


def _of_cohorts(
    cohorts: Sequence[tuple[Cohort, CohortRole | None, str | None]], rows: Sequence[tuple[Followed, str]], year: int
) -> list[Anomaly]:
    found = []
    for cohort, role, nsf in cohorts:
        own = [row for row, code in rows if code == cohort.code]
        href = f"/promotions/{cohort.code}/donnees-bpf"
        if not own:
            if cohort.status.value == "running":
                found.append(
                    Anomaly(f"Aucune heure suivie en {year}", cohort.label, f"/promotions/{cohort.code}/emargement")
                )
            continue
        if role is None:
            found.append(Anomaly("Rôle de la promotion à confirmer", cohort.label, href))
        if not nsf:
            found.append(
                Anomaly(f"Spécialité (NSF) {of(cohort.edition.programme.code)} à confirmer", cohort.label, href)
            )
        untyped = sum(row.trainee is None for row in own)
        if untyped:
            found.append(Anomaly(f"Type de stagiaire à dire pour {plural(untyped, 'personne')}", cohort.label, href))
    return found


def _of_half_days(cohorts: Collection[uuid.UUID], since: date, until: date) -> list[Anomaly]:
    """Return the half-days of the year that no locked sheet proves, or that nobody is named for. One SELECT."""
    locked = exists().where(AttendanceSheet.half_day_id == HalfDay.id, AttendanceSheet.status == SheetStatus.LOCKED)
    staffed = exists().where(HalfDayStaff.half_day_id == HalfDay.id)
    rows = db.session.execute(
        select(
            Cohort.code,
            Cohort.label,
            func.sum(case((locked, 0), else_=1)),
            func.sum(case((staffed, 0), else_=1)),
        )
        .select_from(HalfDay)
        .join(Seminar, Seminar.id == HalfDay.seminar_id)
        .join(Cohort, Cohort.id == Seminar.cohort_id)
        .where(
            Cohort.id.in_(cohorts),
            Seminar.status.not_in(OFF),
            Seminar.kind.not_in(tuple(UNTAUGHT)),
            HalfDay.cancelled_at.is_(None),
            HalfDay.starts_at >= clock.at_paris(since),
            HalfDay.ends_at <= min(clock.end_of_day(until), clock.now()),
        )
        .group_by(Cohort.code, Cohort.label)
        .order_by(Cohort.code)
    )
    found = []
    for code, label, unlocked, unstaffed in rows:
        if unlocked:
            found.append(
                Anomaly(
                    f"{plural(unlocked, 'demi-journée passée', 'demi-journées passées')} sans feuille verrouillée",
                    label,
                    f"/promotions/{code}/emargement",
                )
            )
        if unstaffed:
            found.append(
                Anomaly(
                    f"{plural(unstaffed, 'demi-journée passée', 'demi-journées passées')} sans intervenant·e nommé·e",
                    label,
                    f"/promotions/{code}",
                )
            )
    return found


# --- what the carrier settles ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Settled:
    """What is known of a cohort for the yearly figures."""

    role: CohortRole | None
    nsf: str
    learners: Sequence[tuple[Enrolment, Trainee | None]]


def settled_of(cohort: Cohort, organisation_id: uuid.UUID | None) -> Settled:
    """Return what a carrier said of a cohort. Three SELECTs."""
    role = db.session.scalar(select(CohortInFigures.role).where(CohortInFigures.cohort_id == cohort.id))
    nsf = db.session.scalar(
        select(Speciality.nsf_code).where(
            Speciality.organisation_id == organisation_id, Speciality.programme_id == cohort.edition.programme_id
        )
    )
    rows = db.session.execute(
        select(Enrolment, Trainee)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Trainee, Trainee.enrolment_id == Enrolment.id)
        .where(Enrolment.cohort_id == cohort.id)
        .options(joinedload(Enrolment.person, innerjoin=True), joinedload(Enrolment.structure, innerjoin=True))
        .order_by(Person.sort_key, Enrolment.id)
    )
    return Settled(role, nsf or "", [(row[0], row[1]) for row in rows])
