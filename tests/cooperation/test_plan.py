"""What follows: actions, reviews, reminders, calendars, evolution, cards, circuits, charter, sharing, figures."""

import io
import re
from datetime import date, timedelta
from typing import Any

import icalendar
import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from tests.factories import accounts
from tests.factories import cooperation as make
from training.accounts.enums import OrganisationKind
from training.common import clock
from training.common.errors import ReasonRequired, Refused
from training.common.mail import OutgoingMail
from training.cooperation.commands import ActionPlan
from training.cooperation.enums import ActionAct, ActionStatus, Cadence, CharterPart
from training.cooperation.models import Action, CharterText, InformationCircuit, Partnership
from training.cooperation.queries.figures import FEWEST, figures
from training.cooperation.rules.rhythm import assessment_due_on, months_after, review_due_on
from training.cooperation.services import actions, partnerships, reminders


@pytest.fixture
def there(session: Any) -> Partnership:
    """A partnership of two bodies."""
    return make.partnership()


def action(there: Partnership, **values: Any) -> Action:
    """An action of the first body, due in twenty days."""
    plan = {
        "title": "Tenir un annuaire",
        "lead_id": there.bodies[0].id,
        "due_on": clock.today() + timedelta(20),
        **values,
    }
    return actions.plan(there, ActionPlan(**plan), by=make.leader(there))


# --- rhythm (R81) ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [("2026-01-31", 1, "2026-02-28"), ("2026-11-30", 3, "2027-02-28"), ("2025-12-15", 12, "2026-12-15")],
)
def test_months_after_a_day(day: str, months: int, expected: str) -> None:
    assert months_after(date.fromisoformat(day), months) == date.fromisoformat(expected)


def test_what_is_due_and_when() -> None:
    day = date(2026, 3, 2)
    assert review_due_on(None, None) is None
    assert review_due_on(day, None) is None
    assert review_due_on(None, day) == date(2026, 6, 2)
    assert assessment_due_on(None, Cadence.YEARLY) is None
    assert assessment_due_on(day, Cadence.HALF_YEARLY) == date(2026, 9, 2)


# --- actions ---------------------------------------------------------------------------------------------------------


def test_an_item_becomes_a_dated_action(there: Partnership, client: Any, page: Any, session: Any) -> None:
    made = make.finalised(there, make.answers("oui") | {"3.1": "non", "1.1": "partiellement"})
    accounts.sign_in(client, make.facilitator_of(there))
    links = [a.get("href") for a in page(f"/cooperation/auto-evaluations/{made.id}").root.iter("a")]
    suggested = [link for link in links if link and "/actions/nouvelle" in link]
    assert [re.findall(r"question=([\d.]+)", link)[0] for link in suggested] == ["3.1", "1.1"]

    form = page(suggested[0])
    sent = {
        "title": "Annuaire", "lead": str(there.bodies[0].id), "partners": [str(there.bodies[1].id)],
        "due_on": "30/06/2026", "indicator_1": "Ouvert chaque semaine", "item": "3.1", "assessment": str(made.id),
    }  # fmt: skip
    assert "question 3.1" in form.text
    assert client.post(suggested[0].partition("?")[0], data=sent).status_code == 303

    row = session.scalars(select(Action)).one()
    assert (row.item, row.assessment_id, row.due_on) == ("3.1", made.id, date(2026, 6, 30))
    assert "Annuaire" in page(f"/cooperation/{there.id}/actions").text
    sheet: Any = load_workbook(io.BytesIO(client.get(f"/cooperation/{there.id}/actions.xlsx").data)).active
    assert [cell.value for cell in sheet[2]][:4] == ["Annuaire", "à lancer", "CPTS 1", "CPTS 2"]


def test_an_action_of_another_partnership_ties_nothing(there: Partnership) -> None:
    other = make.finalised(make.partnership())
    row = action(there, assessment_id=other.id, item="1.1", partners=(other.partnership.bodies[0].id,))

    assert (row.assessment_id, row.item, row.partners) == (None, None, [])


