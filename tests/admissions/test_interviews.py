"""Slots proposed, chosen, moved and given back; nobody in two places; invitations that follow (R17, R26)."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import icalendar
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.factories import accounts, selection
from tests.factories import admissions as make
from tests.support.pages import Page
from training.accounts.enums import Function, Part
from training.accounts.models import Person
from training.admissions import queries
from training.admissions.commands import (
    ChooseSlot,
    CriterionLine,
    PlanInterview,
    ProposeSlots,
    ReportInterview,
    SetCriteria,
)
from training.admissions.enums import InterviewStatus, OpinionValue, ReadingMoment
from training.admissions.models import Application, BookedTime, Call, Interview, InterviewSlot, Mark
from training.admissions.services import booking, deciding, filing, reviewing
from training.common import clock
from training.common.errors import Conflict, Refused
from training.common.mail import OutgoingMail
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
both_engines = pytest.mark.both_engines
Open = Callable[..., Page]


@pytest.fixture
def call() -> Call:
    return make.call(contact_email="candidatures@example.org")


def at(hour: int, minute: int = 0, days: int = 3) -> datetime:
    return clock.at_paris(clock.today() + timedelta(days=days), hour, minute)


def interviewer(of: Call) -> Person:
    return selection.staff_of(of, Part.FUNDER, Function.COMMITTEE_MEMBER)


def propose(of: Call, who: Person, since: datetime, until: datetime, minutes: int = 30) -> list[InterviewSlot]:
    command = ProposeSlots(who.id, since, until, minutes, "https://visio.example.org/salle")
    booking.propose_slots(of, command, by=accounts.principal(who))
    return [slot for slot in queries.slots(of.id) if slot.interviewer_id == who.id]


def asked(of: Call, person: Person | None = None) -> Interview:
    file = make.under_review(of, person=person) if person else make.under_review(of)
    interview = deciding.ask_interview(file, by=make.manager(of))
    db.session.expire(file, ["interviews"])
    return interview


def choose(interview: Interview, slot: InterviewSlot) -> None:
    booking.choose_slot(interview, ChooseSlot(slot.id), by=make.owner(interview.application))


def sent(message: str) -> list[OutgoingMail]:
    query = select(OutgoingMail).where(OutgoingMail.message == f"admissions/{message}")
    return list(db.session.scalars(query.order_by(OutgoingMail.created_at)))


def event(mail: OutgoingMail) -> tuple[str, str, int]:
    calendar: Any = icalendar.Calendar.from_ical(mail.calendar or b"")
    (one,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), str(one["UID"]), int(one["SEQUENCE"])


def booked(person_id: uuid.UUID) -> int:
    return int(db.session.scalar(select(func.count()).where(BookedTime.person_id == person_id)) or 0)


# Slots -----------------------------------------------------------------------------------------------------------------


@both_engines
def test_slots_follow_one_another_and_never_overlap_r26(call: Call) -> None:
    who = interviewer(call)
    slots = propose(call, who, at(9), at(10, 40))
    assert [slot.starts_at for slot in slots] == [at(9), at(9, 30), at(10)]
    for since, until in ((at(9, 15), at(9, 45)), (at(9, 29), at(10, 29)), (at(8, 0), at(9, 30))):
        with pytest.raises(Refused) as refusal:
            propose(call, who, since, until)
        assert refusal.value.field == "hour"


@pytest.mark.parametrize(("since", "until", "field"), [(-1, 1, "day"), (3, 3, "until"), (3, 30, "until")])
def test_slots_are_to_come_and_a_day_s_work_at_most(call: Call, since: int, until: int, field: str) -> None:
    now = clock.now()
    command = ProposeSlots(interviewer(call).id, now + timedelta(hours=since), now + timedelta(hours=until), 30, None)
    with pytest.raises(Refused) as refusal:
        booking.propose_slots(call, command, by=make.manager(call))
    assert refusal.value.field == field


@both_engines
def test_an_applicant_chooses_changes_and_the_calendars_follow_r26(call: Call) -> None:
    interview, who = asked(call), interviewer(call)
    first, second = propose(call, who, at(9), at(10))
    assert len(sent("interview_to_choose")) == 1
    choose(interview, first)
    choose(interview, second)
    assert (interview.status, interview.starts_at, interview.interviewer_id) == (
        InterviewStatus.PLANNED, at(9, 30), who.id,
    )  # fmt: skip
    assert (first.interview_id, second.interview_id) == (None, interview.id)
    assert booked(interview.application.person_id) == 6
    uid = f"entretien-{interview.id}@tesselle"
    for message in ("interview_planned", "interview_to_hold"):
        assert [event(mail) for mail in sent(message)] == [("REQUEST", uid, 1), ("REQUEST", uid, 2)]
    deciding.waive_interview(interview, by=make.manager(call), reason="Déjà rencontrée.")
    for message in ("interview_cancelled", "interview_not_to_hold"):
        assert [event(mail) for mail in sent(message)] == [("CANCEL", uid, 3)]
    assert second.interview_id is None
    assert booked(interview.application.person_id) == 0


@both_engines
def test_a_slot_taken_past_or_led_by_someone_with_a_conflict_is_refused(call: Call, frozen_clock: Any) -> None:
    interview, other, who = asked(call), asked(call), interviewer(call)
    first, second = propose(call, who, at(9), at(10))
    choose(other, first)
    with pytest.raises(Refused, match="vient d’être pris"):
        choose(interview, first)
    with pytest.raises(Conflict, match="vient d’être choisi"):
        booking.withdraw_slot(first, by=accounts.principal(who))
    accounts.membership(who, Function.COORDINATOR, interview.application.structure)
    with pytest.raises(Refused, match="ne peut pas mener"):
        choose(interview, second)
    frozen_clock.at(at(9, 45))
    with pytest.raises(Refused, match="passé"):
        choose(asked(call), second)


@both_engines
def test_nobody_is_in_two_interviews_whoever_fixes_them_r26(call: Call) -> None:
    person, who = accounts.person(), interviewer(call)
    one, elsewhere = asked(call, person), asked(make.call(), person)
    (slot,) = propose(call, who, at(9), at(9, 30))
    choose(one, slot)
    by = make.manager(elsewhere.application.call)
    with pytest.raises(Refused, match="La personne a déjà"):
        deciding.plan_interview(elsewhere, PlanInterview(at(9, 20), 30, None, "Claude Martin"), by=by)
    third = asked(call)
    taken = PlanInterview(at(9, 25), 30, None, who.name, who.id)
    with pytest.raises(Refused, match="mène l’entretien"):
        deciding.plan_interview(third, taken, by=make.manager(call))
    db.session.add(BookedTime(person_id=person.id, at=at(9), interview_id=one.id))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_a_withdrawal_drops_the_interview_and_frees_its_slot(call: Call) -> None:
    interview, who = asked(call), interviewer(call)
    (slot,) = propose(call, who, at(9), at(9, 30))
    choose(interview, slot)
    filing.withdraw(interview.application, by=make.owner(interview.application))
    assert (interview.status, slot.interview_id) == (InterviewStatus.WAIVED, None)
    assert len(sent("interview_cancelled")) == len(sent("interview_not_to_hold")) == 1


def test_an_interview_asked_when_slots_are_free_is_told_once(call: Call) -> None:
    who = interviewer(call)
    propose(call, who, at(9), at(10))
    asked(call)
    propose(call, who, at(14), at(15))
    assert len(sent("interview_to_choose")) == 1


def test_a_report_carries_the_marks_of_the_interview_grid_r25(call: Call) -> None:
    lines = (
        CriterionLine(ReadingMoment.INTERVIEW, "Clarté", "", 2, 4),
        CriterionLine(ReadingMoment.FILE, "Projet", "", 1, 4),
    )
    reviewing.set_criteria(call, SetCriteria(lines), by=make.manager(call))
    interview = asked(call)
    deciding.plan_interview(interview, PlanInterview(at(9), 30, None, "Claude"), by=make.manager(call))
    (clarity,) = queries.criteria(call.id, ReadingMoment.INTERVIEW)
    report = ReportInterview(OpinionValue.FAVOURABLE, "Clair.", {clarity.id: 3})
    deciding.report_interview(interview, report, by=make.manager(call, Part.FUNDER))
    assert [mark.points for mark in queries.marks_of_interview(interview.id)] == [3]
    assert db.session.scalar(select(func.count()).select_from(Mark)) == 1


# Pages ----------------------------------------------------------------------------------------------------------------


def test_slots_are_proposed_and_chosen_on_screen(call: Call, client: FlaskClient, page: Open) -> None:
    interview, who = asked(call), interviewer(call)
    file = interview.application
    base, own = f"/appels/{call.code}/entretiens", f"/candidatures/{file.id}/entretien"
    selection.signed_in(client, who)
    form = page(base).form(base)
    day = f"{at(9):%d/%m/%Y}"
    sent_form = form | {"interviewer": str(who.id), "day": day, "hour": "9 h", "until": "10 h", "minutes": "30"}
    assert client.post(base, data=sent_form | {"until": "9 h 10"}).status_code == 422
    assert client.post(base, data=sent_form).status_code == 303
    accounts.sign_in(client, file.person)
    assert "Choisissez le moment" in page(f"/candidatures/{file.id}").text
    shown = page(own)
    assert who.name in shown.text
    chosen = str(queries.slots(call.id)[1].id)
    choice = shown.form(f"{own}/creneau")
    assert client.post(f"{own}/creneau", data=choice).status_code == 422
    assert client.post(f"{own}/creneau", data=choice | {"slot": chosen}).status_code == 303
    assert "Un entretien vous attend" in page(f"/candidatures/{file.id}").text
    selection.signed_in(client, who)
    assert file.person.name in page(base).text
    free = next(s for s in queries.slots(call.id) if s.interview_id is None)
    lone = page(base).form(f"/creneaux/{free.id}/retrait")
    other = selection.signed_in(client, interviewer(call))
    assert other.post(f"/creneaux/{free.id}/retrait", data=lone).status_code == 403
    selection.signed_in(client, who)
    assert client.post(f"/creneaux/{free.id}/retrait", data=lone).status_code == 303
    assert len(queries.slots(call.id)) == 1


def test_a_slot_after_the_school_warns_r17(call: Call, client: FlaskClient, page: Open) -> None:
    make.with_lines(call, 1)
    call.dates[0].code, call.dates[0].starts_on = "school", at(9).date()
    propose(call, interviewer(call), at(9), at(10))
    selection.signed_in(client, selection.staff_of(call))
    assert "L’école décide le" in page(f"/appels/{call.code}/entretiens").text


def test_an_applicant_sees_no_interview_of_another(call: Call, client: FlaskClient) -> None:
    file: Application = asked(call).application
    accounts.sign_in(client, accounts.person())
    assert client.get(f"/candidatures/{file.id}/entretien").status_code == 404
