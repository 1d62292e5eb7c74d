"""Staff fill in a file for a person who sent everything by mail; she is told, and takes it over."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories import accounts
from tests.factories import admissions as make
from tests.support.letters import check_letter
from training.accounts.enums import Part
from training.admissions.enums import ApplicationStatus
from training.admissions.models import Application, Call
from training.common.journal import Event
from training.common.mail import OutgoingMail
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
WHO = {"email": "par.courrier@example.org", "first_name": "Odile", "last_name": "Grandjean"}


def entered(client: FlaskClient, call: Call) -> Application:
    accounts.sign_in(client, accounts.manager(call.carrier))
    assert client.post(f"/appels/{call.code}/saisie", data=WHO).status_code == 303
    return db.session.scalars(select(Application).where(Application.call_id == call.id)).one()


def test_a_file_is_filled_in_and_submitted_for_her_journaled_as_such_and_she_is_told(
    client: FlaskClient, new_client: Callable[[], FlaskClient], page: Callable[..., Any]
) -> None:
    call = make.call(contact_email="candidatures@example.org")
    call_page = f"/appels/{call.code}/saisie"
    accounts.sign_in(client, accounts.manager(call.carrier))
    page(call_page)
    file, structure = entered(client, call), accounts.structure()
    address = f"/candidatures/{file.id}"
    mail = db.session.scalars(select(OutgoingMail).where(OutgoingMail.message == "admissions/entered_for_you")).one()
    assert (mail.to_email, mail.reply_to) == (WHO["email"], "candidatures@example.org")
    assert mail.subject == f"{call.carrier.short_name} remplit votre dossier à partir de vos courriers"
    for words in ("Bonjour Odile,", call.title, address, WHO["email"]):
        assert words in mail.text
    check_letter(mail)
    assert page(address).links()["Saisir le dossier"] == f"{address}/structure"
    fields = {"structure": str(structure.id), "post_title": "Coordinatrice"}
    assert client.post(f"{address}/structure", data=fields).status_code == 303
    assert client.post(f"{address}/situation", data={"situation": "in_post"}).status_code == 303
    assert client.post(f"{address}/engagements", data={"codes": ["poste"]}).status_code == 303
    for code in ("cv", "lettre"):
        make.deposit(file, code)
    db.session.commit()
    assert client.post(f"{address}/depot", data={}).status_code == 303
    db.session.expire_all()
    assert file.status is ApplicationStatus.SUBMITTED
    events = db.session.scalars(select(Event).where(Event.subject_id == file.id)).all()
    assert all(event.codes.get("for_her") for event in events if not event.kind.startswith("thread"))
    she = new_client()
    accounts.sign_in(she, file.person)
    told = page(address, by=she).text
    assert f"{call.carrier.short_name} a déposé le dossier" in told
    assert "Odile Grandjean a déposé" not in told


def test_she_takes_her_file_over_and_staff_no_longer_change_it(
    client: FlaskClient, new_client: Callable[[], FlaskClient], page: Callable[..., Any]
) -> None:
    file = entered(client, make.call())
    address, she = f"/candidatures/{file.id}", new_client()
    assert client.post(f"{address}/reprise-en-main").status_code == 403
    accounts.sign_in(she, file.person)
    assert f"{address}/reprise-en-main" in page(address, by=she).actions()
    assert she.post(f"{address}/reprise-en-main").status_code == 303
    assert she.post(f"{address}/reprise-en-main", data={"once": "n"}).status_code == 422
    assert client.get(f"{address}/structure").status_code == 403
    assert client.post(f"{address}/situation", data={"situation": "in_post"}).status_code == 403
    assert "a repris son dossier en main" in page(address).text


@pytest.mark.parametrize("case", ["twice", "oneself", "closed account", "late"])
def test_what_cannot_be_entered_is_said(client: FlaskClient, frozen_clock: Any, case: str) -> None:
    call, staff = make.call(), None
    if case == "twice":
        make.draft(call, accounts.person(WHO["email"]))
    elif case == "closed account":
        accounts.person(WHO["email"], active=False)
    elif case == "oneself":
        staff = accounts.manager(call.carrier, email=WHO["email"])
    else:
        frozen_clock.advance(timedelta(days=30))
    accounts.sign_in(client, staff or accounts.manager(call.carrier))
    answer = client.post(f"/appels/{call.code}/saisie", data=WHO)
    words = {
        "twice": "déjà un dossier",
        "oneself": "votre adresse",
        "closed account": "a été fermé",
        "late": "La date limite de dépôt est passée",
    }
    assert answer.status_code == 422
    assert words[case] in answer.text
    assert "Grandjean" in answer.text


@pytest.mark.parametrize(("part", "status"), [(Part.FUNDER, 403), (Part.SCHOOL, 403), (None, 404)])
def test_only_the_carrier_enters_files(client: FlaskClient, part: Part | None, status: int) -> None:
    call = make.call()
    accounts.sign_in(client, accounts.manager(make.body(call, part)) if part else accounts.manager())
    assert client.get(f"/appels/{call.code}/saisie").status_code == status
    assert client.post(f"/appels/{call.code}/saisie", data=WHO).status_code == status


def test_a_file_she_started_herself_stays_hers(client: FlaskClient) -> None:
    file = make.draft()
    accounts.sign_in(client, accounts.manager(file.call.carrier))
    for name in ("structure", "situation", "pieces", "depot"):
        assert client.get(f"/candidatures/{file.id}/{name}").status_code == 403
