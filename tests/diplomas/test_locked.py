"""A file decided of, and a cohort closed, take nothing more (R70)."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.factories import accounts, cohorts
from tests.factories import diplomas as make
from training.cohorts.enums import CohortStatus, EnrolmentStatus
from training.cohorts.models import Enrolment
from training.cohorts.rules import file_is_open
from training.common import clock
from training.common.policy import Permission, policy
from training.diplomas import services
from training.diplomas.commands import Decisions
from training.diplomas.enums import Verdict

P = Permission
LEARNERS = (
    P.DEFENCES_MEMOIRE_WRITE,
    P.PORTFOLIO_HOURS_LOG,
    P.PORTFOLIO_TRACER_DEPOSIT,
    P.SEMINARS_ABSENCE_ANNOUNCE,
    P.DIPLOMAS_NAME_PROOFREAD,
)
TRAINERS = (P.DEFENCES_MEMOIRE_FOLLOW, P.PORTFOLIO_HOURS_SETTLE, P.PORTFOLIO_TRACER_REVIEW, P.SEMINARS_MAKE_UP_ARRANGE)
CARRIERS = (P.COHORTS_TRAINER_ASSIGN, P.SEMINARS_SEMINAR_PLAN, P.SEMINARS_SHEET_CORRECT)
READINGS = (P.PORTFOLIO_PATH_READ, P.DIPLOMAS_ELIGIBILITY_READ, P.DIPLOMAS_CERTIFICATE_READ)


@pytest.mark.parametrize("status", EnrolmentStatus)
@pytest.mark.parametrize("cohort", CohortStatus)
def test_a_file_is_open_while_the_course_goes_on(status: EnrolmentStatus, cohort: CohortStatus) -> None:
    enrolment = SimpleNamespace(status=status, cohort=SimpleNamespace(status=cohort))
    goes_on = status in {EnrolmentStatus.ACTIVE, EnrolmentStatus.SUSPENDED} and cohort is not CohortStatus.CLOSED
    assert file_is_open(enrolment) is goes_on


def test_after_the_decision_nobody_writes_in_it_and_she_still_reads_it(ready: Enrolment) -> None:
    referent = accounts.principal(cohorts.referent(ready).person)
    own, carrier = accounts.principal(ready.person), make.carrier_of(ready.cohort)
    assert all(policy.allows(own, each, ready) for each in LEARNERS)
    assert all(policy.allows(referent, each, ready) for each in TRAINERS)
    command = Decisions((ready.id,), Verdict.GRADUATED, clock.today())
    services.decide(ready.cohort, command, by=make.school_of(ready.cohort))
    assert not any(policy.allows(own, each, ready) for each in LEARNERS)
    assert not any(policy.allows(referent, each, ready) for each in TRAINERS)
    assert not policy.allows(carrier, P.SEMINARS_MAKE_UP_ARRANGE, ready)
    assert all(policy.allows(own, each, ready) for each in READINGS)


def test_a_closed_cohort_is_only_read(ready: Enrolment) -> None:
    carrier: Any = make.carrier_of(ready.cohort)
    assert all(policy.allows(carrier, each, ready.cohort) for each in CARRIERS)
    ready.cohort.status = CohortStatus.CLOSED
    assert not any(policy.allows(carrier, each, ready.cohort) for each in CARRIERS)
    assert policy.allows(carrier, P.COHORTS_COHORT_MANAGE, ready.cohort)  # whence it is opened again
