"""Days, jurors, placing: what the services do and refuse (R61, R63, R64)."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import juries as make
from tests.support.sent import all_sent
from training.accounts.enums import Function, Part
from training.cohorts.enums import EnrolmentStatus
from training.common.errors import Forbidden, Refused
from training.common.links import AccessLink
from training.common.mail import MailStatus, OutgoingMail
from training.database import db
from training.defences.commands import DayToHold, JurorToAdd, Placement
from training.defences.enums import Availability, MemoireStatus
from training.defences.models import JurySeat
from training.defences.queries.days import board_of, defence_day_of, problem_of
from training.defences.rules import placing
from training.defences.services import days
from training.defences.services import placing as services


@pytest.fixture(autouse=True)
def _frozen(session: Any, frozen_clock: Any) -> None:
    """The second of March 2026, ten days before the defences."""


def mails(message: str) -> list[OutgoingMail]:
    return list(db.session.scalars(select(OutgoingMail).where(OutgoingMail.message == f"defences/{message}")))


def test_nobody_learns_whose_an_address_is_by_making_her_a_juror_r101() -> None:
    cohort = make.cohort()
    held = accounts.person(first_name="Secrète", last_name="Inconnue")
    with pytest.raises(Refused, match="sous un autre nom"):
        days.add_juror(cohort, JurorToAdd(held.email, "Alix", "Roy", Part.SCHOOL), by=make.staff(cohort))
    named = JurorToAdd(held.email, "Secrete", "INCONNUE", Part.SCHOOL)
    assert days.add_juror(cohort, named, by=make.staff(cohort)).person is held


def test_a_day_is_cut_in_slots_as_long_as_the_edition_says() -> None:
    cohort = make.cohort(defence_minutes=45)
    day = make.day(cohort, rooms=("A", "B"), hours=3)
    assert [room.name for room in day.rooms] == ["A", "B"]
    assert len(day.slots) == 8
    assert {slot.ends_at - slot.starts_at for slot in day.slots} == {timedelta(minutes=45)}


def test_hours_too_short_make_no_day() -> None:
    with pytest.raises(Refused, match="aucune soutenance"):
        make.day(make.cohort(), hours=0)


def test_a_plan_is_written_and_the_memoires_are_scheduled() -> None:
    ready = make.placed(3)
    assert [slot.memoire.status for slot in ready.slots if slot.memoire] == [MemoireStatus.SCHEDULED] * 3
    assert all(sum(seat.presides for seat in slot.sitting) == 1 for slot in ready.slots)
    assert ready.slot.memoire is not None
    assert defence_day_of(ready.slot.memoire.id) == make.HELD_ON
    assert board_of(ready.cohort).warnings() == {}


def test_a_plan_that_is_no_longer_the_one_shown_is_refused() -> None:
    cohort = make.cohort()
    day = make.day(cohort)
    for part in make.BODIES:
        make.juror(cohort, part, day)
    make.cleared(cohort)
    token = services.token_of(placing.place(problem_of(board_of(cohort))))
    make.cleared(cohort)
    with pytest.raises(Refused, match="Quelque chose a changé"):
        services.accept(cohort, token, by=make.staff(cohort))


def test_only_those_who_plan_accept() -> None:
    cohort = make.cohort()
    day = make.day(cohort)
    for part in make.BODIES:
        make.juror(cohort, part, day)
    memoire = make.cleared(cohort)
    token = services.token_of(placing.place(problem_of(board_of(cohort))))
    with pytest.raises(Forbidden):
        services.accept(cohort, token, by=accounts.principal(memoire.enrolment.person))


def bars(ready: make.Ready) -> list[str]:
    board = board_of(ready.cohort)
    assert ready.slot.memoire is not None
    found = [board.ties.why(juror.id, ready.slot.memoire.enrolment_id) for juror in ready.jurors]
    return [why for why in found if why]


def test_a_juror_of_the_learners_own_structure_is_barred_whatever_tells_it() -> None:
    ready = make.placed()
    assert ready.slot.memoire is not None
    enrolment = ready.slot.memoire.enrolment
    assert bars(ready) == []
    accounts.membership(ready.jurors[0].person, Function.REPRESENTATIVE, enrolment.structure)
    ready.jurors[1].structure_id = enrolment.structure_id
    db.session.flush()
    assert bars(ready) == ["est de la même structure que cette personne"] * 2


def test_a_learner_who_changes_structure_is_pointed_out_at_once() -> None:
    ready = make.placed()
    assert ready.slot.memoire is not None
    other = accounts.structure()
    ready.jurors[0].structure_id = other.id
    db.session.flush()
    assert board_of(ready.cohort).warnings() == {}
    ready.slot.memoire.enrolment.structure = other
    db.session.flush()
    assert board_of(ready.cohort).warnings()[ready.slot.id] == [
        f"{ready.jurors[0].person.name} est de la même structure que cette personne."
    ]


def test_a_learner_who_left_is_pointed_out_and_taken_off_her_day() -> None:
    ready = make.placed()
    assert ready.slot.memoire is not None
    enrolment, by = ready.slot.memoire.enrolment, make.staff(ready.cohort)
    enrolment.status, enrolment.left_on, enrolment.seat_id = EnrolmentStatus.WITHDRAWN, date(2026, 3, 2), None
    db.session.flush()
    assert "n’est plus en formation" in board_of(ready.cohort).warnings()[ready.slot.id][0]
    services.release(ready.slot, by=by)
    assert board_of(ready.cohort).warnings() == {}


def test_the_trainer_who_follows_her_is_barred_unless_the_edition_allows_it() -> None:
    for allowed, expected in ((False, ["suit cette personne comme formateur·rice relais"]), (True, [])):
        ready = make.placed(referent_may_judge=allowed)
        assert ready.slot.memoire is not None
        cohort_rows.approve(ready.jurors[0].person, ready.cohort)
        cohort_rows.referent(ready.slot.memoire.enrolment, ready.jurors[0].person)
        assert bars(ready) == expected


def by_hand(ready: make.Ready, **values: Any) -> Placement:
    assert ready.slot.memoire_id is not None
    facts = {
        "slot_id": ready.slot.id,
        "memoire_id": ready.slot.memoire_id,
        "juror_ids": tuple(juror.id for juror in ready.jurors),
        "president_id": ready.jurors[0].id,
        **values,
    }
    return Placement(**facts)


def test_a_defence_moved_by_hand_keeps_its_jury_and_tells_everyone_again() -> None:
    ready = make.placed()
    by = make.staff(ready.cohort)
    services.convoke([ready.slot], by=by)
    links = list(db.session.scalars(select(AccessLink).where(AccessLink.purpose == "jury")))
    free = next(slot for slot in board_of(ready.cohort).slots if slot.memoire_id is None)
    moved = services.place_by_hand(ready.cohort, by_hand(ready, slot_id=free.id), by=by)
    assert (ready.slot.memoire_id, [seat.juror_id for seat in moved.sitting]) == (None, [j.id for j in ready.jurors])
    assert len(mails("defence_convoked")) == 2
    assert len(mails("jury_convoked")) == 6
    assert all(link.is_live for link in links)  # a page already open goes on, and shows the new hour
    left = [mail for mail in mails("jury_convoked") if mail.status is MailStatus.QUEUED]
    assert [b"METHOD:REQUEST" in (mail.calendar or b"") for mail in left] == [True] * 3


def test_moving_by_hand_warns_then_takes_what_is_confirmed() -> None:
    ready = make.placed()
    by = make.staff(ready.cohort)
    away = make.juror(ready.cohort, Part.SCHOOL, ready.day, answer=Availability.NO)
    command = by_hand(ready, juror_ids=(away.id, ready.jurors[1].id), president_id=None)
    with pytest.raises(Refused, match=r"disponible à cette heure.*chaque organisme.*personne ne préside"):
        services.place_by_hand(ready.cohort, command, by=by)
    command = by_hand(ready, juror_ids=(away.id, ready.jurors[1].id), president_id=away.id, confirmed=True)
    slot = services.place_by_hand(ready.cohort, command, by=by)
    assert [seat.juror_id for seat in slot.sitting] == [away.id, ready.jurors[1].id]


def test_nothing_confirms_a_juror_of_her_structure_nor_one_who_sits_elsewhere() -> None:
    ready = make.placed(2)
    by = make.staff(ready.cohort)
    own = make.juror(ready.cohort, Part.SCHOOL, ready.day)
    assert ready.slot.memoire is not None
    own.structure_id = ready.slot.memoire.enrolment.structure_id
    db.session.flush()
    with pytest.raises(Refused, match="même structure"):
        services.place_by_hand(ready.cohort, by_hand(ready, juror_ids=(own.id,), confirmed=True), by=by)
    hours = ((time(9), time(13)),)
    room = days.add_day(ready.cohort, DayToHold(make.HELD_ON, "Lyon, autre bâtiment", "", None, ("B",), hours), by=by)
    clash = next(slot for slot in room.slots if slot.starts_at == ready.slots[1].starts_at)
    with pytest.raises(Refused, match="siège ailleurs à la même heure"):
        services.place_by_hand(ready.cohort, by_hand(ready, slot_id=clash.id, confirmed=True), by=by)


def test_the_school_alone_lets_a_trainer_judge_and_says_why() -> None:
    ready = make.placed()
    assert ready.slot.memoire is not None
    cohort_rows.approve(ready.jurors[0].person, ready.cohort)
    cohort_rows.referent(ready.slot.memoire.enrolment, ready.jurors[0].person)
    command = by_hand(ready, reason="Personne d’autre n’est libre.")
    with pytest.raises(Refused, match="suit cette personne"):
        services.place_by_hand(ready.cohort, command, by=make.staff(ready.cohort))
    both = make.school(ready.cohort)
    slot = services.place_by_hand(ready.cohort, command, by=both)
    assert [seat.dispensed_reason for seat in slot.sitting] == ["Personne d’autre n’est libre.", None, None]
    assert board_of(ready.cohort).warnings() == {}


def test_a_defence_taken_off_its_day_leaves_calendars() -> None:
    ready = make.placed()
    by, memoire = make.staff(ready.cohort), ready.slot.memoire
    services.convoke([ready.slot], by=by)
    all_sent()
    services.release(ready.slot, by=by)
    assert memoire is not None
    assert memoire.status is MemoireStatus.CLEARED
    assert [b"METHOD:CANCEL" in (mail.calendar or b"") for mail in mails("defence_cancelled")] == [True]
    assert [b"METHOD:CANCEL" in (mail.calendar or b"") for mail in mails("jury_released")] == [True] * 3
    assert defence_day_of(memoire.id) is None


def waiting() -> list[tuple[str, str]]:
    """What would leave now: each message, and to whom."""
    query = select(OutgoingMail).where(OutgoingMail.status == MailStatus.QUEUED, OutgoingMail.topic.is_not(None))
    found = db.session.scalars(query.order_by(OutgoingMail.message, OutgoingMail.to_email))
    return [(mail.message.removeprefix("defences/"), mail.to_email) for mail in found]


def test_a_convocation_that_waits_is_dropped_by_what_makes_it_false() -> None:
    ready = make.placed(2)
    by = make.staff(ready.cohort)
    services.convoke(ready.slots, by=by)
    first, second = (slot.memoire.enrolment.person.email for slot in ready.slots if slot.memoire)
    services.release(ready.slots[0], by=by)
    jurors = sorted(juror.person.email for juror in ready.jurors)
    assert waiting() == [("defence_convoked", second), *(("jury_convoked", email) for email in jurors)]
    services.release(ready.slots[1], by=by)
    assert waiting() == []  # nobody had heard of it
    assert first not in {mail.to_email for mail in mails("defence_cancelled")}


def test_who_was_told_is_told_that_it_is_over_and_once() -> None:
    ready = make.placed()
    by, memoire = make.staff(ready.cohort), ready.slot.memoire
    assert memoire is not None
    email = memoire.enrolment.person.email
    services.convoke([ready.slot], by=by)
    all_sent()
    services.release(ready.slot, by=by)
    assert ("defence_cancelled", email) in waiting()
    make.accept(ready.cohort)
    services.convoke(board_of(ready.cohort).placed, by=by)
    assert [message for message, to in waiting() if to == email] == ["defence_convoked"]


def test_a_day_with_defences_is_not_removed_and_an_empty_one_is() -> None:
    ready = make.placed()
    by = make.staff(ready.cohort)
    with pytest.raises(Refused, match="retirez-les d’abord"):
        days.remove_day(ready.day, by=by)
    services.release(ready.slot, by=by)
    days.remove_day(ready.day, by=by)
    assert board_of(ready.cohort).days == []
    assert list(db.session.scalars(select(JurySeat))) == []


def test_a_juror_who_sits_is_not_removed_and_another_loses_her_link() -> None:
    ready = make.placed()
    by = make.staff(ready.cohort)
    with pytest.raises(Refused, match="remplacez-la d’abord"):
        days.remove_juror(ready.jurors[0], by=by)
    free = make.juror(ready.cohort, Part.SCHOOL)
    days.ask_availability(free, [ready.day], by=by)
    days.remove_juror(free, by=by)
    assert [
        link.is_live for link in db.session.scalars(select(AccessLink).where(AccessLink.subject_id == free.id))
    ] == [False]
    assert free.id not in {juror.id for juror in board_of(ready.cohort).jurors}


def test_the_same_person_is_a_juror_once() -> None:
    cohort = make.cohort()
    juror = make.juror(cohort, Part.SCHOOL)
    again = JurorToAdd(juror.person.email.upper(), "", "", Part.FUNDER)
    with pytest.raises(Refused, match="déjà membre"):
        days.add_juror(cohort, again, by=make.staff(cohort))
