"""What desks, a structure and a learner read around a convocation (R118, R122)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.factories import accounts, attendance
from tests.factories import cohorts as make
from tests.seminars.test_convocations import answered, planned, sent_by
from training.accounts.enums import Function
from training.cohorts.models import Cohort
from training.database import db
from training.portfolio.queries import course_of
from training.seminars.commands import Marking
from training.seminars.enums import AbsenceKind, Presence

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")


@pytest.fixture
def cohort() -> Cohort:
    return make.cohort(label="Promo 8", edition=make.published_edition(label="PACTE 2025-2027"))


def test_desks_ask_to_send_then_to_answer(
    cohort: Cohort, client: Any, page: Callable[..., Any], frozen_clock: Any
) -> None:
    learner, seminar = make.learner(cohort), planned(cohort)
    manager = make.carrier_of(cohort)
    accounts.sign_in(client, manager)
    assert "Envoyer les convocations" not in page("/").text, "seven weeks before is too early"
    frozen_clock.advance(timedelta(days=40))
    accounts.sign_in(client, manager)
    assert f"/seminaires/{seminar.id}/convocations" in page("/").links().values()
    sent_by(cohort, seminar)
    db.session.commit()
    assert "Envoyer les convocations" not in page("/").text
    accounts.sign_in(client, learner.person)
    assert f"/seminaires/{seminar.id}/pratique" in page("/").links().values()
    answered(seminar, learner.person)
    db.session.commit()
    assert "Préparer votre venue" not in page("/").text


def test_a_structure_and_its_learner_read_the_same_rows_without_reasons(
    cohort: Cohort, client: Any, page: Callable[..., Any]
) -> None:  # R122
    learner = make.learner(cohort)
    half_day, other = planned(cohort).half_days
    excused = Marking(Presence.EXCUSED, absence_kind=AbsenceKind.HEALTH)
    attendance.locked(half_day, {learner: excused})
    attendance.locked(other, {learner: Marking(Presence.PRESENT)})
    accounts.sign_in(client, learner.person)
    own = page(f"/parcours/{learner.id}?vue=structure")
    employer = accounts.person()
    accounts.membership(employer, Function.REPRESENTATIVE, learner.structure)
    accounts.sign_in(client, employer)
    theirs = page(f"/parcours/{learner.id}")
    for shown in (own, theirs):
        assert "santé" not in shown.text
        assert "justifiée" not in shown.text
    rows = [shown.text.partition("demi-journée par demi-journée")[2][:300] for shown in (own, theirs)]
    assert rows[0] == rows[1]
    assert "absent·e" in rows[0]
    assert "présent·e" in rows[0]


def test_once_over_the_page_says_what_is_due_and_when(
    cohort: Cohort, client: Any, page: Callable[..., Any], selects: Callable[..., Any], frozen_clock: Any
) -> None:
    learner = make.learner(cohort)
    module = next(each for each in cohort.edition.modules if each.code == "PF")
    seminar = planned(cohort, modules=(module.id,))
    frozen_clock.advance(timedelta(days=60))
    accounts.sign_in(client, learner.person)
    address = f"/seminaires/{seminar.id}"
    shown = page(address).text
    assert "À rendre après ce séminaire" in shown
    owed = [line.label for line in course_of(learner).tracers if line.module_id == module.id]
    assert owed
    assert all(label in shown for label in owed)
    with selects() as asked:
        client.get(address)
    assert asked.count <= 12
