"""A convocation that waits gives way to the next one, and leaves with a seminar that is cancelled (R118, R120)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.factories import cohorts as make
from tests.seminars.test_convocations import mails, planned, sent_by, staff
from training.cohorts.models import Cohort
from training.common.mail import MailStatus
from training.seminars.enums import SeminarAct
from training.seminars.queries import convocations as queries
from training.seminars.services import advance
from training.seminars.services import convocations as services

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")


@pytest.fixture
def cohort() -> Cohort:
    return make.cohort(label="Promo 8")


def test_a_convocation_that_waits_gives_way_to_the_next_and_to_a_cancelled_seminar(
    cohort: Cohort, frozen_clock: Any
) -> None:
    make.learner(cohort)
    seminar = planned(cohort)
    people = sent_by(cohort, seminar)
    frozen_clock.advance(timedelta(minutes=1))
    services.set_practical(seminar, access="Bâtiment B", bring="", by=staff(cohort))
    assert sent_by(cohort, seminar) == people
    assert [mail.status for mail in mails()] == [MailStatus.GIVEN_UP] * people + [MailStatus.QUEUED] * people
    assert all(not mail.subject.startswith("Convocation modifiée") for mail in mails())
    assert {known.times for known in queries.history_of(seminar).sent.values()} == {1}
    advance(seminar, SeminarAct.CANCEL, by=staff(cohort), reason="Grève")
    assert {mail.status for mail in mails()} == {MailStatus.GIVEN_UP}
    assert queries.history_of(seminar).sent == {}
