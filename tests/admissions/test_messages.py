"""The thread of a file, and one message to a whole list (R109)."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import accounts, selection
from tests.factories import admissions as make
from training.accounts.enums import Function, Part
from training.admissions.models import Application
from training.admissions.services import closing, messages
from training.common import threads
from training.common.articles import of_the
from training.common.mail import MailUrgency, OutgoingMail
from training.common.threads import Mailing, Thread, ThreadMessage
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")


def mails(message: str) -> list[OutgoingMail]:
    query = select(OutgoingMail).where(OutgoingMail.message == f"common/{message}").order_by(OutgoingMail.to_email)
    return list(db.session.scalars(query))


def staff(client: FlaskClient, file: Application) -> None:
    accounts.sign_in(client, accounts.manager(file.call.carrier, first_name="Agente", last_name="Discrète"))


def written(file: Application, words: str = "Une question.") -> None:
    messages.write(file, words, by=make.owner(file))


def test_each_side_writes_is_told_by_mail_and_has_it_on_its_desk(
    client: FlaskClient, new_client: Callable[[], FlaskClient], page: Callable[..., Any], frozen_clock: Any
) -> None:
    file = make.submitted(make.call(contact_email="candidatures@example.org"))
    address, other = f"/candidatures/{file.id}/messages", new_client()
    accounts.sign_in(client, file.person)
    assert "Aucun message" in page(address).text
    assert client.post(address, data={"words": "Je joindrai\nma lettre après."}).status_code == 303
    (told,) = mails("thread_answer")
    assert (told.to_email, told.reply_to, told.urgency) == (
        "candidatures@example.org",
        file.person.email,
        MailUrgency.DAILY,
    )
    staff(other, file)
    assert f"Répondre à {file.person.name}" in page("/", by=other).text
    assert file.person.name in page("/candidatures/messages", by=other).text
    frozen_clock.advance(timedelta(minutes=5))
    assert other.post(address, data={"words": "Oui, jusqu’à la clôture."}).status_code == 303
    (answer,) = mails("thread_message")
    assert (answer.to_email, answer.reply_to) == (file.person.email, "candidatures@example.org")
    assert "Tout le monde a sa réponse" in page("/candidatures/messages", by=other).text
    desk = page("/")
    assert f"Lire le message {of_the(file.call.carrier.short_name)}" in desk.text
    shown = page(address)
    assert "Oui, jusqu’à la clôture." in shown.text
    assert "Discrète" not in shown.text, "staff are not named to applicants"
    assert "Agente Discrète" in page(address, by=other).text
    assert "Lire le message" not in page("/").text


def test_a_thread_that_needs_no_answer_is_set_aside(client: FlaskClient, page: Callable[..., Any]) -> None:
    file = make.submitted()
    written(file, "Merci.")
    staff(client, file)
    address = f"/candidatures/{file.id}/messages"
    assert f"{address}/classement" in page(address).actions()
    assert client.post(f"{address}/classement").status_code == 303
    assert client.post(f"{address}/classement", data={"once": "n"}).status_code == 422
    assert file.person.name not in page("/candidatures/messages").text
    db.session.expire_all()
    thread = db.session.scalars(select(Thread)).one()
    assert not thread.awaits_body


@pytest.mark.parametrize("words", ["", "   ", "a" * 5001])
def test_an_empty_or_endless_message_is_refused_at_its_field(client: FlaskClient, words: str) -> None:
    file = make.submitted()
    accounts.sign_in(client, file.person)
    answer = client.post(f"/candidatures/{file.id}/messages", data={"words": words})
    assert answer.status_code == 422
    assert 'id="words-error"' in answer.text
    assert words.strip() in answer.text


@pytest.mark.parametrize(
    ("who", "read", "write"),
    [("carrier", 200, 303), ("reader", 200, 403), ("funder", 403, 403), ("school", 403, 403), ("other", 404, 404)],
)
def test_who_reads_and_writes(client: FlaskClient, who: str, read: int, write: int) -> None:
    file = make.submitted()
    bodies = {"carrier": Part.CARRIER, "reader": Part.CARRIER, "funder": Part.FUNDER, "school": Part.SCHOOL}
    if who == "other":
        someone = accounts.manager()
    elif who == "reader":
        someone = accounts.person()
        accounts.membership(someone, Function.READER, file.call.carrier)
    else:
        someone = accounts.manager(make.body(file.call, bodies[who]))
    accounts.sign_in(client, someone)
    address = f"/candidatures/{file.id}/messages"
    assert client.get(address).status_code == read
    assert client.post(address, data={"words": "Bonjour"}).status_code == write


def test_one_message_to_a_filtered_list_is_previewed_then_sent_and_kept(
    client: FlaskClient, page: Callable[..., Any]
) -> None:
    call = make.call(contact_email="candidatures@example.org")
    files = [make.submitted(call) for _ in range(2)]
    make.draft(call)
    staff(client, files[0])
    listed = page(f"/candidatures?appel={call.code}&etat=submitted")
    here = listed.links()["Écrire à cette liste"]
    compose = page(here)
    assert "2 personnes le recevront" in compose.text
    fields = {"title": "Réunion d’information", "words": "Elle aura lieu lundi."}
    preview = client.post(here, data=fields)
    assert preview.status_code == 200
    assert "Relire le message" in preview.text
    assert db.session.scalar(select(func.count()).select_from(Mailing)) == 0
    confirmed = re.findall(r'name="confirmed"[^>]*value="([0-9a-f]{16})"', preview.text)[0]
    later = make.submitted(call)
    moved = client.post(here, data={**fields, "confirmed": confirmed})
    assert "La liste a changé" in moved.text
    confirmed = re.findall(r'name="confirmed"[^>]*value="([0-9a-f]{16})"', moved.text)[0]
    assert client.post(here, data={**fields, "confirmed": confirmed}).location == "/candidatures/envois"
    sent = mails("thread_message")
    assert {mail.to_email for mail in sent} == {file.person.email for file in [*files, later]}
    assert {(mail.subject, mail.reply_to) for mail in sent} == {("Réunion d’information", "candidatures@example.org")}
    history = page("/candidatures/envois")
    assert "3 personnes" in history.text
    kept = page(history.links()["Réunion d’information"])
    assert "Elle aura lieu lundi." in kept.text
    assert "Écrit à plusieurs" in page(f"/candidatures/{later.id}/messages").text


def test_only_the_files_she_runs_are_written_to(client: FlaskClient, page: Callable[..., Any]) -> None:
    file = make.submitted()
    accounts.sign_in(client, accounts.manager(make.body(file.call, Part.FUNDER)))
    assert "personne à qui vous puissiez écrire" in page(f"/candidatures/message?appel={file.call.code}").text
    stranger = accounts.manager()
    accounts.sign_in(client, stranger)
    mailing = Mailing(
        body_id=file.call.carrier.id, title="T", words="W", chosen="", people=1, written_by=stranger.id, writer_name="x"
    )
    db.session.add(mailing)
    db.session.flush()
    assert client.get(f"/candidatures/envois/{mailing.id}").status_code == 404


def test_an_applicant_reads_about_her_own_files_only_once_signed_in(client: FlaskClient) -> None:
    file = make.submitted()
    accounts.sign_in(client, accounts.person())
    assert client.get(f"/candidatures/{file.id}/messages").status_code == 404
    assert client.get("/candidatures/message").status_code == 403


def test_a_thread_costs_the_same_few_queries_with_one_message_and_with_three(
    client: FlaskClient, selects: Callable[..., Any]
) -> None:
    counts = []
    for many in (1, 3):
        file = make.submitted()
        for _ in range(many):
            written(file)
        staff(client, file)
        client.get(f"/candidatures/{file.id}/messages")
        with selects() as asked:
            client.get(f"/candidatures/{file.id}/messages")
        counts.append(asked.count)
    assert counts[0] == counts[1] <= 12


@pytest.mark.parametrize(("departements", "sees"), [(["25"], True), (["21"], False), ([], True)])
def test_a_manager_narrowed_to_departements_is_told_of_her_own_files_only(
    client: FlaskClient, page: Callable[..., Any], departements: list[str], sees: bool
) -> None:  # R95
    file = selection.file_in("25", make.call())
    messages.write(file, "Bonjour.", by=make.owner(file))
    accounts.sign_in(client, selection.staff_of(file.call, departements=departements))
    assert (f"Répondre à {file.person.name}" in page("/").text) is sees
    assert (file.person.name in page("/candidatures/messages").text) is sees


def test_messages_go_with_the_file_and_with_the_person(frozen_clock: Any) -> None:  # R89, R91
    file = make.refused()
    written(file, "Mon secret.")
    assert threads.messages_of(file.person_id)[0]["message"] == "Mon secret."
    threads.forget_messages(file.person_id)
    assert "Mon secret." not in {message.words for message in threads.messages(file)}
    frozen_clock.advance(timedelta(days=400))
    db.session.commit()
    closing.purge_ended()
    assert db.session.scalar(select(func.count()).select_from(ThreadMessage)) == 0


@pytest.mark.parametrize("message", ["thread_answer", "thread_message"])
def test_each_mail_says_who_writes_about_what_and_leads_to_the_thread(message: str) -> None:
    file = make.submitted(make.call(contact_email="candidatures@example.org"))
    by = make.owner(file) if message == "thread_answer" else make.manager(file.call)
    messages.write(file, "Première ligne.\n\nSeconde ligne.", by=by)
    (mail,) = mails(message)
    writer = file.person.name if message == "thread_answer" else file.call.carrier.short_name
    assert mail.subject == f"{writer} vous a écrit"
    for words in (file.call.title, "Première ligne.", "Seconde ligne.", f"/candidatures/{file.id}/messages"):
        assert words in mail.text
        assert words in mail.html
    assert "'" not in mail.text
    assert mail.html.count('class="act"') == 1
