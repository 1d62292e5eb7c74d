"""Hours in proportion told with their calculation, and the warning before planning lowers them (R46)."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.factories import accounts
from tests.factories import attendance as make
from tests.factories import cohorts as cohort_rows
from tests.factories import seminars as seminar_rows
from training.catalogue.enums import CreditMode
from training.cohorts.models import Cohort, Enrolment
from training.common import clock
from training.seminars import queries
from training.seminars.rules.proportion import proportion_of
from training.seminars.services import FOR_ALL, lowered_by

LATER = clock.at_paris(seminar_rows.DAY + timedelta(days=3))


@pytest.fixture
def learner(cohort: Cohort) -> Enrolment:
    """A learner who followed the first of four half-days."""
    found = cohort_rows.learner(cohort, person=accounts.person(first_name="Alix", last_name="Morel"))
    make.locked(make.half_days(cohort, 4)[0], {found: make.THERE})
    return found


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_r46_the_calculation_is_told_as_it_is_made(learner: Enrolment) -> None:
    shown = queries.presence_of(learner)
    counted = proportion_of(shown)
    assert counted is not None
    assert counted.credited() == shown.credited == Decimal("24.00")
    assert plain(counted.words) == "96 h demandées × 1 demi-journée suivie ÷ 4 prévues = 24 h"


def test_r46_half_days_that_carry_their_hours_are_not_in_proportion(learner: Enrolment) -> None:
    shown = queries.presence_of(learner)
    assert proportion_of(replace(shown, terms=replace(shown.terms, mode=CreditMode.EXPLICIT))) is None
    assert proportion_of(replace(shown, terms=replace(shown.terms, required=None))) is None
    assert proportion_of(replace(shown, lines=[])) is None


def test_r46_planning_more_says_whose_hours_it_lowers(cohort: Cohort, learner: Enrolment) -> None:
    cohort_rows.learner(cohort)  # who followed nothing loses nothing
    found = lowered_by(cohort, [*FOR_ALL] * 4)
    assert found is not None
    assert (found.people, found.name, found.before, found.after) == (1, "Alix Morel", Decimal(24), Decimal(12))
    other = cohort_rows.cohort(edition=cohort.edition)
    assert lowered_by(other, FOR_ALL) is None
    assert lowered_by(cohort, []) is None


def test_r46_the_pages_that_plan_warn_and_those_of_the_learner_explain(
    cohort: Cohort, learner: Enrolment, client: Any, page: Any
) -> None:
    seminar = learner.cohort.code
    accounts.sign_in(client, cohort_rows.carrier_of(cohort))
    told = "Alix Morel, par exemple, passerait de 24 h à 19 h 12 sur 96 h"
    assert told in page(f"/promotions/{seminar}/seminaires/nouveau").text
    pattern = {
        "kind": "seminar", "title": "S", "number": "1", "count": "2", "days": "2", "first_day": "04/03/2027",
        "every": "3", "unit": "months", "morning_from": "9 h", "morning_to": "12 h", "afternoon_from": "14 h",
        "afternoon_to": "17 h", "mode": "in_person", "step": "propose",
    }  # fmt: skip
    proposed = client.post(f"/promotions/{seminar}/seminaires/modele", data=pattern)
    assert proposed.status_code == 200
    assert "passerait de 24 h à 8 h sur 96 h" in plain(proposed.text)
    explained = "96 h demandées × 1 demi-journée suivie ÷ 4 prévues = 24 h"
    with clock.freeze(LATER):
        for path in (f"/promotions/{seminar}/apprenants/{learner.id}/presences", f"/parcours/{learner.id}"):
            accounts.sign_in(client, learner.person)
            assert explained in page(path).text
