"""Invitations by mail, in step with the feed (R37, R120)."""

import re
from datetime import date
from email import message_from_bytes
from typing import Any

import icalendar
import pytest
from sqlalchemy import select

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import seminars as make
from tests.seminars.test_changes import mails, morning, move, told
from tests.support.letters import check_letter
from training.accounts.enums import Part
from training.cohorts import services as cohort_services
from training.cohorts.commands import EnrolmentChange
from training.cohorts.enums import EnrolmentAct
from training.cohorts.models import Cohort
from training.common import clock
from training.common.mail import OutgoingMail
from training.common.policy import WORKER
from training.common.transport import build, calendar_method
from training.database import db
from training.extensions import settings as house
from training.seminars import services
from training.seminars.enums import SeminarAct, StaffRole
from training.seminars.models import CalendarInvitation, HalfDay
from training.seminars.services.changes import tell_changes
from training.seminars.services.invitations import choose_invitations, send_invitations


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
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"  # an absence is announced here, not by mail
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


@pytest.mark.usefixtures("learner")
def test_r37_what_is_taught_changes_alone_and_the_invitation_says_before_and_after(
    cohort: Cohort, frozen_clock: Any
) -> None:
    half_day = confirmed(cohort)
    send_invitations()
    move(half_day, make.DAY, modules=(cohort.edition.modules[0].id,))
    db.session.commit()

    morning(frozen_clock)
    tell_changes()
    frozen_clock.at(clock.at_paris(date(2026, 3, 3), 7, 1))
    send_invitations()

    (mail,) = mails("half_day_moved")
    code = cohort.edition.programme.code
    assert f"Intitulé avant\xa0: {code} · Séminaire 1\n" in mail.text
    assert f"Intitulé maintenant\xa0: {code} · Séminaire 1 · Module PF" in mail.text
    assert str(invitation(mail)["SUMMARY"]) == f"{code} · Séminaire 1 · Module PF"
    assert told() == set()


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


def test_subscribing_ends_invitations_asked_for_before_and_says_it(
    cohort: Cohort, learner: Any, client: Any, page: Any
) -> None:
    accounts.sign_in(client, learner.person)
    assert client.post("/calendrier/abonnement/invitations", data={"invitations": "y"}).status_code == 303
    page("/calendrier/abonnement")

    assert client.post("/calendrier/abonnement", data={"alarms": []}).status_code == 303

    shown = client.get("/calendrier/abonnement").text
    assert "invitations par courriel s’arrêtent" in shown
    assert not re.search(r'name="invitations"[^>]*checked|checked[^>]*name="invitations"', shown)
    client.post("/calendrier/abonnement/invitations", data={"invitations": "y"})  # both, if she insists
    assert "Vous recevez les deux" in client.get("/calendrier/abonnement").text
    assert client.post("/calendrier/abonnement/renouveler", data={}).status_code == 303
    assert "Vous recevez les deux" in client.get("/calendrier/abonnement").text
