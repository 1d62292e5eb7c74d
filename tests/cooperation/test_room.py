"""The room: codes, seats, what leaves the server before and after the answers are shown, ten phones at once (R82, R129)."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, Final

import pytest
from flask import Flask, url_for
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import func, select

from tests.factories import accounts
from tests.factories import cooperation as make
from tests.support.client import Client
from training.common import xlsx
from training.common.errors import ActUnavailable, Refused
from training.cooperation.commands import Seating, Settlement
from training.cooperation.enums import AssessmentAct, Voice
from training.cooperation.models import Assessment, Participant, ParticipantAnswer
from training.cooperation.queries.assessments import load_answers, spread_of
from training.cooperation.services import assessments, partnerships, seats
from training.database import db

CODES = list(make.answers("oui"))


@pytest.fixture
def opened(session: Any) -> Assessment:
    """An assessment of two bodies, open; the room counts two phones."""
    made = make.assessment(make.partnership())
    assessments.advance(made, AssessmentAct.OPEN, by=make.leader(made.partnership))
    return made


def phone(browser: Any, made: Assessment, *bodies: Any, voice: str = "bodies") -> str:
    """Come in by the code, answer for these bodies; return the address of the seat."""
    assert browser.get(f"/cooperation/seance?code={made.join_code}").status_code == 200
    data = {"voice": voice, "bodies": [str(body.id) for body in bodies]}
    answer = browser.post(f"/cooperation/seance/{made.join_code}", data=data)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


# --- coming in -------------------------------------------------------------------------------------------------------


def test_a_phone_comes_in_without_an_account_and_answers_one_question_after_the_other(
    opened: Assessment, client: Any, page: Any, session: Any
) -> None:
    assert "Code affiché" in page("/cooperation/seance").text
    assert page(f"/cooperation/seance?code={opened.join_code}").heading == "Prendre place"
    seat = phone(client, opened, opened.partnership.bodies[0])
    assert page(seat).heading == "Ma séance"

    first = page(f"{seat}/1.1")
    answer = client.post(f"{seat}/1.1", data={"choice": "partiellement"})

    assert "question 1 sur 11" in first.text
    assert answer.location.endswith("/1.2")
    assert session.scalars(select(ParticipantAnswer.choice)).all() == ["partiellement"]
    assert session.scalar(select(Participant.person_id)) is None


@pytest.mark.parametrize("typed", ["", "ABC", "abc-def", "ZZZZZZ", "' OR 1=1 --", "é" * 40])
def test_a_wrong_code_opens_nothing(opened: Assessment, client: Any, typed: str) -> None:
    answer = client.get("/cooperation/seance", query_string={"code": typed})

    assert answer.status_code == (422 if typed else 200)
    assert client.post("/cooperation/seance/ZZZZZZ", data={"voice": "guest"}).location.endswith("?code=ZZZZZZ")


def test_a_code_is_typed_as_one_likes(opened: Assessment, client: Any) -> None:
    code = str(opened.join_code)
    assert client.get(f"/cooperation/seance?code={code[:3].lower()}-{code[3:]}").status_code == 200


def test_guessing_codes_is_stopped_and_entering_is_not(opened: Assessment, new_client: Any) -> None:
    for _ in range(15):  # fifteen phones of one room share one address
        phone(new_client(), opened, voice="guest")
    guesser = new_client()
    answers = [guesser.get(f"/cooperation/seance?code=AAAA{number:02d}").status_code for number in range(32)]

    assert answers == [422] * 30 + [429] * 2
    assert guesser.get(f"/cooperation/seance?code={opened.join_code}").status_code == 429


def test_a_code_lives_minutes_and_is_replaced(
    opened: Assessment, client: Any, new_client: Any, frozen_clock: Any
) -> None:
    assessments.renew_code(opened, by=make.leader(opened.partnership))
    seat, former = phone(client, opened, voice="guest"), opened.join_code
    frozen_clock.advance(timedelta(minutes=21))

    assert new_client().get(f"/cooperation/seance?code={former}").status_code == 422
    assert client.get(seat).status_code == 200
    accounts.sign_in(client, make.facilitator_of(opened.partnership))
    assert client.post(f"/cooperation/auto-evaluations/{opened.id}/salle/code", data={}).status_code == 303
    assert new_client().get(f"/cooperation/seance?code={opened.join_code}").status_code == 200
    assert opened.join_code != former


def test_another_browser_has_no_seat(opened: Assessment, client: Any, new_client: Any) -> None:
    seat = phone(client, opened, voice="guest")

    for path in ("", "/1.1", "/etat"):
        assert new_client().get(f"{seat}{path}").status_code in {303, 404}
    assert client.get(f"{seat}/9.9").status_code == 404


def test_a_partner_answers_from_her_account_and_finds_her_seat_again(
    opened: Assessment, client: Any, page: Any, session: Any
) -> None:
    body = opened.partnership.bodies[0]
    accounts.sign_in(client, make.member(opened.partnership, of=body))
    address = f"/cooperation/auto-evaluations/{opened.id}/repondre"
    ticked = [box.get("value") for box in page(address).root.iter("input") if box.get("checked") is not None]
    assert ticked == ["bodies", str(body.id)]

    for _ in range(2):
        assert client.post(address, data={"voice": "bodies", "bodies": [str(body.id)]}).status_code == 303

    assert session.scalar(select(func.count()).select_from(Participant)) == 1


# --- what leaves the server ------------------------------------------------------------------------------------------


FILLED: Final = {"partnership_id", "assessment_id", "item", "act"}
"""The variables of addresses that the one partnership here fills."""


def addresses(app: Flask, made: Assessment) -> list[str]:
    """Every page and file of cooperation that an address with these variables names: none is forgotten."""
    values: dict[str, Any] = {
        "partnership_id": made.partnership_id,
        "assessment_id": made.id,
        "item": "1.1",
        "act": "consensus",
    }
    with app.test_request_context():
        found = [
            url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})
            for rule in app.url_map.iter_rules()
            if rule.endpoint.startswith("cooperation.") and "GET" in (rule.methods or ()) and rule.arguments <= FILLED
        ]
    rooms = [f"/cooperation/auto-evaluations/{made.id}/salle{tail}" for tail in ("?question=1.1", "/etat?question=1.1")]
    return sorted({*found, *rooms, "/", "/cooperation/chiffres"})


def told(browser: Any, path: str) -> str:
    """What an address answers, as it comes on the wire; a PDF and a spreadsheet by the words they hold."""
    answer = browser.get(path)
    if answer.mimetype == "application/pdf":
        return "".join(part.extract_text() for part in PdfReader(io.BytesIO(answer.data)).pages)
    if answer.mimetype == xlsx.MEDIA_TYPE:
        sheet: Any = load_workbook(io.BytesIO(answer.data)).active
        return str([[cell.value for cell in row] for row in sheet.iter_rows()])
    return f"{answer.status_code} {without_noise(answer.data.decode('utf-8', 'replace'))}"


def without_noise(text: str) -> str:
    """A page without what changes at each reading: keys of forms, versions."""
    text = re.sub(r'name="(once|csrf_token)"[^>]*value="[^"]*"|value="[^"]*"[^>]*name="(once|csrf_token)"', "", text)
    return re.sub(r'data-version="\d+"', "", text)


def test_nothing_of_an_answer_leaves_before_it_is_shown_r82(
    opened: Assessment, app: Flask, new_client: Any, session: Any, frozen_clock: Any
) -> None:
    """Whoever asks, wherever: all that comes back is the same whether one body answered « partiellement » or « non »."""
    opened.expected, body = 4, opened.partnership.bodies[1]
    partner, outside = make.member(opened.partnership, of=body), accounts.organisation()
    make.share(opened.partnership, outside)
    session.commit()
    one, other, leads, signed, shared, nobody = (new_client() for _ in range(6))
    accounts.sign_in(leads, make.facilitator_of(opened.partnership))
    accounts.sign_in(signed, partner)
    accounts.sign_in(shared, accounts.manager(outside))
    seat, second = phone(one, opened, opened.partnership.bodies[0]), phone(other, opened, body)
    signed.post(
        f"/cooperation/auto-evaluations/{opened.id}/repondre", data={"voice": "bodies", "bodies": [str(body.id)]}
    )
    paths = addresses(app, opened)
    assert {path.rsplit("/", 1)[1] for path in paths} >= {"rapport.pdf", "tout.xlsx", "reponses.csv", "etat", "salle"}

    def all_told() -> dict[tuple[int, str], str]:
        seats_seen = [seat, f"{seat}/etat", f"{seat}/1.1", f"{seat}/1.2"]
        return {
            (number, path): told(browser, path)
            for number, browser in enumerate((leads, other, signed, shared, nobody))
            for path in (*paths, *seats_seen)
        }

    one.post(f"{seat}/1.1", data={"choice": "partiellement"})
    after_partial = all_told()
    one.post(f"{seat}/1.1", data={"choice": "non"})
    after_no = all_told()

    assert [where for where, words in after_no.items() if words != after_partial[where]] == []
    assert second == seat  # the address of a room: each browser holds its own seat there
    leads.post(f"/cooperation/auto-evaluations/{opened.id}/salle/montrer/1.1", data={})
    here = f"/cooperation/auto-evaluations/{opened.id}"
    for browser, path in ((leads, f"{here}/salle?question=1.1"), (other, f"{seat}/1.1"), (signed, f"{seat}/1.1")):
        assert re.search(r"Non <span class=\"count\">1<", told(browser, path))
    assert told(leads, f"{here}/reponses.csv") != after_no[0, f"{here}/reponses.csv"]
    assert told(leads, f"{here}/tout.xlsx") != after_no[0, f"{here}/tout.xlsx"]


def test_answers_show_by_themselves_once_everyone_has_answered_r82(opened: Assessment, session: Any) -> None:
    one, other = (make.seat(opened, body) for body in opened.partnership.bodies)
    seats.answer(one, opened, "1.1", "oui")
    assert "1.1" not in opened.revealed

    seats.answer(other, opened, "1.1", "non")

    assert "1.1" in opened.revealed
    with pytest.raises(Refused):
        seats.answer(one, opened, "1.1", "non")


def test_a_room_waits_for_no_other_phone_than_those_that_came(
    opened: Assessment, client: Any, page: Any, session: Any
) -> None:
    opened.expected = 8
    for body in opened.partnership.bodies:
        make.seat(opened, body, {"1.1": "oui"})
    third = make.seat(opened, None, {"1.2": "non"})
    session.commit()
    accounts.sign_in(client, make.facilitator_of(opened.partnership))
    here = f"/cooperation/auto-evaluations/{opened.id}/salle"
    assert "Ne plus attendre d’autre téléphone" in page(here).text
    assert "Dans la salle : 3 téléphones" in page(here).text

    assert client.post(f"{here}/complet", data={}).status_code == 303
    assert (opened.expected, opened.revealed) == (3, frozenset())
    assert "Ne plus attendre" not in page(here).text

    assert client.post(f"{here}/telephones/{third.id}/retirer?question=1.1", data={}).location.endswith("question=1.1")
    assert opened.revealed == {"1.1"}
    assessments.advance(opened, AssessmentAct.SETTLE, by=make.leader(opened.partnership))
    assert client.post(f"{here}/complet", data={}).status_code == 409


def test_answering_twice_replaces_and_answering_after_closing_is_refused(opened: Assessment, session: Any) -> None:
    seat = make.seat(opened)
    seats.answer(seat, opened, "1.1", "oui")
    seats.answer(seat, opened, "1.1", "non")
    assert session.scalars(select(ParticipantAnswer.choice)).all() == ["non"]
    for choice in ("peut-être", ""):
        with pytest.raises(Refused):
            seats.answer(seat, opened, "1.2", choice)

    assessments.advance(opened, AssessmentAct.SETTLE, by=make.leader(opened.partnership))

    with pytest.raises(ActUnavailable):
        seats.answer(seat, opened, "1.2", "oui")
    with pytest.raises(ActUnavailable):
        seats.take(opened, Seating(Voice.GUEST), by=make.leader(opened.partnership))


def test_answering_after_closing_says_so_on_the_phone(opened: Assessment, client: Any, page: Any, session: Any) -> None:
    seat = phone(client, opened, voice="user")
    assessments.advance(opened, AssessmentAct.SETTLE, by=make.leader(opened.partnership))

    assert client.post(f"{seat}/1.1", data={"choice": "oui"}).status_code == 409
    assert "Les réponses sont closes" in page(seat).text


def test_two_people_for_one_body_show_as_such_r129(opened: Assessment, session: Any) -> None:
    body = opened.partnership.bodies[0]
    opened.expected = 3
    for _ in range(2):
        make.seat(opened, body, {"1.1": "oui"})
    make.seat(opened, None, {"1.1": "non"})
    load_answers(opened)

    shown = {label: names for _choice, label, names in spread_of(opened, "1.1").by_choice}

    assert shown["Oui"] == (f"{body.name} (2 personnes)",)
    assert shown["Non"] == ("invité·e",)


def test_a_body_that_leaves_after_answering_keeps_its_answer(opened: Assessment, session: Any) -> None:
    body, other = opened.partnership.bodies
    by = make.leader(opened.partnership)
    make.seat(opened, body, {"1.1": "oui"})
    partnerships.end_body(body, by=by)
    with pytest.raises(Refused):
        seats.take(opened, Seating(Voice.BODIES, (body.id,)), by=by)
    make.seat(opened, other)
    assessments.reveal(opened, "1.1", by=by)
    load_answers(opened)

    names = spread_of(opened, "1.1").by_choice[0][2]

    assert names == (f"{body.name} (n’est plus dans le partenariat)",)


def test_the_consensus_comes_after_the_spread_and_alone_scores_r82(opened: Assessment, session: Any) -> None:
    by = make.leader(opened.partnership)
    make.seat(opened, None, {"1.1": "oui"})
    with pytest.raises(Refused):
        assessments.settle(opened, Settlement("1.1", "non"), by=by)
    assessments.reveal(opened, "1.1", by=by)
    assessments.settle(opened, Settlement("1.1", "non"), by=by)

    assert opened.consensus["1.1"] == "non"


# --- the screen that follows -----------------------------------------------------------------------------------------


def test_the_projected_screen_follows_by_its_version(opened: Assessment, client: Any, page: Any, selects: Any) -> None:
    accounts.sign_in(client, make.facilitator_of(opened.partnership))
    address = f"/cooperation/auto-evaluations/{opened.id}/salle"
    shown = page(address)
    assert str(opened.join_code) in shown.text
    for _ in range(10):
        make.seat(opened)
    version = opened.version

    with selects() as asked:
        same = client.get(f"{address}/etat?version={version}")
    changed = client.get(f"{address}/etat?version={version - 1}")

    assert (same.status_code, same.data) == (204, b"")
    assert asked.count == 2  # who asks, and the version
    assert "0</strong> a répondu sur 10" in changed.text


def test_a_phone_follows_in_one_select(opened: Assessment, client: Any, selects: Any) -> None:
    seat = phone(client, opened, voice="guest")
    for _ in range(9):
        make.seat(opened)

    with selects() as asked:
        same = client.get(f"{seat}/etat?version={opened.version}")

    assert (same.status_code, asked.count) == (204, 1)
    assert "data-version" in client.get(f"{seat}/etat?version=0").text


@pytest.mark.parametrize("phones", [1, 3])
def test_a_room_asks_as_much_whatever_the_phones(session: Any, client: Any, selects: Any, phones: int) -> None:
    made = make.assessment(make.partnership(), expected=9)
    assessments.advance(made, AssessmentAct.OPEN, by=make.leader(made.partnership))
    for _ in range(phones):
        make.seat(made, made.partnership.bodies[0], {"1.1": "oui"})
    accounts.sign_in(client, make.facilitator_of(made.partnership))

    with selects() as asked:
        assert client.get(f"/cooperation/auto-evaluations/{made.id}/salle").status_code == 200

    assert asked.count == 11


# --- ten at once -----------------------------------------------------------------------------------------------------


def test_ten_phones_answer_at_once(fresh_database: Any) -> None:
    """Ten real threads on PostgreSQL: no answer is lost, the last one shows the question, nobody waits in vain."""
    app = fresh_database("postgresql")
    with app.app_context():
        made = make.assessment(make.partnership(), expected=10)
        assessments.advance(made, AssessmentAct.OPEN, by=make.leader(made.partnership))
        code, key = made.join_code, made.id
        db.session.commit()

    def take_part(number: int) -> list[int]:
        browser = Client(app)
        browser.get(f"/cooperation/seance?code={code}")
        seat = browser.post(f"/cooperation/seance/{code}", data={"voice": "guest"}).location
        return [
            browser.post(f"{seat}/{item}", data={"choice": ("oui", "non")[number % 2]}).status_code for item in CODES
        ]

    with ThreadPoolExecutor(10) as pool:
        outcomes = list(pool.map(take_part, range(10)))

    assert {status for statuses in outcomes for status in statuses} <= {303, 422}
    with app.app_context():
        found = db.session.get(Assessment, key)
        answered = db.session.scalar(select(func.count()).select_from(ParticipantAnswer))
        refused = sum(status == 422 for statuses in outcomes for status in statuses)
        assert (answered or 0) + refused == 110
        assert refused == 0
        assert found is not None
        assert found.revealed == frozenset(CODES)
