"""Those who have not read the livret or the règlement are asked again by themselves, and no more once they have (R120, R123)."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import quality as make
from training.cohorts.enums import CohortStatus
from training.cohorts.models import Cohort
from training.common import clock
from training.common.errors import Forbidden
from training.common.journal import Event
from training.common.mail import MailUrgency, OutgoingMail
from training.database import db
from training.quality.enums import HandbookKind
from training.quality.models import HandbookReminder
from training.quality.queries.handbooks import rhythm_of
from training.quality.rules.evidence import reading_is_due
from training.quality.services import handbooks

DAY = date.fromisoformat


@pytest.mark.parametrize(
    ("last_on", "count", "every", "today", "due"),
    [
        (None, 0, 7, "2026-03-08", False),
        (None, 0, 7, "2026-03-09", True),
        ("2026-03-09", 1, 7, "2026-03-15", False),
        ("2026-03-09", 1, 7, "2026-03-16", True),
        ("2026-03-23", 3, 7, "2026-04-30", False),
        (None, 0, None, "2026-04-30", False),
    ],
)
def test_r120_once_per_delay_and_three_times_at_most(
    last_on: str | None, count: int, every: int | None, today: str, due: bool
) -> None:
    last = DAY(last_on) if last_on else None
    assert reading_is_due(DAY("2026-03-02"), last, count, every, DAY(today)) is due


def reminders() -> list[tuple[str, MailUrgency]]:
    rows = db.session.scalars(select(OutgoingMail).where(OutgoingMail.message == "quality/handbook_reminder"))
    return sorted((mail.to_email, mail.urgency) for mail in rows)


@pytest.mark.both_engines
def test_the_worker_asks_again_until_it_is_read(cohort: Cohort, frozen_clock: Any) -> None:
    one, other = cohort_rows.learner(cohort), cohort_rows.learner(cohort)
    livret = make.handbook(cohort)
    db.session.commit()
    assert handbooks.sweep() == 0
    frozen_clock.advance(timedelta(days=7))
    assert handbooks.sweep() == 1
    assert handbooks.sweep() == 0
    assert reminders() == sorted((each.person.email, MailUrgency.DAILY) for each in (one, other))
    handbooks.read(livret, one, by=accounts.principal(one.person))
    db.session.commit()
    for _ in range(40):
        frozen_clock.advance(timedelta(days=1))
        handbooks.sweep()
    assert [to for to, _urgency in reminders()].count(one.person.email) == 1
    assert [to for to, _urgency in reminders()].count(other.person.email) == 3
    told = db.session.scalar(
        select(func.count()).where(Event.kind == "cohort.handbook_reminded", Event.actor_id.is_(None))
    )
    assert told == 3
    make.handbook(cohort, changes="Le parking")
    db.session.commit()
    frozen_clock.advance(timedelta(days=7))
    handbooks.sweep()
    assert [to for to, _urgency in reminders()].count(one.person.email) == 2


def test_the_button_puts_the_next_reminder_off(cohort: Cohort, frozen_clock: Any) -> None:
    cohort_rows.learner(cohort)
    made = make.handbook(cohort, HandbookKind.RULES)
    db.session.commit()
    frozen_clock.advance(timedelta(days=6))
    handbooks.remind([made], by=make.carrier(cohort))
    db.session.commit()
    frozen_clock.advance(timedelta(days=1))
    assert handbooks.sweep() == 0
    frozen_clock.advance(timedelta(days=6))
    assert handbooks.sweep() == 1
    assert db.session.scalars(select(HandbookReminder.count)).all() == [1]


def test_the_carrier_chooses_the_delay_or_none(cohort: Cohort, frozen_clock: Any, client: Any, page: Any) -> None:
    enrolment = cohort_rows.learner(cohort)
    make.handbook(cohort)
    accounts.sign_in(client, cohort_rows.carrier_of(cohort))
    at = f"/promotions/{cohort.code}/livret"
    assert "Relance automatique" in page(at).text
    assert client.post(f"{at}/rythme", data={"every": "2000"}).status_code == 422
    assert client.post(f"{at}/rythme", data={"every": "never"}).status_code == 303
    frozen_clock.advance(timedelta(days=30))
    assert handbooks.sweep() == 0
    with pytest.raises(Forbidden):
        handbooks.set_rhythm(cohort, 3, by=accounts.principal(enrolment.person))
    handbooks.set_rhythm(cohort, 3, by=make.carrier(cohort))
    db.session.commit()
    assert rhythm_of(cohort.id) == 3
    assert handbooks.sweep() == 1


def test_nobody_is_asked_in_a_cohort_that_is_over_nor_before_she_knows_her_place(
    cohort: Cohort, frozen_clock: Any
) -> None:
    enrolment = cohort_rows.learner(cohort)
    enrolment.taken_over = True
    make.handbook(cohort)
    db.session.commit()
    frozen_clock.advance(timedelta(days=8))
    assert handbooks.sweep() == 0
    enrolment.invited_at = clock.now()
    cohort.status = CohortStatus.CLOSED
    db.session.commit()
    assert handbooks.sweep() == 0
    cohort.status, cohort.ends_on = CohortStatus.RUNNING, clock.today() - timedelta(days=1)
    db.session.commit()
    assert handbooks.sweep() == 0
    cohort.ends_on = None
    db.session.commit()
    assert handbooks.sweep() == 1
