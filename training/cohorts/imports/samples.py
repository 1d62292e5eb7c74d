"""What the examples of moving in share: who, and on which days, so that one follows the other as they are downloaded.

The days are past, and agree: the learners enter, attend the first half-days, hand in, in that order (R114).
"""

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from training.cohorts import moving
from training.cohorts.models import Cohort
from training.common import clock

ALIX: Final[Mapping[str, str]] = MappingProxyType(
    {"last_name": "Roy", "first_name": "Alix", "email": "alix.roy@grand-chene.example"}
)
SACHA: Final[Mapping[str, str]] = MappingProxyType(
    {"last_name": "Petit", "first_name": "Sacha", "email": "sacha.petit@grand-chene.example"}
)
TRAINER: Final = "Dominique Lambert"
THURSDAY: Final = 3
BEFORE: Final = timedelta(weeks=10)
"""How long ago the example's cohort began, while the cohort itself has no date in the past."""


def began_on(cohort: Cohort) -> date:
    """Return the day the cohort began, as far as it is known and past; else a Thursday, ten weeks ago."""
    known = [day for day in (cohort.launch_on, cohort.first_seminar_on) if day is not None and day < clock.today()]
    if known:
        return min(known)
    ago = clock.today() - BEFORE
    return ago + timedelta(days=THURSDAY - ago.weekday())


def first_day(cohort: Cohort) -> date:
    """Return the day of the first half-days of the example: the first seminar's where it is past."""
    known = cohort.first_seminar_on
    return known if known is not None and known < clock.today() else began_on(cohort)


def day_after(cohort: Cohort, days: int) -> date:
    """Return a day so long after the first half-days, never later than yesterday."""
    return min(first_day(cohort) + timedelta(days=days), clock.today() - timedelta(days=1))


def region_of(cohort: Cohort) -> str | None:
    """Return the region of the body that carries the cohort: where the example's structures are."""
    carrier = moving.carrier_id(cohort)
    return next((part.organisation.region_code for part in cohort.parts if part.organisation_id == carrier), None)
