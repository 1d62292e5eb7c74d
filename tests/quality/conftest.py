"""What the tests of the evidence share."""

from typing import Any

import pytest

from tests.factories import cohorts as cohort_rows
from tests.factories.catalogue import make_edition, saved
from training.catalogue.enums import EditionStatus, Provenance
from training.catalogue.models import Objective
from training.cohorts.models import Cohort


@pytest.fixture
def cohort(session: Any) -> Cohort:
    """A cohort named Promo 8, whose first module has two objectives."""
    edition = make_edition()
    edition.modules[0].objectives.append(
        Objective(position=2, text="Animer une réunion", provenance=Provenance.OFFICIAL, source="")
    )
    return cohort_rows.cohort(label="Promo 8", edition=saved(edition, status=EditionStatus.PUBLISHED))
