"""Changes told once, and invitations in step with the feed (R37, R117, R120)."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from typing import Any

import icalendar
import pytest
from sqlalchemy import select

from tests.factories import accounts, choices
from tests.factories import cohorts as cohort_rows
from tests.factories import seminars as make
from tests.support.letters import check_letter
from training.accounts.enums import Function, Part
from training.accounts.models import Person
from training.cohorts import services as cohort_services
from training.cohorts.commands import EnrolmentChange
from training.cohorts.enums import EnrolmentAct
from training.cohorts.models import Cohort
from training.common import clock
from training.common.mail import MailUrgency, OutgoingMail
from training.common.policy import WORKER
from training.common.transport import build, calendar_method
from training.database import db
from training.extensions import settings as house
from training.seminars import queries, services
from training.seminars.enums import ChangeKind, SeminarAct, StaffRole
from training.seminars.models import CalendarInvitation, HalfDay, ScheduleChange
from training.seminars.rules.changes import Known, change_for, is_due, is_near
from training.seminars.services.changes import tell_changes
from training.seminars.services.invitations import choose_invitations, send_invitations

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
BEFORE = Known(NOON, NOON + timedelta(hours=3), "Beaune")
MOVED = Known(NOON + timedelta(days=1), NOON + timedelta(days=1, hours=3), "Beaune")
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


@pytest.fixture
def learner(cohort: Cohort, frozen_clock: Any) -> Any:
    cohort_rows.part_of(cohort, Part.CARRIER).email = "carrier@example.org"
    return cohort_rows.learner(cohort, code="MSP")


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


# --- invitations -----------------------------------------------------------------------------------------------------


def invitation(mail: OutgoingMail) -> Any:
    """The one event of an invitation, read by another library, with the method its envelope has."""
    assert mail.calendar is not None
    calendar: Any = icalendar.Calendar.from_ical(mail.calendar)
    assert str(calendar["METHOD"]) == calendar_method(mail.calendar)
    (event,) = calendar.walk("VEVENT")
    return event


def confirmed(cohort: Cohort, *plans: Any) -> HalfDay:
    seminar = make.seminar(cohort, *plans)
    services.advance(seminar, SeminarAct.CONFIRM, by=WORKER)
    db.session.commit()
    return seminar.half_days[0]


@pytest.mark.both_engines
def test_r37_an_invitation_leaves_when_the_seminar_is_confirmed_and_follows_each_move(
    cohort: Cohort, learner: Any, frozen_clock: Any
) -> None:
    make.half_day(cohort, date(2026, 6, 11))  # planned only: nobody is invited yet
    half_day = confirmed(cohort)

    assert (send_invitations(), send_invitations()) == (1, 0)

    (asked,) = mails("half_day_invitation")
    check_letter(asked)
    event = invitation(asked)
    assert calendar_method(asked.calendar or b"") == "REQUEST"
    assert (str(event["UID"]), event["SEQUENCE"]) == (half_day.uid, half_day.sequence + half_day.seminar.sequence)
    assert str(event["ORGANIZER"]) == "mailto:carrier@example.org"
    assert str(event["ATTENDEE"]) == f"mailto:{learner.person.email}"
    assert event["DTSTART"].dt == half_day.starts_at

    move(half_day, date(2026, 4, 24))
    db.session.commit()
    assert send_invitations() == 0  # it waits for the morning, as any change
    morning(frozen_clock)
    assert tell_changes() == 1
    assert told() == set()  # told once, by the invitation
    frozen_clock.at(clock.at_paris(date(2026, 3, 3), 7, 1))
    assert send_invitations() == 1

    (moved,) = mails("half_day_moved")
    check_letter(moved)
    again = invitation(moved)
    assert str(again["UID"]) == half_day.uid
    assert again["SEQUENCE"] > event["SEQUENCE"]
    assert again["DTSTART"].dt == half_day.starts_at

    services.cancel_half_day(half_day, by=WORKER, reason="Salle fermée")
    db.session.commit()
    morning(frozen_clock, date(2026, 3, 4))
    tell_changes()
    frozen_clock.at(clock.at_paris(date(2026, 3, 4), 8))
    send_invitations()

    (cancelled,) = mails("half_day_cancelled")
    check_letter(cancelled)
    gone = invitation(cancelled)
    assert calendar_method(cancelled.calendar or b"") == "CANCEL"
    assert (str(gone["UID"]), str(gone["STATUS"])) == (half_day.uid, "CANCELLED")
    assert gone["SEQUENCE"] > again["SEQUENCE"]


def test_whoever_subscribes_to_the_feed_gets_no_invitation_unless_she_says_so(cohort: Cohort, learner: Any) -> None:
    person_id = learner.person_id
    services.create_feed(person_id=person_id)
    confirmed(cohort)
    send_invitations()
    assert mails("half_day_invitation") == []

    choose_invitations(person_id, wanted=True)
    db.session.commit()
    send_invitations()
    assert len(mails("half_day_invitation")) == 1

    choose_invitations(person_id, wanted=False)
    db.session.commit()
    send_invitations()
    (withdrawn,) = mails("half_day_cancelled")
    assert "retirée" in withdrawn.subject
    assert [row.cancelled for row in db.session.scalars(select(CalendarInvitation))] == [True]


def test_a_trainer_withdrawn_from_a_half_day_is_uninvited_and_may_be_invited_again(
    cohort: Cohort, frozen_clock: Any
) -> None:
    cohort_rows.part_of(cohort, Part.CARRIER).email = "carrier@example.org"
    trainer = accounts.person()
    staff = ((trainer.id, StaffRole.SPEAKER),)
    half_day = confirmed(cohort, make.half_day_plan(staff=staff))
    send_invitations()
    sequences = []
    for number, members in enumerate(((), staff), start=3):
        move(half_day, make.DAY, staff=members)
        db.session.commit()
        morning(frozen_clock, date(2026, 3, number))
        tell_changes()
        frozen_clock.at(clock.at_paris(date(2026, 3, number), 8))
        send_invitations()
        sequences.append(db.session.scalars(select(CalendarInvitation.sequence)).one())

    assert [len(mails(name)) for name in ("half_day_invitation", "half_day_cancelled")] == [2, 1]
    assert sequences == sorted(set(sequences))
    assert told() == set()


def test_who_leaves_the_course_is_uninvited_and_who_comes_is_invited(cohort: Cohort, learner: Any) -> None:
    confirmed(cohort)
    send_invitations()
    cohort_services.change_enrolment(
        learner, EnrolmentAct.WITHDRAW, EnrolmentChange(date(2026, 3, 2), "Nouvel emploi"), by=WORKER
    )
    comes = cohort_rows.learner(cohort)
    db.session.commit()

    send_invitations()

    (gone,) = mails("half_day_cancelled")
    assert gone.to_email == learner.person.email
    assert {mail.to_email for mail in mails("half_day_invitation")} == {learner.person.email, comes.person.email}


def test_the_mail_carries_the_invitation_as_programs_expect_it(cohort: Cohort, learner: Any, app: Any) -> None:
    confirmed(cohort)
    send_invitations()
    (mail,) = mails("half_day_invitation")

    wire: Any = message_from_bytes(build(mail, house(), at=clock.in_paris(clock.now())).content)

    (part,) = [each for each in wire.walk() if each.get_content_type() == "text/calendar"]
    assert (part.get_param("method"), part.get_param("charset")) == ("REQUEST", "utf-8")
    assert part.get_payload(decode=True).replace(b"\r\n", b"\n") == (mail.calendar or b"").replace(b"\r\n", b"\n")


def test_no_invitation_leaves_at_night_nor_without_an_address_to_answer(
    cohort: Cohort, learner: Any, frozen_clock: Any
) -> None:
    frozen_clock.at(clock.at_paris(date(2026, 3, 2), 22))
    confirmed(cohort)
    assert send_invitations() == 0
    frozen_clock.at(clock.at_paris(date(2026, 3, 3), 9))
    cohort_rows.part_of(cohort, Part.CARRIER).email = None
    db.session.commit()

    assert send_invitations() == 0


def test_one_chooses_on_the_page_of_ones_calendar(cohort: Cohort, learner: Any, client: Any, page: Any) -> None:
    accounts.sign_in(client, learner.person)
    assert re.search(
        r'name="invitations"[^>]*checked|checked[^>]*name="invitations"', client.get("/calendrier/abonnement").text
    )

    answer = client.post("/calendrier/abonnement/invitations", data={})

    assert answer.status_code == 303
    page("/calendrier/abonnement")
    assert not re.search(r'name="invitations"[^>]*checked', client.get("/calendrier/abonnement").text)
