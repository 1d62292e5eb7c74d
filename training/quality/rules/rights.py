"""Who may read how a course goes, and who gives what (R88, R122, R123)."""

from collections.abc import Mapping
from typing import Any, Final

from training.accounts.enums import CARRYING, READING_FUNCTIONS, Function, OrganisationKind, Part
from training.accounts.rules import carrier_readers, carrier_staff, funder, plays, school
from training.catalogue.rules import CARRYING_KINDS
from training.cohorts.rules import cohort_learner, cohort_of, cohort_trainer, edition_school, the_learner
from training.common.policy import Permission, Predicate, Principal, has_link, holds
from training.portfolio.rules.people import reader, trainer
from training.quality.rules.surveys import SURVEY


def _employs(principal: Principal, subject: Any) -> bool:
    structures = {c.structure_id for c in principal.capacities if c.function == Function.REPRESENTATIVE}
    return bool(structures) and any(e.structure_id in structures for e in cohort_of(subject).enrolments)


def _filed(principal: Principal, subject: Any) -> bool:
    return principal.is_signed_in and subject.filed_by == principal.person_id


cohort_employer: Final = Predicate("representative of a structure of one of its learners", _employs)


def _is_member(principal: Principal, subject: Any) -> bool:
    return any(
        c.organisation_id == getattr(subject, "id", None) and c.function in READING_FUNCTIONS
        for c in principal.capacities
        if c.organisation_id is not None
    )


body_member: Final = Predicate("a member of that very body", _is_member)


def _asks(principal: Principal, subject: Any) -> bool:
    """The house’s own questions are read by every body that carries or teaches; the others by the bodies they are for."""
    if getattr(subject, "is_of_the_house", False):
        return any(c.body_kind in ASKING_KINDS and c.function in READING_FUNCTIONS for c in principal.capacities)
    parts = subject.readers if hasattr(subject, "readers") else getattr(subject, "parts", ())
    bodies = {p.organisation_id for p in parts if p.part in ASKING_PARTS}
    return any(c.organisation_id in bodies and c.function in READING_FUNCTIONS for c in principal.capacities)


ASKING_PARTS: Final = (*CARRYING, Part.SCHOOL)
"""The parts whose bodies write what a course asks."""
ASKING_KINDS: Final = frozenset({*CARRYING_KINDS, OrganisationKind.SCHOOL})

questionnaire_reader: Final = Predicate("manager / reader of a carrier or of a school of what it is asked in", _asks)
invited: Final = Predicate(
    "whoever was asked", lambda p, s: p.is_signed_in and getattr(s, "person_id", None) == p.person_id
)
tells_no_names: Final = Predicate(
    "unless its answers are given by name, for the carrier to read", lambda _p, s: getattr(s, "anonymous", True)
)
author: Final = Predicate("whoever filed it", _filed)
evidence_readers: Final = carrier_readers | school | edition_school
"""Who reads what an audit reads: names included, for they answer for the course."""

dashboard_readers: Final = evidence_readers | cohort_trainer
"""Who reads the names of a cohort’s learners on its dashboard: a trainer, those she follows."""

PERMISSIONS: Final[Mapping[Permission, Predicate]] = {
    Permission.QUALITY_AUDIT_BUNDLE: carrier_staff | plays(Part.SCHOOL),
    Permission.QUALITY_AUDIT_READ: evidence_readers,
    Permission.QUALITY_BPF_EDIT: carrier_staff,
    Permission.QUALITY_BPF_READ: body_member,
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
    Permission.QUALITY_QUESTIONNAIRE_MANAGE: plays(*ASKING_PARTS),
    Permission.QUALITY_QUESTIONNAIRE_READ: questionnaire_reader,
    Permission.QUALITY_REGISTER_READ: evidence_readers,
    Permission.QUALITY_REPORT_READ: carrier_readers | school | edition_school | funder,
    Permission.QUALITY_STRUCTURE_READ: holds(Function.REPRESENTATIVE),
    Permission.QUALITY_SURVEY_ANSWER: invited | has_link(SURVEY),
    Permission.QUALITY_SURVEY_MANAGE: carrier_staff,
    Permission.QUALITY_SURVEY_READ: evidence_readers | (cohort_trainer & tells_no_names),
    Permission.QUALITY_TEACHING_READ: evidence_readers,
    Permission.QUALITY_TEACHING_SETTLE: carrier_staff,
}


def reads_names(principal: Principal, cohort: Any) -> bool:
    """Whether the dashboard names learners to this person; its funder reads numbers (R122)."""
    return dashboard_readers(principal, cohort)
