"""Assessments by hand: prepared, settled, closed, finalised, reported; what is finalised cannot change (R75–R83, R130)."""

import csv
import io
import uuid
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.factories import accounts
from tests.factories import cooperation as make
from training.common.errors import ActUnavailable, Forbidden, Refused
from training.cooperation.commands import Closing, Settlement
from training.cooperation.enums import AssessmentAct, AssessmentStatus, Occasion, Role
from training.cooperation.models import Assessment, Partnership
from training.cooperation.services import assessments


@pytest.fixture
def there(session: Any) -> Partnership:
    """A partnership of two bodies."""
    return make.partnership()


def test_the_first_finalised_is_the_point_zero_r80(there: Partnership) -> None:
    first = make.finalised(there, make.answers("non"))
    second = make.finalised(there, occasion=Occasion.REVIEW)

    assert (first.occasion, second.occasion) == (Occasion.POINT_ZERO, Occasion.REVIEW)


@pytest.mark.both_engines
def test_finalising_at_ten_of_eleven_is_refused_and_names_it_r75(there: Partnership) -> None:
    made = make.settle(make.assessment(there), make.answers("oui") | {"3.2": None})

    with pytest.raises(Refused) as refused:
        assessments.advance(made, AssessmentAct.FINALISE, by=make.leader(there))

    assert "3.2" in refused.value.message
    assert made.status is AssessmentStatus.CONSENSUS
    assert make.settle(made, {"3.2": "non"})
    assessments.advance(made, AssessmentAct.FINALISE, by=make.leader(there))
    assert made.is_final


@pytest.mark.both_engines
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE assessment SET scope = 'x' WHERE id = :id",
        "UPDATE assessment SET status = 'consensus', finalised_at = NULL WHERE id = :id",
        "DELETE FROM assessment WHERE id = :id",
        "UPDATE item_result SET choice = 'oui' WHERE assessment_id = :id",
        "DELETE FROM item_result WHERE assessment_id = :id",
        "INSERT INTO item_result (assessment_id, item, comment, intention) VALUES (:id, '9.9', '', '')",
        "UPDATE local_question SET answer = 'x' WHERE assessment_id = :id",
        "DELETE FROM local_question WHERE assessment_id = :id",
        "UPDATE participant SET voice = 'user' WHERE assessment_id = :id",
        "DELETE FROM participant WHERE assessment_id = :id",
        "UPDATE participant_answer SET choice = 'non'",
        "DELETE FROM participant_answer",
        "INSERT INTO participant_answer SELECT participant_id, '9.9', choice, answered_at FROM participant_answer",
        "UPDATE participant_body SET body_id = body_id",
        "DELETE FROM participant_body",
        "UPDATE cooperation_grid SET name = 'x'",
        "DELETE FROM cooperation_grid",
    ],
)
def test_the_database_refuses_to_change_what_is_finalised(there: Partnership, session: Any, statement: str) -> None:
    made = make.assessment(there, questions=("Et le transport ?",))
    assessments.advance(made, AssessmentAct.OPEN, by=make.leader(there))
    make.seat(made, there.bodies[0], {"1.1": "oui"})
    assessments.advance(make.settle(made, make.answers("oui")), AssessmentAct.FINALISE, by=make.leader(there))
    session.commit()
    bound: dict[str, object] = {"id": made.id.hex if session.get_bind().dialect.name == "sqlite" else made.id}

    with pytest.raises(DBAPIError) as refused:
        session.execute(text(statement), bound if ":id" in statement else {})

    assert "cannot change" in str(refused.value)
    session.rollback()


def test_a_finalised_assessment_offers_nothing_more(there: Partnership) -> None:
    made, by = make.finalised(there), make.leader(there)

    with pytest.raises(ActUnavailable):
        assessments.settle(made, Settlement("1.1", "non"), by=by)
    with pytest.raises(ActUnavailable):
        assessments.close(made, Closing("", "", "", {}), by=by)
    for act in AssessmentAct:
        with pytest.raises(ActUnavailable):
            assessments.advance(made, act, by=by)


