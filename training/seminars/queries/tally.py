"""Presence of many learners, in any number of cohorts, in two SELECTs of plain rows (R44–R46).

:mod:`presence` loads what a page shows of each half-day; this one counts.
"""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from training.seminars.queries.rows import counted, half_days_in, known_of
from training.seminars.rules.presence import Terms
from training.seminars.rules.tally import NOTHING, Plan, Tally, tally


class Attendee(Protocol):
    """An enrolment, as far as presence goes."""

    @property
    def id(self) -> uuid.UUID:
        """The enrolment’s uuid."""

    @property
    def cohort_id(self) -> uuid.UUID:
        """Her cohort."""

    @property
    def variant_id(self) -> uuid.UUID:
        """Her variant."""

    @property
    def entered_on(self) -> date:
        """Her first day."""

    @property
    def left_on(self) -> date | None:
        """The day she left, excluded."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What the edition of a learner says of presence."""

    terms: Terms
    visio_counts: bool


def tallies_of(learners: Collection[Attendee], rules: Mapping[uuid.UUID, Rule]) -> dict[uuid.UUID, Tally]:
    """Return the presence of each of these learners, ``rules`` being given by enrolment. Two SELECTs, none for nobody."""
    if not learners:
        return {}
    half_days = half_days_in({learner.cohort_id for learner in learners})
    known = known_of([learner.id for learner in learners])
    plans: dict[tuple[uuid.UUID, uuid.UUID, bool], Plan] = {}
    found = {}
    for learner in learners:
        rule = rules[learner.id]
        key = (learner.cohort_id, learner.variant_id, rule.visio_counts)
        plan = plans.get(key)
        if plan is None:
            rows = half_days.get(learner.cohort_id, ())
            plan = plans[key] = Plan(learner.variant_id, [counted(row, visio_counts=rule.visio_counts) for row in rows])
        found[learner.id] = tally(
            plan,
            known.get(learner.id, NOTHING),
            rule.terms,
            entered_on=learner.entered_on,
            left_on=learner.left_on,
        )
    return found
