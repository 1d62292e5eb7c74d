"""What the guard loads before a page of the seminars, already within one’s scope."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask import request

from training.cohorts.models import Cohort, CohortPart
from training.cohorts.queries import find_cohort
from training.common.errors import NotFound
from training.common.policy import Principal
from training.seminars import queries
from training.seminars.enums import SeminarAct
from training.seminars.models import CalendarFeed, HalfDay, Seminar
from training.seminars.routes.blueprint import ACTS


@dataclass(frozen=True, slots=True)
class SeminarStep:
    """A seminar and the act its address names."""

    seminar: Seminar
    act: SeminarAct

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence one’s rights."""
        return self.seminar.parts


def _to_change() -> bool:
    return request.method == "POST"


def cohort_of(principal: Principal, code: str) -> Cohort:
    """Return a cohort this person may see; a POST holds it for its transaction."""
    return find_cohort(principal, code, to_change=_to_change())


def seminar_of(principal: Principal, seminar_id: uuid.UUID) -> Seminar:
    """Return a seminar this person may see; a POST holds it for its transaction."""
    return queries.find_seminar(principal, seminar_id, to_change=_to_change())


def half_day_of(principal: Principal, seminar_id: uuid.UUID, half_day_id: uuid.UUID) -> HalfDay:
    """Return a half-day of a seminar this person may see; a POST holds them for its transaction."""
    return queries.find_half_day(principal, seminar_id, half_day_id, to_change=_to_change())


def step_of(principal: Principal, seminar_id: uuid.UUID, act: str) -> SeminarStep:
    """Return a seminar and an act."""
    if act not in ACTS:
        raise NotFound
    return SeminarStep(seminar_of(principal, seminar_id), ACTS[act])


def own_feed(principal: Principal) -> CalendarFeed:
    """Return one’s own live feed; ``NotFound`` when there is none."""
    feed = queries.live_feed_of(principal.person_id) if principal.person_id is not None else None
    if feed is None:
        raise NotFound("Vous n’êtes pas abonné·e : créez d’abord votre adresse de calendrier.")
    return feed