def test_a_partner_does_not_run_the_assessment(there: Partnership) -> None:
    made, partner = make.assessment(there), make.member(there)

    with pytest.raises(Forbidden):
        assessments.advance(made, AssessmentAct.OPEN, by=accounts.principal(partner))


def test_two_assessments_on_one_grid_are_not_led_at_once(there: Partnership, session: Any) -> None:
    make.assessment(there)
    with pytest.raises(IntegrityError):
        make.assessment(there)
    session.rollback()


# --- pages -----------------------------------------------------------------------------------------------------------


def test_a_meeting_by_hand_without_phones(there: Partnership, client: Any, page: Any, session: Any) -> None:
    accounts.sign_in(client, make.facilitator_of(there))
    grid = make.grid()
    address = f"/cooperation/{there.id}/auto-evaluation"
    page(address)
    sent = {
        "grid": str(grid.id), "held_on": "02/03/2026", "expected": "0", "occasion": "follow_up",
        "questions": "Et le transport ?\n",
    }  # fmt: skip
    shown = client.post(address, data=sent).location
    assert "en préparation" in page(shown).text
    client.post(f"{shown}/etat/consensus", data={})

    for item, choice in make.answers("oui", "partiellement").items():
        page(f"{shown}/consensus/{item}")
        answer = client.post(f"{shown}/consensus/{item}", data={"choice": choice, "comment": "Dit.", "intention": ""})
        assert answer.status_code == 303

    told = page(shown)
    assert "12 sur 22" in told.text
    assert "En structuration" in told.text
    local = session.get(Assessment, made_id(shown)).questions[0].id
    closing = {"scope": "La vallée", "contributions": "Tous", "first_steps": "Lundi", f"local-{local}": "Un minibus"}
    assert client.post(f"{shown}/cloture", data=closing).status_code == 303
    assert "Un minibus" in page(shown).text
    assert "définitive" in page(f"{shown}/etat/finaliser").text
    assert client.post(f"{shown}/etat/finaliser", data={}).status_code == 303
    assert "finalisée" in page(shown).text
    assert client.get(f"{shown}/cloture").status_code == 200
    assert client.post(f"{shown}/cloture", data=closing).status_code == 409


def made_id(address: str) -> Any:
    return uuid.UUID(address.rsplit("/", 1)[1])


def test_a_provisional_report_prints_at_once_r130(there: Partnership, client: Any, session: Any) -> None:
    accounts.sign_in(client, make.facilitator_of(there))
    made = make.settle(make.assessment(there), {"1.1": "oui", "1.2": "partiellement"})
    assessments.settle(made, Settlement("2.1", "non", "=1+1", "Un tableau"), by=make.leader(there))

    answer = client.get(f"/cooperation/auto-evaluations/{made.id}/rapport.pdf")

    assert answer.mimetype == "application/pdf"
    read: Any = PdfReader(io.BytesIO(answer.data))
    words = "".join(part.extract_text() for part in read.pages)
    assert "Rapport provisoire" in words
    assert "entre 3 et 19 sur 22" in " ".join(words.split())
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
    sheet: Any = load_workbook(io.BytesIO(client.get(f"/cooperation/auto-evaluations/{made.id}/tout.xlsx").data)).active
    assert ["Consensus", "2.1"] in [[cell.value for cell in row[:2]] for row in sheet.iter_rows(min_row=2)]


def test_the_page_of_ten_of_eleven_says_which_is_missing_and_the_report_stays_r75(
    there: Partnership, client: Any, page: Any
) -> None:
    made = make.settle(make.assessment(there), make.answers("oui") | {"3.2": None})
    accounts.sign_in(client, make.facilitator_of(there))
    here = f"/cooperation/auto-evaluations/{made.id}"

    assert "la question 3.2 n’est pas tranchée" in page(here).text
    refused = [client.get(f"{here}/etat/finaliser"), client.post(f"{here}/etat/finaliser", data={})]

    assert [answer.status_code for answer in refused] == [422, 422]
    assert all("3.2" in answer.text for answer in refused)
    assert made.status is AssessmentStatus.CONSENSUS
    assert client.get(f"{here}/rapport.pdf").status_code == 200


