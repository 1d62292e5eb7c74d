"""What the guard loads before a page of the room, already within one’s scope."""

from flask import request

from training.cohorts.models import Cohort
from training.cohorts.queries import find_cohort
from training.common.policy import Principal


def cohort_of(principal: Principal, code: str) -> Cohort:
    """Return a cohort this person may see; a POST holds it for its transaction."""
    return find_cohort(principal, code, to_change=request.method == "POST")
