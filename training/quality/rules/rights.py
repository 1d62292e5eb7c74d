"""Who may read how a course goes."""

from collections.abc import Mapping
from typing import Final

from training.accounts.rules import carrier_readers, funder, school
from training.cohorts.rules import edition_school
from training.common.policy import Permission, Predicate

PERMISSIONS: Final[Mapping[Permission, Predicate]] = {
    Permission.QUALITY_REPORT_READ: carrier_readers | school | edition_school | funder,
}
