"""Changes of half-days told once, to those concerned (R117, R120)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import accounts, choices
from tests.factories import cohorts as cohort_rows
from tests.factories import seminars as make
from tests.support.letters import check_letter
from training.accounts.enums import Function
from training.accounts.models import Person
from training.cohorts.models import Cohort
from training.common import clock
from training.common.mail import MailUrgency, OutgoingMail
from training.common.policy import WORKER
from training.database import db
from training.seminars import queries, services
from training.seminars.enums import ChangeKind, SeminarAct, StaffRole
from training.seminars.models import HalfDay, ScheduleChange
from training.seminars.rules.changes import Known, change_for, is_due, is_near
from training.seminars.services.changes import tell_changes

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
BEFORE = Known(NOON, NOON + timedelta(hours=3), "Beaune")
MOVED = Known(NOON + timedelta(days=1), NOON + timedelta(days=1, hours=3), "Beaune")
TAUGHT = Known(NOON, NOON + timedelta(hours=3), "Beaune", modules=("Projet de santé",))
OFF = Known(NOON, NOON + timedelta(hours=3), "Beaune", off=True)


@pytest.mark.parametrize(
    ("before", "after", "was", "now_is", "expected"),
    [
        (BEFORE, BEFORE, True, True, None),
        (BEFORE, MOVED, True, True, ChangeKind.MOVED),
        (BEFORE, OFF, True, True, ChangeKind.CANCELLED),
        (BEFORE, OFF, True, False, ChangeKind.CANCELLED),
        (BEFORE, MOVED, True, False, ChangeKind.WITHDRAWN),
        (BEFORE, MOVED, False, True, ChangeKind.ADDED),
        (BEFORE, OFF, False, True, None),
        (OFF, BEFORE, True, True, ChangeKind.RESTORED),
        (OFF, OFF, True, True, None),
        (BEFORE, TAUGHT, True, True, ChangeKind.MOVED),  # what is taught, and nothing else
        (TAUGHT, TAUGHT, True, False, ChangeKind.WITHDRAWN),  # her choice is no longer taught there (R104)
        (None, BEFORE, True, True, ChangeKind.ADDED),
        (None, OFF, True, True, None),
        (BEFORE, BEFORE, False, False, None),
    ],
)
def test_what_each_person_has_to_learn(
    before: Known | None, after: Known, was: bool, now_is: bool, expected: ChangeKind | None
) -> None:
    assert change_for(before, after, was=was, now_is=now_is) is expected


@pytest.mark.parametrize(
    ("near", "minutes", "hour", "expected"),
    [
        (True, 11, 15, True),  # a few minutes after the last move
        (True, 2, 15, False),
        (True, 60, 22, False),  # never at night
        (False, 60, 15, False),  # not before the morning
        (False, 8 * 60, 22, False),
        (False, 20 * 60, 6, True),  # in time for the message of 7 h
        (False, 23 * 60, 9, True),  # the worker was at rest
    ],
)
def test_r120_when_a_change_is_told(near: bool, minutes: int, hour: int, expected: bool) -> None:
    now = clock.at_paris(date(2026, 3, 3), hour)
    noted = now - timedelta(minutes=minutes)

    assert is_due(near=near, noted_at=noted, touched_at=noted, now=now) is expected


@pytest.mark.parametrize(("days", "expected"), [(-1, True), (0, True), (6, True), (8, False), (40, False)])
def test_near_is_within_seven_days(days: int, expected: bool) -> None:
    later = Known(NOON + timedelta(days=days), NOON + timedelta(days=days, hours=3), "Beaune")

    assert is_near(None, later, NOON) is expected


# --- told ------------------------------------------------------------------------------------------------------------


def mails(message: str) -> Sequence[OutgoingMail]:
    db.session.expire_all()
    return db.session.scalars(
        select(OutgoingMail).where(OutgoingMail.message == f"seminars/{message}").order_by(OutgoingMail.to_email)
    ).all()


def told() -> set[str]:
    return {mail.to_email for mail in mails("schedule_changed")}


def move(half_day: HalfDay, day: date, **values: Any) -> None:
    staff = tuple((member.person_id, member.role) for member in half_day.staff)
    services.move_half_day(half_day, make.half_day_plan(day, **{"staff": staff, **values}), by=WORKER)


def representative(learner: Any) -> Person:
    someone = accounts.person()
    accounts.membership(someone, structure=learner.structure, function=Function.REPRESENTATIVE)
    return someone


def morning(frozen_clock: Any, day: date = date(2026, 3, 3)) -> None:
    frozen_clock.at(clock.at_paris(day, 6, 30))


@pytest.mark.both_engines
def test_r120_several_moves_are_one_message_of_the_morning_with_the_net_change(
    cohort: Cohort, learner: Any, frozen_clock: Any
) -> None:
    half_day = make.half_day(cohort)
    move(half_day, date(2026, 4, 24))
    move(half_day, date(2026, 4, 30), place="Dole")
    db.session.commit()

    assert tell_changes() == 0
    morning(frozen_clock)
    assert tell_changes() == 1

    (mail,) = mails("schedule_changed")
    assert (mail.to_email, mail.urgency) == (learner.person.email, MailUrgency.DAILY)
    assert mail.send_after == clock.at_paris(date(2026, 3, 3), 7)
    assert "24 avril" not in mail.text
    check_letter(mail)
    assert tell_changes() == 0
    assert db.session.scalars(select(ScheduleChange)).all() == []


@pytest.mark.usefixtures("learner")
def test_r120_moved_then_moved_back_nothing_is_told(cohort: Cohort, frozen_clock: Any) -> None:
    half_day = make.half_day(cohort)
    move(half_day, date(2026, 4, 24))
    move(half_day, make.DAY)
    db.session.commit()

    morning(frozen_clock)

    assert (tell_changes(), told()) == (1, set())


def test_r120_a_change_within_seven_days_is_told_the_same_day_by_day(
    cohort: Cohort, learner: Any, frozen_clock: Any
) -> None:
    half_day = make.half_day(cohort, date(2026, 3, 6))
    frozen_clock.at(clock.at_paris(date(2026, 3, 2), 22))
    services.cancel_half_day(half_day, by=WORKER, reason="Salle fermée")
    db.session.commit()
    assert tell_changes() == 0

    frozen_clock.at(clock.at_paris(date(2026, 3, 3), 7, 5))

    assert tell_changes() == 1
    (mail,) = mails("schedule_changed")
    assert (mail.urgency, mail.to_email) == (MailUrgency.PROMPT, learner.person.email)
    assert "demi-journée annulée" in mail.subject


def test_those_concerned_and_no_others_are_told(cohort: Cohort, learner: Any, frozen_clock: Any) -> None:
    msp = cohort_rows.variant(cohort, "MSP").id
    other = cohort_rows.learner(cohort, code="CPTS")
    late = cohort_rows.learner(cohort, code="MSP", entered_on=date(2026, 6, 1))
    host, animator, leaves, comes = representative(learner), cohort_rows.animator(cohort), *(
        accounts.person() for _ in range(2)
    )  # fmt: skip
    half_day = make.half_day(cohort, variants=(msp,), staff=((leaves.id, StaffRole.SPEAKER),))
    move(half_day, date(2026, 4, 24), variants=(msp,), staff=((comes.id, StaffRole.SPEAKER),))
    db.session.commit()

    morning(frozen_clock)
    tell_changes()

    assert told() == {each.email for each in (learner.person, host, animator, leaves, comes)}
    words = {mail.to_email: mail.text for mail in mails("schedule_changed")}
    assert "vous n’y êtes plus attendu·e" in words[leaves.email]
    assert "demi-journée ajoutée" in words[comes.email]
    assert {other.person.email, late.person.email}.isdisjoint(told())


def test_r104_only_those_who_chose_a_module_are_told_of_its_half_day_and_clash_with_it(
    session: Any, frozen_clock: Any
) -> None:
    cohort, elsewhere = choices.cohort(), cohort_rows.cohort()
    manager = accounts.principal(cohort_rows.carrier_of(cohort))
    chose, did_not = (cohort_rows.learner(cohort) for _ in range(2))
    choices.choose(chose, "COM", by=accounts.principal(chose.person))
    for learner in (chose, did_not):
        cohort_rows.learner(elsewhere, person=learner.person)
    make.half_day(elsewhere, date(2026, 4, 24))
    module = choices.module(cohort, "COM").id
    half_day = make.half_day(cohort, modules=(module,))
    db.session.commit()
    plan = make.half_day_plan(date(2026, 4, 24), modules=(module,))

    (clash,) = services.clashes_with(cohort, [plan], by=manager, half_day=half_day)
    move(half_day, date(2026, 4, 24), modules=(module,))
    db.session.commit()
    morning(frozen_clock)
    tell_changes()

    assert clash.who == (chose.person.name,)
    assert [each.who for each in queries.clashes_of(half_day.seminar, manager)] == [(chose.person.name,)]
    assert told() == {chose.person.email}


@pytest.mark.both_engines
def test_r120_what_is_taught_changes_alone_and_is_told_once_before_and_after(
    cohort: Cohort, learner: Any, frozen_clock: Any
) -> None:
    (module, _elective) = cohort.edition.modules
    half_day = make.half_day(cohort, modules=(module.id,))
    move(half_day, make.DAY, modules=())
    db.session.commit()

    morning(frozen_clock)
    assert (tell_changes(), tell_changes()) == (1, 0)

    (mail,) = mails("schedule_changed")
    assert mail.to_email == learner.person.email
    assert [line for line in mail.text.splitlines() if "odules" in line or "avril" in line] == [
        "Jeudi 23 avril 2026, de 9\xa0h\xa030 à 12\xa0h\xa030, Beaune",
        "Modules avant\xa0: Module PF",
        "Modules maintenant\xa0: aucun module annoncé",
    ]


@pytest.mark.usefixtures("learner")
def test_r120_what_is_taught_set_back_is_told_to_nobody(cohort: Cohort, frozen_clock: Any) -> None:
    module = cohort.edition.modules[0].id
    half_day = make.half_day(cohort, modules=(module,))
    move(half_day, make.DAY, modules=())
    move(half_day, make.DAY, modules=(module,))
    db.session.commit()

    morning(frozen_clock)

    assert (tell_changes(), told()) == (1, set())


def test_r104_another_option_taught_withdraws_some_and_brings_others(session: Any, frozen_clock: Any) -> None:
    cohort = choices.cohort()
    leaves, comes, neither = (cohort_rows.learner(cohort) for _ in range(3))
    for learner, code in ((leaves, "COM"), (comes, "ALT")):
        choices.choose(learner, code, by=accounts.principal(learner.person))
    half_day = make.half_day(cohort, modules=(choices.module(cohort, "COM").id,))
    move(half_day, make.DAY, modules=(choices.module(cohort, "ALT").id,))
    db.session.commit()

    morning(frozen_clock)
    tell_changes()

    words = {mail.to_email: mail.text for mail in mails("schedule_changed")}
    assert set(words) == {leaves.person.email, comes.person.email}
    assert "vous n’y êtes plus attendu·e" in words[leaves.person.email]
    assert "demi-journée ajoutée" in words[comes.person.email]
    assert neither.person.email not in words


def test_a_postponed_seminar_is_one_message_and_the_past_is_told_to_nobody(
    cohort: Cohort, learner: Any, frozen_clock: Any
) -> None:
    seminar = make.seminar(cohort, make.half_day_plan(), make.half_day_plan(hours=make.AFTERNOON))
    services.advance(seminar, SeminarAct.POSTPONE, by=WORKER, reason="Grève")
    move(make.half_day(cohort, date(2026, 1, 29)), date(2026, 1, 30))
    db.session.commit()

    morning(frozen_clock)
    tell_changes()

    (mail,) = mails("schedule_changed")
    assert "2 demi-journées annulées" in mail.subject
    assert "janvier" not in mail.text
