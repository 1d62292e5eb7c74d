"""Who may read how a course goes, and who gives what (R88, R122, R123)."""

from collections.abc import Mapping
from typing import Any, Final

from training.accounts.enums import Function
from training.accounts.rules import carrier_readers, carrier_staff, funder, school
from training.cohorts.rules import cohort_learner, cohort_of, cohort_trainer, edition_school, the_learner
from training.common.policy import Permission, Predicate, Principal
from training.portfolio.rules.people import reader, trainer


def _employs(principal: Principal, subject: Any) -> bool:
    structures = {c.structure_id for c in principal.capacities if c.function == Function.REPRESENTATIVE}
    return bool(structures) and any(e.structure_id in structures for e in cohort_of(subject).enrolments)


def _filed(principal: Principal, subject: Any) -> bool:
    return principal.is_signed_in and subject.filed_by == principal.person_id


cohort_employer: Final = Predicate("representative of a structure of one of its learners", _employs)
author: Final = Predicate("whoever filed it", _filed)
evidence_readers: Final = carrier_readers | school | edition_school
"""Who reads what an audit reads: names included, for they answer for the course."""

dashboard_readers: Final = evidence_readers | cohort_trainer
"""Who reads the names of a cohort’s learners on its dashboard: a trainer, those she follows."""

PERMISSIONS: Final[Mapping[Permission, Predicate]] = {
    Permission.QUALITY_COMPLAINT_ANSWER: carrier_staff,
    Permission.QUALITY_COMPLAINT_FILE: evidence_readers | funder | cohort_trainer | cohort_learner | cohort_employer,
    Permission.QUALITY_COMPLAINT_READ: evidence_readers | author,
    Permission.QUALITY_DASHBOARD_READ: dashboard_readers | funder,
    Permission.QUALITY_HANDBOOK_MANAGE: carrier_staff,
    Permission.QUALITY_HANDBOOK_READ: evidence_readers | cohort_trainer | cohort_learner,
    Permission.QUALITY_HANDBOOK_SIGN: cohort_learner,
    Permission.QUALITY_IMPROVEMENT_MANAGE: carrier_staff,
    Permission.QUALITY_POSITIONING_FIGURES: evidence_readers | cohort_trainer,
    Permission.QUALITY_POSITIONING_GIVE: the_learner,
    Permission.QUALITY_POSITIONING_READ: the_learner | trainer | reader,
    Permission.QUALITY_REGISTER_READ: evidence_readers,
    Permission.QUALITY_REPORT_READ: carrier_readers | school | edition_school | funder,
    Permission.QUALITY_TEACHING_READ: evidence_readers,
    Permission.QUALITY_TEACHING_SETTLE: carrier_staff,
}


def reads_names(principal: Principal, cohort: Any) -> bool:
    """Whether the dashboard names learners to this person; its funder reads numbers (R122)."""
    return dashboard_readers(principal, cohort)
