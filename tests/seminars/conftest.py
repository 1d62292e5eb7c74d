"""What the tests of the seminars share."""

from typing import Any

import pytest

from tests.factories import cohorts as cohort_rows
from tests.factories import seminars as make
from training.accounts.enums import Part
from training.cohorts.models import Cohort, Enrolment
from training.seminars.models import Seminar


@pytest.fixture
def cohort(session: Any) -> Cohort:
    """A cohort named Promo 8."""
    return cohort_rows.cohort(label="Promo 8")


@pytest.fixture
def seminar(cohort: Cohort) -> Seminar:
    """A seminar of a whole day."""
    return make.seminar(cohort, make.half_day_plan(), make.half_day_plan(hours=make.AFTERNOON))


@pytest.fixture
def learner(cohort: Cohort, frozen_clock: Any) -> Enrolment:
    """A learner of a cohort whose carrier may be answered."""
    cohort_rows.part_of(cohort, Part.CARRIER).email = "carrier@example.org"
    return cohort_rows.learner(cohort, code="MSP")
