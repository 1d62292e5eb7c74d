"""What a cohort’s dashboard shows, within what this person may see (R122). Eighteen SELECTs at most, whatever the rows."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from training.accounts.models import Departement, Structure
from training.cohorts.enums import LeavingReason
from training.cohorts.models import Cohort, Enrolment, RiskFlag
from training.cohorts.queries.learners import in_scope
from training.cohorts.rules import LearnerScope
from training.database import db
from training.defences.enums import MemoireStatus
from training.diplomas.queries import progress_of
from training.diplomas.queries.progress import Progress
from training.portfolio.queries.courses import Course, courses_of
from training.quality.rules.dashboard import Dashboard, Hours, Learner, alerts_of

_RISKS: Final = select(RiskFlag.enrolment_id).where(RiskFlag.closed_at.is_(None))


@dataclass(frozen=True, slots=True)
class _Row:
    """An enrolment, as courses are read from it, and how it ended."""

    id: uuid.UUID
    variant_id: uuid.UUID
    cohort_id: uuid.UUID
    left_on: date | None
    leaving: LeavingReason | None
    cohort: Cohort


def dashboard_of(cohort: Cohort, scope: LearnerScope) -> Dashboard:
    """Return a cohort as a whole, of the learners in scope, those who left included."""
    rows = {row.id: row for row in _rows(cohort, scope)}
    progress = progress_of(Enrolment.id.in_(rows)) if rows else []
    courses = courses_of(list(rows.values()))  # type: ignore[arg-type]  # all that is read of an enrolment
    risks = set(db.session.scalars(_RISKS.where(RiskFlag.enrolment_id.in_(rows)))) if rows else set()
    learners = [_learner(each, rows[each.enrolment_id], courses[each.enrolment_id], risks) for each in progress]
    return Dashboard(learners, _modules(courses), alerts_of(learners))


def _rows(cohort: Cohort, scope: LearnerScope) -> list[_Row]:
    query = (
        select(Enrolment.id, Enrolment.variant_id, Enrolment.cohort_id, Enrolment.left_on, Enrolment.leaving)
        .join(Structure, Structure.id == Enrolment.structure_id)
        .join(Departement, Departement.code == Structure.departement_code)
        .where(Enrolment.cohort_id == cohort.id)
    )
    condition = in_scope(scope)
    return [_Row(*row, cohort) for row in db.session.execute(query if condition is None else query.where(condition))]


def _learner(progress: Progress, row: _Row, course: Course, risks: set[uuid.UUID]) -> Learner:
    facts = progress.facts
    owed = [line for line in course.tracers if line.mandatory]
    return Learner(
        enrolment_id=progress.enrolment_id,
        name=progress.name,
        status=progress.status,
        hours={each.modality: Hours(each.required, each.shown, each.possible) for each in facts.hours},
        tracers=_by_module(owed),
        late=[line.label for line in owed if line.is_late],
        to_revise=[line.label for line in owed if line.status.value in {"to_revise", "quarantined"}],
        memoire=MemoireStatus(facts.memoire).label if facts.memoire else None,
        held_from=facts.held_from,
        at_risk=progress.enrolment_id in risks,
        reason=row.leaving.label if row.leaving is not None else None,
        left_on=row.left_on,
    )


def _by_module(lines: Sequence[Any]) -> dict[uuid.UUID, list[Any]]:
    found: dict[uuid.UUID, list[Any]] = {}
    for line in lines:
        found.setdefault(line.module_id, []).append(line.status)
    return found


def _modules(courses: Mapping[uuid.UUID, Course]) -> list[tuple[uuid.UUID, str]]:
    """Return the modules taught to anyone, each once, in the order of the first course that has it."""
    names: dict[uuid.UUID, str] = {}
    for course in courses.values():
        for module in course.modules:
            names.setdefault(module.id, module.name)
    return list(names.items())
