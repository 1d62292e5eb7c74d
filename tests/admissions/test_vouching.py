"""Who may hand a sign-in code to an applicant or a learner in front of her (R100)."""

import pytest
from sqlalchemy.orm import Session, scoped_session

from tests.factories import accounts as people
from tests.factories import admissions as make
from tests.factories import cohorts
from training.accounts.enums import Function, Part
from training.accounts.services import factors
from training.common.errors import Refused

pytestmark = pytest.mark.usefixtures("session")


def test_staff_of_the_carrier_hand_a_code_to_whoever_applied_to_it(session: scoped_session[Session]) -> None:
    application = make.submitted()
    session.flush()
    assert factors.hand_over_code(application.person, by=make.manager(application.call))


def test_nobody_else_does(session: scoped_session[Session]) -> None:
    application, elsewhere = make.submitted(), make.submitted()
    session.flush()
    for by in (
        make.manager(elsewhere.call),
        make.member(application.call, Part.CARRIER, Function.READER),
        make.member(application.call, Part.CARRIER, Function.MANAGER, departements=["21"]),
        make.manager(application.call, Part.FUNDER),
        make.owner(application),
    ):
        with pytest.raises(Refused):
            factors.hand_over_code(application.person, by=by)


def test_staff_of_the_carrier_hand_a_code_to_its_learners(session: scoped_session[Session]) -> None:
    cohort = cohorts.cohort()
    learner = cohorts.learner(cohort).person
    session.flush()
    assert factors.hand_over_code(learner, by=people.principal(cohorts.carrier_of(cohort)))
    with pytest.raises(Refused):
        factors.hand_over_code(learner, by=people.principal(cohorts.carrier_of(cohorts.cohort())))