def test_an_old_report_tells_what_moved(there: Partnership, client: Any) -> None:
    make.finalised(there, make.answers("non"))
    made = make.finalised(there, make.answers("oui", "non"))
    accounts.sign_in(client, make.facilitator_of(there))

    read = PdfReader(io.BytesIO(client.get(f"/cooperation/auto-evaluations/{made.id}/rapport.pdf").data))
    words = " ".join("".join(part.extract_text() for part in read.pages).split())

    assert "Depuis le début" in words
    assert "(+2)" in words


def test_who_reads_an_assessment_r84(there: Partnership, new_client: Any) -> None:
    final, body = make.finalised(there), accounts.organisation()
    current = make.assessment(there)
    people = {
        "facilitator": make.facilitator_of(there),
        "partner": make.member(there),
        "stranger": accounts.manager(),
        "reader": accounts.manager(body),
        "another facilitator": make.facilitator_of(make.partnership()),
    }
    make.share(there, body)
    found = {}
    for who, person in people.items():
        browser = new_client()
        accounts.sign_in(browser, person)
        address = "/cooperation/auto-evaluations/{}"
        found[who] = (
            browser.get(address.format(final.id)).status_code,
            browser.get(address.format(current.id)).status_code,
            browser.get(address.format(final.id) + "/reponses.csv").status_code,
            browser.get(address.format(current.id) + "/consensus/1.1").status_code,
        )

    assert found == {
        "facilitator": (200, 200, 200, 200),
        "partner": (200, 200, 200, 403),
        "stranger": (404, 404, 404, 404),
        "reader": (200, 404, 403, 404),
        "another facilitator": (404, 404, 404, 404),
    }


def test_those_it_is_shared_with_read_the_report_not_the_debate_r84(
    there: Partnership, client: Any, page: Any, session: Any
) -> None:
    made = make.settle(make.assessment(there), make.answers("oui"))
    assessments.settle(made, Settlement("1.1", "oui", "Dit entre nous", "Une action"), by=make.leader(there))
    assessments.advance(made, AssessmentAct.FINALISE, by=make.leader(there))
    body = accounts.organisation()
    share = make.share(there, body)
    accounts.sign_in(client, accounts.manager(body))

    read = page(f"/cooperation/auto-evaluations/{made.id}")
    printed = PdfReader(io.BytesIO(client.get(f"/cooperation/auto-evaluations/{made.id}/rapport.pdf").data))
    words = "".join(part.extract_text() for part in printed.pages)

    assert "22 sur 22" in read.text
    assert "Dit entre nous" not in read.text + words
    make.revoke(share)
    session.commit()
    assert client.get(f"/cooperation/auto-evaluations/{made.id}").status_code == 404


def test_the_raw_answers_are_never_a_formula(there: Partnership, client: Any) -> None:
    strange = make.body(there, "=cmd()")
    made = make.assessment(there)
    by = make.leader(there)
    assessments.advance(made, AssessmentAct.OPEN, by=by)
    make.seat(made, strange, {"1.1": "oui"})
    assessments.reveal(made, "1.1", by=by)
    accounts.sign_in(client, make.facilitator_of(there))

    answer = client.get(f"/cooperation/auto-evaluations/{made.id}/reponses.csv")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))

    assert rows[1][3:6] == ["'=cmd()", "Oui", "2"]


def test_an_assessment_page_asks_as_much_whatever_was_said(there: Partnership, client: Any, selects: Any) -> None:
    made = make.finalised(there)
    other = make.partnership(bodies=6)
    more = make.settle(make.assessment(other), make.answers("oui"))
    for _ in range(3):
        make.member(other)
    make.member(other, Role.FACILITATOR, make.facilitator_of(there))
    accounts.sign_in(client, make.facilitator_of(there))
    counts = []
    for each in (made, more):
        with selects() as asked:
            assert client.get(f"/cooperation/auto-evaluations/{each.id}").status_code == 200
        counts.append(asked.count)

    assert counts[0] == counts[1] <= 13
