"""What the tests of the diplomas share."""

from typing import Any

import pytest

from tests.factories import diplomas as make
from training.cohorts.models import Enrolment


@pytest.fixture
def ready(session: Any, frozen_clock: Any) -> Enrolment:
    """A learner who has done everything."""
    (enrolment,) = make.graduating()
    return enrolment


@pytest.fixture
def unready(session: Any, frozen_clock: Any) -> Enrolment:
    """A learner who lacks her one document and her hours."""
    return make.begun()
