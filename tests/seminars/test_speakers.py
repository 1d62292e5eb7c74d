"""Outside speakers entered, chosen again, taken off the list, on the forms and their page (R34, R123)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import seminars as make
from tests.seminars.test_changes import move
from tests.seminars.test_pattern import TYPED, rows
from training.accounts.commands import Identity
from training.accounts.enums import Function, Part
from training.accounts.models import Person
from training.accounts.services import people
from training.cohorts.models import Cohort
from training.common.errors import Refused
from training.common.mail import MailStatus, OutgoingMail
from training.common.policy import WORKER
from training.database import db
from training.quality.queries.teaching import teaching_of
from training.seminars import services
from training.seminars.commands import SpeakerWords
from training.seminars.enums import StaffRole
from training.seminars.models import HalfDay, HalfDayStaff
from training.seminars.queries.convocations import invitees_of
from training.seminars.queries.speakers import find_speaker, known_speakers
from training.seminars.services import speakers as verbs
from training.seminars.services.changes import tell_changes

ROY = SpeakerWords("Ève", "Roy", "cheffe de projet, CPTS du Val")
NAMED = {
    "speaker_first_name": "Ève",
    "speaker_last_name": "Roy",
    "speaker_quality": "cheffe de projet, CPTS du Val",
}
HALF_DAY = {"day": "23/04/2026", "starts": "9 h 30", "ends": "12 h 30", "mode": "in_person", "place": "Beaune"}

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")


def names(cohort: Cohort) -> list[str]:
    return [each.told for each in known_speakers(cohort)]


@pytest.mark.both_engines
def test_a_speaker_is_entered_once_for_all_the_cohorts_of_her_carrier(cohort: Cohort) -> None:
    other = cohort_rows.cohort()
    eve = verbs.enter_speaker(cohort, ROY, by=WORKER)

    assert verbs.enter_speaker(cohort, SpeakerWords("ève", "ROY"), by=WORKER) is eve
    assert names(cohort) == ["Ève Roy – cheffe de projet, CPTS du Val"]
    assert names(other) == []  # another body’s list is its own


def test_whoever_holds_the_address_is_she_and_keeps_her_name(cohort: Cohort) -> None:
    known = accounts.person(first_name="Ana", last_name="Blin")
    entered = verbs.enter_speaker(cohort, SpeakerWords("Anna", "Blain", email=known.email), by=WORKER)

    assert (entered.id, entered.name) == (known.id, "Ana Blin")
    known.active = False
    with pytest.raises(Refused, match="fermé"):
        verbs.enter_speaker(cohort, SpeakerWords("Ana", "Blin", email=known.email), by=WORKER)


def test_an_address_learnt_later_is_given_to_an_account_made_without_one_and_to_no_other(cohort: Cohort) -> None:
    eve = verbs.enter_speaker(cohort, ROY, by=WORKER)
    words = SpeakerWords("Ève", "Roy", "directrice", "eve.roy@example.org")
    verbs.change_speaker(cohort, find_speaker(cohort, eve.id), words, by=WORKER)

    assert (eve.email, find_speaker(cohort, eve.id).quality) == ("eve.roy@example.org", "directrice")
    with pytest.raises(Refused, match="administration"):
        people.give_address(eve, "autre@example.org", by=WORKER)
    ended = accounts.person()
    people.end_address(ended, None, "Boîte partagée", by=WORKER)
    with pytest.raises(Refused, match="administration"):  # whoever reads a new mailbox would hold the account (R99)
        people.give_address(ended, "autre@example.org", by=WORKER)


def test_an_account_that_holds_something_or_stands_for_another_is_given_no_address(cohort: Cohort) -> None:
    holder, kept, merged = (people.create_without_address(Identity("A", f"B{n}", None)) for n in range(3))
    accounts.membership(holder, Function.MANAGER, cohort_rows.part_of(cohort, Part.CARRIER))
    merged.active, merged.merged_into_id = False, kept.id
    db.session.flush()
    db.session.expire_all()

    for person in (holder, kept):
        with pytest.raises(Refused, match="administration"):
            people.give_address(person, "autre@example.org", by=WORKER)


def test_taken_off_the_list_she_stays_where_she_spoke(cohort: Cohort) -> None:
    eve = verbs.enter_speaker(cohort, ROY, by=WORKER)
    half_day = make.half_day(cohort, staff=((eve.id, StaffRole.SPEAKER),))
    verbs.remove_speaker(cohort, find_speaker(cohort, eve.id), by=WORKER)

    assert names(cohort) == []
    assert [member.person_id for member in half_day.staff] == [eve.id]
    verbs.enter_speaker(cohort, ROY, by=WORKER)
    assert len(names(cohort)) == 1


def test_whom_an_import_named_is_proposed_too(cohort: Cohort) -> None:
    someone = accounts.person(first_name="Ana", last_name="Blin")
    make.half_day(cohort, staff=((someone.id, StaffRole.SPEAKER),))

    assert names(cohort) == ["Ana Blin"]
    verbs.remove_speaker(cohort, find_speaker(cohort, someone.id), by=WORKER)
    assert names(cohort) == []


def test_r123_her_hours_count_among_those_of_speakers_and_she_is_convened(cohort: Cohort, frozen_clock: Any) -> None:
    eve = verbs.enter_speaker(cohort, ROY, by=WORKER)
    half_day = make.half_day(cohort, date(2026, 2, 2), staff=((eve.id, StaffRole.SPEAKER),))

    (line,) = teaching_of([cohort.id], None)
    assert (line.name, line.roles, line.group_hours) == ("Ève Roy", ("intervenant·e",), Decimal(3))
    assert [each.person.id for each in invitees_of(half_day.seminar)] == [eve.id]


def test_nothing_is_sent_to_whoever_has_no_address(cohort: Cohort, learner: Any, frozen_clock: Any) -> None:
    eve = verbs.enter_speaker(cohort, ROY, by=WORKER)
    half_day = make.half_day(cohort, date(2026, 3, 6), staff=((eve.id, StaffRole.SPEAKER),))
    move(half_day, date(2026, 3, 7))
    db.session.commit()
    frozen_clock.advance(timedelta(minutes=30))
    tell_changes()

    found = {mail.to_person_id: (mail.status, mail.text) for mail in db.session.scalars(select(OutgoingMail))}
    assert found[eve.id] == (MailStatus.GIVEN_UP, "")
    assert found[learner.person_id][0] is MailStatus.QUEUED
    with pytest.raises(Refused, match="adresse"):
        services.send_countersign_link(half_day, eve, by=WORKER)


# --- the forms -------------------------------------------------------------------------------------------------------


def test_a_half_day_names_someone_new_then_proposes_her_again(cohort: Cohort, client: Any, page: Any) -> None:
    accounts.sign_in(client, cohort_rows.carrier_of(cohort))
    seminar = make.seminar(cohort)
    half_day = seminar.half_days[0]
    db.session.commit()
    address = f"/seminaires/{seminar.id}/demi-journees/{half_day.id}"

    assert client.post(address, data={**HALF_DAY, **NAMED}).status_code == 303

    db.session.expire_all()
    (member,) = db.session.scalars(select(HalfDayStaff)).all()
    assert (member.person.name, member.role) == ("Ève Roy", StaffRole.SPEAKER)
    assert "Ève Roy (intervenant·e)" in page(f"/seminaires/{seminar.id}").text
    assert "Ève Roy – cheffe de projet" in client.get(f"/seminaires/{seminar.id}/demi-journees/ajouter").text
    assert client.post(address, data={**HALF_DAY, "speakers": str(member.person_id)}).status_code == 303
    db.session.expire_all()
    assert [each.role for each in db.session.scalars(select(HalfDayStaff))] == [StaffRole.SPEAKER]
    assert client.post(address, data=HALF_DAY).status_code == 303
    db.session.expire_all()
    assert db.session.scalars(select(HalfDayStaff)).all() == []


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"speaker_last_name": "Roy"}, "speaker_last_name"),
        ({"speaker_quality": "cheffe"}, "speaker_last_name"),
        ({**NAMED, "speaker_email": "eve"}, "speaker_email"),
    ],
)
def test_someone_half_named_is_told_at_her_field(
    cohort: Cohort, client: Any, typed: dict[str, str], field: str
) -> None:
    accounts.sign_in(client, cohort_rows.carrier_of(cohort))
    seminar = make.seminar(cohort)
    db.session.commit()
    answer = client.post(
        f"/seminaires/{seminar.id}/demi-journees/ajouter", data={**HALF_DAY, "day": "24/04/2026", **typed}
    )

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_a_pattern_names_one_person_at_every_half_day_and_enters_her_once(cohort: Cohort, client: Any) -> None:
    accounts.sign_in(client, cohort_rows.carrier_of(cohort))
    address = f"/promotions/{cohort.code}/seminaires/modele"
    proposed = client.post(address, data={**TYPED, **NAMED, "step": "propose"})

    assert 'name="speaker_last_name" value="Roy"' in proposed.text
    assert known_speakers(cohort) == []  # nothing is created yet
    assert client.post(address, data={**rows(), **NAMED, "step": "create"}).status_code == 303
    assert len(db.session.scalars(select(HalfDay)).all()) == len(db.session.scalars(select(HalfDayStaff)).all()) == 12
    assert len(db.session.scalars(select(Person).where(Person.last_name == "Roy")).all()) == 1


def test_the_page_of_speakers_enters_corrects_and_takes_off(cohort: Cohort, client: Any, page: Any) -> None:
    accounts.sign_in(client, cohort_rows.carrier_of(cohort))
    address = f"/promotions/{cohort.code}/intervenants"
    page(address)
    assert client.post(address, data={}).status_code == 422
    assert client.post(address, data=NAMED).status_code == 303
    (speaker,) = known_speakers(cohort)
    own = f"{address}/{speaker.person_id}"
    assert "Ève Roy" in page(own).text

    assert client.post(own, data={**NAMED, "speaker_quality": "directrice"}).status_code == 303
    assert names(cohort) == ["Ève Roy – directrice"]
    assert client.post(f"{own}/retirer").status_code == 303
    assert names(cohort) == []


def test_only_who_plans_reads_the_speakers_and_nobody_elses(cohort: Cohort, client: Any) -> None:
    eve = verbs.enter_speaker(cohort, ROY, by=WORKER)
    elsewhere = cohort_rows.cohort()
    db.session.commit()
    accounts.sign_in(client, cohort_rows.learner(cohort).person)
    assert client.get(f"/promotions/{cohort.code}/intervenants").status_code == 403
    accounts.sign_in(client, cohort_rows.carrier_of(elsewhere))
    assert client.get(f"/promotions/{cohort.code}/intervenants").status_code == 404
    assert client.get(f"/promotions/{elsewhere.code}/intervenants/{eve.id}").status_code == 404
