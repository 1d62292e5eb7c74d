"""The pages of the calls, which anyone may read, and the button that starts a file (R11, R13–R15, R72)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.conftest import FrozenClock
from tests.factories import accounts, selection
from tests.factories import admissions as make
from training.accounts.enums import Part
from training.admissions.commands.settings import ValidateCall
from training.admissions.enums import ApplicationStatus, CallStatus
from training.admissions.file_uses import FUNDER_EVIDENCE
from training.admissions.models import Application, CostLine
from training.admissions.services import validating
from training.common import clock
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")


def test_the_list_tells_open_calls_from_those_to_come(page: Callable[..., Any]) -> None:
    running, upcoming = make.call(), make.call(opened=-5)
    closed, draft = make.call(closes_in=-1), make.call(status=CallStatus.DRAFT)
    shown = page("/appels")
    assert running.title in shown.links()
    assert upcoming.title in shown.links()
    assert closed.title not in shown.text
    assert draft.title not in shown.text
    assert "Il reste 25 jours" in shown.text
    assert "Ouvre le samedi 7 mars 2026" in shown.text


def test_an_empty_list_says_what_happens_next(page: Callable[..., Any]) -> None:
    assert "Aucun appel n’est ouvert en ce moment" in page("/appels").text


def test_a_call_says_what_its_funder_validated_last_and_who_wrote_it_down_r112(
    page: Callable[..., Any], frozen_clock: FrozenClock
) -> None:
    call = make.call()
    funder = make.body(call, Part.FUNDER)
    assert "Validation du financeur à confirmer" in page(f"/appels/{call.code}").text
    for places in (10, 12):
        command = ValidateCall(clock.today(), places, "")
        validating.validate(call, command, by=make.manager(call, Part.FUNDER))
        frozen_clock.advance(timedelta(minutes=1))
    db.session.commit()
    shown = page(f"/appels/{call.code}").text
    assert f"{funder.short_name} a validé l’appel le 2 mars 2026, pour 12 places financées" in shown
    assert "transcrite" not in shown


def test_a_validation_transcribed_is_shown_as_such_r96(page: Callable[..., Any]) -> None:
    call = make.call()
    next(part for part in call.parts if part.part is Part.FUNDER).outside_tool = True
    command = ValidateCall(clock.today(), None, "", evidence=selection.proof(FUNDER_EVIDENCE))
    validating.validate(call, command, by=make.manager(call))
    db.session.commit()
    assert f"(décision transcrite par {call.carrier.short_name})" in page(f"/appels/{call.code}").text


def test_a_call_says_who_it_is_for_until_when_what_to_prepare_and_what_it_costs(page: Callable[..., Any]) -> None:
    accounts.region()
    call = make.call(regions=["BFC"], derogation_allowed=True, membership_required=True)
    call.costs = [
        CostLine(label="Enseignement", payer="ARS", position=1),
        CostLine(label="Hébergement", payer=None, position=2),
    ]
    text = page(f"/appels/{call.code}").text
    for words in (
        "MSP ou CPTS",
        "Bourgogne-Franche-Comté",
        "Une dérogation est possible",
        "du 10 février 2026 au vendredi 27 mars 2026 à 23 h 59, heure de Paris",
        "Lettre de motivation",
        "200 ko au plus",
        "Je suis en poste.",
        "Enseignement ARS",
        "Hébergement à confirmer",
        "Places 20",
    ):
        assert words in text
    assert "gratuit" not in text.lower()


def test_what_is_unknown_reads_to_be_confirmed(page: Callable[..., Any]) -> None:
    cohort = make.cohort(places=None, launch_on=None)
    text = page(f"/appels/{make.call(cohort, pieces=()).code}").text
    assert "Places à confirmer" in text
    assert "Lancement à confirmer" in text
    assert "Pièces à confirmer" in text
    assert "Les coûts et leur prise en charge sont à confirmer" in text


@pytest.mark.parametrize(("days", "words"), [(25, "Dernier jour"), (24, "Plus qu’un jour"), (20, "Il reste 5 jours")])
def test_days_left_are_told_in_words(page: Callable[..., Any], frozen_clock: Any, days: int, words: str) -> None:
    call = make.call()
    frozen_clock.advance(timedelta(days=days))
    assert words in page(f"/appels/{call.code}").text


def test_a_closed_call_has_no_button_and_leads_elsewhere(page: Callable[..., Any]) -> None:
    shown = page(f"/appels/{make.call(closes_in=-1).code}")
    assert "Les candidatures sont closes" in shown.text
    assert not [action for action in shown.actions() if action.endswith("candidater")]


def test_a_draft_call_is_seen_by_its_bodies_only(page: Callable[..., Any], client: FlaskClient) -> None:
    call = make.call(status=CallStatus.DRAFT)
    assert client.get(f"/appels/{call.code}").status_code in {303, 404}
    accounts.sign_in(client, accounts.person())
    page(f"/appels/{call.code}", status=404)
    accounts.sign_in(client, accounts.manager(make.body(call, Part.CARRIER)))
    assert "pas encore public" in page(f"/appels/{call.code}").text


def test_starting_asks_to_sign_in_first(client: FlaskClient) -> None:
    call = make.call()
    answer = client.post(f"/appels/{call.code}/candidater", data={"once": "a"})
    assert answer.status_code == 303
    assert answer.location.startswith("/connexion")
    assert db.session.scalar(select(func.count()).select_from(Application)) == 0


def test_starting_twice_leads_to_one_file(client: FlaskClient, page: Callable[..., Any]) -> None:
    call, person = make.call(), accounts.person()
    accounts.sign_in(client, person)
    fields = page(f"/appels/{call.code}").form(f"/appels/{call.code}/candidater")
    first = client.post(f"/appels/{call.code}/candidater", data=fields)
    again = client.post(f"/appels/{call.code}/candidater", data=fields)
    later = client.post(f"/appels/{call.code}/candidater", data={"once": "another"})
    assert first.status_code == again.status_code == later.status_code == 303
    assert first.location == again.location == later.location
    assert page(f"/appels/{call.code}").links()["Reprendre mon dossier"] == first.location


def test_starting_on_a_call_that_has_just_closed_says_so(client: FlaskClient, frozen_clock: Any) -> None:
    call = make.call()
    assert call.closes_at is not None
    frozen_clock.at(call.closes_at + timedelta(seconds=1))
    accounts.sign_in(client, accounts.person())
    answer = client.post(f"/appels/{call.code}/candidater", data={"once": "a"})
    assert answer.status_code == 422
    assert "La date limite de dépôt est passée" in answer.text
    assert client.get(f"/appels/{call.code}/candidater").location == f"/appels/{call.code}"


def test_a_late_right_opens_the_button_for_its_holder(page: Callable[..., Any], client: FlaskClient) -> None:
    call = make.call()
    file = make.draft(call)
    make.late_right(file, 60)
    make.force(file, ApplicationStatus.WITHDRAWN)
    call.closes_at = clock.now() - timedelta(days=1)
    accounts.sign_in(client, file.person)
    assert f"/appels/{call.code}/candidater" in page(f"/appels/{call.code}").actions()


@pytest.mark.parametrize("signed_in", [False, True])
def test_a_call_costs_the_same_few_queries_whatever_it_holds(
    client: FlaskClient, selects: Callable[..., Any], signed_in: bool
) -> None:
    counts = []
    accounts.region()
    if signed_in:
        accounts.sign_in(client, accounts.person())
    for rows in (1, 3):
        call = make.with_lines(make.call(pieces=tuple(f"piece-{n}" for n in range(rows)), regions=["BFC"]), rows)
        db.session.commit()
        with selects() as asked:
            assert client.get(f"/appels/{call.code}").status_code == 200
        counts.append(asked.count)
    assert counts[0] == counts[1]
    assert counts[0] <= 12


def test_the_list_costs_the_same_few_queries_with_one_call_and_with_three(
    client: FlaskClient, selects: Callable[..., Any]
) -> None:
    counts = []
    for calls in (1, 2):
        for _ in range(calls):
            make.call()
        db.session.commit()
        with selects() as asked:
            client.get("/appels")
        counts.append(asked.count)
    assert counts[0] == counts[1] <= 12