def test_the_states_of_an_action(there: Partnership) -> None:
    by, row = make.leader(there), action(there)
    actions.advance(row, ActionAct.START, by=by)
    with pytest.raises(ReasonRequired):
        actions.advance(row, ActionAct.DROP, by=by)
    actions.advance(row, ActionAct.FINISH, by=by)
    assert (row.status, row.done_on) == (ActionStatus.DONE, clock.today())
    actions.advance(row, ActionAct.RESUME, by=by)
    assert (row.status, row.done_on, row.sequence) == (ActionStatus.UNDER_WAY, None, 3)
    with pytest.raises(Refused):
        actions.change(row, ActionPlan("x", indicators=("1", "2", "3", "4")), by=by)


def test_a_review_goes_through_the_live_actions_at_once(
    there: Partnership, client: Any, page: Any, session: Any
) -> None:
    accounts.sign_in(client, make.facilitator_of(there))
    one, other = action(there), action(there, title="Autre")
    address = f"/cooperation/{there.id}/revue"
    page(address)
    today = clock.today().strftime("%d/%m/%Y")

    refused = client.post(address, data={"held_on": today, f"news-{one.id}": "Lancée", f"act-{other.id}": "drop"})
    assert refused.status_code == 422
    assert "Lancée" in refused.text
    assert client.post(address, data={"held_on": "01/01/2999"}).status_code == 422
    kept = client.post(
        address,
        data={"held_on": today, f"news-{one.id}": "Lancée", f"act-{one.id}": "start", f"act-{other.id}": "finish"},
    )

    assert kept.status_code == 303
    session.expire_all()
    assert (one.status, other.status) == (ActionStatus.UNDER_WAY, ActionStatus.DONE)
    assert [news.text for news in one.news] == ["Lancée"]
    assert there.reviewed_on == clock.today()


def test_reminders_are_told_once(there: Partnership, session: Any, frozen_clock: Any) -> None:
    partner = make.member(there, of=there.bodies[0])
    make.finalised(there, held_on=clock.today())
    action(there, due_on=clock.today() + timedelta(5))
    session.commit()

    first, again = reminders.remind(), reminders.remind()
    told = session.execute(select(OutgoingMail.message, OutgoingMail.to_email)).all()
    assert (first, again) == (1, 0)
    assert [tuple(row) for row in told] == [("cooperation/action_due", partner.email)]
    frozen_clock.advance(timedelta(days=93))
    assert reminders.remind() == 1  # the review
    frozen_clock.advance(timedelta(days=275))
    assert (reminders.remind(), reminders.remind()) == (1, 0)  # a year has passed
    kinds = [row[0] for row in session.execute(select(OutgoingMail.message).order_by(OutgoingMail.created_at))]
    assert kinds == ["cooperation/action_due", "cooperation/review_due", "cooperation/assessment_due"]


def test_dated_actions_follow_in_a_calendar(there: Partnership, client: Any, page: Any, new_client: Any) -> None:
    partner = make.member(there)
    row = action(there)
    action(there, title="Sans date", due_on=None)
    action(make.partnership(), title="Ailleurs")
    accounts.sign_in(client, partner)
    page("/cooperation/calendrier")
    client.post("/cooperation/calendrier", data={})
    address = re.findall(r"/cooperation/calendrier/[\w-]+\.ics", client.get("/cooperation/calendrier").text)[0]

    answer = new_client().get(address)
    events: Any = list(icalendar.Calendar.from_ical(answer.data).walk("VEVENT"))

    assert [str(event["SUMMARY"]) for event in events] == [f"{there.name} · Tenir un annuaire"]
    assert events[0]["DTSTART"].dt == row.due_on
    assert new_client().get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    actions.advance(row, ActionAct.DROP, by=make.leader(there), reason="Plus personne")
    assert b"STATUS:CANCELLED" in new_client().get(address).data
    assert client.post("/cooperation/calendrier/arreter", data={}).status_code == 303
    assert new_client().get(address).status_code == 404


