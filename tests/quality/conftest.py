"""What the tests of the evidence share."""

from typing import Any

import pytest

from tests.factories import cohorts as cohort_rows
from training.cohorts.models import Cohort


@pytest.fixture
def cohort(session: Any) -> Cohort:
    """A cohort named Promo 8."""
    return cohort_rows.cohort(label="Promo 8")
