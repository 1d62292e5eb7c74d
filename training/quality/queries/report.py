"""What the report to the funder is counted from: the call’s files, the learners, the locked sheets (R112, R122)."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from training.accounts.models import Departement, Structure
from training.admissions.models import Call, FunderValidation
from training.admissions.queries import figures as files
from training.cohorts.enums import GONE, EnrolmentStatus
from training.cohorts.models import Cohort, Enrolment
from training.cohorts.queries.learners import in_scope
from training.cohorts.rules import LearnerScope, learner_scope
from training.common import clock
from training.common.journal import Event
from training.common.policy import Principal
from training.database import db
from training.quality.rules.report import Applicant, Follower, Period, Report, lines_of, periods
from training.seminars.queries.presence import Learner, presence_of_cohort
from training.seminars.rules.attendance import told_apart
from training.seminars.rules.presence import Standing, time_spent

_ADMITTED = tuple(f"application.{act}" for act in ("offer", "confirm", "enrol"))
_AWAY = frozenset({Standing.MISSED, Standing.MADE_UP})


def call_of(cohort: Cohort) -> tuple[Call | None, int | None]:
    """Return the call that filled a cohort and how many places its funder pays, null when unknown. One SELECT."""
    latest = (
        select(FunderValidation.places)
        .where(FunderValidation.call_id == Call.id)
        .order_by(FunderValidation.decided_on.desc(), FunderValidation.recorded_at.desc())
        .limit(1)
        .correlate(Call)
        .scalar_subquery()
    )
    found = db.session.execute(select(Call, latest).where(Call.cohort_id == cohort.id)).one_or_none()
    return (None, None) if found is None else (found[0], found[1])


def periods_of(cohort: Cohort, call: Call | None) -> list[Period]:
    """Return the periods a cohort may be reported on: the whole, then each half-year since the call opened."""
    opened = clock.in_paris(call.opens_at).date() if call is not None and call.opens_at is not None else None
    known = [day for day in (opened, cohort.launch_on, cohort.first_seminar_on) if day is not None]
    last = min(clock.today(), cohort.ends_on) if cohort.ends_on is not None else clock.today()
    return periods(min(known, default=None), max([last, *known]))


def report_of(cohort: Cohort, principal: Principal, period: Period, call: Call | None, funded: int | None) -> Report:
    """Return the report of a cohort over a period, within what this person may see. Twelve SELECTs at most."""
    seen = _seen(cohort, learner_scope(principal, cohort))
    presence = presence_of_cohort(cohort)
    learners = [learner for learner in presence.learners if learner.enrolment.id in seen]
    graduated = _graduated([learner.enrolment.id for learner in learners])
    followers = [_follower(each, seen[each.enrolment.id], period, graduated) for each in learners]
    applicants = _applicants(principal, call) if call is not None else []
    attended, expected = _attendance(learners, period)
    reasons, others = told_apart(_reasons(followers, period))
    lines = lines_of(period, applicants, followers)
    return Report(period, funded, lines, dict(reasons), others, attended, expected)


def _seen(cohort: Cohort, scope: LearnerScope) -> dict[uuid.UUID, str]:
    """Return the enrolments in scope, each with the name of its département. One SELECT."""
    query = (
        select(Enrolment.id, Departement.name)
        .join(Structure, Structure.id == Enrolment.structure_id)
        .join(Departement, Departement.code == Structure.departement_code)
        .where(Enrolment.cohort_id == cohort.id)
    )
    condition = in_scope(scope)
    rows = db.session.execute(query if condition is None else query.where(condition))
    return dict(rows.all())


def _graduated(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, date]:
    """Return the day each learner graduated. One SELECT."""
    rows = db.session.execute(
        select(Event.subject_id, func.min(Event.at))
        .where(
            Event.subject_kind == Enrolment.__tablename__,
            Event.kind == "enrolment.graduate",
            Event.subject_id.in_(ids),
        )
        .group_by(Event.subject_id)
    )
    return {subject: clock.in_paris(at).date() for subject, at in rows}


def _follower(learner: Learner, departement: str, period: Period, graduated: dict[uuid.UUID, date]) -> Follower:
    enrolment = learner.enrolment
    hours = (time_spent(line) for line in learner.presence.lines if period.holds(line.half_day.starts_on))
    leaving: Any = getattr(enrolment, "leaving", None)
    return Follower(
        departement=departement,
        kind=enrolment.structure.kind.label,
        entered_on=enrolment.entered_on,
        left_on=enrolment.left_on,
        has_left=enrolment.status in GONE,
        reason=leaving.label if leaving is not None else None,
        graduated_on=graduated.get(enrolment.id) if enrolment.status is EnrolmentStatus.GRADUATED else None,
        hours=sum(hours, Decimal(0)),
    )


def _applicants(principal: Principal, call: Call) -> list[Applicant]:
    found = []
    for file in files.facts(principal, call):
        if file.submitted_at is None:
            continue
        admitted = min((file.acts[act] for act in _ADMITTED if act in file.acts), default=None)
        found.append(
            Applicant(
                departement=file.departement,
                kind=file.kind,
                submitted_on=clock.in_paris(file.submitted_at).date(),
                admitted_on=clock.in_paris(admitted).date() if admitted is not None else None,
            )
        )
    return found


def _attendance(learners: Iterable[Learner], period: Period) -> tuple[int, int]:
    said = [
        line.standing
        for learner in learners
        for line in learner.presence.lines
        if line.half_day.is_locked and period.holds(line.half_day.starts_on)
    ]
    attended = sum(standing is Standing.ATTENDED for standing in said)
    return attended, attended + sum(standing in _AWAY for standing in said)


def _reasons(followers: Iterable[Follower], period: Period) -> dict[str, int]:
    counts: dict[str, int] = {}
    for each in followers:
        if each.has_left and period.holds(each.left_on):
            name = each.reason or "non précisée"
            counts[name] = counts.get(name, 0) + 1
    return counts