# --- over time (R80) -------------------------------------------------------------------------------------------------


def test_two_assessments_are_read_side_by_side(there: Partnership, client: Any, page: Any) -> None:
    accounts.sign_in(client, make.facilitator_of(there))
    address = f"/cooperation/{there.id}/evolution"
    assert "Rien à comparer" in page(address).text
    make.finalised(there, make.answers("partiellement", "non"))
    assert "point zéro" in page(address).text
    make.finalised(there, make.answers("oui", "partiellement"))

    shown = page(address)

    assert "De 1 à 12 sur 22" in shown.text
    assert "+11" in shown.text
    assert len(shown.root.findall(".//figure")) == 2
    assert shown.root.findall(".//details[@class='plot-table']")


# --- together (R85, R131) --------------------------------------------------------------------------------------------


def test_a_framing_card_has_a_column_for_each_body(there: Partnership, client: Any, page: Any) -> None:
    accounts.sign_in(client, make.member(there))
    answer = client.post(f"/cooperation/{there.id}/cadrage", data={"title": "Sorties", "result": "60 % à temps"})
    one, other = there.bodies
    page(f"{answer.location}/{one.id}")
    client.post(
        f"{answer.location}/{one.id}", data={"for_whom": "Les plus de 65 ans", "added_value": "", "with_whom": ""}
    )
    client.post(f"{answer.location}/{other.id}", data={"for_whom": "Les aidants", "added_value": "", "with_whom": ""})
    client.post(f"{answer.location}/{other.id}", data={"for_whom": "Les proches", "added_value": "", "with_whom": ""})

    text = page(answer.location).text

    assert "60 % à temps" in text
    assert "Les plus de 65 ans" in text
    assert "Les proches" in text
    assert "Les aidants" not in text


def test_circuits_and_charter_are_written_and_printed(there: Partnership, client: Any, page: Any, session: Any) -> None:
    accounts.sign_in(client, make.member(there))
    here = f"/cooperation/{there.id}"
    sent = {
        "situation": "Sortie", "sender": "Hôpital", "recipient": "DAC", "content": "La date", "tool": "MSSanté",
        "channel": "mssante", "basis": "care_team",
    }  # fmt: skip
    page(f"{here}/circuits/ajouter")
    assert client.post(f"{here}/circuits/ajouter", data={**sent, "sender": ""}).status_code == 422
    assert client.post(f"{here}/circuits/ajouter", data=sent).status_code == 303
    page(f"{here}/charte/ecrire")
    assert client.post(f"{here}/charte/ecrire", data={"purpose": "Ensemble"}).status_code == 303
    client.post(f"{here}/charte/ecrire", data={"purpose": "Mieux ensemble", "roles": ""})

    printed = page(f"{here}/charte").text

    assert "Mieux ensemble" in printed
    assert "Hôpital transmet à DAC" in printed
    assert [text.part for text in session.scalars(select(CharterText))] == [CharterPart.PURPOSE]
    circuit = session.scalars(select(InformationCircuit)).one()
    page(f"{here}/circuits/{circuit.id}")
    client.post(f"{here}/circuits/{circuit.id}", data={"retirer": "oui"})
    assert session.scalars(select(InformationCircuit.id)).all() == []


