"""What the tests of the room share."""

from typing import Any

import pytest

from tests.factories import portfolio
from tests.factories.portfolio import Pair


@pytest.fixture
def pair(session: Any, frozen_clock: Any) -> Pair:
    """A learner named Alix Morel, and her referent."""
    return portfolio.pair(first_name="Alix", last_name="Morel")
