"""What the tests of the seminars share."""

from typing import Any

import pytest

from tests.factories import cohorts as cohort_rows
from tests.factories import seminars as make
from training.cohorts.models import Cohort
from training.seminars.models import Seminar


@pytest.fixture
def cohort(session: Any) -> Cohort:
    """A cohort named Promo 8."""
    return cohort_rows.cohort(label="Promo 8")


@pytest.fixture
def seminar(cohort: Cohort) -> Seminar:
    """A seminar of a whole day."""
    return make.seminar(cohort, make.half_day_plan(), make.half_day_plan(hours=make.AFTERNOON))
