"""What is read of learners on their way: the facts, in a number of SELECTs that does not grow (R67)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any

import pytest

from tests.factories import attendance, cohorts, diplomas, portfolio
from tests.support.queries import Queries
from training.catalogue.enums import Modality
from training.cohorts.models import Enrolment
from training.diplomas import queries
from training.diplomas.enums import ReasonKind, Settler

type_selects = Callable[[], AbstractContextManager[Queries]]


@pytest.fixture
def learner(session: Any, frozen_clock: Any) -> Enrolment:
    """Someone who has done everything."""
    (enrolment,) = diplomas.graduating()
    return enrolment


def test_whoever_has_done_everything_may_be_proposed(learner: Enrolment) -> None:
    found = queries.progress_of_learner(learner.id)
    assert found.eligibility.reasons == []
    assert (found.modules_done, found.modules_asked) == (1, 1)
    assert [count.shown for count in found.facts.hours] == [Decimal(96), Decimal(30), Decimal(30)]
    assert found.name == learner.person.name


@pytest.mark.both_engines
def test_what_was_not_done_is_told(session: Any, frozen_clock: Any) -> None:
    learner = cohorts.learner(cohorts.cohort())
    attendance.locked(diplomas.half_day(learner.cohort), {learner: attendance.THERE})
    diplomas.confirm_hours(learner, Modality.E_LEARNING)
    reasons = queries.progress_of_learner(learner.id).eligibility.reasons
    assert [(reason.kind, reason.settlers) for reason in reasons] == [
        (ReasonKind.MODULE, [Settler.LEARNER]),
        (ReasonKind.HOURS, [Settler.LEARNER]),
    ]


def test_a_missed_half_day_blocks_its_module_and_the_hours(learner: Enrolment) -> None:
    late = attendance.half_days(learner.cohort, 1, modules=(portfolio.module(learner.cohort).id,))
    attendance.locked(late[0], {learner: attendance.AWAY})
    reasons = queries.progress_of_learner(learner.id).eligibility.reasons
    assert [(r.kind, r.settlers) for r in reasons] == [
        (ReasonKind.MODULE, [Settler.CARRIER]),
        (ReasonKind.HOURS, [Settler.CARRIER]),
    ]


@pytest.mark.both_engines
def test_a_cohort_and_several_take_as_many_selects_as_one_learner(
    session: Any, frozen_clock: Any, selects: type_selects
) -> None:
    (first,) = diplomas.graduating(1)
    cohort_id, known = first.cohort_id, [first.id]
    with selects() as one:
        assert len(queries.progress_of_cohort(cohort_id)) == 1
    known += [each.id for each in diplomas.graduating(3)]
    with selects() as three:
        found = queries.progress_of(Enrolment.id.in_(known))
    assert len(found) == 4
    assert all(each.eligibility.is_met for each in found)
    assert one.count == three.count <= 11


def test_nobody_is_nothing(session: Any) -> None:
    assert queries.progress_of_cohort(cohorts.cohort().id) == []
