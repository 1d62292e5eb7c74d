"""The acts of every day, each by its own address: an action told, changed, moved on; a body and a person that leave."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import accounts
from tests.factories import cooperation as make
from training.common import clock
from training.cooperation.commands import ActionPlan, FramingWords, PartnerInvite
from training.cooperation.enums import ActionStatus, Role
from training.cooperation.models import Action, DateOnlyWish, PartnerInvitation, Partnership
from training.cooperation.services import actions, partnerships, proposals, tools


@pytest.fixture
def there(session: Any, client: Any) -> Partnership:
    """A partnership of two bodies; whoever facilitates it is at the browser."""
    made = make.partnership()
    accounts.sign_in(client, make.facilitator_of(made))
    return made


@pytest.fixture
def annuaire(there: Partnership) -> Action:
    """An action of the first body, due in twenty days."""
    plan = ActionPlan("Tenir un annuaire", lead_id=there.bodies[0].id, due_on=clock.today() + timedelta(20))
    return actions.plan(there, plan, by=make.leader(there))


def address(action: Action) -> str:
    """The page of an action."""
    return f"/cooperation/{action.partnership_id}/actions/{action.id}"


def test_a_partner_gives_news_and_changes_the_date(annuaire: Action, client: Any, page: Any) -> None:
    accounts.sign_in(client, make.member(annuaire.partnership))
    here = address(annuaire)
    assert client.post(here, data={"text": ""}).status_code == 422
    assert client.post(here, data={"text": "Le premier jet circule."}).status_code == 303
    assert "Le premier jet circule." in page(here).text

    form = page(f"{here}/modifier").form(f"{here}/modifier")
    assert form["title"] == "Tenir un annuaire"
    wrong = client.post(f"{here}/modifier", data={**form, "due_on": "31/02/2027"})
    assert (wrong.status_code, 'id="due_on-error"' in wrong.text) == (422, True)
    assert "Tenir un annuaire" in wrong.text
    before = annuaire.sequence
    assert client.post(f"{here}/modifier", data={**form, "due_on": "30/06/2027"}).status_code == 303
    assert (annuaire.due_on, annuaire.sequence) == (date(2027, 6, 30), before + 1)


def test_an_action_goes_through_its_states_by_its_pages(annuaire: Action, client: Any, page: Any) -> None:
    here = address(annuaire)
    found = []
    for step, sent in (("lancer", {}), ("faite", {}), ("reprendre", {}), ("abandonner", {"reason": "Plus utile"})):
        assert page(f"{here}/etat/{step}").heading
        assert client.post(f"{here}/etat/{step}", data=sent).status_code == 303
        found.append(annuaire.status)
    assert found == [ActionStatus.UNDER_WAY, ActionStatus.DONE, ActionStatus.UNDER_WAY, ActionStatus.DROPPED]

    assert client.post(f"{here}/etat/lancer", data={}).status_code == 409
    assert client.get(f"{here}/etat/rien").status_code == 404


def test_dropping_an_action_asks_why(annuaire: Action, client: Any) -> None:
    refused = client.post(f"{address(annuaire)}/etat/abandonner", data={"reason": ""})

    assert (refused.status_code, annuaire.status) == (422, ActionStatus.TO_START)


def test_what_presents_a_partnership_changes(there: Partnership, client: Any, page: Any) -> None:
    here = f"/cooperation/{there.id}/modifier"
    sent = {**page(here).form(here), "name": "Vallée d’en haut", "territories": "Le haut\nLe bas"}
    assert client.post(here, data={**sent, "name": ""}).status_code == 422
    assert client.post(here, data=sent).status_code == 303

    assert there.name == "Vallée d’en haut"
    assert [territory.name for territory in there.territories] == ["Le bas", "Le haut"]


def test_a_body_leaves_and_its_line_goes(there: Partnership, client: Any, page: Any) -> None:
    body = there.bodies[0]
    here = f"/cooperation/{there.id}/qui-fait-quoi/{body.id}/depart"
    assert body.name in page(here).text
    assert client.post(here, data={}).status_code == 303

    assert body.left_at is not None
    assert body.name not in page(f"/cooperation/{there.id}").text.split("Historique")[0]
    assert client.get(here).status_code == 404


def test_bodies_are_added_one_after_the_other(there: Partnership, client: Any, page: Any) -> None:
    here = f"/cooperation/{there.id}/qui-fait-quoi/ajouter"
    sent = {**page(here).form(here), "kind": "cpts"}
    refused = client.post(here, data={**sent, "name": "", "another": "oui"})
    assert (refused.status_code, 'id="name-error"' in refused.text) == (422, True)

    assert client.post(here, data={**sent, "name": "DAC d’en bas", "another": "oui"}).location == here
    sent = {**page(here).form(here), "kind": "cpts"}  # the next one is another form, with its own key
    assert client.post(here, data={**sent, "name": "MSP d’en haut"}).location.endswith("/qui-fait-quoi")
    assert [body.name for body in there.present_bodies][2:] == ["DAC d’en bas", "MSP d’en haut"]


def test_an_invitation_is_taken_back(there: Partnership, client: Any, page: Any, session: Any) -> None:
    partnerships.invite(there, PartnerInvite("nadia@example.org", Role.PARTNER, None), by=make.leader(there))
    offered = session.scalars(select(PartnerInvitation)).one()
    here = f"/cooperation/{there.id}/personnes"
    assert "nadia@example.org" in page(here).text

    assert client.post(f"{here}/invitations/{offered.id}/retirer", data={}).status_code == 303
    assert "nadia@example.org" not in page(here).text
    assert client.post(f"{here}/invitations/{offered.id}/retirer", data={}).status_code == 404


def test_one_chooses_to_be_counted_and_changes_one_s_mind(there: Partnership, client: Any) -> None:
    here = f"/cooperation/{there.id}/partage/chiffres"
    client.post(here, data={"counted": "y"})
    counted = there.counted_at
    client.post(here, data={"once": ""})

    assert (counted is not None, there.counted_at) == (True, None)


def test_a_framing_card_takes_another_title(there: Partnership, client: Any, page: Any) -> None:
    card = tools.frame(there, FramingWords("Sorties", ""), by=make.leader(there))
    here = f"/cooperation/{there.id}/cadrage/{card.id}"
    sent = {"title": "Sorties d’hôpital", "result": "Moins de retours aux urgences"}

    assert client.post(here, data={**sent, "title": ""}).status_code == 422
    assert client.post(here, data=sent).status_code == 303
    assert "Moins de retours aux urgences" in page(here).text


def test_the_wish_for_the_date_alone_is_taken_back(there: Partnership, client: Any, session: Any) -> None:
    held = make.finalised(there)
    proposals.ask_for_date_only(held, by=make.leader(there))

    assert (
        client.post(f"/cooperation/auto-evaluations/{held.id}/document-traceur/date-seule/retirer").status_code == 303
    )
    assert session.scalars(select(DateOnlyWish)).all() == []


@pytest.mark.seeded
def test_the_sheet_of_a_kind_of_bodies(session: Any, client: Any, page: Any) -> None:
    accounts.sign_in(client, accounts.person())

    assert "Missions" in page("/cooperation/dispositifs/cpts").text
    assert client.get("/cooperation/dispositifs/rien").status_code == 404
