"""A whole day of defences moved: read before, done, told once to each with before and after (R63, R64, R120)."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import juries as make
from tests.support.letters import check_letter
from training.common import clock
from training.common.errors import Refused
from training.common.links import AccessLink
from training.common.mail import MailStatus, OutgoingMail
from training.database import db
from training.defences.commands import DayChange, JurorToAdd
from training.defences.enums import Availability
from training.defences.models import DefenceDay, JurorAnswer
from training.defences.queries.days import board_of
from training.defences.services import days, moving
from training.defences.services import placing as services

LATER = date(2026, 3, 19)


@pytest.fixture(autouse=True)
def _frozen(session: Any, frozen_clock: Any) -> None:
    """The second of March 2026, ten days before the defences."""


def same(day: DefenceDay) -> DayChange:
    """The day as it is."""
    return DayChange(day.held_on, day.place, day.access, day.opens_on)


def read_then_moved(ready: make.Ready, **changed: Any) -> int:
    """Move the day as it was read; return how many people were told."""
    command = replace(same(ready.day), **changed)
    command = replace(command, token=moving.preview(ready.day, command).token)
    return moving.change_day(ready.day, command, by=make.staff(ready.cohort))


def convoked(count: int = 1) -> make.Ready:
    """Defences placed, everyone told."""
    ready = make.placed(count)
    services.convoke(ready.slots, by=make.staff(ready.cohort))
    db.session.execute(delete(OutgoingMail))
    return ready


def mails() -> list[OutgoingMail]:
    return list(db.session.scalars(select(OutgoingMail)))


def hours(ready: make.Ready) -> list[str]:
    """The hours of a day, in Paris."""
    db.session.expire_all()
    return [f"{clock.in_paris(slot.starts_at):%d %H:%M}" for slot in board_of(ready.cohort).on(ready.day)]


@pytest.mark.both_engines
def test_a_day_moves_with_its_slots_and_each_person_is_told_once(frozen_clock: Any) -> None:
    ready = convoked(3)
    frozen_clock.advance(timedelta(minutes=1))
    assert read_then_moved(ready, held_on=LATER, first_at=time(10), place="Dijon", rooms=("Amphithéâtre",)) == 6
    assert hours(ready) == ["19 10:00", "19 11:00", "19 12:00", "19 13:00"]
    assert sorted(mail.message for mail in mails()) == ["defences/defence_moved"] * 3 + ["defences/jury_moved"] * 3
    assert len({mail.to_person_id for mail in mails()}) == 6
    for mail in mails():
        assert b"METHOD:REQUEST" in (mail.calendar or b"")
        assert b"20260319T" in (mail.calendar or b"")
        assert all(words in mail.text for words in ("Lyon", "Dijon", "Amphithéâtre"))
    assert board_of(ready.cohort).to_convoke == []


@pytest.mark.both_engines
@pytest.mark.parametrize(("first", "expected"), [(10, "12 10:00"), (8, "12 08:00")])
def test_hours_move_within_the_day_and_no_slot_meets_the_next(first: int, expected: str) -> None:
    ready = convoked(2)
    read_then_moved(ready, first_at=time(first))
    assert hours(ready)[0] == expected
    assert len(set(hours(ready))) == 4
    assert len(list(db.session.scalars(select(JurorAnswer)))) == 3


def test_what_is_told_of_a_day_moved(frozen_clock: Any) -> None:
    ready = convoked()
    frozen_clock.advance(timedelta(minutes=1))
    read_then_moved(ready, held_on=LATER)
    check_letter(next(mail for mail in mails() if mail.message == "defences/defence_moved"))
    check_letter(next(mail for mail in mails() if mail.message == "defences/jury_moved"))


def test_another_date_forgets_what_jurors_answered_and_asks_them_again() -> None:
    ready = convoked()
    found = moving.preview(ready.day, replace(same(ready.day), held_on=LATER))
    names = sorted(juror.person.name for juror in ready.jurors)
    assert found.asked_again == names
    read_then_moved(ready, held_on=LATER)
    assert list(db.session.scalars(select(JurorAnswer))) == []
    assert sorted(juror.person.name for juror in board_of(ready.cohort).unanswered) == names
    assert all("si vous pouvez venir" in mail.text for mail in mails() if mail.message == "defences/jury_moved")


def test_nothing_is_done_that_was_not_read_as_it_is() -> None:
    ready = convoked()
    command = replace(same(ready.day), held_on=LATER)
    by = make.staff(ready.cohort)
    for token in ("", "autre"):
        with pytest.raises(Refused, match="relisez"):
            moving.change_day(ready.day, replace(command, token=token), by=by)
    assert (ready.day.held_on, mails()) == (make.HELD_ON, [])


def test_who_has_not_received_her_convocation_is_convoked_to_the_new_day_alone(frozen_clock: Any) -> None:
    ready = make.placed()
    services.convoke(ready.slots, by=make.staff(ready.cohort))
    frozen_clock.advance(timedelta(minutes=1))
    read_then_moved(ready, held_on=LATER)
    left = [mail for mail in mails() if mail.status is MailStatus.QUEUED and mail.topic]
    assert sorted(mail.message for mail in left) == ["defences/defence_convoked"] + ["defences/jury_convoked"] * 3
    assert all(b"20260319T" in (mail.calendar or b"") for mail in left)


def test_before_any_convocation_nobody_is_told() -> None:
    ready = make.placed()
    db.session.execute(delete(OutgoingMail))
    assert read_then_moved(ready, held_on=LATER) == 0
    assert mails() == []
    assert [slot.id for slot in board_of(ready.cohort).to_convoke] == [ready.slot.id]


def test_when_jurors_read_changes_without_reading_nor_telling() -> None:
    ready = convoked()
    command = replace(same(ready.day), opens_on=date(2026, 3, 5))
    assert moving.change_day(ready.day, command, by=make.staff(ready.cohort)) == 0
    assert (ready.day.opens_on, mails()) == (date(2026, 3, 5), [])


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"held_on": date(2026, 3, 1)}, "passé"),
        ({"held_on": date(2026, 3, 2), "first_at": time(0, 30)}, "déjà commencées"),
        ({"first_at": time(23)}, "minuit"),
        ({"rooms": ("A", "B")}, "salle"),
        ({"opens_on": LATER}, "au plus tard"),
    ],
)
def test_what_no_day_may_become(changed: dict[str, Any], told: str) -> None:
    ready = convoked()
    with pytest.raises(Refused, match=told):
        read_then_moved(ready, **changed)
    assert (ready.day.held_on, mails()) == (make.HELD_ON, [])


def test_a_day_of_which_a_defence_was_concluded_keeps_its_date_but_not_its_place(frozen_clock: Any) -> None:
    ready = convoked(2)
    frozen_clock.at(clock.at_paris(make.HELD_ON, 9, 30))
    make.conclude(ready.slot)
    db.session.expire_all()
    with pytest.raises(Refused, match="déjà conclues"):
        read_then_moved(ready, held_on=LATER)
    assert read_then_moved(ready, place="Lyon, annexe") == 4
    assert len(mails()) == 4


def test_two_days_of_one_place_do_not_meet() -> None:
    ready = convoked()
    make.day(ready.cohort, LATER)
    with pytest.raises(Refused, match="Une autre journée"):
        read_then_moved(ready, held_on=LATER)


def test_r64_a_juror_who_sits_elsewhere_at_that_hour_bars_it_in_any_cohort() -> None:
    ready, other = convoked(), make.placed()
    juror, busy = ready.jurors[0], other.jurors[0]
    known = juror.person
    newcomer = JurorToAdd(known.email, known.first_name, known.last_name, juror.part)
    days.add_juror(other.cohort, newcomer, by=make.staff(other.cohort))
    busy.person_id = accounts.person().id
    db.session.flush()
    same_person = next(each for each in board_of(other.cohort).jurors if each.person_id == juror.person_id)
    other.slot.sitting[0].juror = same_person
    db.session.flush()
    read_then_moved(other, held_on=LATER)
    with pytest.raises(Refused, match=rf"{juror.person.name} : siège déjà ailleurs"):
        read_then_moved(ready, held_on=LATER)
    read_then_moved(ready, held_on=LATER, first_at=time(14))


def test_r63_what_bars_and_who_cannot_come_are_pointed_out() -> None:
    ready = convoked()
    first, second = ready.jurors[:2]
    days.answer_availability(first, {ready.day: Availability.MORNING}, by=make.staff(ready.cohort))
    cohort_rows.approve(second.person, ready.cohort)
    assert ready.slot.memoire is not None
    cohort_rows.referent(ready.slot.memoire.enrolment, second.person)
    db.session.expire_all()
    told = moving.preview(ready.day, replace(same(ready.day), first_at=time(15))).warnings
    assert any(words.startswith(f"{first.person.name} a répondu ne pas être disponible") for words in told)
    assert any(words.startswith(f"{second.person.name} suit cette personne") for words in told)


# --- the page ------------------------------------------------------------------------------------------------------------


def test_by_its_page_what_is_concerned_is_read_then_done(client: Any, page: Any) -> None:
    ready = convoked(2)
    db.session.commit()
    accounts.sign_in(client, cohort_rows.carrier_of(ready.cohort))
    where = f"/promotions/{ready.cohort.code}/soutenances/journees/{ready.day.id}"
    page(where)
    told = {"held_on": "19/03/2026", "first_at": "9 h 30", "place": "Dijon", "access": "", "rooms": "Salle A"}
    read = client.post(where, data=told)
    assert read.status_code == 200
    shown = read.text.replace("\u00a0", " ")
    assert "2 soutenances changent" in shown
    assert ready.jurors[0].person.name in shown
    assert "Déplacer et prévenir" in shown
    assert mails() == []
    token = shown.split('name="token"')[1].split('value="')[1].split('"')[0]
    stale = client.post(where, data={**told, "place": "Besançon", "token": token})
    assert (stale.status_code, "relisez qui est concerné" in stale.text) == (422, True)
    assert client.post(where, data={**told, "token": token}).status_code == 303
    assert len(mails()) == 5
    assert "5 personnes sont prévenues" in client.get(f"/promotions/{ready.cohort.code}/soutenances").text.replace(
        "\u00a0", " "
    )


def test_the_link_a_juror_has_open_follows_the_day(client: Any, page: Any) -> None:
    ready = convoked()
    links = list(db.session.scalars(select(AccessLink).where(AccessLink.purpose == "jury")))
    read_then_moved(ready, held_on=LATER)
    assert links
    assert all(link.is_live for link in links)
    db.session.commit()
    accounts.sign_in(client, ready.jurors[0].person)
    assert "19 mars 2026" in page(f"/jurys/{ready.jurors[0].id}").text.replace("\u00a0", " ")


def test_those_who_only_read_do_not_move_it(client: Any) -> None:
    ready = convoked()
    db.session.commit()
    accounts.sign_in(client, ready.jurors[0].person)
    where = f"/promotions/{ready.cohort.code}/soutenances/journees/{ready.day.id}"
    assert client.post(where, data={"held_on": "19/03/2026"}).status_code in {403, 404}
