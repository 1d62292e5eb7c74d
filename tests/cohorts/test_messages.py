"""The thread of a learner, one message to a list of them, the numbers to call (R109, R118)."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.factories import accounts, attendance, seminars
from tests.factories import cohorts as make
from training.accounts.enums import Part
from training.cohorts import lists, privacy
from training.cohorts.models import Cohort, Enrolment
from training.cohorts.services import registration
from training.common import threads
from training.common.mail import OutgoingMail
from training.common.threads import Mailing, Side
from training.database import db
from training.seminars.commands import Marking
from training.seminars.enums import Presence

pytestmark = pytest.mark.usefixtures("frozen_clock")


def mails(message: str) -> list[OutgoingMail]:
    query = select(OutgoingMail).where(OutgoingMail.message == f"common/{message}").order_by(OutgoingMail.to_email)
    return list(db.session.scalars(query))


def thread_of(enrolment: Enrolment) -> str:
    return f"/promotions/{enrolment.cohort.code}/apprenants/{enrolment.id}/messages"


def test_a_learner_writes_to_who_follows_her_and_is_answered(
    cohort: Cohort, client: Any, page: Callable[..., Any], new_client: Callable[[], Any], frozen_clock: Any
) -> None:
    enrolment, trainer = make.learner(cohort), make.trainer(cohort, first_name="Irène", last_name="Suivante")
    make.referent(enrolment, trainer)
    accounts.sign_in(client, enrolment.person)
    assert "Messages avec Irène Suivante" in page(thread_of(enrolment)).text
    assert client.post(thread_of(enrolment), data={"words": "Je voudrais rendre\nma fiche lundi."}).status_code == 303
    (told,) = mails("thread_answer")
    assert (told.to_email, told.reply_to) == (trainer.email, enrolment.person.email)
    assert thread_of(enrolment) in told.text
    other = new_client()
    accounts.sign_in(other, trainer)
    assert f"Répondre à {enrolment.person.name}" in page("/", by=other).text
    frozen_clock.advance(timedelta(minutes=5))
    assert other.post(thread_of(enrolment), data={"words": "Oui, sans souci."}).status_code == 303
    (answer,) = mails("thread_message")
    assert (answer.to_email, answer.reply_to) == (enrolment.person.email, make.part_of(cohort, Part.CARRIER).email)
    assert "Lire le message de" in page("/").text
    assert "Irène Suivante" in page(thread_of(enrolment)).text
    assert "Lire le message de" not in page("/").text
    assert f"Répondre à {enrolment.person.name}" not in page("/", by=other).text


def test_without_a_trainer_the_carrier_is_told_and_sets_it_aside(
    cohort: Cohort, client: Any, page: Callable[..., Any]
) -> None:
    make.part_of(cohort, Part.CARRIER).email = "federation@example.org"
    enrolment = make.learner(cohort)
    threads.write(enrolment, "Merci !", side=Side.PERSON, by=accounts.principal(enrolment.person))
    (told,) = mails("thread_answer")
    assert told.to_email == make.part_of(cohort, Part.CARRIER).email
    accounts.sign_in(client, make.carrier_of(cohort))
    assert f"Répondre à {enrolment.person.name}" in page("/").text
    assert enrolment.person.name in page("/candidatures/messages").text
    assert client.post(f"{thread_of(enrolment)}/classement").status_code == 303
    assert "Tout le monde a sa réponse" in page("/candidatures/messages").text


def test_who_reads_and_writes_the_thread_of_a_learner(cohort: Cohort, new_client: Callable[[], Any]) -> None:
    everyone = make.people_around(cohort)
    enrolment = cohort.enrolments[0]
    found = {}
    for kind, person in everyone.items():
        browser = new_client()
        accounts.sign_in(browser, person)
        found[kind] = (
            browser.get(thread_of(enrolment)).status_code,
            browser.post(thread_of(enrolment), data={"words": "Bonjour"}).status_code,
        )
    assert found == {
        "carrier": (200, 303),
        "carrier's reader": (200, 403),
        "school": (403, 403),
        "funder": (403, 403),
        "animator": (200, 303),
        "referent": (200, 303),
        "learner": (200, 303),
        "another carrier": (404, 404),
        "nobody in particular": (404, 404),
        "administrator": (404, 404),
    }


@pytest.mark.parametrize("words", ["", "  ", "a" * 5001])
def test_an_empty_or_endless_message_is_refused_at_its_field(cohort: Cohort, client: Any, words: str) -> None:
    enrolment = make.learner(cohort)
    accounts.sign_in(client, enrolment.person)
    answer = client.post(thread_of(enrolment), data={"words": words})
    assert answer.status_code == 422
    assert 'id="words-error"' in answer.text


def test_one_message_to_a_list_is_previewed_sent_and_kept(
    cohort: Cohort, client: Any, page: Callable[..., Any]
) -> None:
    first, second = make.learner(cohort), make.learner(cohort)
    make.learner(cohort, code="CPTS")
    accounts.sign_in(client, make.carrier_of(cohort))
    here = f"/promotions/{cohort.code}/message?parcours=MSP"
    assert "2 personnes le recevront" in page(here).text
    assert "3 personnes le recevront" in page(f"/promotions/{cohort.code}/message?parcours=XX").text
    fields = {"title": "Salle changée", "words": "Nous serons en salle 4."}
    preview = client.post(here, data=fields)
    assert "Relire le message" in preview.text
    assert db.session.scalar(select(func.count()).select_from(Mailing)) == 0
    third = make.learner(cohort)
    mark = re.findall(r'name="confirmed"[^>]*value="([0-9a-f]{16})"', preview.text)[0]
    moved = client.post(here, data={**fields, "confirmed": mark})
    assert "La liste a changé" in moved.text
    mark = re.findall(r'name="confirmed"[^>]*value="([0-9a-f]{16})"', moved.text)[0]
    assert client.post(here, data={**fields, "confirmed": mark}).location == f"/promotions/{cohort.code}/envois"
    sent = mails("thread_message")
    assert {mail.to_email for mail in sent} == {each.person.email for each in (first, second, third)}
    assert {(mail.subject, mail.reply_to) for mail in sent} == {
        ("Salle changée", make.part_of(cohort, Part.CARRIER).email)
    }
    history = page(f"/promotions/{cohort.code}/envois")
    assert "Nous serons en salle 4." in page(history.links()["Salle changée"]).text
    other = make.cohort()
    accounts.sign_in(client, make.carrier_of(other))
    assert "Aucun message" in page(f"/promotions/{other.code}/envois").text
    assert client.get(history.links()["Salle changée"]).status_code == 404


def test_lists_are_chosen_by_trainer_by_absence_and_by_lateness(cohort: Cohort) -> None:
    away, followed, third = make.learner(cohort), make.learner(cohort), make.learner(cohort)
    trainer = make.trainer(cohort)
    make.referent(followed, trainer)
    half_day = seminars.half_day(cohort)
    there = Marking(Presence.PRESENT)
    attendance.locked(half_day, {followed: there, third: there})

    def kept(**asked: str) -> Any:
        return lists.chosen(cohort, asked).kept

    assert kept(suivi=str(trainer.id)) == {followed.id}
    assert kept(suivi="personne") == {away.id, third.id}
    assert kept(absents=str(half_day.seminar_id)) == {away.id}
    assert kept(absents=str(half_day.seminar_id), suivi=str(trainer.id)) == frozenset()
    assert kept(retard="oui") == frozenset()
    assert kept(retard="non") is None


def test_a_trainer_writes_to_those_she_follows_only(cohort: Cohort, client: Any, page: Callable[..., Any]) -> None:
    followed, other = make.learner(cohort), make.learner(cohort)
    trainer = make.trainer(cohort)
    make.referent(followed, trainer)
    accounts.sign_in(client, trainer)
    shown = page(f"/promotions/{cohort.code}/message").text
    assert followed.person.name in shown
    assert "1 personne le recevra" in shown
    listed = page(f"/promotions/{cohort.code}/liste-d-appel").text
    assert followed.person.name in listed
    assert other.person.name != followed.person.name
    assert other.person.name not in listed


def test_the_call_list_has_the_telephones(cohort: Cohort, client: Any, page: Callable[..., Any]) -> None:
    make.learner(cohort, person=accounts.person(phone="06 12 34 56 78"))
    accounts.sign_in(client, make.carrier_of(cohort))
    shown = page(f"/promotions/{cohort.code}/liste-d-appel")
    assert "tel:0612345678" in shown.links().values()


@pytest.mark.parametrize("path", ["message", "liste-d-appel", "envois"])
def test_these_pages_cost_the_same_few_queries_with_one_learner_and_with_three(
    cohort: Cohort, client: Any, selects: Callable[..., Any], path: str
) -> None:
    accounts.sign_in(client, make.carrier_of(cohort))
    counts: list[int] = []
    for more in (1, 2):
        for _ in range(more):
            make.referent(make.learner(cohort))
        db.session.commit()
        client.get(f"/promotions/{cohort.code}/{path}")
        with selects() as asked:
            client.get(f"/promotions/{cohort.code}/{path}")
        counts.append(asked.count)
    assert counts[0] == counts[1] <= 12


# --- the directory ---


def test_an_address_shows_to_the_cohort_only_once_its_owner_agreed(
    cohort: Cohort, client: Any, page: Callable[..., Any], new_client: Callable[[], Any]
) -> None:
    own = make.learner(cohort, person=accounts.person(phone="06 12 34 56 78"))
    other = make.learner(cohort)
    address = f"/promotions/{cohort.code}/annuaire"
    browser = new_client()
    accounts.sign_in(client, own.person)
    accounts.sign_in(browser, other.person)
    seen = page(address, by=browser)
    assert own.person.name in seen.text
    assert own.person.email not in seen.text
    assert client.post(address, data={"shows_phone": "y"}).status_code == 303
    seen = page(address, by=browser)
    assert "tel:0612345678" in seen.links().values()
    assert own.person.email not in seen.text
    assert client.post(address, data={}).status_code == 303
    assert "tel:0612345678" not in page(address, by=browser).links().values()


def test_who_opens_the_directory(cohort: Cohort, new_client: Callable[[], Any]) -> None:
    found = {}
    for kind, person in make.people_around(cohort).items():
        browser = new_client()
        accounts.sign_in(browser, person)
        address = f"/promotions/{cohort.code}/annuaire"
        found[kind] = (browser.get(address).status_code, browser.post(address, data={}).status_code)
    within, outside = (200, 303), (404, 404)
    assert found == {
        "carrier": (200, 403),
        "carrier's reader": (403, 403),
        "school": (403, 403),
        "funder": (403, 403),
        "animator": within,
        "referent": within,
        "learner": within,
        "another carrier": outside,
        "nobody in particular": outside,
        "administrator": outside,
    }


def test_addresses_are_forgotten_with_the_cohort_and_with_the_person(cohort: Cohort) -> None:
    for each in (make.learner(cohort), make.learner(cohort)):
        registration.show_address(cohort, email=True, phone=True, by=accounts.principal(each.person))
    assert privacy.forget_directory(cohort.enrolments[0].person_id) == 1
    db.session.commit()
    assert registration.forget_directories() == 0
    cohort.ends_on = date(2026, 3, 1)
    db.session.commit()
    assert registration.forget_directories() == 1
