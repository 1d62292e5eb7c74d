"""What the tests of the cohorts share."""

from typing import Any

import pytest

from tests.factories import cohorts as make
from training.cohorts.models import Cohort


@pytest.fixture
def cohort(session: Any) -> Cohort:
    """A cohort named Promo 8."""
    return make.cohort(label="Promo 8")