@pytest.mark.seeded
def test_an_idea_of_the_library_is_found_and_dropped_into_an_action(session: Any, client: Any, page: Any) -> None:
    there = make.partnership()
    accounts.sign_in(client, make.facilitator_of(there))
    assert "Thau" in page("/cooperation/bibliotheque?nature=example").text
    assert "Diabète" in page("/cooperation/bibliotheque?q=precarite").text
    narrowed = page(f"/cooperation/bibliotheque?theme=unscheduled&etape=3&partenariat={there.id}")
    links = [a.get("href") for a in narrowed.root.iter("a") if "/bibliotheque/" in (a.get("href") or "")]
    card = page(links[0])
    start = next(a.get("href") for a in card.root.iter("a") if "/actions/nouvelle" in (a.get("href") or ""))

    assert card.heading in [field.get("value") for field in page(start).root.iter("input")]
    assert client.get("/cooperation/bibliotheque/inconnue").status_code == 404
    assert "Aucune idée" in page("/cooperation/bibliotheque?q=zzzz").text


# --- sharing and figures (R84) ---------------------------------------------------------------------------------------


def test_sharing_is_a_choice_taken_back_at_will(there: Partnership, client: Any, page: Any, new_client: Any) -> None:
    guichet = accounts.organisation(kind=OrganisationKind.GUICHET)
    school = accounts.organisation(kind=OrganisationKind.SCHOOL)
    reader = new_client()
    accounts.sign_in(reader, accounts.manager(guichet))
    accounts.sign_in(client, make.facilitator_of(there))
    here = f"/cooperation/{there.id}"
    page(f"{here}/partage")

    assert reader.get(here).status_code == 404
    assert client.post(f"{here}/partage", data={"organisation": str(school.id)}).status_code == 422
    assert client.post(f"{here}/partage", data={"organisation": str(guichet.id)}).status_code == 303
    assert reader.get(here).status_code == 200
    assert reader.get(f"{here}/actions").status_code == 403
    client.post(f"{here}/partage/{there.present_shares[0].id}/arreter", data={})
    assert reader.get(here).status_code == 404


def test_a_region_shows_figures_from_five_territories_up(session: Any, client: Any, page: Any) -> None:
    made = []
    for number in range(FEWEST):
        there = make.partnership(territories=(f"Territoire {number}",))
        make.finalised(there, make.answers("oui", "non"))
        made.append(there)
    make.finalised(make.partnership(territories=("Discret",)))  # finalised, and not counted
    for there in made[:-1]:
        partnerships.set_counted(there, counted=True, by=make.leader(there))
    assert [(found.territories, found.enough, list(found.steps)) for found in figures("cooperation")] == [
        (4, False, [])
    ]

    partnerships.set_counted(made[-1], counted=True, by=make.leader(made[-1]))
    found = figures("cooperation")[0]

    assert (found.territories, found.partnerships, found.enough) == (5, 5, True)
    assert [step.mean for step in found.steps] == [2, 0, 0, 0, 0]
    assert dict(found.bands)["Ponctuelle"] == 5
    accounts.sign_in(client, accounts.manager())
    shown = page("/cooperation/chiffres").text
    assert "5 territoires" in shown
    assert made[0].name not in shown


def test_five_partnerships_on_one_territory_tell_nothing(session: Any) -> None:
    for _ in range(FEWEST):
        there = make.partnership(territories=("Le même",))
        make.finalised(there)
        partnerships.set_counted(there, counted=True, by=make.leader(there))

    assert [found.enough for found in figures("cooperation")] == [False]


@pytest.mark.parametrize(
    "path", ["", "/actions", "/evolution", "/cadrage", "/circuits", "/charte", "/partage", "/revue"]
)
def test_pages_ask_as_much_for_one_row_as_for_three(
    there: Partnership, client: Any, selects: Any, session: Any, path: str
) -> None:
    accounts.sign_in(client, make.facilitator_of(there))
    counts = []
    for more in (1, 2):
        for _ in range(more):
            make.finalised(there)
            row = action(there, partners=(there.bodies[1].id,))
            actions.tell(row, "Ça avance", by=make.leader(there))
            make.body(there, f"Encore {len(there.bodies)}")
        session.commit()
        with selects() as asked:
            assert client.get(f"/cooperation/{there.id}{path}").status_code == 200
        counts.append(asked.count)

    assert counts[0] == counts[1] <= 12
